"""Weights learned from outcomes, held to the expert's: ridge towards a prior, never below 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import lsq_linear

if TYPE_CHECKING:
    from rolefit.schema.arrays import Bools, Floats

SCALE = 0.25
"""Share of outcome that one unit of fit is worth before any move is known."""
SCALE_ROWS = 10.0
"""Moves that this assumption counts for."""
LEAST_SCALE = 0.02
TINY = 1e-12


@dataclass(frozen=True)
class Learned:
    """What outcomes make of a profile."""

    weights: Floats
    """In units of the prior: fit per sd of a column."""
    scale: float
    """Share of outcome that one unit of fit is worth."""
    level: float
    """Outcome where all columns are 0."""

    def outcome(self, X: Floats) -> Floats:
        """Expected outcome of rows."""
        return self.level + self.scale * (X @ self.weights)


def learn_weights(
    X: Floats, y: Floats, weight: Floats, prior: Floats, free: Bools, penalty: float
) -> Learned:
    """Weights that explain outcomes without leaving the expert's further than these ask for.

        b     = (sum g (Xw0) y + 10 b0) / (sum g (Xw0)^2 + 10)        centred; b0 = .25
        v     = argmin sum_i g_i (y_i - a - x_i v)^2 + lambda |v - b w0|^2,  v >= 0
        w     = v / b

    Args:
        X: rows x columns, attribute sd.
        y: outcomes in [0, 1].
        weight: g, one a row, at least 0 (selection weights, or ones).
        prior: w0, the expert's weight of each column.
        free: columns whose weight may be negative.
        penalty: lambda, moves; infinite = the expert's weights, whatever the outcomes.

    Returns:
        Learned; exactly `prior` without rows.

    Limits:
        linear: an outcome near 0 or 1 moves as far as one in the middle.

    Source:
        ridge regression towards a value other than 0 (Hoerl and Kennard 1970; van Wieringen 2015)
        under sign constraints.

    Example:
        One column that the expert weighs 1, outcomes that say 2:
        >>> X = np.array([[-1.0], [0.0], [1.0]])
        >>> y, one, w0 = np.array([0.0, 0.5, 1.0]), np.ones(3), np.ones(1)
        >>> learn_weights(X, y, one, w0, np.array([False]), 1e9).weights.round(6).tolist()
        [1.0]
        >>> few = learn_weights(X, y, one, w0, np.array([False]), 1e-9)
        >>> round(float(few.scale * few.weights[0]), 6), few.outcome(X).round(6).tolist()
        (0.5, [0.0, 0.5, 1.0])
    """
    total = weight.sum()
    if total <= 0.0:
        return Learned(prior.copy(), SCALE, float(y.mean()) if len(y) else 0.5)
    middle, level = weight @ X / total, float(weight @ y / total)
    centred, rest = X - middle, y - level
    scale = _scale(centred @ prior, rest, weight)
    if np.isinf(penalty):
        weights = prior.copy()
    else:
        weights = _bounded(centred, rest, weight, scale * prior, free, penalty) / scale
    return Learned(weights, scale, level - scale * float(middle @ weights))


def _scale(fit: Floats, y: Floats, weight: Floats) -> float:
    """What a unit of fit is worth; far too little or the wrong way round counts as very little."""
    size = weight.sum() / max(float((weight**2).sum()), TINY)
    even = weight * size
    slope = (even @ (fit * y) + SCALE_ROWS * SCALE) / (even @ fit**2 + SCALE_ROWS)
    return max(float(slope), LEAST_SCALE)


def _bounded(
    X: Floats, y: Floats, weight: Floats, centre: Floats, free: Bools, penalty: float
) -> Floats:
    """The minimum, as least squares with bounds on the triangle of the normal equations."""
    normal = (X.T * weight) @ X + (penalty + TINY) * np.eye(X.shape[1])
    right = X.T @ (weight * y) + penalty * centre
    upper = cholesky(normal)
    target = solve_triangular(upper, right, trans="T")
    best = solve_triangular(upper, target)
    if (best[~free] >= 0.0).all():
        return best
    lowest = np.where(free, -np.inf, 0.0)
    found: Floats = lsq_linear(upper, target, (lowest, np.inf), method="bvls").x
    return found
