"""Holds part-timers and full-timers of equal skill beside each other and prints one table.

python experiments/011-small-rows/run.py [--store] [--seeds N] [--only TEXT] [--estimators ...]
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import pandas as pd

import rolefit as rf
from centres import Shape, draw

sys.path.append(str(Path(__file__).parents[1]))
from pages import keep, markdown

HERE = Path(__file__).parent
ESTIMATORS = ("random", "within", "correlated")
Z90 = 1.6448536269514722


def spec(kind: str) -> dict[str, object]:
    """The metric, as a config says it."""
    span = {"rate": [0, 1], "mean": [-100, 100]}.get(kind, [0, 100_000])
    return {
        "label": "Metric", "better": "lower" if kind == "duration" else "higher", "kind": kind,
        "volume": "contacts", "range": span, "attribute": "quality",
    }  # fmt: skip


def measure(estimators: tuple[str, ...], shape: dict, agents: int, seed: int) -> dict[str, float]:
    """What each estimator says of the two halves of one centre."""
    people, rows = draw(Shape(**shape), agents, seed)
    found = {}
    for name in estimators:
        config = {"metrics": {"m": spec(shape["kind"])}, "evidence": {"client_effects": name}}
        known = people[["agent_id"]].assign(current_role="frontline")
        result = rf.score(rf.Workspace(config=config, agents=known, metrics=rows))
        told = result.effects.query("metric == 'm'").set_index("agent_id").loc[people["agent_id"]]
        missed = told["effect"].to_numpy() - people["true"].to_numpy()
        z = missed / told["se"].to_numpy()
        part = people["part"].to_numpy()
        for half, who in (("part", part), ("full", ~part)):
            found[f"{name}_off_{half}"] = missed[who].mean()
            found[f"{name}_cover_{half}"] = (abs(z[who]) <= Z90).mean()
            found[f"{name}_reliability_{half}"] = told["reliability"].to_numpy()[who].mean()
            found[f"{name}_z2_{half}"] = (z[who] ** 2).mean()
    return found


def lines(
    settings: dict, seeds: int, only: str, estimators: tuple[str, ...], pool: ProcessPoolExecutor
) -> list[dict[str, str]]:
    """The rows of the table, one a kind of centre and estimator; means over seeds."""
    made = []
    for row in settings["rows"]:
        if only not in row["name"]:
            continue
        one = partial(measure, estimators, row["shape"], settings["agents"])
        drawn = pd.DataFrame(list(pool.map(one, range(1, seeds + 1))))
        for name in estimators:
            mean = drawn.filter(like=f"{name}_").mean()
            off = drawn[f"{name}_off_part"] - drawn[f"{name}_off_full"]
            line = {"centre": row["name"], "estimator": name}
            line["part-timers off"] = f"{off.mean() / 2:+.3f} ± {off.sem() / 2:.3f}"
            for what, column in (("cover", "cover"), ("z2", "z²"), ("reliability", "reliability")):
                both = [mean[f"{name}_{what}_{half}"] for half in ("part", "full")]
                line[f"{column} (part, full)"] = ", ".join(f"{value:.3f}" for value in both)
            made.append(line)
            print(" | ".join(line.values()), flush=True)
    return made


def main() -> None:
    """Runs what experiment.toml says, prints the table, and keeps it in the README on demand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", action="store_true", help="keep the table in README.md")
    parser.add_argument("--seeds", type=int, help="centres a row")
    parser.add_argument("--only", default="", help="rows whose name holds this text")
    parser.add_argument("--estimators", nargs="+", default=ESTIMATORS, choices=ESTIMATORS)
    asked = parser.parse_args()
    settings = tomllib.loads((HERE / "experiment.toml").read_text("utf-8"))["experiment"]
    seeds = asked.seeds or settings["seeds"]
    with ProcessPoolExecutor() as pool:
        found = lines(settings, seeds, asked.only, tuple(asked.estimators), pool)
    made = markdown(pd.DataFrame(found))
    print(f"\n{made}")
    if asked.store:
        keep(HERE, made)


if __name__ == "__main__":
    main()
