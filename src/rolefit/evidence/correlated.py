"""Crossed effects where the best agents may serve the hardest clients, however strongly.

The sorting correlation rho is not known: it has a flat prior on (-1, 1), and agents are averaged
over its posterior. Where nobody serves two clients rho is not identified; the intervals say so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.polynomial.hermite_e import hermegauss

from rolefit.evidence.crossed import STARTS, expected_curvature
from rolefit.evidence.predict import Crowd, Point, at_point
from rolefit.evidence.reml import evaluate
from rolefit.evidence.search import least, polish
from rolefit.evidence.split import Split

if TYPE_CHECKING:
    from collections.abc import Callable

    from rolefit.evidence.cells import Sums
    from rolefit.evidence.reml import Solution
    from rolefit.schema.arrays import Bools, Floats, Ints

LOG_RATIO_RANGE = (-12.0, 15.0)
LOG_OF_CLIENTS_RANGE = (-9.0, 7.0)
"""Log of the variance of agents over that of clients."""
RHO_RANGE = 2.6
"""Largest |artanh rho|; there rho is .99."""
FLAT = 2.0**-0.5
"""sd of artanh rho under the flat prior, at its peak."""
TOLD = 0.8
"""Posterior sd over FLAT from which the rows are said not to tell rho."""
POINTS = ((1, 0.01), (3, 0.1), (7, np.inf))
"""How many points serve up to which sd of artanh rho; up to three share one covariance."""
MOST_POINTS = POINTS[-1][0]
Z90 = 1.6448536269514722


@dataclass(frozen=True)
class Sorted:
    """What the rows taught, as points along the sorting correlation."""

    points: tuple[Point, ...]
    covariance: Floats
    """Of the side effects, divided by s2: points (or 1 for all) x width x width."""
    rho: float
    """Most likely correlation of an agent's effect with that of a client served."""
    rho_low: float
    """Lower end of its 90 % interval."""
    rho_high: float
    identified: bool
    """The rows tell rho; where they do not, the flat prior speaks."""
    tau2: float
    """Variance of agents, geometric mean over the points."""
    s2: float
    criterion: float
    """REML criterion at the most likely rho."""


@dataclass(frozen=True)
class _Posterior:
    """-2 log posterior, its slope, and the solution behind it."""

    criterion: float
    slope: Floats
    solution: Solution


