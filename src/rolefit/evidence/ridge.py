"""Points of a posterior: along what the rows tell least, everything else at its optimum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic

import numpy as np
from numpy.polynomial.hermite_e import hermegauss

from rolefit.evidence.search import Found, least

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rolefit.schema.arrays import Floats

SETTLED = 0.03
"""Last step of the other coordinates at a point: what is left of the way changes the posterior's
height by its square."""
NOTHING = 8.0
"""Rise of -2 log posterior from which nothing more is to be found: a fiftieth of the height."""
LEAST_WEIGHT = 0.01
"""Points of less than this share are left out."""


@dataclass(frozen=True)
class Place(Generic[Found]):
    """One point."""

    weight: float
    """Posterior weight; those of all points add up to 1."""
    at: Floats
    found: Found


@dataclass(frozen=True)
class Axis:
    """A coordinate to integrate over, whose posterior is a bell or as wide as its prior."""

    coordinate: int
    flat: float
    """Its sd where the rows do not tell it."""
    counts: tuple[tuple[int, float], ...]
    """Number of Gauss-Hermite points, up to which sd."""
    whole: tuple[tuple[float, float], ...]
    """Where the sd is larger: places over all of the prior's range, with log masses."""


@dataclass(frozen=True)
class Walk:
    """A coordinate to integrate over whose posterior may lean far to one side.

    A variance that may as well be 0 has a log that may be as low as one likes: no bell around the
    mode tells of that, so the posterior is walked along, step by step.
    """

    coordinate: int
    told: float
    """Below this sd the mode stands for everything."""
    strides: tuple[float, float]
    """Shortest and longest step."""


@dataclass(frozen=True)
class Integral(Generic[Found]):
    """A posterior as points."""

    places: tuple[Place[Found], ...]
    log_mass: float
    """Log of the integral of exp(-criterion / 2) over the coordinates walked and laid out."""
    walked: bool
    """The second coordinate is hardly told."""


@dataclass(frozen=True)
class Ridge(Generic[Found]):
    """A posterior around its mode.

    Source:
        Rue, Martino & Chopin 2009, integrating a few hyperparameters over a few points.
    """

    evaluate: Callable[[Floats], Found]
    """-2 log posterior, its slope and whatever comes with it."""
    mode: Floats
    middle: Found
    """The evaluation at the mode."""
    low: Floats
    high: Floats

    def spread(
        self, coordinate: int, flat: float, held: Sequence[int] = ()
    ) -> tuple[float, Floats]:
        """Sd of a coordinate, others held or at their optimum, and how those move with it.

        Args:
            coordinate: position.
            flat: its sd where the rows do not tell it: the most that is returned.
            held: coordinates that do not move.
        """
        free = [k for k in range(len(self.mode)) if k not in held]
        inner = np.zeros((len(self.mode), len(self.mode)))
        bend = self.middle.bend[np.ix_(free, free)]
        inner[np.ix_(free, free)] = np.linalg.pinv(bend, hermitian=True)
        variance = 2.0 * float(inner[coordinate, coordinate])
        if 0.0 < variance < flat**2:
            return float(np.sqrt(variance)), inner[:, coordinate] / inner[coordinate, coordinate]
        return flat, np.eye(len(self.mode))[coordinate]

    def points(self, axis: Axis, walk: Walk) -> Integral[Found]:
        """Points along an axis, and from each of them along a walk; weights add up to 1."""
        fixed = axis.coordinate % len(self.mode)
        sd, _ = self.spread(walk.coordinate, walk.strides[1], (fixed,))
        stride = 0.0 if sd < walk.told else max(sd, walk.strides[0])
        made = [
            (log_mass, at, found)
            for log_mass, place, middle in self._along(axis)
            for at, found in self._walked(walk, stride, place, middle, fixed)
        ]
        log_mass = np.array([mass - 0.5 * found.criterion for mass, _, found in made])
        weight = np.exp(log_mass - log_mass.max())
        total = float(np.log(weight.sum()) + log_mass.max()) + (np.log(stride) if stride else 0.0)
        kept = np.flatnonzero(weight >= LEAST_WEIGHT * weight.sum())
        weight /= weight[kept].sum()
        places = tuple(Place(float(weight[k]), *made[k][1:]) for k in kept.tolist())
        return Integral(places, float(total), stride > 0)

    def _along(self, axis: Axis) -> list[tuple[float, Floats, Found]]:
        """Log masses, places and evaluations along an axis."""
        sd, drift = self.spread(axis.coordinate, axis.flat)
        count = next((number for number, widest in axis.counts if sd < widest), 0)
        away = [(z - float(self.mode[axis.coordinate]), mass) for z, mass in axis.whole]
        if count:
            node, mass = hermegauss(count)
            heights = np.log(mass * sd) + 0.5 * node**2
            away = list(zip((sd * node).tolist(), heights.tolist(), strict=True))
        made = []
        for move, log_mass in away:
            place, found = self.mode, self.middle
            if move != 0.0:
                place, found = self.settled(self.mode + drift * move, [axis.coordinate])
            made.append((log_mass, place, found))
        return made

    def _walked(
        self, walk: Walk, stride: float, place: Floats, middle: Found, held: int
    ) -> list[tuple[Floats, Found]]:
        """Evenly spaced places both ways, until the posterior is as good as nothing."""
        made, least_seen, k = [(place, middle)], middle.criterion, walk.coordinate
        for step in (-stride, stride) if stride else ():
            at = place
            while self.low[k] < at[k] < self.high[k]:
                ahead = at.copy()
                ahead[k] += step
                at, found = self.settled(ahead, [held, k])
                made.append((at, found))
                least_seen = min(least_seen, found.criterion)
                if found.criterion > least_seen + NOTHING:
                    break
        return made

    def settled(self, place: Floats, held: list[int]) -> tuple[Floats, Found]:
        """Near the optimum of the coordinates that are not held."""
        place = np.clip(place, self.low, self.high)
        low, high = self.low.copy(), self.high.copy()
        low[held] = high[held] = place[held]
        near = least(self.evaluate, place, low, high, shortest=SETTLED)
        return near.point, near.found
