"""What could turn counts into evidence instead: the root scale, and the gamma-Poisson model."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.special import digamma, polygamma
from scipy.stats import nbinom

EXPECTED = np.logspace(-3, 2.5, 60)


def dispersion(quantity: np.ndarray, chance: np.ndarray) -> float:
    """Variance over mean within agents, by months; the same for all rivals."""
    total = quantity.sum(axis=1, keepdims=True)
    share = chance / chance.sum(axis=1, keepdims=True)
    poisson = (total * share * (1 - share)).sum()
    return max(1.0, ((quantity - total * share) ** 2).sum() / poisson) if poisson > 0 else 1.0


def root(k: np.ndarray, e: np.ndarray, d: float) -> tuple[np.ndarray, np.ndarray]:
    """Anscombe's root, noise by exposure, normal shrinkage with Paule and Mandel's variance."""
    rate = k.sum() / e.sum()
    expected = rate * e + 0.375 * d
    value = (np.sqrt(k + 0.375 * d) - np.sqrt(expected)) * np.sqrt(expected) / (e * np.sqrt(rate))
    noise = d * expected / (4 * e**2 * rate)

    def left(tau2: float) -> tuple[np.ndarray, np.ndarray]:
        w = 1 / (tau2 + noise)
        return value - (w * value).sum() / w.sum(), w

    def excess(tau2: float) -> float:
        away, w = left(tau2)
        return (w * away**2).sum() - (len(k) - 1)

    if excess(0.0) <= 0:
        return np.zeros_like(k), np.ones_like(k)
    tau2 = brentq(excess, 0.0, 1e4)
    away, w = left(tau2)
    return away * w * np.sqrt(tau2), 1 - tau2 * w


def gamma(k: np.ndarray, e: np.ndarray, d: float) -> tuple[np.ndarray, np.ndarray]:
    """Posterior of the log rate (digamma), width by exposure (mean trigamma), Pearson moments."""
    rate = k.sum() / e.sum()

    def excess(v: float) -> float:
        w = 1 / (d + v * rate * e)
        mean = (w * k).sum() / (w * e).sum()
        return ((k - mean * e) ** 2 / (d * mean * e + v * (mean * e) ** 2)).sum() - (len(k) - 1)

    if excess(0.0) <= 0:
        return np.zeros_like(k), np.ones_like(k)
    a = 1 / brentq(excess, 0.0, 1e4)
    x = rate * e / d
    prior = polygamma(1, a)
    mean = (digamma(a + k / d) - np.log(a + x) - digamma(a) + np.log(a)) / np.sqrt(prior)
    table = [_left(a, expected) / prior for expected in EXPECTED]
    return mean, np.interp(np.log(x), np.log(EXPECTED), table)


def _left(a: float, x: float) -> float:
    """Mean variance of the log rate that counts at x expected ones leave."""
    k = np.arange(nbinom.ppf(1 - 1e-7, a, a / (a + x)) + 2)
    return float((nbinom.pmf(k, a, a / (a + x)) * polygamma(1, a + k)).sum())
