"""Holds three estimators of client effects against the truth and prints one table.

python experiments/009-sorting-strength/run.py [--store] [--seeds N] [--only TEXT]
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

import rolefit as rf
from centres import Shape, draw

sys.path.append(str(Path(__file__).parents[1]))
from pages import keep, markdown

HERE = Path(__file__).parent
ESTIMATORS = ("random", "within", "correlated")
Z90 = 1.6448536269514722
CONFIG = {
    "metrics": {
        "score": {
            "label": "Score", "better": "higher", "kind": "mean", "volume": "volume",
            "range": [-1000.0, 1000.0], "attribute": "quality",
        },
    },
}  # fmt: skip


def measure(rows: pd.DataFrame, skill: pd.Series) -> dict[str, float]:
    """Correlation with true skill of every way, coverage and mean squared z of the estimators."""
    agents = pd.DataFrame({"agent_id": skill.index, "current_role": "frontline"})
    found = {}
    for estimator in ESTIMATORS:
        config = CONFIG | {"evidence": {"client_effects": estimator}}
        workspace = rf.Workspace(config=config, agents=agents, metrics=rows)
        norms = rf.calibrate(workspace)
        told = rf.score(workspace, norms).effects.set_index("agent_id").loc[skill.index]
        z = (skill - told["effect"]) / told["se"]
        found[estimator] = told["effect"].corr(skill) if told["effect"].std() > 0 else 0.0
        found[f"{estimator}_cover"] = float((z.abs() <= Z90).mean())
        found[f"{estimator}_z2"] = float((z**2).mean())
        found[f"{estimator}_told"] = float(told["reliability"].median())
        if estimator == "correlated":
            found["raw"] = told["raw"].corr(skill)
            metric = norms.metrics["score"]
            found["sorting"] = np.nan if metric.sorting is None else metric.sorting
    by_client = rows.groupby("client_id")
    weighed = (rows["score"] * rows["volume"]).groupby(rows["client_id"]).sum()
    centre = rows["client_id"].map(weighed / by_client["volume"].sum())
    away = ((rows["score"] - centre) * rows["volume"]).groupby(rows["agent_id"]).sum()
    centred = away / rows.groupby("agent_id")["volume"].sum()
    found["centred"] = centred.loc[skill.index].corr(skill)
    return found


def one(shape: dict, agents: int, clients: int, seed: int) -> dict[str, float]:
    """One centre, drawn and measured."""
    return measure(*draw(Shape(**shape), agents, clients, seed))


def table(settings: dict, seeds: int, only: str) -> pd.DataFrame:
    """One row a shape, means over seeds; centres side by side on all cores."""
    with ProcessPoolExecutor() as pool:
        return pd.DataFrame(lines(settings, seeds, only, pool))


def lines(settings: dict, seeds: int, only: str, pool: ProcessPoolExecutor) -> list[dict[str, str]]:
    """The rows of the table."""
    made = []
    for row in settings["rows"]:
        if only not in row["name"]:
            continue
        size = [row.get(key, settings[key]) for key in ("agents", "clients")]
        drawn = list(pool.map(partial(one, row["shape"], *size), range(1, seeds + 1)))
        mean = pd.DataFrame(drawn).mean()
        line = {"centre": row["name"], "raw": f"{mean['raw']:.3f}"}
        line["client-centred"] = f"{mean['centred']:.3f}"
        for name in ESTIMATORS:
            line[f"{name} (cover)"] = f"{mean[name]:.3f} ({mean[name + '_cover']:.3f})"
        line["reliability"] = f"{mean['correlated_told']:.2f}"
        line["mean z²"] = f"{mean['correlated_z2']:.2f}"
        line["sorting told"] = "-" if np.isnan(mean["sorting"]) else f"{mean['sorting']:.2f}"
        made.append(line)
        print(" | ".join(line.values()), flush=True)
    return made


def main() -> None:
    """Runs what experiment.toml says, prints the table, and keeps it in the README on demand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", action="store_true", help="keep the table in README.md")
    parser.add_argument("--seeds", type=int, help="centres a row")
    parser.add_argument("--only", default="", help="rows whose name holds this text")
    asked = parser.parse_args()
    settings = tomllib.loads((HERE / "experiment.toml").read_text("utf-8"))["experiment"]
    made = markdown(table(settings, asked.seeds or settings["seeds"], asked.only))
    print(f"\n{made}")
    if asked.store:
        keep(HERE, made)


if __name__ == "__main__":
    main()
