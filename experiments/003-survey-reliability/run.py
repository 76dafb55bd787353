"""Simulates people who answer the shipped questionnaires and compares evidence with the truth.

python experiments/003-survey-reliability/run.py
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

import rolefit as rf

SPEC = tomllib.loads(Path(__file__).with_name("experiment.toml").read_text("utf-8"))["experiment"]
WAYS = ("honest", "random", "same answer", "half random")
NORMAL_90 = 1.6448536
HALF, MISSING = 0.5, 0.01


@dataclass(frozen=True)
class World:
    """How people answer."""

    level: float = 0.3
    """Correlation between attributes."""
    style: float = 0.2
    """sd of a person's yes-saying; an item follows its true score with .65."""
    ease: float = 0.4
    """How far the average answer lies above the middle."""
    careless: float = SPEC["careless_share"]


def answer(
    instrument: rf.Instrument, people: int, rho: float, world: World, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """Answers in five steps, the true attributes, and how each person answered."""
    scales = instrument.scales
    level = np.sqrt(world.level) * rng.normal(size=(people, 1))
    attribute = level + np.sqrt(1 - world.level) * rng.normal(size=(people, len(scales)))
    true = rho * attribute + np.sqrt(1 - rho**2) * rng.normal(size=attribute.shape)
    style = world.style * rng.normal(size=people)
    columns = {}
    for s, scale in enumerate(scales.values()):
        for item in scale.items:
            sign = -1.0 if item in scale.reversed else 1.0
            latent = sign * (0.65 * true[:, s] + rng.normal(world.ease, 0.35)) + style
            columns[item] = np.round(3.0 + latent + 0.76 * rng.normal(size=people))
    given = np.clip(np.column_stack([columns[item] for item in instrument.items]), 1.0, 5.0)
    way = np.where(rng.random(people) < world.careless, rng.integers(1, len(WAYS), people), 0)[
        :, None
    ]
    chance = rng.integers(1, 6, size=given.shape)
    halves = (way == WAYS.index("half random")) & (rng.random(given.shape) < HALF)
    at_random = (way == WAYS.index("random")) | halves
    given = np.where(at_random, chance, given)
    given = np.where(way == WAYS.index("same answer"), rng.integers(2, 6, size=(people, 1)), given)
    given[rng.random(given.shape) < MISSING] = np.nan
    answers = pd.DataFrame(given, columns=list(instrument.items))
    names = [scale.attribute for scale in scales.values()]
    return answers, pd.DataFrame(attribute, columns=names), way[:, 0]


def run(
    kind: str, people: int, seed: int, world: World = World()
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Evidence beside the truth, and one row a person with the way of answering and its flags."""
    rng = np.random.default_rng([seed, people, kind == "interests"])
    instrument = rf.builtin_instrument(f"builtin:{kind}")
    rho = getattr(rf.build_config({}).evidence.validity, kind)
    answers, attribute, way = answer(instrument, people, rho, world, rng)
    ids = [f"a{k}" for k in range(people)]
    agents = pd.DataFrame({"agent_id": ids, "current_role": "frontline"})
    config = {"centre": {"as_of": pd.Timestamp("2026-06-30").date()}}
    survey = answers.assign(agent_id=ids)
    workspace = rf.Workspace(config, agents=agents, **{kind: survey})
    evidence = rf.score(workspace).evidence
    flags = evidence.groupby("agent_id")["note"].first().reindex(ids).fillna("")
    people_table = pd.DataFrame({
        "way": [WAYS[k] for k in way],
        "one": flags.isin(["careless_1", "careless_2"]).to_numpy(),
        "two": (flags == "careless_2").to_numpy(),
    })  # fmt: skip
    row = evidence["agent_id"].str[1:].astype(int).to_numpy()
    column = attribute.columns.get_indexer(evidence["attribute"])
    truth = attribute.to_numpy()[row, column]
    precision = 1.0 + 1.0 / evidence["variance"]
    mean = evidence["z"] / evidence["variance"] / precision
    return pd.DataFrame({
        "way": np.array(WAYS)[way[row]],
        "squared": (mean - truth) ** 2 * precision,
        "covered": (mean - truth).abs() * np.sqrt(precision) <= NORMAL_90,
        "top": highest(instrument, answers)[row, column],
    }), people_table  # fmt: skip


def highest(instrument: rf.Instrument, answers: pd.DataFrame) -> np.ndarray:
    """Who gave the highest possible answers to a whole scale; people x scales."""
    columns = []
    for scale in instrument.scales.values():
        best = [1.0 if item in scale.reversed else 5.0 for item in scale.items]
        given = answers[list(scale.items)]
        columns.append(((given == best) | given.isna()).all(axis=1))
    return np.column_stack(columns)


def honesty(kind: str, world: World) -> pd.DataFrame:
    """Evidence beside the truth in a large centre where everybody reads the questions."""
    seeds = SPEC["seeds"][: SPEC["large_seeds"]]
    world = replace(world, careless=0.0)
    return pd.concat([run(kind, SPEC["large"], seed, world)[0] for seed in seeds])


def by_style() -> pd.DataFrame:
    """Are intervals of interests honest, whatever the style and however interests go together?"""
    rows = []
    for level, style in product(SPEC["levels"], SPEC["styles"]):
        truth = honesty("interests", World(level=level, style=style))
        rows.append({
            "interests correlate": level,
            "style": style,
            "cover 90 %": truth["covered"].mean(),
            "mean z2": truth["squared"].mean(),
        })  # fmt: skip
    return pd.DataFrame(rows)


def by_ceiling() -> pd.DataFrame:
    """Are intervals of people at the top of a scale honest?"""
    rows = []
    for ease in SPEC["eases"]:
        truth = honesty("strengths", World(ease=ease))
        top = truth[truth["top"]]
        rows.append({
            "ease": ease,
            "at the ceiling": truth["top"].mean(),
            "cover 90 %": truth["covered"].mean(),
            "cover at the ceiling": top["covered"].mean(),
            "z2 at the ceiling": top["squared"].mean(),
        })  # fmt: skip
    return pd.DataFrame(rows)


def by_people() -> pd.DataFrame:
    """Evidence and signs of careless answering by the size of the centre."""
    rows = []
    for kind in ("strengths", "interests"):
        for people in SPEC["people"]:
            parts = [run(kind, people, seed) for seed in SPEC["seeds"]]
            truth = pd.concat([part[0] for part in parts])
            flags = pd.concat([part[1] for part in parts]).groupby("way")[["one", "two"]].mean()
            honest = truth[truth["way"] == "honest"]
            rows.append({
                "survey": kind,
                "people": people,
                "cover 90 %": honest["covered"].mean(),
                "mean z2": honest["squared"].mean(),
                "careless cover": truth[truth["way"] != "honest"]["covered"].mean(),
                "honest 1+": flags.loc["honest", "one"],
                "honest 2+": flags.loc["honest", "two"],
                **{f"{way} 1+": flags.loc[way, "one"] for way in WAYS[1:]},
            })  # fmt: skip
    return pd.DataFrame(rows)


def main() -> None:
    """Prints the tables of the README."""
    for table in (by_people(), by_style(), by_ceiling()):
        print(table.round(3).to_string(index=False), end="\n\n")


if __name__ == "__main__":
    main()
