"""The logistic map from a score to a probability, held by a prior so that few moves suffice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

if TYPE_CHECKING:
    from rolefit.schema.arrays import Floats

PRIOR_MEAN = np.array([0.0, 1.0])
"""Intercept and slope before any move is known: at the bar every other move goes well."""
PRIOR_PRECISION = np.array([0.25, 1.0])
STEPS, TOLERANCE, MOST_HALVED = 100, 1e-10, 30
LEAST, MOST = 0.001, 0.999
"""No move is certain, however far a model runs."""


def probability(score: Floats, intercept: float, slope: float) -> Floats:
    """P(success) = expit(intercept + slope score), never nearer to 0 or 1 than .001.

    Example:
        >>> probability(np.array([0.0, 50.0]), 0.0, 1.0).tolist()
        [0.5, 0.999]
    """
    return clipped(expit(intercept + slope * score))


def clipped(chance: Floats) -> Floats:
    """Probabilities within [.001, .999].

    Example:
        >>> clipped(np.array([0.0, 0.4])).tolist()
        [0.001, 0.4]
    """
    return np.clip(chance, LEAST, MOST)


DIGITS = 6
"""Of what is learned: beyond, libraries of linear algebra differ from one machine to the next."""


def fit_logit(score: Floats, success: Floats, weight: Floats | None = None) -> tuple[float, float]:
    """Intercept and slope of the logistic map; the mode of their posterior.

        log p = sum_i w_i log P(success_i | score_i) - (a^2 / 4 + (b - 1)^2) / 2,  b >= 0

    Args:
        score: one a move, fit units.
        success: 1 or 0 (or a share between), one a move.
        weight: one a move; None = 1.

    Returns:
        intercept and slope; (0, 1) without a move.

    Limits:
        a better score never lowers the probability: the slope stops at 0.

    Source:
        Platt (1999), with a normal prior in place of his altered targets.

    Example:
        >>> fit_logit(np.zeros(0), np.zeros(0))
        (0.0, 1.0)
        >>> fit_logit(np.array([-2.0, -1.0, 1.0, 2.0]), np.array([0.0, 0.0, 1.0, 1.0]))[0]
        0.0
    """
    w = np.ones(len(score)) if weight is None else weight
    design = np.column_stack([np.ones(len(score)), score])
    theta = _climb(design, success, w, PRIOR_MEAN.copy(), free=np.array([True, True]))
    if theta[1] < 0.0:
        start = np.array([theta[0], 0.0])
        theta = _climb(design, success, w, start, free=np.array([True, False]))
    return round(float(theta[0]), DIGITS) + 0.0, round(float(theta[1]), DIGITS)


def _climb(design: Floats, y: Floats, w: Floats, theta: Floats, *, free: Floats) -> Floats:
    """Newton steps, halved until the posterior rises."""
    value = _log_posterior(design, y, w, theta)
    for _ in range(STEPS):
        chance = expit(design @ theta)
        slope = design.T @ (w * (y - chance)) - PRIOR_PRECISION * (theta - PRIOR_MEAN)
        bend = (design.T * (w * chance * (1.0 - chance))) @ design + np.diag(PRIOR_PRECISION)
        step = np.zeros(2)
        step[free] = np.linalg.solve(bend[np.ix_(free, free)], slope[free])
        for _ in range(MOST_HALVED):
            risen = _log_posterior(design, y, w, theta + step)
            if risen >= value:
                break
            step = step / 2.0
        else:
            return theta
        theta, value = theta + step, risen
        if np.abs(step).max() < TOLERANCE:
            return theta
    return theta


def _log_posterior(design: Floats, y: Floats, w: Floats, theta: Floats) -> float:
    """Log likelihood and log prior of an intercept and a slope."""
    linear = design @ theta
    fit = w @ (y * linear - np.logaddexp(0.0, linear))
    return float(fit - (PRIOR_PRECISION * (theta - PRIOR_MEAN) ** 2).sum() / 2.0)
