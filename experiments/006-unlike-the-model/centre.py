"""A centre of a world: tables as a workspace has them, and the truth behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from worlds import FAMILIES, World

import rolefit as rf

if TYPE_CHECKING:
    from collections.abc import Sequence

CONFIG = {"centre": {"as_of": date(2026, 6, 30)}}
METRICS = {"aht": 0.25, "csat": 0.3, "fcr": 0.5, "transfer_rate": 0.5, "quality_score": 4.0}
"""Size of one agent sd on the scale of each metric."""
PERIODS = ("2026-04", "2026-05", "2026-06")
CLIENTS, RATERS_EACH, AGENTS_A_RATER, MONTHS = 12, 3, 15, 12
EVENTS = 0.5
"""Contributions of one kind a month, of the average agent."""
INTERESTS_TOGETHER = 1 / 3
"""Interests go together less than abilities do."""
RATED = 0.6
"""Chance that a rater says something of an attribute."""


@dataclass(frozen=True)
class Made:
    """A workspace and its truth."""

    workspace: rf.Workspace
    theta: pd.DataFrame
    """True attributes, agents x attributes, mean 0 and sd 1."""
    validity: dict[str, float]
    """True validity by `family/source/attribute`: correlation of the view with the attribute; for
    contributions, of the root of the rate."""


class Chance:
    """Draws of one world: normal or Student's t, always of variance 1."""

    def __init__(self, world: World, rng: np.random.Generator) -> None:
        self.world, self.rng = world, rng

    def __call__(self, *shape: int) -> np.ndarray:
        """Numbers with mean 0 and variance 1."""
        df = self.world.degrees
        if not df:
            return self.rng.standard_normal(shape)
        return self.rng.standard_t(df, shape) / np.sqrt(df / (df - 2.0))


def make(world: World, agents: int, seed: int) -> Made:
    """A centre; the same arguments give the same one.

    Args:
        world: how it differs from the model.
        agents: how many.
        seed: of all chance.
    """
    rng = np.random.default_rng(seed)
    draw = Chance(world, rng)
    config = rf.build_config(CONFIG)
    names = list(config.attribute_ids)
    interest = np.array([config.attributes[name].group == "interest" for name in names])
    together = np.where(interest, INTERESTS_TOGETHER * world.together, world.together)
    theta = np.sqrt(together) * draw(agents, 1) + np.sqrt(1.0 - together) * draw(agents, len(names))
    theta = (theta - theta.mean(axis=0)) / theta.std(axis=0)
    ids = [f"A{k:04d}" for k in range(agents)]
    sources = _sources(config)
    views, validity = {}, {}
    for family in FAMILIES:
        seen = theta[:, [names.index(attribute) for _, attribute in sources[family]]]
        views[family] = _look(seen, world.validity[family], world, draw)
        if family == "contributions":
            views[family] = _rates(views[family], world, rng)
        for k, (source, attribute) in enumerate(sources[family]):
            truly = np.sqrt(views[family]) if family == "contributions" else views[family]
            rho = np.corrcoef(truly[:, k], seen[:, k])[0, 1]
            validity[f"{family}/{source}/{attribute}"] = float(rho)
    tables = {
        "agents": pd.DataFrame({
            "agent_id": ids, "team_id": "T1", "current_role": "frontline",
            "hired_on": date(2024, 1, 1),
        }),
        "metrics": _metrics(ids, views["metrics"], draw),
        **{
            kind: _survey(ids, config.questionnaires[kind], views[kind], draw)
            for kind in ("strengths", "interests")
        },
        **{
            family: write(ids, sources[family], views[family], draw)
            for family, write in (("contributions", _contributions), ("ratings", _ratings))
        },
    }  # fmt: skip
    workspace = rf.Workspace(CONFIG, **tables)
    return Made(workspace, pd.DataFrame(theta, index=ids, columns=names), validity)


def _sources(config: rf.Config) -> dict[str, list[tuple[str, str]]]:
    """Source and attribute of everything that is read, by family."""
    scales = {
        kind: [
            (scale, spec.attribute) for scale, spec in config.questionnaires[kind].scales.items()
        ]
        for kind in ("strengths", "interests")
    }
    rated = [name for name in config.attribute_ids if config.attributes[name].group != "interest"]
    return {
        "metrics": [(name, config.metrics[name].attribute) for name in METRICS],
        **scales,
        "contributions": [(kind, spec.attribute) for kind, spec in config.contributions.items()],
        "ratings": [("ratings", name) for name in rated],
    }


def _look(seen: np.ndarray, rho: float, world: World, draw: Chance) -> np.ndarray:
    """What a family sees: the attribute, and beside it something shared and something own."""
    each = rho + draw.rng.uniform(-world.spread, world.spread, seen.shape[1])
    shared, own = draw(len(seen), 1), draw(*seen.shape)
    beside = np.sqrt(world.method) * shared + np.sqrt(1.0 - world.method) * own
    return each * seen + np.sqrt(1.0 - each**2) * beside


def _rates(views: np.ndarray, world: World, rng: np.random.Generator) -> np.ndarray:
    """Events a year: the view, and luck that has nothing to do with it."""
    luck = rng.gamma(1.0 / world.lumpy, world.lumpy, views.shape) if world.lumpy else 1.0
    return EVENTS * MONTHS * luck * np.exp(0.5 * np.clip(views, -4.0, 4.0))


