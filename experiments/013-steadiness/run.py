"""Runs a centre on several nights that differ by noise alone, with and without its history.

python experiments/013-steadiness/run.py [--store] [--seeds N] [--jobs N]
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

import rolefit as rf
from rolefit.simulate.centre import AS_OF, Simulated, simulate

sys.path.append(str(Path(__file__).parents[1]))
from pages import keep

HERE = Path(__file__).parent
NOISY = ("metrics", "ratings", "contributions")
MOVES = ("up", "sideways", "step_back", "out")


def tonight(centre: Simulated, night: int, missing: float) -> dict[str, pd.DataFrame]:
    """The tables of one night: of each of the noisy ones, another tenth of the rows is missing."""
    tables = {name: table.to_pandas() for name, table in centre.tables.items()}
    if missing:
        for name in NOISY:
            rng = np.random.default_rng([centre.settings["seed"], night, NOISY.index(name)])
            tables[name] = tables[name][rng.random(len(tables[name])) >= missing]
    return tables


def nights(centre: Simulated, count: int, missing: float, *, history: bool) -> list[pd.DataFrame]:
    """The suggestions of every night, each night knowing those before it or none."""
    told: list[pd.DataFrame] = []
    for night in range(count):
        days = [AS_OF - timedelta(days=count - k) for k in range(night)]
        before = [one.assign(as_of=day) for one, day in zip(told, days, strict=True)]
        known = {"history": pd.concat(before)} if history and before else {}
        tables = tonight(centre, night, missing)
        result = rf.score(rf.Workspace(config=centre.config, **tables, **known))
        told.append(result.suggestions)
    return told


def churn(told: list[pd.DataFrame]) -> dict[str, float]:
    """Changes a night: share of all suggestions, share of moves that are gone the night after."""
    frames = [one.set_index("agent_id")[["direction", "target_role"]].fillna("") for one in told]
    changed = [(a != b).any(axis=1) for a, b in pairwise(frames)]
    moved = [frame["direction"].isin(MOVES) for frame in frames]
    gone = sum((c & m).sum() for c, m in zip(changed, moved, strict=False))
    return {
        "changed": float(np.mean([c.mean() for c in changed])),
        "gone": float(gone / max(sum(m.sum() for m in moved[:-1]), 1)),
        "moves": float(np.mean([m.sum() for m in moved])),
    }


def measure(settings: dict, seed: int) -> list[dict]:
    """Churn of one centre: on the same data every night and on noisy ones, both ways."""
    centre = simulate(settings["agents"], seed, settings["world"])
    return [
        {
            "missing": missing, "history": history,
            **churn(nights(centre, settings["nights"], missing, history=history)),
        }
        for missing in (0.0, settings["missing"])
        for history in (False, True)
    ]  # fmt: skip


def main() -> None:
    """Runs what experiment.toml says, prints the table, and keeps it in the README on demand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", action="store_true", help="keep the table in README.md")
    parser.add_argument("--seeds", type=int, help="the first seeds only")
    parser.add_argument("--jobs", type=int, default=2, help="centres at a time")
    asked = parser.parse_args()
    settings = tomllib.loads((HERE / "experiment.toml").read_text("utf-8"))["experiment"]
    one = partial(measure, settings)
    with ProcessPoolExecutor(asked.jobs) as pool:
        rows = [row for centre in pool.map(one, settings["seeds"][: asked.seeds]) for row in centre]
    frame = pd.DataFrame(rows).groupby(["missing", "history"]).mean().reset_index()
    lines = ["| input | history | changed a night | moves gone the night after | moves a night |"]
    lines.append("| --- | --- | --- | --- | --- |")
    for row in frame.itertuples():
        what = f"{row.missing:.0%} of rows missing at random" if row.missing else "constant"
        known = "kept" if row.history else "none"
        lines.append(f"| {what} | {known} | {row.changed:.2%} | {row.gone:.1%} | {row.moves:.0f} |")
    made = "\n".join(lines)
    print(made)
    if asked.store:
        keep(HERE, made)


if __name__ == "__main__":
    main()
