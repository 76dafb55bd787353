"""Crossed effects where the best agents may serve the hardest clients, however strongly.

The sorting correlation rho is not known: it has a flat prior on (-1, 1), and agents are averaged
over its posterior. Where nobody serves two clients rho is not identified; the intervals say so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.alike import with_none
from rolefit.evidence.inside import is_wide
from rolefit.evidence.predict import Crowd, Point, at_point
from rolefit.evidence.ridge import Axis, Ridge, Walk
from rolefit.evidence.search import least
from rolefit.evidence.sorted_posterior import SHARE_START, SortedPosterior
from rolefit.evidence.split import Split, scale_columns, shares_of

if TYPE_CHECKING:
    from rolefit.evidence.cells import Sums
    from rolefit.evidence.information import Evaluation
    from rolefit.evidence.ridge import Place
    from rolefit.schema.arrays import Bools, Floats, Ints

NEAR = 0.1
"""Last step of variances before rho is let go."""
FLAT = 2.0**-0.5
"""sd of artanh rho under the flat prior, at its peak."""
HARDLY = 0.8
"""Posterior sd over FLAT from which even pools cannot be told."""
RHO_POINTS = ((1, 0.01), (3, 0.15), (5, 0.25))
"""Gauss-Hermite points by sd; above, WHOLE_POINTS over all of (-1, 1)."""
WHOLE_POINTS = 8
FEWEST = 5
"""Fewer points than this lie so near each other that one covariance serves all."""
AGENT_SD = 0.25
"""Of log lambda_a, up to which it counts as known: with one row an agent skill and noise are
barely told apart, and where agents hardly differ its log has no lower end."""
AGENT_STRIDES = (0.6, 1.5)
UNTOLD = float(np.pi / (2.0 * np.sqrt(3.0)))
"""sd of artanh rho under the flat prior."""
TOLD = 0.9
"""Widest 90 % interval of a rho that counts as told: half of the flat prior's."""
MOST_POOLS = 500
"""Above this many clients pools are left out: they double the dense system."""
Z90 = 1.6448536269514722


@dataclass(frozen=True)
class Sorted:
    """What the rows taught, as points along the sorting correlation."""

    points: tuple[Point, ...]
    covariance: Floats
    """Of the side effects, divided by s2: blocks x width x width."""
    rho: float
    """Most likely correlation of an agent's effect with that of a client served."""
    rho_low: float
    """Lower end of its 90 % interval."""
    rho_high: float
    identified: bool
    """The interval is at most half as wide as it would be if nothing were known."""
    tau2: float
    """Variance of agents, mean over the points."""
    s2: float
    criterion: float
    """REML criterion at the most likely rho."""


def solve_sorted(sums: Sums, groups: Ints, clients: Bools, *, fixed: int = 1) -> Sorted:
    """Crossed random effects by REML, integrated over the sorting correlation.

        p(rho | y) ~ exp(-criterion(rho) / 2) on (-1, 1), by Gauss-Hermite points in artanh rho,
        by Gauss-Legendre points where it is wide; likewise over the variance of agents where
        the rows hardly tell it, and then over whether agents differ at all (`alike`)

    Pools (clients whose agents are better than a straight line says) are in the model where the
    rows tell rho; without them the intervals are too narrow where sorting is strong.

    Args:
        sums: sums over rows; agents without rows play no part.
        groups: shape (width,): -1 for a fixed column, else its random factor; factor 0 is the
            clients'.
        clients: client columns, shape (width,).
        fixed: number of fixed columns.

    Returns:
        Sorted: one point where everything is as good as known, some 30 where it is not.

    Limits:
        without agents of several clients only the prior speaks of rho, and intervals are right on
        average over sorting strengths, not at each. Pools are in up to 500 clients.

    Source:
        Mundlak 1978 for the slope, `sorting` for several clients and pools. The flat prior was
        chosen against N(0, .5^2) by coverage: experiments/009-sorting-strength.

    Example:
        Twelve agents, two clients each, and the better agents serve the easier clients.

        >>> from rolefit.evidence.cells import Rows, add_up
        >>> agent = np.repeat(np.arange(12), 4)
        >>> client = agent // 2 + np.tile([0, 0, 1, 1], 12)
        >>> y = (
        ...     0.5 * agent
        ...     + 0.5 * np.sin(37 * agent)
        ...     + client
        ...     + np.tile([0.1, -0.1, -0.2, 0.2], 12)
        ... )
        >>> columns = np.column_stack([np.zeros(48, int), 1 + client])
        >>> sums = add_up(Rows(agent, columns, y, np.ones(48), 12, 8))
        >>> found = solve_sorted(sums, np.array([-1, *[0] * 7]), np.arange(8) > 0)
        >>> found.identified, found.rho_low > 0.7
        (True, True)
    """
    posterior = SortedPosterior(Split.of(sums, clients), groups, fixed, pools=False)
    ridge = _ridge(posterior, posterior.middle)
    sd, _ = ridge.spread(_RHO.coordinate, FLAT)
    few = int(clients.sum()) <= MOST_POOLS and not is_wide(len(groups))
    if few and sd < HARDLY * FLAT:
        posterior = replace(posterior, split=Split.of(sums, clients, pools=True), pools=True)
        ridge = _ridge(posterior, np.insert(ridge.mode, -1, SHARE_START))
    return _integrated(sums, posterior, ridge, clients)