def _metrics(ids: list[str], views: np.ndarray, draw: Chance) -> pd.DataFrame:
    """Three months at two of the clients each, clients by chance and of different difficulty."""
    rng, n = draw.rng, len(ids)
    served = np.argsort(rng.random((n, CLIENTS)), axis=1)[:, :2]
    agent = np.repeat(np.arange(n), 2 * len(PERIODS))
    client = np.repeat(served.ravel(), len(PERIODS))
    period = np.tile(np.arange(len(PERIODS)), 2 * n)
    contacts = 1 + rng.poisson(120.0 * rng.gamma(4.0, 0.25, len(agent)))
    answers, checked = rng.poisson(0.15 * contacts), rng.poisson(0.03 * contacts)
    table: dict[str, Any] = {
        "agent_id": np.array(ids)[agent], "client_id": [f"C{k}" for k in client],
        "channel": "phone", "period": np.array(PERIODS)[period], "contacts": contacts,
        "csat_answers": answers, "evaluations": checked,
    }  # fmt: skip
    for m, (metric, size) in enumerate(METRICS.items()):
        hard = draw(CLIENTS)[client]
        good = size * (views[agent, m] + hard + 0.4 * draw(len(agent)))
        table[metric] = _value(metric, good, contacts, answers, checked, draw)
    return pd.DataFrame(table)


def _value(
    metric: str,
    good: np.ndarray,
    contacts: np.ndarray,
    answers: np.ndarray,
    checked: np.ndarray,
    draw: Chance,
) -> np.ndarray:
    """What a system exports: skewed durations, bounded means, shares of counted contacts."""
    noise = draw(len(good))
    if metric == "aht":
        return np.clip(np.exp(6.0 - good + 0.8 / np.sqrt(contacts) * noise), 1.0, 7200.0)
    if metric == "csat":
        score = np.clip(4.2 + good + 1.0 / np.sqrt(np.maximum(answers, 1)) * noise, 1.0, 5.0)
        return np.where(answers > 0, score, np.nan)
    if metric == "quality_score":
        score = np.clip(85.0 + good + 9.0 / np.sqrt(np.maximum(checked, 1)) * noise, 0.0, 100.0)
        return np.where(checked > 0, score, np.nan)
    sign = 1.0 if metric == "fcr" else -1.0
    share = 1.0 / (1.0 + np.exp(-sign * (good + 0.9)))
    return draw.rng.binomial(contacts, share) / contacts


def _survey(
    ids: list[str], instrument: rf.Instrument, views: np.ndarray, draw: Chance
) -> pd.DataFrame:
    """Answers in few steps, with a style of answering, and some that were not read."""
    world, n = draw.world, len(ids)
    low, high = instrument.instrument.min, instrument.instrument.max
    style = 0.25 * draw(n)
    columns = {}
    for s, scale in enumerate(instrument.scales.values()):
        for item in scale.items:
            sign = -1.0 if item in scale.reversed else 1.0
            agreed = sign * (world.agreeable + 0.7 * views[:, s] + 0.2 * draw.rng.normal())
            place = (agreed + style + 0.8 * draw(n)) / 4.0 + 0.5
            step = np.clip(np.round(place * (world.steps - 1)), 0, world.steps - 1)
            columns[item] = low + (high - low) * step / (world.steps - 1)
    given = np.column_stack([columns[item] for item in instrument.items])
    careless = np.flatnonzero(draw.rng.random(n) < world.careless)
    chance = draw.rng.integers(0, world.steps, (len(careless), given.shape[1]))
    given[careless] = low + (high - low) * chance / (world.steps - 1)
    return pd.DataFrame(given, columns=list(instrument.items)).assign(agent_id=ids)


def _contributions(
    ids: list[str], sources: Sequence[tuple[str, str]], rates: np.ndarray, draw: Chance
) -> pd.DataFrame:
    """Events of a year."""
    world, n = draw.world, len(ids)
    written = draw.rng.random(n) >= world.never
    parts = []
    for k, (kind, _) in enumerate(sources):
        agent = np.repeat(np.arange(n), draw.rng.poisson(rates[:, k] * written))
        days = draw.rng.integers(0, 30 * MONTHS, len(agent))
        parts.append(pd.DataFrame({
            "agent_id": np.array(ids)[agent], "kind": kind, "quantity": 1.0,
            "on": pd.Timestamp("2026-06-30") - pd.to_timedelta(days, unit="D"),
        }))  # fmt: skip
    table = pd.concat(parts)
    return table.assign(on=table["on"].dt.date)


def _ratings(
    ids: list[str], sources: Sequence[tuple[str, str]], views: np.ndarray, draw: Chance
) -> pd.DataFrame:
    """Ratings of one to five by a few raters each, most of them kind, some kinder."""
    world, n, rng = draw.world, len(ids), draw.rng
    raters = max(6, n // AGENTS_A_RATER)
    lenient = world.leniency * draw(raters)
    agent = np.repeat(np.arange(n), RATERS_EACH)
    rater = rng.integers(0, raters, len(agent))
    halo = 0.35 * draw(len(agent))
    parts = []
    for k, (_, attribute) in enumerate(sources):
        said = rng.random(len(agent)) < RATED
        who, by = agent[said], rater[said]
        value = 3.0 + world.kindness + 0.6 * views[who, k] + lenient[by] + halo[said]
        value = np.clip(np.round(value + 0.55 * draw(len(who))), 1.0, 5.0)
        parts.append(pd.DataFrame({
            "agent_id": np.array(ids)[who], "attribute": attribute, "rater_kind": "peer",
            "rater_id": [f"R{b}" for b in by], "value": value, "on": date(2026, 5, 1),
        }))  # fmt: skip
    return pd.concat(parts).drop_duplicates(["agent_id", "attribute", "rater_id"])
