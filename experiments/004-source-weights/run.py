"""Scores the shipped centre with one source's variance halved and doubled at a time.

python experiments/004-source-weights/run.py [--store]
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from pathlib import Path
from typing import Any

import pandas as pd

import rolefit as rf

sys.path.append(str(Path(__file__).parents[1]))
from pages import keep

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MOVES = ("up", "sideways", "step_back", "out")


def scaled_validity(rho: float, factor: float) -> float:
    """The validity whose variance (1 - rho^2) / rho^2 is `factor` times that of `rho`."""
    return (1.0 + factor * (1.0 / rho**2 - 1.0)) ** -0.5


def changes(evidence: dict[str, dict[str, float]], factors: list[float]) -> list[dict[str, Any]]:
    """Every change that is tried: what, in which family, by how much, and its config."""
    rows = []
    for family, rho in evidence["validity"].items():
        for factor in factors:
            wanted = {"validity": {family: scaled_validity(rho, factor)}}
            rows.append({"what": "validity", "family": family, "x": factor, "config": wanted})
    for family, variance in evidence["method_variance"].items():
        for factor in factors:
            wanted = {"method_variance": {family: factor * variance}}
            rows.append({"what": "ceiling", "family": family, "x": factor, "config": wanted})
    return rows


def suggestions(folder: Path, evidence: dict[str, Any]) -> pd.DataFrame:
    """Suggestions with some evidence settings changed."""
    tables = {path.stem: pd.read_csv(path) for path in sorted(folder.glob("*.csv"))}
    config = tomllib.loads((folder / "rolefit.toml").read_text("utf-8"))
    workspace = rf.Workspace({**config, "evidence": evidence}, **tables)
    return rf.score(workspace).suggestions.set_index("agent_id")


def compare(base: pd.DataFrame, other: pd.DataFrame) -> dict[str, float]:
    """Shares of agents whose suggestion is another one."""
    direction = base["direction"] != other["direction"]
    target = base["target_role"].fillna("") != other["target_role"].fillna("")
    moved = base["direction"].isin(MOVES)
    return {
        "direction changes": direction.mean(),
        "status changes": (~direction & (base["status"] != other["status"])).mean(),
        "moves kept": (~direction & ~target)[moved].mean(),
        "up to out or back": (
            base["direction"].isin(("up", "out"))
            & other["direction"].isin(("up", "out"))
            & direction
        ).mean(),
    }


def main() -> None:
    """Prints the table, and keeps it in the README on demand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", action="store_true", help="keep the table in README.md")
    store = parser.parse_args().store
    settings = tomllib.loads((HERE / "experiment.toml").read_text("utf-8"))["experiment"]
    folder = ROOT / settings["centre"]
    evidence = rf.build_config({}).evidence.model_dump()
    base = suggestions(folder, {})
    rows = [
        {"what": row["what"], "family": row["family"], "variance x": f"{row['x']:g}"}
        | {
            name: f"{v:.1%}"
            for name, v in compare(base, suggestions(folder, row["config"])).items()
        }
        for row in changes(evidence, settings["factors"])
    ]
    head = list(rows[0])
    lines = [head, ["---"] * len(head), *([row[key] for key in head] for row in rows)]
    made = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    print(made)
    if store:
        keep(HERE, made)


if __name__ == "__main__":
    main()
