"""Counts right and missed `out` conversations beside the bottom 5 % by metrics, and prints both.

python experiments/012-out-conversations/run.py [--store] [--worlds A,B] [--seeds N] [--jobs N]
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
from rolefit.fit import profile
from rolefit.simulate.centre import Simulated, simulate
from rolefit.simulate.outcomes import true_fits

sys.path.append(str(Path(__file__).parents[1]))
from pages import keep, markdown

HERE = Path(__file__).parent
BOTTOM = 0.05


def measure(agents: int, shares: list[float], world: str, seed: int) -> list[dict]:
    """Counts of one centre at several thresholds.

    One run at the widest threshold tells all: a conversation at a narrower one is a conversation
    here whose gate `no_inside_fit` found no more than that.
    """
    centre = simulate(agents, seed, world)
    config = {**centre.config, "policy": {"out": {"no_inside_fit": max(shares)}}}
    result = rf.score(rf.Workspace(config=config, **centre.tables))
    told = result.suggestions.set_index("agent_id")
    profiles = profile(result.config)
    below = (true_fit(centre, result.config, told.index) < profiles.bar) | profiles.outward
    nowhere = pd.Series(below.all(axis=1), told.index)
    chosen = told["gates"].map(lambda gates: passed(gates, "by_choice"))
    suits = told["gates"].map(lambda gates: value(gates, "no_inside_fit"))
    talk = (told["direction"] == "out") & ~chosen
    bottom = told["metrics_only_percentile"] <= BOTTOM
    return [
        {
            "world": world, "no_inside_fit": share,
            "talks": (talk & (suits <= share)).sum(),
            "right": (talk & (suits <= share) & nowhere).sum(),
            "nowhere": nowhere.sum(), "bottom": bottom.sum(),
            "bottom_right": (bottom & nowhere).sum(),
        }
        for share in shares
    ]  # fmt: skip


def true_fit(centre: Simulated, config: rf.Config, agents: pd.Index) -> np.ndarray:
    """What decides how a move turns out in this world, before luck: agents x roles."""
    tables = {name: table.to_pandas() for name, table in centre.truth.items()}
    theta = tables["agents_truth"].set_index("agent_id").loc[agents, list(config.attribute_ids)]
    effects = tables["effects_truth"].pivot_table("effect", "agent_id", "metric").loc[agents]
    return true_fits(config, centre.world, theta.to_numpy(), effects.to_numpy())


def passed(gates: list[dict], name: str) -> bool:
    """Whether an agent has passed a gate."""
    return any(gate["gate"] == name and gate["passed"] for gate in gates)


def value(gates: list[dict], name: str) -> float:
    """What a gate found; infinite where it was not looked at."""
    return next((gate["value"] for gate in gates if gate["gate"] == name), np.inf)


def table(rows: pd.DataFrame) -> str:
    """Precision with its 95 % interval (seeds as units), recall, and the bottom 5 % beside them."""
    lines = []
    every = pd.concat([rows, rows.assign(world="all")])
    for (world, share), own in every.groupby(["world", "no_inside_fit"], sort=False):
        total = own.sum(numeric_only=True)
        low, high = interval(own["right"].to_numpy(), own["talks"].to_numpy())
        lines.append({
            "world": world, "no_inside_fit": share, "conversations": int(total["talks"]),
            "right": f"{total['right'] / max(total['talks'], 1):.3f} ({low:.3f}-{high:.3f})",
            "found of all without a role": f"{total['right'] / total['nowhere']:.3f}",
            "people without a role": int(total["nowhere"]),
            "bottom 5 % right": f"{total['bottom_right'] / total['bottom']:.3f}",
            "bottom 5 % finds": f"{total['bottom_right'] / total['nowhere']:.3f}",
        })  # fmt: skip
    return markdown(pd.DataFrame(lines))


def interval(right: np.ndarray, talks: np.ndarray, draws: int = 4000) -> tuple[float, float]:
    """95 % interval of a pooled share, centres drawn with replacement (fixed seed)."""
    rng = np.random.default_rng(0)
    pick = rng.integers(0, len(right), (draws, len(right)))
    shares = right[pick].sum(axis=1) / np.maximum(talks[pick].sum(axis=1), 1)
    low, high = np.quantile(shares, [0.025, 0.975])
    return float(low), float(high)


def main() -> None:
    """Runs what experiment.toml says, prints the table, and keeps it in the README on demand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", action="store_true", help="keep the table in README.md")
    parser.add_argument("--worlds", help="some worlds only, separated by commas")
    parser.add_argument("--seeds", type=int, help="the first seeds only")
    parser.add_argument("--jobs", type=int, default=2, help="centres at a time")
    asked = parser.parse_args()
    settings = tomllib.loads((HERE / "experiment.toml").read_text("utf-8"))["experiment"]
    worlds = asked.worlds.split(",") if asked.worlds else settings["worlds"]
    cases = [(world, seed) for world in worlds for seed in settings["seeds"][: asked.seeds]]
    one = partial(measure, settings["agents"], settings["shares"])
    with ProcessPoolExecutor(asked.jobs) as pool:
        rows = [row for centre in pool.map(one, *zip(*cases, strict=True)) for row in centre]
    made = table(pd.DataFrame(rows))
    print(made)
    if asked.store:
        keep(HERE, made)


if __name__ == "__main__":
    main()
