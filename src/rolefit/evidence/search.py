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
SHORTEST = 1e-10
"""A step that changes nothing anybody reads."""
PROBED = 1e-4
"""The same where criterion and slope are estimates by probes: less than their error."""
GROWTH = 3.0
"""Of the longest step after one that went well; after one cut short, twice its length."""
HALVINGS = 8
UNEVEN = 1e-11
"""Share of the criterion that is rounding: a step may raise it by so much."""
SECANTS = 4
SECANT_RANGE = (1e-7, 2.0)
"""Lengths of steps that tell second derivatives: above they bend, below rounding shows."""
FALLEN = 1e-9
"""Least of 1 + slope / J."""
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

    @property
    def levels(self) -> Floats:
        """Levels behind each log variance ratio, shape (k,); 0 for other coordinates."""


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

    Limits:
        a criterion with several valleys: it ends in the one that `start` lies in.

    Source:
        Gilmour, Thompson & Cullis 1995 (AI-REML); Nocedal & Wright 2006, 6.2 (symmetric rank one).

    Example:
        >>> from types import SimpleNamespace
        >>> def bowl(at):
        ...     away = at - np.array([3.0, -1.0])
        ...     height, bend, none = float(away @ away), 2.0 * np.eye(2), np.zeros(2)
        ...     return SimpleNamespace(criterion=height, slope=2.0 * away, bend=bend, levels=none)
        >>> low, high = np.array([-9.0, -9.0]), np.array([2.0, 9.0])
        >>> least(bowl, np.zeros(2), low, high).point.round(6).tolist()
        [2.0, -1.0]
    """
    point = np.clip(start, low, high)
    found = evaluate(point)
    secants: list[tuple[Floats, Floats]] = []
    reach = LONGEST
    for _ in range(ROUNDS):
        free = _free(point, found.slope, low, high)
        wanted = np.clip(_step(found, secants, free), -LONGEST, LONGEST)
        wanted *= min(1.0, reach / max(float(np.abs(wanted).max()), TINY))
        step = np.clip(point + wanted, low, high) - point
        if np.abs(step).max(initial=0.0) < shortest:
            break
        ahead = _descent(evaluate, point, found, step)
        if ahead is None:
            careful = np.clip(point + _careful(found, free), low, high) - point
            ahead = _descent(evaluate, point, found, careful)
        if ahead is None:
            break
        taken = ahead.point - point
        length, all_of_it = float(np.abs(taken).max()), bool((taken == step).all())
        reach = min(LONGEST, GROWTH * reach if all_of_it else 2.0 * length)
        secants.append((taken, ahead.found.slope - found.slope))
        point, found = ahead.point, ahead.found
    return Least(point, found)


def _descent(
    evaluate: Callable[[Floats], Found], point: Floats, found: Found, step: Floats
) -> Least[Found] | None:
    """The step, or as much of it as leads down; None where no part of it does."""
    most = found.criterion + UNEVEN * max(1.0, abs(found.criterion))
    for halved in range(HALVINGS):
        ahead = point + step / 2.0**halved
        reached = evaluate(ahead)
        if reached.criterion <= most:
            return Least(ahead, reached)
    return None


def _free(point: Floats, slope: Floats, low: Floats, high: Floats) -> Ints:
    """Coordinates that may move: not held, not pushed against an end."""
    up = (point < high - EDGE) | (slope > 0)
    down = (point > low + EDGE) | (slope < 0)
    free: Bools = up & down & (high > low)
    return np.flatnonzero(free)


def _step(found: Valued, secants: Sequence[tuple[Floats, Floats]], free: Ints) -> Floats:
    """The Newton step of the free coordinates."""
    step = np.zeros(len(found.slope))
    if not len(free):
        return step
    plain = found.bend[np.ix_(free, free)]
    bend = _corrected(plain, secants, free)
    least_bend = TINY * max(float(np.trace(plain)), TINY)
    if np.linalg.eigvalsh(bend)[0] <= least_bend:
        bend = plain + least_bend * np.eye(len(free))
    step[free] = -np.linalg.solve(bend, _straightened(found)[free])
    return step


def _careful(found: Valued, free: Ints) -> Floats:
    """A step that surely begins downhill: information, and as much again in every direction."""
    step = np.zeros(len(found.slope))
    bend, slope = found.bend[np.ix_(free, free)], found.slope[free]
    more = float(np.trace(bend)) / len(free) + float(np.abs(slope).max()) + TINY
    step[free] = -np.linalg.solve(bend + more * np.eye(len(free)), slope)
    return step


def _straightened(found: Valued) -> Floats:
    """The slope as a Newton step sees it best.

    By a log ratio x it is about J (e^(x - x0) - 1), J levels, far from its zero: the log of
    1 + slope / J is straight, so one step goes where five would.
    """
    known = found.levels > 0
    levels, straight = found.levels[known], found.slope.copy()
    share = np.maximum(found.slope[known] / levels, FALLEN - 1.0)
    straight[known] = levels * (1.0 + share) * np.log1p(share)
    return straight


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