def _whole() -> tuple[tuple[float, float], ...]:
    """Gauss-Legendre places of rho on (-1, 1), as artanh rho, with log masses there."""
    rho, mass = np.polynomial.legendre.leggauss(WHOLE_POINTS)
    by_artanh = np.log(mass) - np.log1p(-(rho**2))
    return tuple(zip(np.arctanh(rho).tolist(), by_artanh.tolist(), strict=True))


_RHO = Axis(-1, FLAT, RHO_POINTS, _whole())
_AGENTS = Walk(0, AGENT_SD, AGENT_STRIDES)


def _ridge(posterior: SortedPosterior, start: Floats) -> Ridge[Evaluation]:
    """The posterior around its mode.

    Variances are found with rho held first: far from their place every slope of rho misleads,
    and the valley along rho is narrow and bent.
    """
    low, high = posterior.ends
    held_low, held_high = low.copy(), high.copy()
    held_low[-1] = held_high[-1] = start[-1]
    near = least(posterior.at, start, held_low, held_high, shortest=NEAR)
    found = least(posterior.at, near.point, low, high, shortest=posterior.split.shortest_step)
    return Ridge(posterior.at, found.point, found.found, low, high)


def _integrated(
    sums: Sums, posterior: SortedPosterior, ridge: Ridge[Evaluation], clients: Bools
) -> Sorted:
    """Everything that phase two needs, at the points of a posterior."""
    integral = ridge.points(_RHO, _AGENTS)
    places, none = with_none(posterior, ridge, integral)
    shared = not integral.walked and len(places) < FEWEST
    stack = [ridge.middle] if shared else [place.found for place in places]
    covariance = np.stack([found.solution.covariance for found in stack])
    seen = sums.weight > 0
    weight, total = sums.weight[seen], sums.weighted[seen]
    shares = shares_of(sums.design[seen], weight)
    crowd = Crowd.of(weight, total / weight, shares, clients, pools=posterior.pools)
    blocks = [0 if shared else k for k in range(len(places))]
    points = tuple(
        _point(crowd, posterior, place, covariance[block], block)
        for place, block in zip(places, blocks, strict=True)
    )
    low, middle, high = _sorting(ridge, places, none)
    return Sorted(
        points=points, covariance=covariance, rho=middle, rho_low=low, rho_high=high,
        identified=high - low <= TOLD,
        tau2=sum(p.weight * p.agent_sd**2 for p in points),
        s2=sum(p.weight * p.s2 for p in points),
        criterion=ridge.middle.solution.criterion,
    )  # fmt: skip


def _sorting(
    ridge: Ridge[Evaluation], places: tuple[Place[Evaluation], ...], none: float
) -> tuple[float, float, float]:
    """Mean of rho between the ends of its 90 % interval; if agents do not differ, nobody knows."""
    weight = np.array([place.weight for place in places])
    at = np.array([place.at[-1] for place in places])
    mean = float(weight @ at)
    variance = float(weight @ (at - mean) ** 2) + none * UNTOLD**2
    if len(places) == 1:
        variance = ridge.spread(_RHO.coordinate, FLAT)[0] ** 2
    away = Z90 * float(np.sqrt(variance))
    low, middle, high = np.tanh([mean - away, mean, mean + away]).tolist()
    return low, middle, high


def _point(
    crowd: Crowd,
    posterior: SortedPosterior,
    place: Place[Evaluation],
    covariance: Floats,
    block: int,
) -> Point:
    """What phase two needs of one point."""
    found, at = place.found.solution, place.at
    told = np.stack([np.zeros(len(crowd.weight)), found.sorting.slope, found.sorting.scale])
    said = scale_columns(crowd.shares, crowd.classes, told).sum(axis=0)
    centre = np.asarray(said).ravel() / max(len(crowd.weight), 1)
    point = Point(
        weight=place.weight, block=block, rho=posterior.rho(at),
        share=posterior.share(at), s2=found.s2,
        agents=float(np.exp(at[0])), clients=float(np.exp(at[0] + at[1])),
        effects=tuple(found.effects.tolist()), agent_sd=1.0, centre=tuple(centre.tolist()),
    )  # fmt: skip
    seen = at_point(point, covariance, crowd)
    return replace(point, agent_sd=float(np.sqrt(np.mean(seen.effect**2 + seen.own + seen.side))))
