"""Fills the same seats with more and more evidence, and measures what comes of the moves.

python experiments/014-ladder/run.py [--store] [--worlds A,B] [--seeds N] [--jobs N] [--agents N]
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
from ladder import ADDED, RUNGS, told
from picture import draw

import rolefit as rf
from rolefit.simulate.centre import simulate

sys.path.append(str(Path(__file__).parents[1]))
from pages import keep, markdown

HERE = Path(__file__).parent
REFUSALS = ("no", "not_now")
BESIDE = ("lot", "metrics_raw", "+ interests", "rolefit")
"""Rungs whose gain over the present role and unwanted moves the table tells too."""
MEASURES = ("outcome", "gain", "unwanted")


def measure(agents: int, world: str, seed: int) -> pd.DataFrame:
    """Outcome, gain and unwanted moves of every rung in one centre."""
    centre = simulate(agents, seed, world)
    whole = rf.score(rf.Workspace(config=centre.config, **centre.tables))
    rungs, tables = {"lot": by_lot(whole.fits, seed)}, {"agents": centre.tables["agents"]}
    for rung, more in ADDED.items():
        tables |= {name: centre.tables[name] for name in more}
        rungs[rung] = chances(rf.score(rf.Workspace(config=centre.config, **tables)).fits)
    rungs["+ interests"] = chances(whole.fits)
    rungs["+ wishes"] = chances(whole.fits[~whole.fits["wish"].isin(REFUSALS)])
    frame = rf.evaluate(whole, centre.truth, others=rungs).frame()
    frame = frame[(frame["seats"] == "same") & frame["measure"].isin(MEASURES)]
    found = frame.pivot_table("value", "policy", "measure").reindex(list(RUNGS))
    found = found.reindex(columns=list(MEASURES))
    moved = int(frame.loc[frame["measure"] == "outcome", "n"].max())
    return found.reset_index().assign(world=world, seed=seed, seats=moved)


def chances(fits: pd.DataFrame) -> pd.DataFrame:
    """What a rung ranks by: P(fit >= bar) for every agent and role."""
    return fits[["agent_id", "role"]].assign(score=fits["p_ready"]).dropna()


def by_lot(fits: pd.DataFrame, seed: int) -> pd.DataFrame:
    """What knows nothing ranks by: chance, the same for the same centre."""
    score = np.random.default_rng(seed).random(len(fits))
    return fits[["agent_id", "role"]].assign(score=score)


def table(rows: pd.DataFrame, worlds: list[str]) -> str:
    """One row a world: outcome of every rung, and how far the suggestions are from a ranking."""
    lines = []
    for world in worlds:
        own = rows[rows["world"] == world]
        outcome = own.pivot_table("outcome", "seed", "policy")
        gain, unwanted = (own.groupby("policy")[name].mean() for name in ("gain", "unwanted"))
        ranking = outcome[["metrics_raw", "metrics_adjusted"]].mean().idxmax()
        lines.append({
            "world": world,
            "seats": f"{own.groupby('seed')['seats'].first().mean():.0f}",
            **{RUNGS[rung]: told(outcome[rung]) for rung in RUNGS},
            "suggestions - better ranking": told(outcome["rolefit"] - outcome[ranking]),
            **{f"gain, {RUNGS[rung]}": f"{gain[rung]:.2f}" for rung in BESIDE},
            **{f"unwanted, {RUNGS[rung]}": f"{unwanted[rung]:.2f}" for rung in BESIDE},
        })  # fmt: skip
    return markdown(pd.DataFrame(lines))


def main() -> None:
    """Runs what experiment.toml says, prints the table, and keeps it and the figure on demand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", action="store_true", help="keep the table and the figure here")
    parser.add_argument("--worlds", help="some worlds only, separated by commas")
    parser.add_argument("--seeds", type=int, help="the first seeds only")
    parser.add_argument("--agents", type=int, help="other than experiment.toml says")
    parser.add_argument("--jobs", type=int, default=2, help="centres at a time")
    asked = parser.parse_args()
    settings = tomllib.loads((HERE / "experiment.toml").read_text("utf-8"))["experiment"]
    worlds = asked.worlds.split(",") if asked.worlds else settings["worlds"]
    cases = [(world, seed) for world in worlds for seed in settings["seeds"][: asked.seeds]]
    agents = asked.agents or settings["agents"]
    one = partial(measure, agents)
    with ProcessPoolExecutor(asked.jobs) as pool:
        rows = pd.concat(pool.map(one, *zip(*cases, strict=True)), ignore_index=True)
    made = f"{agents:,} agents, {rows['seed'].nunique()} centres a row.\n\n{table(rows, worlds)}"
    print(made)
    if asked.store:
        keep(HERE, made)
        draw(rows, worlds, HERE / "ladder.png")


if __name__ == "__main__":
    main()
