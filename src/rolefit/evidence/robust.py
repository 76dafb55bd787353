"""Huber weights: a row far from the rest of its pair counts less."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.cells import run_starts

if TYPE_CHECKING:
    from rolefit.evidence.cells import Rows
    from rolefit.schema.arrays import Floats, Ints

LEAST_ROWS = 3
"""With two rows nobody can say which of them is the odd one."""


def huber_weights(rows: Rows, effects: Floats, limit: float) -> Floats:
    """The rows' weights, less where a row lies far from its pair's median.

        w * min(1, limit / |r|),  r = sqrt(w) (y - side effects - median of the pair)

    Args:
        rows: sorted measurements whose weights are inverse row variances.
        effects: side effects, shape (width,).
        limit: in row sd; 0 = off. 1.5 to 3 are usual.

    Returns:
        shape (n,); unchanged in pairs of fewer than three rows.

    Limits:
        one step from a robust start, not iterated; the row variances stay as they were learned.

    Source:
        Huber 1964; Koller 2016 for robust mixed models.

    Example:
        >>> from rolefit.evidence.cells import Rows
        >>> agent, y = np.zeros(3, int), np.array([0.0, 1.0, 7.0])
        >>> rows = Rows(agent, np.zeros((3, 1), int), y, np.ones(3), 1, 1)
        >>> huber_weights(rows, np.zeros(1), limit=1.5).tolist()
        [1.0, 1.0, 0.25]
    """
    if limit <= 0 or not len(rows.y):
        return rows.w
    left = rows.y - rows.predict(effects)
    starts = run_starts(rows.pair)
    size = np.diff(np.append(starts, len(left)))
    code = np.repeat(np.arange(len(starts)), size)
    middle = _medians(left, code, starts, size)
    far = np.sqrt(rows.w) * np.abs(left - middle[code])
    kept = np.minimum(1.0, limit / np.maximum(far, limit))
    return np.where(size[code] >= LEAST_ROWS, rows.w * kept, rows.w)


def _medians(values: Floats, code: Ints, starts: Ints, size: Ints) -> Floats:
    """Median of the values of every run of equal codes."""
    ranked = values[np.lexsort([values, code])]
    low, high = starts + (size - 1) // 2, starts + size // 2
    return (ranked[low] + ranked[high]) / 2.0
