"""Trends: how an agent's context-adjusted results move from period to period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from rolefit.evidence.cells import sum_by
from rolefit.evidence.recent import WINDOW
from rolefit.evidence.shrinkage import spread_of

if TYPE_CHECKING:
    from rolefit.evidence.recent import Recent
    from rolefit.schema.arrays import Floats

HALF_LIFE = 3.0
"""Periods after which a row counts half as much for the trend."""
LEAST_PERIODS = 3
LEAST_AGENTS = 5
LEAST_SPREAD = 0.02
"""Agent sd a period by which trends differ at least: nobody's trend is ever known exactly."""
DECLINE = -0.5
"""Agent sd a period that is worth an early conversation."""


@dataclass(frozen=True)
class TrendNorms:
    """How the trends of a population differ, transformed units a period."""

    mean: float
    tau2: float
    """Variance of true trends between agents."""


@dataclass(frozen=True)
class Slopes:
    """Each agent code's own slope, from its rows alone; NaN where it has none."""

    value: Floats
    """Transformed units a period, better is positive, shape (agents,)."""
    noise: Floats
    """Its noise variance, shape (agents,)."""
    scale: float
    """sd between agents, transformed units."""


def slopes(recent: Recent) -> Slopes:
    """Weighted least squares of each agent's rows on time, within the clients served.

        b_i = sum d x e / sum d x^2,  d = w .5^(age / 3),  x = t - mean of t in the pair
        Var(b_i) = s2 sum d^2 x^2 / w / (sum d x^2)^2

    Args:
        recent: rows of the last six periods.

    Returns:
        Slopes; NaN with fewer than three periods, or where no client was served in two of them.

    Limits:
        the trend is kept apart from the level on purpose. It is reported (`effects.trend`) and
        may start a conversation, but it enters no fit: a better early month lowers a slope, and
        better work must never lower a fit. Changes of client are left out of it, so an agent
        who changes clients often has a wide trend.

    Source:
        weighted least squares with known row noise (Searle 1971); exponential weights as in
        Holt 1957.

    Example:
        One unit better every month, in three months with one client.
        >>> from types import SimpleNamespace
        >>> who, age, left = np.zeros(3, int), np.array([2, 1, 0]), np.array([0.0, 1.0, 2.0])
        >>> rest = {"w": np.ones(3), "agents": 2, "s2": 1.0, "tau2": 1.0}
        >>> recent = SimpleNamespace(agent=who, pair=who, age=age, left=left, **rest)
        >>> slopes(recent).value.round(6).tolist()
        [1.0, nan]
    """
    fade = 0.5 ** (recent.age / HALF_LIFE)
    d = recent.w * fade
    pairs = int(recent.pair[-1]) + 1 if len(recent.pair) else 0
    t = -recent.age.astype(np.float64)
    centre = sum_by(recent.pair, d * t, pairs) / sum_by(recent.pair, d, pairs)
    x = t - centre[recent.pair]
    size = recent.agents
    spread = sum_by(recent.agent, d * x**2, size)
    seen = np.zeros((size, WINDOW), bool)
    seen[recent.agent, recent.age] = True
    known = (seen.sum(axis=1) >= LEAST_PERIODS) & (spread > 0)
    value, noise = np.full(size, np.nan), np.full(size, np.nan)
    value[known] = sum_by(recent.agent, d * x * recent.left, size)[known] / spread[known]
    carried = sum_by(recent.agent, d * fade * x**2, size)[known]
    noise[known] = recent.s2 * carried / spread[known] ** 2
    return Slopes(value, noise, float(np.sqrt(recent.tau2)))


def learn_trends(slope: Slopes) -> TrendNorms | None:
    """Mean and variance of the population's trends by moments (Paule and Mandel).

    Args:
        slope: own slopes of the population.

    Returns:
        TrendNorms; None with fewer than five agents who have a slope.

    Limits:
        trends differ by .02 sd a period at least, whatever the slopes say: see LEAST_SPREAD.

    Source:
        Paule & Mandel 1982.

    Example:
        Slopes of variance 1 (n - 1 below) around 1, half of it noise.
        >>> value = np.array([0.0, 0.0, 1.0, 2.0, 2.0])
        >>> norms = learn_trends(Slopes(value, np.full(5, 0.5), scale=1.0))
        >>> round(norms.mean, 6), round(norms.tau2, 6)
        (1.0, 0.5)
    """
    known = np.isfinite(slope.value)
    if known.sum() < LEAST_AGENTS:
        return None
    value, noise = slope.value[known], slope.noise[known]
    spread = spread_of(value, noise, np.zeros(len(value), np.int64), 1)
    least = (LEAST_SPREAD * slope.scale) ** 2
    return TrendNorms(float(spread.mean[0]), max(spread.tau2, least))


def shrunken_trends(slope: Slopes, norms: TrendNorms | None) -> tuple[Floats, Floats]:
    """Each agent's trend after shrinking towards the population's, and its standard error.

        r = tau2 / (tau2 + noise);  trend = r (b - mean) / sd;  se = sqrt(tau2 (1 - r)) / sd

    Args:
        slope: own slopes.
        norms: of `learn_trends`.

    Returns:
        trend and se in sd between agents a period, better is positive, shape (agents,); NaN (never
        0) where an agent has no slope or the population taught nothing.

    Limits:
        an agent whose results fell is believed to have fallen less than they did, the more so the
        fewer and noisier the rows.

    Source:
        empirical Bayes (Efron & Morris 1975), moments of Paule & Mandel 1982.

    Example:
        As much noise as spread: half of a slope of 2 remains.
        >>> slope = Slopes(np.array([2.0, np.nan]), np.array([1.0, np.nan]), scale=1.0)
        >>> trend, se = shrunken_trends(slope, TrendNorms(mean=0.0, tau2=1.0))
        >>> trend.tolist(), se.round(4).tolist()
        ([1.0, nan], [0.7071, nan])
    """
    if norms is None:
        nothing = np.full(len(slope.value), np.nan)
        return nothing, nothing.copy()
    r = norms.tau2 / (norms.tau2 + slope.noise)
    trend = r * (slope.value - norms.mean) / slope.scale
    return trend, np.sqrt(norms.tau2 * (1.0 - r)) / slope.scale


def chance_of_decline(trend: Floats, trend_se: Floats, limit: float = DECLINE) -> Floats:
    """P(trend < limit): how sure it is that results fall by more than `-limit` a period.

    Args:
        trend: agent sd a period, shape (n,).
        trend_se: its standard error, shape (n,), > 0.
        limit: agent sd a period.

    Returns:
        probability, shape (n,); NaN where the trend, or its error, is not known.

    Limits:
        normal errors; shrunken, so a single decline in a steady population is seen late.

    Source:
        normal posterior of `shrunken_trends`.

    Example:
        >>> chance_of_decline(np.array([-1.0, 0.0, np.nan]), np.array([0.2, 0.2, np.nan])).round(3)
        array([0.994, 0.006,   nan])
    """
    # Where agents do not differ there is no unit to fall by: error 0 means not known.
    known = trend_se > 0
    away = np.divide(limit - trend, trend_se, out=np.full(len(trend), np.nan), where=known)
    return np.asarray(ndtr(away))
