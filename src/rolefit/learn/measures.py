"""How good probabilities are: they order, they are honest, and by how much one beats another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import rankdata

from rolefit.learn.logit import clipped
from rolefit.worth.calibration import brier_score, calibration_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from rolefit.schema.arrays import Floats, Ints

BINS = 10
HALF = 0.5
"""Between 0 and 1."""


def measures(success: Floats | Ints, probability: Floats) -> dict[str, float]:
    """All measures of one set of moves.

    Args:
        success: 1 or 0.
        probability: P(success), one a move.

    Returns:
        auc, brier, log_loss, ece, calibration_slope, n, successes; NaN where it is not defined.

    Example:
        >>> found = measures(np.array([0, 1, 0, 1]), np.array([0.1, 0.9, 0.4, 0.6]))
        >>> found["auc"], round(found["brier"], 3), found["n"]
        (1.0, 0.085, 4.0)
    """
    y = np.asarray(success, np.float64)
    return {
        **{name: measure(y, probability) for name, measure in MEASURES.items()},
        "n": float(len(y)),
        "successes": float(y.sum()),
    }


def auc(success: Floats, probability: Floats) -> float:
    """P(a move that went well is rated above one that did not); ties count half.

    Example:
        >>> auc(np.array([0.0, 1.0, 1.0]), np.array([0.2, 0.2, 0.9]))
        0.75
    """
    good = success > HALF
    n = int(good.sum())
    if n in {0, len(good)}:
        return float("nan")
    above = rankdata(probability)[good].sum() - n * (n + 1) / 2.0
    return float(above / (n * (len(good) - n)))


def brier(success: Floats, probability: Floats) -> float:
    """Mean squared distance of probabilities from what happened.

    Example:
        >>> brier(np.array([1.0]), np.array([0.5]))
        0.25
    """
    return brier_score(probability, success)


def log_loss(success: Floats, probability: Floats) -> float:
    """Mean surprise, in nats.

    Example:
        >>> round(log_loss(np.array([1.0]), np.array([0.5])), 4)
        0.6931
    """
    if not len(success):
        return float("nan")
    p = clipped(probability)
    return float(-(success * np.log(p) + (1.0 - success) * np.log1p(-p)).mean())


def ece(success: Floats, probability: Floats, bins: int = BINS) -> float:
    """Expected calibration error over bins of equal size, in order of probability.

    Args:
        success: 1 or 0.
        probability: P(success).
        bins: how many; as many as moves where these are fewer.

    Limits:
        above 0 by chance alone: about .035 for a thousand moves and ten bins.

    Source:
        Naeini et al. (2015), with bins of equal size (Nguyen and O'Connor 2015).

    Example:
        >>> ece(np.array([0.0, 1.0]), np.array([0.5, 0.5]), bins=1)
        0.0
    """
    order = np.argsort(probability, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    gaps = [len(p) * abs(float((success[p] - probability[p]).mean())) for p in parts]
    return sum(gaps) / len(success) if len(success) else float("nan")


def calibration_slope(success: Floats, probability: Floats) -> float:
    """Slope of a logistic regression of what happened on the log odds; 1 = honest, less = too sure.

    Example:
        >>> y, p = np.array([0, 1, 0, 1, 1, 0.0]), np.array([0.4, 0.6, 0.6, 0.6, 0.4, 0.4])
        >>> round(calibration_slope(y, p), 2)
        1.71
    """
    return calibration_line(clipped(probability), np.asarray(success) > HALF)[1]


MEASURES: dict[str, Callable[[Floats, Floats], float]] = {
    "auc": auc,
    "brier": brier,
    "log_loss": log_loss,
    "ece": ece,
    "calibration_slope": calibration_slope,
}


def hit_at_1(person: Sequence[object], outcome: Floats, probability: Floats) -> float:
    """Share of people whose best role is the one rated first; people with two roles or more.

    Example:
        >>> hit_at_1(["a", "a"], np.array([0.9, 0.2]), np.array([0.7, 0.4]))
        1.0
    """
    hits = [
        float(outcome[rows][np.argmax(probability[rows])] >= outcome[rows].max())
        for rows in _people(person)
    ]
    return float(np.mean(hits)) if hits else float("nan")


def ndcg_at(person: Sequence[object], outcome: Floats, probability: Floats, k: int = 3) -> float:
    """Normalised discounted gain of the k roles rated first, mean over people.

    Example:
        >>> ndcg_at(["a", "a"], np.array([1.0, 0.0]), np.array([0.7, 0.4]))
        1.0
    """
    found = []
    for rows in _people(person):
        rated = np.argsort(-probability[rows], kind="stable")[:k]
        discount = 1.0 / np.log2(np.arange(2, len(rated) + 2))
        best = np.sort(outcome[rows])[::-1][:k] @ discount
        if best > 0.0:
            found.append(outcome[rows][rated] @ discount / best)
    return float(np.mean(found)) if found else float("nan")


def _people(person: Sequence[object]) -> list[NDArray[np.int64]]:
    """Rows of each person of whom at least two roles' outcomes are known."""
    code = np.unique(np.asarray(person), return_inverse=True)[1]
    order = np.argsort(code, kind="stable")
    cuts = np.flatnonzero(np.diff(code[order])) + 1
    return [rows for rows in np.split(order, cuts) if len(rows) > 1]
