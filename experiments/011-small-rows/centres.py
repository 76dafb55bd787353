"""Centres where half of the agents work part-time: as good as the others, with smaller rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

CLIENTS, MONTHS, CLIENT_SD = 10, 12, 0.2


@dataclass(frozen=True)
class Shape:
    """What a centre is like."""

    kind: str
    """rate, count, duration or mean."""
    volume: int
    """Contacts a month of part-timers, on average."""
    full: int = 60
    """Contacts a month of the others."""
    skill: float = 0.3
    """sd of agents on the scale of the model."""
    usual: float = 2.2
    """Logit of a rate; other kinds leave it alone."""
    each: float = 0.1
    """Events a contact of a count."""
    months: float = 0.0
    """sd of what is special about one month of an agent."""
    lognormal: bool = False
    """Durations are lognormal (coefficient of variation 1), not exponential."""


def draw(shape: Shape, agents: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Agents with `true` (sd between agents) and `part`; one row of metrics an agent and month."""
    rng = np.random.default_rng(seed)
    ids = np.array([f"A{k:04d}" for k in range(agents)])
    skill, part = rng.normal(size=agents), np.arange(agents) % 2 == 0
    homes = rng.integers(0, CLIENTS, (agents, 2))
    agent, month = np.divmod(np.arange(agents * MONTHS), MONTHS)
    client = homes[agent, month % 2]
    volume = np.where(part[agent], 1 + rng.poisson(shape.volume - 1, len(agent)), shape.full)
    level = shape.skill * skill[agent] + CLIENT_SD * rng.normal(size=CLIENTS)[client]
    level = level + shape.months * rng.normal(size=len(agent))
    rows = pd.DataFrame({
        "agent_id": ids[agent], "client_id": [f"C{k}" for k in client], "channel": "voice",
        "period": [f"2026-{k + 1:02d}" for k in month],
        "m": _values(shape, level, volume, rng), "contacts": volume,
    })  # fmt: skip
    true = (skill - skill.mean()) / skill.std()
    return pd.DataFrame({"agent_id": ids, "true": true, "part": part}), rows


def _values(
    shape: Shape, level: np.ndarray, volume: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """What a month's contacts add up to; better is higher, but of a duration."""
    if shape.kind == "rate":
        return rng.binomial(volume, 1 / (1 + np.exp(-shape.usual - level))) / volume
    if shape.kind == "count":
        return rng.poisson(volume * shape.each * np.exp(level))
    if shape.kind == "mean":
        return level + rng.normal(size=len(level)) / np.sqrt(volume)
    if not shape.lognormal:
        return 300 * np.exp(-level) * rng.gamma(volume, 1 / volume)
    contact = np.repeat(np.arange(len(volume)), volume)
    width = np.sqrt(np.log(2.0))
    single = np.exp(width * rng.normal(size=len(contact)) - width**2 / 2)
    return 300 * np.exp(-level) * np.bincount(contact, single) / volume
