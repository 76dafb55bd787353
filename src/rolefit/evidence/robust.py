"""Huber's option: a row far from the rest of its pair is drawn in, and what that costs is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.cells import run_starts

if TYPE_CHECKING:
    from rolefit.evidence.cells import Rows
    from rolefit.schema.arrays import Floats, Ints

LEAST_ROWS = 3
"""With two rows nobody can say which of them is the odd one."""
LEAST_KEPT = 0.2
"""Where most rows are drawn in, the limit is no limit but a sign test."""


def tame(
    rows: Rows, effects: Floats, limit: float, kept: float | None = None
) -> tuple[Rows, float]:
    """The rows with values drawn in that lie far from their pair's median.

        y* = m + sd max(-limit, min(limit, r)) / kept,  r = (y - m) / sd,  sd = 1 / sqrt(w)

    m is the side effects and the pair's median of what they leave; `kept` is the share of rows
    that are not drawn in. The mean of y* is Huber's estimate, one step from the median, and its
    variance is that of y*: weights stay as they are, and no row tells less for being far.

    Args:
        rows: sorted measurements whose weights are inverse row variances.
        effects: side effects, shape (width,).
        limit: in row sd; 0 = off. 1.5 to 3 are usual.
        kept: of the rows that taught the norms; None = of these rows.

    Returns:
        the rows, and `kept`; pairs of fewer than three rows are left alone.

    Limits:
        one step from a robust start, not iterated.

    Source:
        Huber 1964; pseudo-values as in Bickel 1975, whose variance is E psi^2 / (E psi')^2.

    Example:
        Two of three rows are kept; the third, 6 from the median, is drawn in to 1.5 / (2 / 3).
        >>> from rolefit.evidence.cells import Rows
        >>> agent, y = np.zeros(3, int), np.array([0.0, 1.0, 7.0])
        >>> rows, kept = tame(Rows(agent, agent[:, None], y, np.ones(3), 1, 1), np.zeros(1), 1.5)
        >>> rows.y.round(6).tolist(), round(kept, 3)
        ([-0.5, 1.0, 3.25], 0.667)
    """
    if limit <= 0 or not len(rows.y):
        return rows, 1.0
    usual = rows.predict(effects)
    starts = run_starts(rows.pair)
    size = np.diff(np.append(starts, len(usual)))
    code = np.repeat(np.arange(len(starts)), size)
    middle = usual + _medians(rows.y - usual, code, starts, size)[code]
    many, sd = size[code] >= LEAST_ROWS, 1.0 / np.sqrt(rows.w)
    away = (rows.y - middle) / sd
    if kept is None:
        kept = float((np.abs(away[many]) < limit).mean()) if many.any() else 1.0
    drawn = middle + sd * np.clip(away, -limit, limit) / max(kept, LEAST_KEPT)
    return replace(rows, y=np.where(many, drawn, rows.y)), kept


def _medians(values: Floats, code: Ints, starts: Ints, size: Ints) -> Floats:
    """Median of the values of every run of equal codes."""
    ranked = values[np.lexsort([values, code])]
    low, high = starts + (size - 1) // 2, starts + size // 2
    return (ranked[low] + ranked[high]) / 2.0
