"""Where a smooth criterion is least: a quasi-Newton search, then Newton steps on its slope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy import optimize

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rolefit.schema.arrays import Floats, Ints

POLISH_STEP = 1e-2
POLISH_ROUNDS = 12
POLISHED = 1e-11
SETTLED = 1e-3
EDGE = 1e-6


@dataclass(frozen=True)
class Polished:
    """Where Newton steps ended."""

    point: Floats
    bend: Floats
    """Second derivatives there, k x k."""
    settled: bool
    """The slope is next to nothing: this is an optimum."""


class Valued(Protocol):
    """What an evaluation returns."""

    @property
    def criterion(self) -> float:
        """To be made least."""

    @property
    def slope(self) -> Floats:
        """Its derivative."""


def least(
    evaluate: Callable[[Floats], Valued],
    starts: Sequence[Floats],
    low: Floats,
    high: Floats,
    curvature: Floats,
) -> Floats:
    """The point of least criterion inside a box, from several starts.

    Args:
        evaluate: criterion and slope at a point.
        starts: where to begin; one start is not enough where the criterion is flat: a long first
            step lands where a variance is 0.
        low: lower ends, shape (k,).
        high: upper ends, shape (k,).
        curvature: rough second derivatives, > 0; only the number of steps depends on them.

    Returns:
        shape (k,); the best of the ends, not yet polished.
    """
    scale = 1.0 / np.sqrt(curvature)

    def scaled(point: Floats) -> tuple[float, Floats]:
        found = evaluate(point * scale)
        return found.criterion, found.slope * scale

    ends = [
        optimize.minimize(
            scaled, start / scale, jac=True, method="L-BFGS-B",
            bounds=list(zip(low / scale, high / scale, strict=True)),
            options={"ftol": 1e-9, "gtol": 1e-3, "maxiter": 200},
        )
        for start in starts
    ]  # fmt: skip
    best = min(ends, key=lambda end: float(end.fun))
    return np.clip(np.asarray(best.x) * scale, low, high)


def polish(
    evaluate: Callable[[Floats], Valued],
    point: Floats,
    low: Floats,
    high: Floats,
    *,
    bend: Floats | None = None,
) -> Polished:
    """Newton steps on the slope: the criterion is too flat to tell the last digits.

    Args:
        evaluate: criterion and slope at a point.
        point: near the optimum, shape (k,).
        low: lower ends; a coordinate at an end stays there.
        high: upper ends.
        bend: second derivatives near by, where they are known; they save evaluations.

    Returns:
        Polished; rows and columns of `bend` for coordinates at an end are 0 with 1 on the diagonal.
    """
    free = np.flatnonzero((point < high - EDGE) & (point > low + EDGE))
    known = bend is not None
    bend = np.eye(len(point)) if bend is None else bend
    slope = evaluate(point).slope
    for _ in range(POLISH_ROUNDS):
        if not len(free) or (known and np.abs(slope[free]).max() < POLISHED):
            break
        if not known:
            bend = np.eye(len(point))
            bend[np.ix_(free, free)] = _bend(evaluate, point, slope, free)
            known = True
        step = np.linalg.lstsq(bend[np.ix_(free, free)], slope[free], rcond=None)[0]
        nudged = point.copy()
        nudged[free] = np.clip(point[free] - np.clip(step, -0.5, 0.5), low[free], high[free])
        ahead = evaluate(nudged).slope
        if np.abs(ahead[free]).max() >= np.abs(slope[free]).max():
            break
        known = np.abs(ahead[free]).max() < 0.1 * np.abs(slope[free]).max()
        point, slope = nudged, ahead
    rest = float(np.abs(slope[free]).max(initial=0.0))
    return Polished(point, bend, settled=rest < SETTLED)


def _bend(evaluate: Callable[[Floats], Valued], point: Floats, slope: Floats, free: Ints) -> Floats:
    """Second derivatives by the free coordinates, from differences of the slope."""
    bend: Floats = np.empty((len(free), len(free)))
    for column, k in enumerate(free):
        ahead = point.copy()
        ahead[k] += POLISH_STEP
        bend[:, column] = (evaluate(ahead).slope[free] - slope[free]) / POLISH_STEP
    return (bend + bend.T) / 2.0
