"""Whether stated chances are what happens: Brier score, calibration error, calibration line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, logit

if TYPE_CHECKING:
    from rolefit.schema.arrays import Bools, Floats, Ints

MOST_BINS = 10
LEAST_IN_BIN = 20
EDGE = 1e-6
"""Chances are kept this far from 0 and 1 where a logit is taken."""
STEPS, TOLERANCE = 100, 1e-10
FLAT = 1e-12
"""Chances that differ by less tell no slope."""


def brier_score(chance: Floats, happened: Bools | Floats) -> float:
    """Mean squared distance of a chance from what happened.

        mean (p - y)^2

    Args:
        chance: stated chances, in [0, 1].
        happened: what happened, same shape.

    Returns:
        0 is perfect; NaN without any.

    Source:
        Brier (1950).

    Example:
        >>> brier_score(np.array([1.0, 0.5]), np.array([True, True]))
        0.125
    """
    return float(np.mean((chance - happened) ** 2)) if len(chance) else float("nan")


def calibration_error(chance: Floats, happened: Bools, bins: int | None = None) -> float:
    """Expected calibration error over bins of equal size.

        sum_b n_b / n |mean p in b - mean y in b|

    Equal chances share a bin, so the order of the rows does not matter.

    Args:
        chance: stated chances, in [0, 1].
        happened: what happened, same shape.
        bins: how many; None = ten, fewer where a bin would hold less than twenty.

    Returns:
        0 is perfect; NaN without any.

    Limits:
        above 0 by chance alone: about sqrt(2 p (1 - p) / (pi n_b)) with n_b in a bin.

    Source:
        Naeini, Cooper & Hauskrecht (2015), with bins of equal size.

    Example:
        >>> chance, happened = np.array([0.2, 0.2, 0.8, 0.8]), np.array([0, 1, 1, 1], bool)
        >>> round(calibration_error(chance, happened, bins=2), 12)
        0.25
    """
    if not len(chance):
        return float("nan")
    place = equal_bins(chance, bins)
    gap = np.bincount(place, chance - happened)
    return float(np.abs(gap).sum() / len(chance))


def equal_bins(values: Floats, bins: int | None = None) -> Ints:
    """Bin of each value, about as many in each; equal values share one.

    Args:
        values: any numbers.
        bins: how many; None = ten, fewer where a bin would hold less than twenty.

    Example:
        >>> equal_bins(np.array([3.0, 1.0, 2.0, 2.0]), 2).tolist()
        [1, 0, 1, 1]
    """
    wanted = bins or min(max(len(values) // LEAST_IN_BIN, 1), MOST_BINS)
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(count) - count / 2.0
    return np.floor(middle * wanted / len(values)).astype(np.int64)[place]


def calibration_line(chance: Floats, happened: Bools) -> tuple[float, float]:
    """Intercept and slope of what happened on the logit of what was stated.

        logit P(y) = a + b logit p

    Args:
        chance: stated chances, in [0, 1].
        happened: what happened, same shape.

    Returns:
        (a, b): (0, 1) is perfect; b below 1 = stated too surely, above = too carefully; NaN where
        everything or nothing happened, or all chances are the same.

    Limits:
        b is not known where chances part what happened from what did not without an error.

    Source:
        Cox (1958); maximum likelihood by Newton's method.

    Example:
        Stated .2 and .8; happened in one of five and four of five:
        >>> chance = np.repeat([0.2, 0.8], 5)
        >>> happened = np.array([1, 0, 0, 0, 0, 1, 1, 1, 1, 0], bool)
        >>> a, b = calibration_line(chance, happened)
        >>> round(abs(a), 6), round(b, 6)
        (0.0, 1.0)
    """
    told = logit(np.clip(chance, EDGE, 1.0 - EDGE))
    if not len(told) or happened.all() or not happened.any() or np.ptp(told) < FLAT:
        return float("nan"), float("nan")
    X = np.column_stack([np.ones(len(told)), told])
    line = np.zeros(2)
    for _ in range(STEPS):
        expected = expit(X @ line)
        information = (X * (expected * (1.0 - expected))[:, None]).T @ X
        if np.linalg.det(information) < FLAT:
            break
        step = np.linalg.solve(information, X.T @ (happened - expected))
        line = line + step
        if np.abs(step).max() < TOLERANCE:
            return float(line[0]), float(line[1])
    return float("nan"), float("nan")
