"""Crossed effects where the best agents may serve the hardest clients, however strongly.

The sorting correlation rho is not known: it has a flat prior on (-1, 1), and agents are averaged
over its posterior. Where nobody serves two clients rho is not identified; the intervals say so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.inside import is_wide
from rolefit.evidence.predict import Crowd, Point, at_point
from rolefit.evidence.ridge import Axis, Ridge
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
TOLD = 0.8
"""Posterior sd over FLAT from which the rows are said not to tell rho."""
RHO_POINTS = ((1, 0.01), (3, 0.15), (5, np.inf))
AGENT_POINTS = ((1, 0.4), (3, np.inf))
"""For log lambda_a: with one row an agent, skill and noise are barely told apart."""
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
    """The rows tell rho; where they do not, the flat prior speaks."""
    tau2: float
    """Variance of agents, geometric mean over the points."""
    s2: float
    criterion: float
    """REML criterion at the most likely rho."""


def solve_sorted(
    sums: Sums, groups: Ints, clients: Bools, *, islands: Ints | None = None, fixed: int = 1
) -> Sorted:
    """Crossed random effects by REML, integrated over the sorting correlation.

        p(rho | y) ~ exp(-criterion(rho) / 2) on (-1, 1), by Gauss-Hermite points in artanh rho;
        likewise over the share of noise, where one row an agent hardly tells it

    Pools (clients whose agents are better than a straight line says) are in the model where the
    rows tell rho; without them the intervals are too narrow where sorting is strong.

    Args:
        sums: sums over rows; agents without rows play no part.
        groups: shape (width,): -1 for a fixed column, else its random factor; factor 0 is the
            clients'.
        clients: client columns, shape (width,).
        islands: intercept that goes with each client column, shape (width,); None = one for all.
        fixed: number of fixed columns.

    Returns:
        Sorted: one point where everything is as good as known, up to 15 where it is not.

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
        >>> found.identified, round(found.rho, 1), found.rho_low > 0.7
        (True, 0.9, True)
    """
    islands = np.zeros(len(groups), np.int64) if islands is None else islands
    posterior = SortedPosterior(Split.of(sums, clients), groups, fixed, pools=False)
    ridge = _ridge(posterior, posterior.middle)
    sd, _ = ridge.spread(_RHO)
    identified = sd < TOLD * FLAT
    if identified and int(clients.sum()) <= MOST_POOLS and not is_wide(len(groups)):
        posterior = replace(posterior, split=Split.of(sums, clients, pools=True), pools=True)
        ridge = _ridge(posterior, np.insert(ridge.mode, -1, SHARE_START))
        sd, _ = ridge.spread(_RHO)
    return _integrated(sums, posterior, ridge, clients, islands, sd, identified=identified)


_RHO = Axis(-1, FLAT, RHO_POINTS)
_AGENTS = Axis(0, 1.0, AGENT_POINTS)


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
    sums: Sums,
    posterior: SortedPosterior,
    ridge: Ridge[Evaluation],
    clients: Bools,
    islands: Ints,
    sd: float,
    *,
    identified: bool,
) -> Sorted:
    """Everything that phase two needs, at the points of a posterior."""
    places = ridge.points((_RHO, _AGENTS))
    middle = ridge.middle
    shared = places[-1].block + 1 < RHO_POINTS[-1][0]
    blocks = {place.block: place.found.solution.covariance for place in places}
    stack = [middle.solution.covariance] if shared else [blocks[k] for k in sorted(blocks)]
    seen = sums.weight > 0
    weight, total = sums.weight[seen], sums.weighted[seen]
    shares = shares_of(sums.design[seen], weight)
    crowd = Crowd.of(weight, total / weight, shares, clients, islands, pools=posterior.pools)
    points = tuple(
        _point(crowd, posterior, place, stack[block], block)
        for place in places
        for block in [0 if shared else place.block]
    )
    return Sorted(
        points=points,
        covariance=np.stack(stack),
        rho=posterior.rho(ridge.mode),
        rho_low=float(np.tanh(ridge.mode[-1] - Z90 * sd)),
        rho_high=float(np.tanh(ridge.mode[-1] + Z90 * sd)),
        identified=identified,
        tau2=float(np.exp(sum(2.0 * p.weight * np.log(p.agent_sd) for p in points))),
        s2=sum(p.weight * p.s2 for p in points),
        criterion=middle.solution.criterion,
    )


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
    people = np.maximum(np.bincount(crowd.home, minlength=int(crowd.islands.max()) + 1), 1)
    centre = np.asarray(said).ravel() / people[crowd.islands]
    point = Point(
        weight=place.weight, block=block, rho=posterior.rho(at),
        share=posterior.share(at), s2=found.s2,
        agents=float(np.exp(at[0])), clients=float(np.exp(at[0] + at[1])),
        effects=tuple(found.effects.tolist()), agent_sd=1.0, centre=tuple(centre.tolist()),
    )  # fmt: skip
    seen = at_point(point, covariance, crowd)
    return replace(point, agent_sd=float(np.sqrt(np.mean(seen.effect**2 + seen.own + seen.side))))
