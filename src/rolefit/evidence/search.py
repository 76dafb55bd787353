"""Where a smooth criterion is least: Newton steps with its average information, then secants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rolefit.schema.arrays import Bools, Floats, Ints

ROUNDS = 60
LONGEST = 3.0
"""Of one step in one coordinate: logs of ratios move by a factor of 20 at most."""
SHORTEST = 1e-9
"""A step that changes nothing anybody reads."""
HALVINGS = 12
UNEVEN = 1e-11
"""Share of the criterion that is rounding: a step may raise it by so much."""
SECANTS = 4
SECANT_RANGE = (1e-7, 0.5)
"""Lengths of steps that tell second derivatives: above they bend, below rounding shows."""
EDGE = 1e-9
TINY = 1e-14


class Valued(Protocol):
    """What an evaluation returns."""

    @property
    def criterion(self) -> float:
        """To be made least."""

    @property
    def slope(self) -> Floats:
        """Its derivative, shape (k,)."""

    @property
    def bend(self) -> Floats:
        """About its second derivatives, k x k, positive semi-definite."""


Found = TypeVar("Found", bound=Valued)


@dataclass(frozen=True)
class Least(Generic[Found]):
    """Where the steps ended."""

    point: Floats
    found: Found


def least(
    evaluate: Callable[[Floats], Found],
    start: Floats,
    low: Floats,
    high: Floats,
    *,
    shortest: float = SHORTEST,
) -> Least[Found]:
    """The point of least criterion inside a box.

    Average information makes the first steps good and never leads uphill; what it leaves of the
    true second derivatives is learned from the steps already taken (symmetric rank one), so the
    last steps are as good as Newton's.

    Args:
        evaluate: criterion, slope and information at a point.
        start: where to begin, shape (k,).
        low: lower ends; where they are the upper ends too, the coordinate is held.
        high: upper ends.
        shortest: where the next step would be shorter in every coordinate, the search ends.

    Returns:
        Least; after ROUNDS steps the last point.

    Source:
        Gilmour, Thompson & Cullis 1995 (AI-REML); Nocedal & Wright 2006, 6.2 (symmetric rank one).
    """
    point = np.clip(start, low, high)
    found = evaluate(point)
    secants: list[tuple[Floats, Floats]] = []
    for _ in range(ROUNDS):
        free = _free(point, found.slope, low, high)
        step = _step(found, secants, free)
        ahead = np.clip(point + step, low, high)
        if np.abs(ahead - point).max(initial=0.0) < shortest:
            break
        reached = evaluate(ahead)
        for _ in range(HALVINGS):
            if reached.criterion <= found.criterion + UNEVEN * max(1.0, abs(found.criterion)):
                break
            ahead = (point + ahead) / 2.0
            reached = evaluate(ahead)
        secants.append((ahead - point, reached.slope - found.slope))
        point, found = ahead, reached
    return Least(point, found)


def _free(point: Floats, slope: Floats, low: Floats, high: Floats) -> Ints:
    """Coordinates that may move: not held, not pushed against an end."""
    up = (point < high - EDGE) | (slope > 0)
    down = (point > low + EDGE) | (slope < 0)
    free: Bools = up & down & (high > low)
    return np.flatnonzero(free)


def _step(found: Valued, secants: Sequence[tuple[Floats, Floats]], free: Ints) -> Floats:
    """The Newton step of the free coordinates, each at most LONGEST."""
    step = np.zeros(len(found.slope))
    if not len(free):
        return step
    plain = found.bend[np.ix_(free, free)]
    bend = _corrected(plain, secants, free)
    least_bend = TINY * max(float(np.trace(plain)), TINY)
    if np.linalg.eigvalsh(bend)[0] <= least_bend:
        bend = plain + least_bend * np.eye(len(free))
    wanted = -np.linalg.solve(bend, found.slope[free])
    step[free] = np.clip(wanted, -LONGEST, LONGEST)
    return step


def _corrected(bend: Floats, secants: Sequence[tuple[Floats, Floats]], free: Ints) -> Floats:
    """Second derivatives that also say what the last steps saw."""
    for step, change in secants[-SECANTS:]:
        length = float(np.abs(step).max())
        held = float(np.abs(np.delete(step, free)).max(initial=0.0))
        if not SECANT_RANGE[0] < length < SECANT_RANGE[1] or held > 0.0:
            continue
        rest = change[free] - bend @ step[free]
        along = float(rest @ step[free])
        if abs(along) > EDGE * float(np.linalg.norm(rest) * np.linalg.norm(step)):
            bend = bend + np.outer(rest, rest) / along
    return bend
