"""Agreement: how much of a rating is about the person rated, from sums that merge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.cells import sum_by

if TYPE_CHECKING:
    from rolefit.schema.arrays import Floats, Ints

PAIR = 2


@dataclass(frozen=True)
class GroupSums:
    """Sums by group (the agent who is rated); those of two parts of a centre add up."""

    count: Floats
    """Ratings, shape (groups,)."""
    total: Floats
    """Sum of ratings minus `origin`."""
    squares: Floats
    """Sum of their squares."""
    origin: float = 0.0
    """Subtracted from every rating before it is squared, against rounding."""

    def __add__(self, other: GroupSums) -> GroupSums:
        """Sums of both parts; both must number the groups alike and share the origin."""
        if self.origin != other.origin:
            message = f"sums around {self.origin} and around {other.origin} do not add up"
            raise ValueError(message)
        return GroupSums(
            self.count + other.count, self.total + other.total, self.squares + other.squares,
            self.origin,
        )  # fmt: skip


@dataclass(frozen=True)
class Agreement:
    """How alike ratings of the same person are, beside ratings of anybody."""

    icc1: float
    """Share of the variance of one rating that lies between people; NaN where not told."""
    icc2: float
    """Reliability of the mean rating of a person; NaN where not told."""
    groups: int
    ratings: int


def add_groups(group: Ints, value: Floats, groups: int, origin: float = 0.0) -> GroupSums:
    """Sums of ratings by the person rated.

    Args:
        group: who is rated, shape (n,), below `groups`.
        value: ratings, shape (n,).
        groups: number of people.
        origin: a number near the ratings, the same for all parts of a centre.

    Returns:
        GroupSums.

    Example:
        >>> add_groups(np.array([0, 0, 1]), np.array([4.0, 5.0, 3.0]), 2).total
        array([9., 3.])
    """
    value = value - origin
    return GroupSums(
        np.bincount(group, minlength=groups).astype(np.float64),
        sum_by(group, value, groups), sum_by(group, value**2, groups), origin,
    )  # fmt: skip


def intraclass(sums: GroupSums) -> Agreement:
    """ICC(1) and ICC(2) of a one-way analysis of variance.

        ICC1 = (MSB - MSW) / (MSB + (k - 1) MSW);  ICC2 = (MSB - MSW) / MSB;  k = mean group size

    Args:
        sums: of `add_groups`; people without ratings play no part.

    Returns:
        Agreement; NaN where there are fewer than two people or nobody was rated twice. Either may
        be below 0 where people differ less than their ratings do.

    Limits:
        raters are taken as interchangeable: what a lenient rater adds counts as disagreement.

    Source:
        Shrout & Fleiss 1979; Bliese 2000. As in R package multilevel.

    Example:
        >>> told = intraclass(add_groups(np.array([0, 0, 1, 1]), np.array([4.0, 5, 1, 2]), 2))
        >>> round(told.icc1, 3), round(told.icc2, 3)
        (0.895, 0.944)
    """
    seen = sums.count > 0
    count, total, squares = sums.count[seen], sums.total[seen], sums.squares[seen]
    groups, n = len(count), float(count.sum())
    if groups < PAIR or n <= groups:
        return Agreement(float("nan"), float("nan"), groups, int(n))
    means = float((total**2 / count).sum())
    between = (means - float(total.sum()) ** 2 / n) / (groups - 1)
    within = max(float(squares.sum()) - means, 0.0) / (n - groups)
    size, gain = n / groups, between - within
    whole = between + (size - 1.0) * within
    return Agreement(
        gain / whole if whole > 0 else float("nan"),
        gain / between if between > 0 else float("nan"), groups, int(n),
    )  # fmt: skip


def within_group(sums: GroupSums, chance_variance: float) -> Floats:
    """r_wg: how much more alike the ratings of a person are than answers by chance.

        r_wg = 1 - variance within the person / chance variance, at least 0

    Args:
        sums: of `add_groups`.
        chance_variance: variance of answers given by chance: `uniform_variance`.

    Returns:
        shape (groups,), in [0, 1]; NaN for people with fewer than two ratings.

    Limits:
        raters who all say the same of everybody agree perfectly: read it beside ICC(1).

    Source:
        James, Demaree & Wolf 1984. As in R package multilevel.

    Example:
        >>> sums = add_groups(np.array([0, 0, 1]), np.array([4.0, 5.0, 3.0]), 2)
        >>> within_group(sums, uniform_variance(1.0, 5.0))
        array([0.75,  nan])
    """
    told = sums.count >= PAIR
    left = sums.squares - np.divide(sums.total**2, sums.count, out=np.zeros(len(told)), where=told)
    variance = np.divide(left, sums.count - 1.0, out=np.full(len(told), np.nan), where=told)
    return np.clip(1.0 - variance / chance_variance, 0.0, 1.0)


def uniform_variance(low: float, high: float) -> float:
    """Variance of answers by chance on a scale of whole points.

        (A^2 - 1) / 12,  A = high - low + 1 points

    Example:
        >>> uniform_variance(1.0, 5.0)
        2.0
    """
    return ((high - low + 1.0) ** 2 - 1.0) / 12.0
