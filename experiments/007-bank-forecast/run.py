"""Foretells handle times of a real call centre, beside the usual ways, in 22 weekly windows.

python experiments/007-bank-forecast/run.py [--estimators within random] [--period %Y-%m] [--store]
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from foretell import Forecaster
from usual import usual
from windows import centred, dummies, handled_calls, windows

sys.path.append(str(Path(__file__).parents[1]))
from pages import keep

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
USUAL = {
    "everybody equal": "zero", "raw mean": "raw_mean", "adjusted": "adj_mean",
    "adjusted + shrunk": "eb_adj",
}  # fmt: skip
"""Way -> its name in the reference."""


def errors(spec: dict[str, Any], estimators: list[str]) -> pd.DataFrame:
    """Root mean squared error over agents, one row a target x training x window x way."""
    calls = handled_calls(ROOT / spec["calls"], spec)
    context = dummies(calls)
    forecasters = {e: Forecaster(calls, e, spec["regular"], spec["period"]) for e in estimators}
    rows = []
    for window in windows(calls, context, spec):
        told = usual(window, calls, context)
        for estimator, forecaster in forecasters.items():
            for part, forecast in forecaster.foretell(window).items():
                told[f"rolefit {estimator}, {part}"] = forecast
        for target, truth in window.targets.items():
            for way, forecast in told.items():
                if way.endswith(")") and not way.endswith(f"({target})"):
                    continue
                missed = centred(forecast.reindex(truth.index)) - truth
                rows.append({
                    "target": target, "weeks": window.weeks, "cap": window.cap,
                    "last": window.last, "way": way.removesuffix(f" ({target})"),
                    "rmse": float(np.sqrt((missed**2).mean())),
                })  # fmt: skip
    return pd.DataFrame(rows)


def table(found: pd.DataFrame, target: str) -> pd.DataFrame:
    """Mean error over windows: one row a way, one column an amount of training data."""
    mine = found[found["target"] == target]
    means = mine.pivot_table(values="rmse", index="way", columns=["weeks", "cap"], sort=False)
    means.columns = [
        f"{cap} calls an agent" if cap else f"{weeks} week{'s' * (weeks > 1)}"
        for weeks, cap in means.columns
    ]
    return means


def better_windows(found: pd.DataFrame, way: str, target: str) -> str:
    """In how many windows a way errs less than `adjusted + shrunk`, by training data."""
    mine = found[found["target"] == target].set_index(["weeks", "cap", "last"])
    other = mine[mine["way"] == "adjusted + shrunk"]["rmse"]
    wins = (mine[mine["way"] == way]["rmse"] < other).groupby(level=[0, 1], sort=False).sum()
    return ", ".join(str(n) for n in wins)


def same_as_reference(found: pd.DataFrame, file: Path) -> float:
    """Largest difference between our rerun of the usual ways and the reference's numbers."""
    theirs = pd.read_csv(file).set_index(["target", "method", "train_weeks", "cap"])["rmse"]
    ours = found[found["way"].isin(USUAL)].assign(method=found["way"].map(USUAL))
    means = ours.groupby(["target", "method", "weeks", "cap"])["rmse"].mean()
    return float((means - theirs.reindex(means.index)).abs().max())


def report(spec: dict[str, Any], estimators: list[str]) -> str:
    """Everything the README shows."""
    found = errors(spec, estimators)
    apart = same_as_reference(found, ROOT / spec["reference"])
    parts = [f"Largest difference of the first four ways from the reference: {apart:.5f}."]
    for target, what in (
        ("ps_only", "Mean log time of regular calls, as they come (`ps_only`)"),
        ("adj_all", "Mean log time of all calls, adjusted on the weeks ahead (`adj_all`)"),
    ):
        parts += [f"{what}:", markdown(table(found, target))]
    ways = [way for way in found["way"].unique() if way.startswith("rolefit")]
    parts.append("Windows of 22 in which a way errs less than `adjusted + shrunk` (`ps_only`; "
                 "4 weeks, 1 week, 20 calls, 10 calls):")  # fmt: skip
    parts.append("\n".join(f"- {way}: {better_windows(found, way, 'ps_only')}" for way in ways))
    return "\n\n".join(parts)


def markdown(means: pd.DataFrame) -> str:
    """A table in Markdown, four digits."""
    lines = [["way", *means.columns], ["---"] * (1 + means.shape[1])]
    lines += [
        [way, *(f"{e:.4f}"[1:] for e in row)]
        for way, row in zip(means.index, means.to_numpy(), strict=True)
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Runs what experiment.toml says, prints it, and keeps it in the README on demand."""
    spec = tomllib.loads((HERE / "experiment.toml").read_text("utf-8"))
    settings = spec["experiment"] | {"training": spec["training"]}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--estimators", nargs="+", default=settings["estimators"])
    parser.add_argument("--period", default=settings["period"], help="day of a row, as strftime")
    parser.add_argument("--store", action="store_true", help="keep the tables in README.md")
    call = parser.parse_args()
    made = report(settings | {"period": call.period}, call.estimators)
    print(made)
    if call.store:
        keep(HERE, made)


if __name__ == "__main__":
    main()
