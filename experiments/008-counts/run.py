"""Compares three ways to turn counts into evidence with people's true inclination.

python experiments/008-counts/run.py
"""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
from rivals import dispersion, gamma, root
from worlds import MEANT, Counts, draw

import rolefit as rf

SPEC = tomllib.loads(Path(__file__).with_name("experiment.toml").read_text("utf-8"))["experiment"]
AS_OF = dt.date(2026, 6, 30)
NORMAL_90 = 1.6448536
ALMOST_ONE = 0.9999
"""Validity: what is measured here is the inclination itself."""


def library(counts: Counts) -> tuple[np.ndarray, np.ndarray]:
    """The library's posterior, from a table of contributions."""
    agent, month = np.nonzero(counts.chance)
    ids = np.array([f"a{k:04d}" for k in range(len(counts.inclination))])
    rows = pd.DataFrame(
        {
            "agent_id": ids[agent],
            "kind": "mentoring",
            "on": [AS_OF - dt.timedelta(days=15 + int(30.4 * m)) for m in month],
            "quantity": counts.quantity[agent, month],
            "opportunity": counts.chance[agent, month] if counts.offered else np.nan,
        }
    )
    months = (counts.chance > 0).sum(axis=1)
    agents = pd.DataFrame(
        {
            "agent_id": ids,
            "current_role": "frontline",
            "hired_on": [AS_OF - dt.timedelta(days=int(30.44 * m) + 1) for m in months],
        }
    )
    config = {
        "centre": {"as_of": AS_OF},
        "contributions": {"mentoring": {"validity": ALMOST_ONE}},
    }
    workspace = rf.Workspace(config, agents=agents, contributions=rows)
    evidence = rf.score(workspace).evidence.set_index("agent_id").reindex(ids)
    precision = (1 / evidence["variance"]).fillna(0.0).to_numpy()
    mean = evidence["z"].fillna(0.0).to_numpy() * precision / (1 + precision)
    return mean, 1 / (1 + precision)


def run(world: str, seed: int) -> list[dict]:
    """One row a rival: correlation, mean squared z, coverage."""
    counts = draw(world, seed, SPEC)
    k, e = counts.quantity.sum(axis=1), counts.chance.sum(axis=1)
    d, t = dispersion(counts.quantity, counts.chance), counts.inclination
    rows = []
    for name, (mean, variance) in {
        "root": root(k, e, d), "gamma": gamma(k, e, d), "lognormal": library(counts),
    }.items():  # fmt: skip
        away = np.abs(mean - t)
        rows.append(
            {
                "world": world,
                "rival": name,
                "r": np.corrcoef(mean, t)[0, 1] if mean.std() > 0 else 0.0,
                "z2": (away**2 / variance).mean(),
                "cover": (away <= NORMAL_90 * np.sqrt(variance)).mean(),
            }
        )
    return rows


def main() -> None:
    """Prints the table of the README."""
    rows = [row for world in MEANT for seed in SPEC["seeds"] for row in run(world, seed)]
    table = pd.DataFrame(rows).groupby(["world", "rival"], sort=False).mean().unstack()  # noqa: PD010
    table = table.swaplevel(axis=1)[["root", "gamma", "lognormal"]]
    print(table.round(3).to_string())


if __name__ == "__main__":
    main()
