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


@dataclass(frozen=True)
class Place(Generic[Found]):
    """One point."""

    weight: float
    """Posterior weight; those of all points add up to 1."""
    at: Floats
    found: Found
    block: int
    """Points that differ in the first coordinate integrated over are of different blocks."""


@dataclass(frozen=True)
class Axis:
    """A coordinate to integrate over."""

    coordinate: int
    flat: float
    """Its sd where the rows do not tell it."""
    counts: tuple[tuple[int, float], ...]
    """Number of Gauss-Hermite points, up to which sd."""


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

    def spread(self, axis: Axis, held: Sequence[int] = ()) -> tuple[float, Floats]:
        """Sd of a coordinate, others held or at their optimum, and how those move with it."""
        free = [k for k in range(len(self.mode)) if k not in held]
        inner = np.zeros((len(self.mode), len(self.mode)))
        bend = self.middle.bend[np.ix_(free, free)]
        inner[np.ix_(free, free)] = np.linalg.pinv(bend, hermitian=True)
        k = axis.coordinate
        variance = 2.0 * float(inner[k, k])
        if 0.0 < variance < axis.flat**2:
            return float(np.sqrt(variance)), inner[:, k] / inner[k, k]
        return axis.flat, np.eye(len(self.mode))[k]

    def points(self, axes: Sequence[Axis]) -> list[Place[Found]]:
        """Points along the first axis, and at each of them along the next; weights add up to 1."""
        made = self._along(list(axes), self.mode, self.middle, ())
        height = np.array([found.criterion for _, _, found in made])
        log_weight = np.array([log_mass for log_mass, _, _ in made]) - 0.5 * height
        weight = np.exp(log_weight - log_weight.max())
        each = len(made) // self._count(axes[0])
        return [
            Place(float(w), at, found, k // each)
            for k, (w, (_, at, found)) in enumerate(zip(weight / weight.sum(), made, strict=True))
        ]

    def _count(self, axis: Axis, held: Sequence[int] = ()) -> int:
        """Number of points along an axis."""
        sd, _ = self.spread(axis, held)
        return next(number for number, widest in axis.counts if sd < widest)

    def _along(
        self, axes: list[Axis], centre: Floats, middle: Found, held: tuple[int, ...]
    ) -> list[tuple[float, Floats, Found]]:
        """Log masses, places and evaluations from a centre with some coordinates held."""
        if not axes:
            return [(0.0, centre, middle)]
        axis, rest = axes[0], axes[1:]
        (sd, drift), count = self.spread(axis, held), self._count(axis, held)
        node, mass = hermegauss(count)
        fixed = (*held, axis.coordinate)
        made = []
        for z, m in zip(node.tolist(), mass.tolist(), strict=True):
            place, found = centre, middle
            if z != 0.0:
                place, found = self._settled(centre + drift * sd * z, fixed)
            log_mass = float(np.log(m)) + 0.5 * z * z
            made += [
                (log_mass + more, at, f) for more, at, f in self._along(rest, place, found, fixed)
            ]
        return made

    def _settled(self, place: Floats, held: tuple[int, ...]) -> tuple[Floats, Found]:
        """Near the optimum of the coordinates that are not held."""
        place = np.clip(place, self.low, self.high)
        low, high = self.low.copy(), self.high.copy()
        low[list(held)] = high[list(held)] = place[list(held)]
        near = least(self.evaluate, place, low, high, shortest=SETTLED)
        return near.point, near.found
