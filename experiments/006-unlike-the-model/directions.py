"""What learned validities change in directions: the shipped centre, and one centre of each world.

python experiments/006-unlike-the-model/directions.py
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pandas as pd
from centre import make
from worlds import WORLDS

import rolefit as rf

ROOT = Path(__file__).resolve().parents[2]
AGENTS, SEED = 600, 1
MOVES = ("up", "sideways", "step_back", "out")


def shipped() -> rf.Workspace:
    """The centre in `data/synthetic`."""
    folder = ROOT / "data" / "synthetic"
    tables = {path.stem: pd.read_csv(path) for path in sorted(folder.glob("*.csv"))}
    return rf.Workspace(tomllib.loads((folder / "rolefit.toml").read_text("utf-8")), **tables)


def changes(workspace: rf.Workspace) -> dict[str, object]:
    """Shares of agents whose suggestion is another one, and who moves or is not known enough."""
    learned = rf.calibrate(workspace)
    before, after = (
        rf.score(workspace, norms).suggestions.set_index("agent_id")
        for norms in (replace(learned, validities=None), learned)
    )
    other = before["direction"] != after["direction"]
    ends = before["direction"].isin(("up", "out")) & after["direction"].isin(("up", "out"))
    return {
        "direction changes": f"{other.mean():.1%}",
        "up to out or back": int((ends & other).sum()),
        "moves": f"{_moves(before)} -> {_moves(after)}",
        "gather": f"{(before['status'] == 'gather').mean():.1%} -> "
        f"{(after['status'] == 'gather').mean():.1%}",
    }


def _moves(suggestions: pd.DataFrame) -> int:
    """How many are suggested a move."""
    return int(suggestions["direction"].isin(MOVES).sum())


def main() -> None:
    """Prints one row a centre."""
    rows = [{"centre": "data/synthetic", **changes(shipped())}]
    for name, world in WORLDS.items():
        rows.append({"centre": name, **changes(make(world, AGENTS, SEED).workspace)})
    head = list(rows[0])
    for line in (head, ["---"] * len(head), *([row[key] for key in head] for row in rows)):
        print(f"| {' | '.join(map(str, line))} |")


if __name__ == "__main__":
    main()