def solve_sorted(
    sums: Sums, groups: Ints, clients: Bools, *, islands: Ints | None = None, fixed: int = 1
) -> Sorted:
    """Crossed random effects by REML, integrated over the sorting correlation.

        p(rho | y) ~ exp(-criterion(rho) / 2) on (-1, 1), by Gauss-Hermite points in artanh rho

    Args:
        sums: sums over rows; agents without rows play no part.
        groups: shape (width,): -1 for a fixed column, else its random factor; factor 0 is the
            clients'.
        clients: client columns, shape (width,).
        islands: intercept that goes with each client column, shape (width,); None = one for all.
        fixed: number of fixed columns.

    Returns:
        Sorted: one point where rho is as good as known, up to seven where it is not.

    Limits:
        assignment is taken as linear in skill and alike for all clients; how clients' teams
        differ beyond that counts as agents' own.

    Source:
        Mundlak 1978 for the slope, `sorting` for several clients; Rue, Martino & Chopin 2009 for
        integrating variances over a few points. The flat prior was chosen against N(0, .5^2) in
        experiments/009-sorting-strength.
    """
    split = Split.of(sums, clients)
    islands = np.zeros(len(groups), np.int64) if islands is None else islands
    factors = int(groups.max()) + 1

    def at(place: Floats) -> _Posterior:
        """At (log l_a, log l_c / l_a, log l_f of the other factors, artanh rho)."""
        rho = float(np.tanh(place[-1]))
        ratios = np.array([place[0], place[0] + place[1], *place[2:-1]])
        found = evaluate(split, groups, ratios, rho, fixed=fixed)
        by = found.slope
        slope = np.array([by[0] + by[1], *by[1:-1], by[-1] * (1.0 - rho**2) + 4.0 * rho])
        return _Posterior(found.criterion - 2.0 * np.log1p(-(rho**2)), slope, found)

    ends = (LOG_RATIO_RANGE, LOG_OF_CLIENTS_RANGE, *[LOG_RATIO_RANGE] * (factors - 1))
    low, high = np.array([*ends, (-RHO_RANGE, RHO_RANGE)]).T
    curvature = np.append(expected_curvature(split, groups, factors), 2.0 / FLAT**2)
    starts = [np.array([start, 0.0, *[start] * (factors - 1), 0.0]) for start in STARTS]
    best, bend = polish(at, least(at, starts, low, high, curvature), low, high)
    ridge = _Ridge.of(best, bend)
    found = ridge.points(at, (low, high))
    middle = found[len(found) // 2].solution
    shared = len(found) < MOST_POINTS
    points = tuple(
        _point(split, place, (middle if shared else place.solution).covariance, islands)
        for place in found
    )
    return Sorted(
        points=points,
        covariance=np.stack([middle.covariance] if shared else
                            [place.solution.covariance for place in found]),
        rho=float(np.tanh(best[-1])),
        rho_low=float(np.tanh(best[-1] - Z90 * ridge.sd)),
        rho_high=float(np.tanh(best[-1] + Z90 * ridge.sd)),
        identified=ridge.sd < TOLD * FLAT,
        tau2=float(np.exp(sum(2.0 * p.weight * np.log(p.agent_sd) for p in points))),
        s2=sum(p.weight * p.s2 for p in points),
        criterion=middle.criterion,
    )  # fmt: skip


@dataclass(frozen=True)
class _Place:
    """A point on the ridge."""

    weight: float
    at: Floats
    solution: Solution


@dataclass(frozen=True)
class _Ridge:
    """The posterior along artanh rho, everything else at its optimum."""

    best: Floats
    bend: Floats
    """Second derivatives at the best point."""
    drift: Floats
    """How the other coordinates move with artanh rho."""
    sd: float
    """Of artanh rho."""

    @classmethod
    def of(cls, best: Floats, bend: Floats) -> _Ridge:
        """From the best point and the second derivatives there."""
        inner = np.linalg.pinv(bend, hermitian=True)
        variance = 2.0 * float(inner[-1, -1])
        known = 0.0 < variance < FLAT**2
        sd = np.sqrt(variance) if known else FLAT
        drift = inner[:, -1] / inner[-1, -1] if known else np.eye(len(best))[-1]
        return cls(best, bend, drift, float(sd))

    def points(
        self, at: Callable[[Floats], _Posterior], box: tuple[Floats, Floats]
    ) -> list[_Place]:
        """Gauss-Hermite points, each polished at its own rho from where the ridge points to."""
        count = next(number for number, width in POINTS if self.sd < width)
        node, mass = hermegauss(count)
        places, found = [], []
        for z in node.tolist():
            place = np.clip(self.best + self.drift * self.sd * z, *box)
            low, high = (np.append(end[:-1], place[-1]) for end in box)
            if count == MOST_POINTS:
                place = least(at, [place], low, high, np.abs(np.diagonal(self.bend)))
            if z != 0.0:
                place, _ = polish(at, place, low, high, bend=self.bend)
            places.append(place)
            found.append(at(place))
        height = np.array([posterior.criterion for posterior in found])
        weight = mass * np.exp(0.5 * node**2 - 0.5 * (height - height.min()))
        return [
            _Place(float(w), place, posterior.solution)
            for w, place, posterior in zip(weight / weight.sum(), places, found, strict=True)
        ]


def _point(split: Split, place: _Place, covariance: Floats, islands: Ints) -> Point:
    """What phase two needs of one point."""
    found = place.solution
    crowd = Crowd(split.weight, split.mean, split.shares, split.served, split.marked, islands)
    people = np.bincount(crowd.home, minlength=int(islands.max()) + 1)
    centre = (split.shares.T @ found.sorting.slope) / np.maximum(people, 1)[islands]
    point = Point(
        weight=place.weight, rho=float(np.tanh(place.at[-1])), s2=found.s2,
        agents=float(np.exp(place.at[0])), clients=float(np.exp(place.at[0] + place.at[1])),
        effects=tuple(found.effects.tolist()), agent_sd=1.0,
        centre=tuple(np.where(split.marked, centre, 0.0).tolist()),
    )  # fmt: skip
    effect, own, side = at_point(point, covariance, crowd)
    return replace(point, agent_sd=float(np.sqrt(np.mean(effect**2 + own + side))))
