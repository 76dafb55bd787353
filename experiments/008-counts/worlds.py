"""Counts of people whose true inclination is known, built like none of the rivals assumes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NEW = 0.3
"""Share of newcomers where there are any."""
MEANT = {
    "plain": "Poisson, normal log rates",
    "often": "ten times as many events",
    "rare": "six times fewer events",
    "far apart": "people differ twice as much",
    "busy months": "each month has its own gamma rate: negative binomial",
    "lumpy hours": "every event takes some half hours",
    "gaps": "40 % of the months are not written down",
    "never written down": "of one in ten people nothing is written down",
    "100-fold chances": "opportunities from .1 to 10 a month",
    "newcomers": "three in ten are here for a month",
    "heavy tails": "t with 4 degrees of freedom",
    "two kinds of people": "one in ten does most of it",
    "all together": "lumpy hours, 100-fold chances, newcomers, heavy tails",
}


@dataclass(frozen=True)
class Counts:
    """Agents x months."""

    inclination: np.ndarray
    """True log rate, mean 0, sd 1, shape (agents,)."""
    quantity: np.ndarray
    chance: np.ndarray
    """1 a month of presence, or the opportunities."""
    offered: bool


def draw(world: str, seed: int, spec: dict) -> Counts:
    """One world's counts."""
    rng = np.random.default_rng([seed, *world.encode()])
    n, months, spread = spec["agents"], spec["months"], spec["spread"]
    together = world == "all together"
    t = _inclination(world, n, rng)
    present = np.where((rng.random(n) < NEW) & (together or world == "newcomers"), 1, months)
    chance = 1.0 * (np.arange(months) < present[:, None])
    offered = together or world == "100-fold chances"
    if offered:
        chance *= 10.0 ** rng.uniform(-1, 1, n)[:, None]
    scale = {"often": 10.0, "rare": 1 / 6}.get(world, 1.0) * spec["rate"]
    if world == "far apart":
        spread *= 2
    mean = scale * chance * np.exp(spread * t)[:, None]
    if world == "busy months":
        mean *= rng.gamma(0.5, 2.0, mean.shape)
    quantity = rng.poisson(mean).astype(float)
    if together or world == "lumpy hours":
        hours = rng.gamma(2.0 * np.maximum(quantity, 1.0))
        quantity = np.where(quantity > 0, np.round(2 * hours) / 2, 0.0)
    if world == "gaps":
        quantity *= rng.random(quantity.shape) < 0.6  # noqa: PLR2004 - as MEANT says
    if world == "never written down":
        quantity[rng.random(n) < 0.1] = 0.0  # noqa: PLR2004 - as MEANT says
    return Counts(t, quantity, chance, offered)


def _inclination(world: str, n: int, rng: np.random.Generator) -> np.ndarray:
    """True log rates in units of their sd."""
    if world in {"heavy tails", "all together"}:
        return rng.standard_t(4, n) / np.sqrt(2.0)
    t = rng.normal(size=n)
    if world == "two kinds of people":
        t = np.where(rng.random(n) < 0.1, 2.5, -0.28) + 0.5 * t  # noqa: PLR2004
        t = (t - t.mean()) / t.std()
    return t
