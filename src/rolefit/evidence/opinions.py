"""What a rater says of an agent again and again is one opinion: how much of its noise stays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.cells import add_up, run_starts
from rolefit.evidence.crossed import solve_random
from rolefit.evidence.many_raters import solve_many
from rolefit.evidence.rating_rows import model_rows

if TYPE_CHECKING:
    from rolefit.evidence.crossed import Context
    from rolefit.evidence.rating_rows import RatingRows
    from rolefit.schema.arrays import Floats

ENOUGH = 30
"""Opinions beyond one an agent, or opinions that were repeated, from which figures are learned."""
ONE_RATER, SAME_RATER = 0.52, 0.81
"""Correlation of two raters, and of one rater with their own rating later, in the literature."""
USUALLY_STAYS = (SAME_RATER - ONE_RATER) / (1.0 - ONE_RATER)
MOST_STAYS = 0.95
"""Raters who repeat themselves to the letter have read their last rating."""
LEAST_NOISE = 0.1
"""Share of the variance of a rating that is always taken as noise: few ratings may show none."""
DENSE_RATERS = 600
"""Above this many raters: linear-time moments instead of REML."""
ROUNDS = 2


@dataclass(frozen=True)
class Learned:
    """Leniency, variances, and how much of the noise is the rater's lasting view of the agent."""

    context: Context
    """Its `s2` is the noise of one rating; columns are mean, raters by name, a new rater."""
    stays: float
    """Share of the noise that a rater repeats whenever the same agent is rated."""


def merge_repeats(rows: RatingRows) -> tuple[RatingRows, Floats]:
    """One row a rater and agent: the mean of what the one said of the other.

    Args:
        rows: ratings, sorted by kind, agent and rater.

    Returns:
        the opinions, of the age of their first rating, and how many ratings each is the mean of.

    Example:
        >>> import pyarrow as pa
        >>> from rolefit.evidence.rating_rows import RatingRows
        >>> who, by = np.zeros(3, int), np.array([0, 0, 1])
        >>> value, names = np.array([4.0, 5.0, 3.0]), pa.array(["x", "y"])
        >>> rows = RatingRows(who, by, who, value, value * 0.0, names, np.array([0]))
        >>> opinions, count = merge_repeats(rows)
        >>> opinions.value.tolist(), count.tolist()
        ([4.5, 3.0], [2.0, 1.0])
    """
    starts = run_starts(rows.kind, rows.agent, rows.rater)
    count = np.diff(np.append(starts, len(rows))).astype(np.float64)
    first = np.zeros(len(rows), bool)
    first[starts] = True
    return replace(rows.where(first), value=np.add.reduceat(rows.value, starts) / count), count


def learn_opinions(rows: RatingRows) -> Learned:
    """Leniency and variances of ratings of which some are repeats.

        rating = mean + agent + leniency + opinion + occasion;  noise = opinion + occasion

    The occasions are what opinions repeated by one rater differ by, each opinion with one vote; the
    opinions are what raters of one agent differ by beside leniency and occasions.

    Args:
        rows: ratings of at least two raters an agent, or repeated by the same.

    Returns:
        Learned. Where fewer than ENOUGH opinions were repeated, `stays` is as usual. Where hardly
        an agent has two raters, agents and opinions cannot be told apart: of what one rater holds
        to, as much is taken for the agent as two raters usually agree on.

    Limits:
        one share for all raters; ratings that follow each other closely are taken as apart.

    Source:
        generalisability theory (Brennan 2001); Viswesvaran, Ones & Schmidt 1996 for what is usual:
        two raters agree .52, one rater with themselves .81.

    Example:
        Forty agents, two raters each: views that differ by 1 either way, repeated to a tenth.
        >>> import pyarrow as pa
        >>> from rolefit.evidence.rating_rows import RatingRows
        >>> agent, by, again = (code.ravel() for code in np.indices((40, 2, 2)))
        >>> view = np.where((agent // 20 + by) % 2, 1.0, -1.0)
        >>> value = 3.0 + agent % 20 / 5.0 + view + np.where(again, 0.1, -0.1)
        >>> names = pa.array(["x", "y"])
        >>> rows = RatingRows(agent, by, by * 0, value, value * 0, names, np.arange(40))
        >>> found = learn_opinions(rows)
        >>> round(found.stays, 2), round(found.context.s2, 1), round(found.context.tau2, 1)
        (0.95, 2.1, 0.4)
    """
    opinions, count = merge_repeats(rows)
    beyond = len(opinions) - opinions.rated
    if beyond < ENOUGH and beyond < len(rows) - len(opinions):
        return _of_single_raters(rows)
    stays, several = USUALLY_STAYS, count > 1.0
    learned = _solve(opinions, count, stays)
    if several.sum() < ENOUGH:
        return learned
    occasion = _occasions(rows, count)
    for _ in range(ROUNDS):
        mean_noise = learned.context.s2 * float(np.mean(_noise(count, learned.stays)))
        opinion = max(0.0, mean_noise - occasion * float(np.mean(1.0 / count)))
        stays = opinion / (opinion + occasion) if opinion > 0.0 else 0.0
        learned = _solve(opinions, count, min(stays, MOST_STAYS))
    return learned


def _noise(count: Floats, stays: float) -> Floats:
    """Noise of a mean of so many ratings by one rater, in that of one rating."""
    return stays + (1.0 - stays) / count


def _occasions(rows: RatingRows, count: Floats) -> float:
    """Mean over the repeated opinions of the variance of their ratings."""
    opinion = np.repeat(np.arange(len(count)), count.astype(np.int64))
    mean = np.bincount(opinion, rows.value) / count
    squares = np.bincount(opinion, (rows.value - mean[opinion]) ** 2)
    return float(np.mean((squares / np.maximum(count - 1.0, 1.0))[count > 1.0]))


def _of_single_raters(rows: RatingRows) -> Learned:
    """What single raters hold to, shared out between the agent and their opinion as is usual."""
    context = _solve(rows, np.ones(len(rows)), 0.0).context
    agent = ONE_RATER / SAME_RATER * context.tau2
    s2 = context.s2 + context.tau2 - agent
    stays, covariance = (s2 - context.s2) / s2, context.covariance * (context.s2 / s2)
    context = replace(context, tau2=agent, s2=s2, covariance=covariance)
    return Learned(context, stays)


def _solve(rows: RatingRows, count: Floats, stays: float) -> Learned:
    """Leniency by REML, or by moments where there are too many raters for a dense system."""
    model = model_rows(rows, rows.names(), 1.0 / _noise(count, stays))
    sums = add_up(model)
    if model.width > DENSE_RATERS:
        return Learned(solve_many(model, sums, LEAST_NOISE), stays)
    groups = np.array([-1, *[0] * (model.width - 1)], np.int64)
    return Learned(solve_random(sums, groups, least_noise=LEAST_NOISE), stays)
