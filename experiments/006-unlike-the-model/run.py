"""Scores centres that are not built like the model, with default and with learned validities.

python experiments/006-unlike-the-model/run.py [--seeds N] [--store]
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from beliefs import beliefs, learned_beside_true, summary
from centre import make
from worlds import FAMILIES, WORLDS

import rolefit as rf

if TYPE_CHECKING:
    from collections.abc import Sequence

sys.path.append(str(Path(__file__).parents[1]))
from pages import keep

HERE = Path(__file__).parent


def measured(name: str, agents: int, seeds: Sequence[int]) -> tuple[dict, list[dict]]:
    """One world: a row of the first table, and its rows of the second."""
    believed, trusted = [], []
    for seed in seeds:
        made = make(WORLDS[name], agents, seed)
        norms = rf.calibrate(made.workspace)
        believed.append(beliefs(made, norms))
        trusted.append(learned_beside_true(made, norms).assign(seed=seed))
    sources = pd.concat(trusted)
    kinds = sources.groupby("family")[["default", "true", "learned"]].mean().loc[list(FAMILIES)]
    off = (sources["learned"] - sources["true"]) ** 2
    kinds["off"] = off.groupby(sources["family"]).mean() ** 0.5
    kinds = kinds.map("{:.3f}".format).reset_index()
    return {"world": name, **summary(pd.concat(believed))}, [
        {"world": name, **row} for row in kinds.to_dict("records")
    ]


def as_table(rows: list[dict]) -> str:
    """Rows as a Markdown table."""
    lines = [list(rows[0]), ["---"] * len(rows[0]), *(list(row.values()) for row in rows)]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def main() -> None:
    """Prints both tables, and keeps them in the README on demand."""
    spec = tomllib.loads((HERE / "experiment.toml").read_text("utf-8"))["experiment"]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=len(spec["seeds"]), help="use the first N")
    parser.add_argument("--store", action="store_true", help="keep the tables in README.md")
    asked = parser.parse_args()
    worlds, sources = [], []
    for name in WORLDS:
        world, kinds = measured(name, spec["agents"], spec["seeds"][: asked.seeds])
        worlds.append(world)
        sources += kinds
        print(world, flush=True)
    made = f"{as_table(worlds)}\n\n{as_table(sources)}"
    print(made)
    if asked.store:
        keep(HERE, made)


if __name__ == "__main__":
    main()
