"""How unlike everybody else's a pattern of answers is: Mahalanobis distance with gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import cho_factor, cho_solve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.evidence.scales import PairSums
    from rolefit.schema.arrays import Bools, Floats, Ints

PEOPLE_PER_ITEM = 5
SHRINK = 0.2
BLOCK = 512
NO_CUT = float("inf")


@dataclass(frozen=True)
class DistanceNorms:
    """The usual pattern of answers to an instrument."""

    items: tuple[str, ...]
    """Items that vary, in the order of the figures below."""
    means: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    """Pairwise covariances of the answers as given, a fifth of the way to independence."""
    cut: float
    """Depth (in normal sd) from which a pattern is flagged."""


def usual_pattern(
    sums: PairSums, offset: float, asked: Sequence[str], least_people: int
) -> DistanceNorms | None:
    """The norms of the distance, with no cut yet; None where too few people show the pattern.

    Args:
        sums: pair sums of the answers less `offset`.
        offset: what was taken off every answer.
        asked: items in the order of the sums.
        least_people: people needed at least; five an item are needed besides.

    Source:
        the shrinkage makes pairwise covariances positive definite and damps chance ones, after
        Ledoit & Wolf 2004 with a fixed weight.
    """
    covariance = sums.covariance()
    varies = np.flatnonzero(np.nan_to_num(np.diagonal(covariance)) > 0)
    covariance = covariance[np.ix_(varies, varies)]
    needed = max(least_people, PEOPLE_PER_ITEM * len(varies))
    if not len(varies) or sums.count[np.ix_(varies, varies)].min() < needed:
        return None
    shrunk = (1.0 - SHRINK) * covariance + SHRINK * np.diag(np.diagonal(covariance))
    if np.linalg.eigvalsh(shrunk)[0] <= 0:
        return None
    return DistanceNorms(
        tuple(asked[k] for k in varies.tolist()), tuple((sums.means()[varies] + offset).tolist()),
        tuple(map(tuple, shrunk.tolist())), NO_CUT,
    )  # fmt: skip


def distance_depth(given: Floats, asked: Sequence[str], norms: DistanceNorms) -> Floats:
    """How far a person's answers lie from the usual pattern, in normal sd.

        d2 = (x - m)' S^-1 (x - m) over the answered items;  depth = its normal score under chi2

    Args:
        given: (n, items) answers as given, NaN = not answered.
        asked: items in the order of the columns.
        norms: usual pattern; each person is compared over the items they answered.

    Returns:
        (n,) depth by the Wilson-Hilferty cube root; NaN where fewer than half the items are
        answered.

    Limits:
        answers on five steps are not normal: the cut has to come from the norm group.

    Source:
        Mahalanobis 1936; Wilson & Hilferty 1931; Meade & Craig 2012 for its use here.
    """
    order = {item: k for k, item in enumerate(asked)}
    away = given[:, [order[item] for item in norms.items]] - np.array(norms.means)
    seen = ~np.isnan(away)
    away = np.where(seen, away, 0.0)
    covariance = np.array(norms.covariance)
    answered: Ints = seen.sum(axis=1)
    full = answered == seen.shape[1]
    square = np.zeros(len(given))
    factor = cho_factor(covariance)
    square[full] = (away[full] * cho_solve(factor, away[full].T).T).sum(axis=1)
    partial = np.flatnonzero(~full)
    for start in range(0, len(partial), BLOCK):
        rows = partial[start : start + BLOCK]
        square[rows] = _partial_square(away[rows], seen[rows], covariance)
    freedom = np.maximum(answered, 1)
    spread = 2.0 / (9.0 * freedom)
    depth = (np.cbrt(square / freedom) - (1.0 - spread)) / np.sqrt(spread)
    return np.where(2 * answered >= seen.shape[1], depth, np.nan)


def _partial_square(away: Floats, seen: Bools, covariance: Floats) -> Floats:
    """Squared distances over the answered items; an unanswered one is made independent."""
    both = seen[:, :, None] & seen[:, None, :]
    own = np.where(both, covariance, np.eye(len(covariance)))
    square: Floats = (away * np.linalg.solve(own, away[:, :, None])[:, :, 0]).sum(axis=1)
    return square
