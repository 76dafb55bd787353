"""Alarms: signs that a metric is being worked towards, which widen it and ask a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.special import expit, logit, ndtr
from scipy.stats import binom

from rolefit.evidence.cells import sum_by
from rolefit.evidence.crossed import spread
from rolefit.evidence.recent import WINDOW

if TYPE_CHECKING:
    from rolefit.evidence.recent import Recent
    from rolefit.evidence.trends import Slopes
    from rolefit.schema.arrays import Bools, Floats, Ints

SURE = 1.6448536269514722
"""A move counts where it is this many standard errors from nothing: 95 %, one side."""
LEAST_MOVE = 0.05
"""Agent sd a period that a trend must exceed to be a sign of anything."""
LEAST_NEAR, NEAR_CHANCE = 7, 0.005
"""Rows near the target, and the chance of so many on its good side, from which it is a sign."""
JUST_GOOD, JUST_BAD = 1.0, 2.0
"""Width of the two sides of a target, in sd of a row."""
FAR = 2.5
"""Robust sd from the median at which an agent is out of the ordinary."""
TIMES = float(np.log(3.0))
"""... and three times the usual odds (rate of events, duration) at least."""
SIGMA_A_MAD = 1.4826
EASIER = 1.0
"""Agent sd by which the mix of clients and channels has to have become easier."""
LEAST_MONTHS_A_HALF = 2


@dataclass(frozen=True)
class Usual:
    """Where the agents of a population lie on a metric that only raises alarms."""

    median: float
    sd: float
    """1.4826 times the median absolute deviation."""


def traded(better: Slopes, worse: Slopes) -> Bools:
    """Whether one metric rose while the metric that guards it fell, both for sure.

        (b_1 - .05 sd_1) / se_1 >= 1.645  and  (-b_2 - .05 sd_2) / se_2 >= 1.645

    Args:
        better: own slopes of the metric, shape (agents,).
        worse: own slopes of its guard, shape (agents,).

    Returns:
        shape (agents,); False where either slope is unknown.

    Limits:
        a new tool can do the same to a whole team: hence a question, never a charge.

    Source:
        two one-sided tests; Campbell 1979 on measures that become targets.

    Example:
        Three agents answer quicker; the first resolves less, the second as much as before.

        >>> from rolefit.evidence.trends import Slopes
        >>> quicker = Slopes(np.array([0.5, 0.5, np.nan]), np.full(3, 0.01), 1.0)
        >>> resolved = Slopes(np.array([-0.5, 0.0, -0.5]), np.full(3, 0.01), 1.0)
        >>> traded(quicker, resolved).tolist()
        [True, False, False]
    """
    with np.errstate(invalid="ignore"):
        up = (better.value - LEAST_MOVE * better.scale) / np.sqrt(better.noise) >= SURE
        down = (-worse.value - LEAST_MOVE * worse.scale) / np.sqrt(worse.noise) >= SURE
    return np.asarray(up & down)


def lean_to_target(recent: Recent, target: Floats) -> float:
    """How far the population as a whole leans to the good side of a target, as log odds.

    Args:
        recent: rows of the population.
        target: the target on the scale of each row, shape (n,).

    Returns:
        log odds above what the noise of rows explains, never below 0: how a system rounds, or
        stops counting, is nobody's doing.

    Limits:
        rows within two sd of the target alone speak; with none of those the lean is 0.

    Source:
        excess mass beside a threshold (Kleven 2016), half a row added to either side.

    Example:
        Twelve rows half an sd above the target, none below, where noise lets expect 6.7 above.

        >>> from rolefit.evidence.recent import Recent
        >>> who, o, y = np.zeros(12, int), np.ones(12), np.full(12, 0.5)
        >>> rows = Recent(who, who, who, y, y, o, o, o, who, np.eye(1), who, 1, 1.0, 1.0)
        >>> round(lean_to_target(rows, 0.0 * o), 1)
        3.0
    """
    good, bad, chance = _near(recent, target)
    near = good | bad
    n = int(near.sum())
    if not n:
        return 0.0
    seen = logit((good.sum() + 0.5) / (n + 1.0))
    expected = logit((chance[near].sum() + 0.5) / (n + 1.0))
    return max(0.0, float(seen - expected))


def bunched(recent: Recent, target: Floats, lean: float) -> Bools:
    """Whether an agent's rows crowd just on the good side of a target.

        good: 0 <= (y - target) / sd < 1;  bad: -2 <= (y - target) / sd < 0
        p = what the row's own pair mean and noise let expect, plus the population's lean
        told where P(Binomial(good + bad, p) >= good) <= .005

    Args:
        recent: rows of the last six periods.
        target: the target on the scale of each row, shape (n,).
        lean: of `lean_to_target`.

    Returns:
        shape (agents,).

    Limits:
        needs seven rows near the target; with one row a month and client it needs an agent
        whose rows nearly all lie there.

    Source:
        excess mass beside a threshold (McCrary 2008; Kleven 2016 on bunching).

    Example:
        All twelve rows of the first agent lie above the target, half of the second's. Where
        everybody leans so far, it is no sign.

        >>> from rolefit.evidence.recent import Recent
        >>> who, o, side = np.repeat([0, 1], 12), np.ones(24), np.tile([1.0, -1.0], 6)
        >>> y = 0.5 * np.append(np.ones(12), side)
        >>> rows = Recent(who, who, who, y, y, o, o, o, who, np.eye(1), who, 2, 1.0, 1.0)
        >>> bunched(rows, 0.0 * o, 0.0).tolist(), bunched(rows, 0.0 * o, 3.0).tolist()
        ([True, False], [False, False])
    """
    good, bad, chance = _near(recent, target)
    near = good | bad
    agent, size = recent.agent[near], recent.agents
    leaning = expit(logit(np.clip(chance[near], 1e-9, 1 - 1e-9)) + lean)
    n, hits = (
        sum_by(agent, np.ones(len(agent)), size),
        sum_by(recent.agent[good], np.ones(int(good.sum())), size),
    )
    expected = np.divide(sum_by(agent, leaning, size), n, out=np.zeros(size), where=n > 0)
    return np.asarray((n >= LEAST_NEAR) & (binom.sf(hits - 1, n, expected) <= NEAR_CHANCE))


def usual_level(recent: Recent) -> Usual:
    """Median and robust spread of the agents' levels.

    Args:
        recent: rows of the last six periods of a metric that only raises alarms.

    Returns:
        Usual, transformed units; median and sd 0 without rows.

    Source:
        1.4826 median absolute deviations are one sd of normal levels (Hampel 1974).

    Example:
        >>> from rolefit.evidence.recent import Recent
        >>> who, o, y = np.arange(5), np.ones(5), np.array([0.0, 1.0, 2.0, 3.0, -5.0])
        >>> usual_level(Recent(who, who, who, y, y, o, o, o, who, np.eye(1), who, 5, 1.0, 1.0))
        Usual(median=1.0, sd=1.4826)
    """
    level, _, known = _levels(recent)
    median = float(np.median(level[known])) if known.any() else 0.0
    mad = float(np.median(np.abs(level[known] - median))) if known.any() else 0.0
    return Usual(median, SIGMA_A_MAD * mad)


def far_below(recent: Recent, usual: Usual) -> Bools:
    """Whether an agent lies far on the bad side of everybody else.

        median - level_i >= max(2.5 max(robust sd, se_i), log 3)

    Args:
        recent: rows of the last six periods of a metric that only raises alarms.
        usual: of `usual_level`.

    Returns:
        shape (agents,).

    Limits:
        the least distance is meant for rates, counts and durations, whose scales are logarithms.

    Source:
        median and MAD outlier rule at 2.5 (Leys et al. 2013).

    Example:
        The last agent is 6 below the median; 2.5 robust sd are 3.7.

        >>> from rolefit.evidence.recent import Recent
        >>> who, o, y = np.arange(5), np.ones(5), np.array([0.0, 1.0, 2.0, 3.0, -5.0])
        >>> rows = Recent(who, who, who, y, y, o, o, o, who, np.eye(1), who, 5, 1.0, 1.0)
        >>> far_below(rows, usual_level(rows)).tolist()
        [False, False, False, False, True]
    """
    level, noise, known = _levels(recent)
    width = FAR * np.maximum(usual.sd, np.sqrt(noise))
    return known & (usual.median - level >= np.maximum(width, TIMES))


def easier_mix(recent: Recent) -> Bools:
    """Whether an agent's share of clients and channels moved to where the metric comes easier.

        ease_t = volume-weighted mean of client and channel effects in a period
        shift = mean of the newest three periods - mean of the three before
        told where every newer period lies above every older one, and P(shift > 1 sd) >= .95

    Args:
        recent: rows of the last six periods.

    Returns:
        shape (agents,); needs two periods in either half.

    Limits:
        planners move people too: hence a question.

    Source:
        direct standardisation turned round: the same agent, two case mixes.

    Example:
        Three periods ago the first agent left a client on whom the metric comes 2 sd harder.

        >>> from rolefit.evidence.recent import Recent
        >>> who, age, o = np.repeat([0, 1], 6), np.tile(np.arange(6), 2), np.ones(12)
        >>> hard = ((who == 0) & (age >= 3)).astype(int)
        >>> columns, doubt, ease = hard[:, None], 0.01 * np.eye(2), -2.0 * hard
        >>> rows = Recent(who, who, age, o, o, ease, o, o, columns, doubt, who, 2, 1.0, 1.0)
        >>> easier_mix(rows).tolist()
        [True, False]
    """
    size = recent.agents
    cell = recent.agent * WINDOW + recent.age
    volume = sum_by(cell, recent.volume, size * WINDOW)
    total = sum_by(cell, recent.volume * recent.ease, size * WINDOW)
    ease = np.divide(total, volume, out=np.full(size * WINDOW, np.nan), where=volume > 0)
    newer, older = np.split(ease.reshape(size, WINDOW), 2, axis=1)
    enough = np.minimum(np.isfinite(newer).sum(axis=1), np.isfinite(older).sum(axis=1))
    apart = np.nan_to_num(newer, nan=np.inf).min(axis=1) > np.nan_to_num(older, nan=-np.inf).max(
        axis=1
    )
    shift = _mean(newer) - _mean(older) - EASIER * np.sqrt(recent.tau2)
    told = (enough >= LEAST_MONTHS_A_HALF) & apart & (shift > 0)
    who = np.flatnonzero(told)
    if len(who):
        change = _mix_change(recent, volume, who, len(recent.covariance))
        noise = recent.s2 * spread(change, recent.covariance)
        told[who] = shift[who] >= SURE * np.sqrt(noise)
    return told


def _near(recent: Recent, target: Floats) -> tuple[Bools, Bools, Floats]:
    """Rows just on the good and bad side of a target, and the expected share of good ones."""
    sd = np.sqrt(recent.s2 / recent.w)
    d = (recent.y - target) / sd
    m = d + (recent.pair_mean - recent.left) / sd
    good, bad = ndtr(JUST_GOOD - m) - ndtr(-m), ndtr(-m) - ndtr(-JUST_BAD - m)
    chance = np.divide(good, good + bad, out=np.ones_like(m), where=good + bad > 0)
    hits = np.asarray((d >= 0) & (d < JUST_GOOD)), np.asarray((d < 0) & (d >= -JUST_BAD))
    return *hits, chance


def _levels(recent: Recent) -> tuple[Floats, Floats, Bools]:
    """Mean of each agent's adjusted rows, its noise variance, and who has any."""
    weight = sum_by(recent.agent, recent.w, recent.agents)
    total = sum_by(recent.agent, recent.w * recent.left, recent.agents)
    known = weight > 0
    level = np.divide(total, weight, out=np.zeros_like(total), where=known)
    return level, recent.s2 / np.where(known, weight, 1.0), np.asarray(known)


def _mean(periods: Floats) -> Floats:
    """Mean over the periods that are known, shape (agents,); 0 without any."""
    known = np.isfinite(periods)
    total = np.where(known, periods, 0.0).sum(axis=1)
    return np.asarray(total / np.maximum(known.sum(axis=1), 1))


def _mix_change(recent: Recent, volume: Floats, who: Ints, width: int) -> sparse.csr_array:
    """Share of each side column in the newer half less that in the older, some agents x width."""
    rows = np.flatnonzero(np.isin(recent.agent, who))
    agent, age = np.searchsorted(who, recent.agent[rows]), recent.age[rows]
    newer = age < WINDOW // 2
    seen = np.unique(agent * WINDOW + age)
    periods = np.bincount(seen // WINDOW * 2 + (seen % WINDOW < WINDOW // 2))
    share = recent.volume[rows] / volume[recent.agent[rows] * WINDOW + age]
    share /= periods[agent * 2 + newer]
    factors = recent.columns.shape[1]
    values = np.repeat(np.where(newer, share, -share), factors)
    where = (np.repeat(agent, factors), recent.columns[rows].ravel())
    return sparse.csr_array(sparse.coo_array((values, where), (len(who), width)))
