"""Residuals within groups of rows (agents, or pairs of agent and client), side factors fixed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.cells import add_up, run_starts, sum_by
from rolefit.evidence.within import contrasts

if TYPE_CHECKING:
    from rolefit.evidence.cells import Rows
    from rolefit.schema.arrays import Floats, Ints


@dataclass(frozen=True)
class Residuals:
    """What group means and side factors leave of each row."""

    residual: Floats
    """Shape (n,)."""
    free: Floats
    """Share of each row's noise that its group's mean leaves, shape (n,)."""
    freedom: int
    """Rows less groups less estimable side columns."""


def residuals_within(rows: Rows, group: Ints) -> Residuals:
    """Weighted least squares with groups and side factors fixed.

    Args:
        rows: sorted measurements; rows of one group are neighbours.
        group: group key of each row, shape (n,).

    Returns:
        Residuals. Side factors that do not vary within groups drop out, and cost nothing.

    Limits:
        a group of one row leaves nothing: its residual and its share of free noise are 0.

    Source:
        analysis of variance with groups fixed (Searle 1971).

    Example:
        >>> from rolefit.evidence.cells import Rows
        >>> agent, y = np.array([0, 0, 1, 1]), np.array([1.0, 3.0, 5.0, 9.0])
        >>> left = residuals_within(Rows(agent, np.zeros((4, 1), int), y, np.ones(4), 2, 1), agent)
        >>> left.residual.tolist(), left.free.tolist(), left.freedom
        ([-1.0, 1.0, -2.0, 2.0], [0.5, 0.5, 0.5, 0.5], 2)
    """
    starts = run_starts(group)
    size = np.diff(np.append(starts, len(group)))
    code = np.repeat(np.arange(len(starts)), size)
    varying = [
        k for k, column in enumerate(rows.columns.T) if (column != column[starts][code]).any()
    ]
    total = sum_by(code, rows.w, len(starts))
    free = 1.0 - rows.w / total[code]
    y, rank = rows.y, 0
    if varying or rows.covariate is not None:
        columns, width = _packed(rows.columns[:, varying])
        width += rows.covariate is not None
        part = replace(
            rows, agent=code, agents=len(starts), columns=columns, width=width, client=None
        )
        effects, rank = contrasts(add_up(part))
        y = y - part.predict(effects)
    mean = sum_by(code, rows.w * y, len(starts)) / total
    return Residuals(y - mean[code], free, len(y) - len(starts) - rank)


def _packed(columns: Ints) -> tuple[Ints, int]:
    """The same columns numbered without gaps, and how many there are."""
    if not columns.shape[1]:
        return columns, 0
    seen = np.zeros(int(columns.max()) + 1, np.int64)
    seen[columns.ravel()] = 1
    return (np.cumsum(seen) - 1)[columns], int(seen.sum())
