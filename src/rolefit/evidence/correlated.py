"""Crossed effects where the best agents may serve the hardest clients, however strongly.

The sorting correlation rho is not known: it has a flat prior on (-1, 1), and agents are averaged
over its posterior. Where nobody serves two clients rho is not identified; the intervals say so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from rolefit.evidence.crossed import STARTS, expected_curvature
from rolefit.evidence.predict import Crowd, Point, at_point
from rolefit.evidence.reml import evaluate
from rolefit.evidence.ridge import Axis, Ridge
from rolefit.evidence.search import EDGE, least, polish
from rolefit.evidence.split import Split, scale_columns

if TYPE_CHECKING:
    from rolefit.evidence.cells import Sums
    from rolefit.evidence.reml import Solution
    from rolefit.evidence.ridge import Place
    from rolefit.schema.arrays import Bools, Floats, Ints

LOG_RATIO_RANGE = (-12.0, 15.0)
LOG_OF_CLIENTS_RANGE = (-9.0, 7.0)
"""Log of the variance of agents over that of clients."""
RHO_RANGE = (-2.6, 2.6)
"""artanh rho; at the ends rho is .99."""
SHARE_RANGE = (-7.0, 4.0)
"""Logit of the share of pools."""
SHARE_SCALE = 0.3
"""Mean of the exponential prior of the share of pools."""
FLAT = 2.0**-0.5
"""sd of artanh rho under the flat prior, at its peak."""
TOLD = 0.8
"""Posterior sd over FLAT from which the rows are said not to tell rho."""
RHO_POINTS = ((1, 0.01), (3, 0.15), (5, np.inf))
AGENT_POINTS = ((1, 0.4), (3, np.inf))
"""For log lambda_a: with one row an agent, skill and noise are barely told apart."""
MOST_POOLS = 500
"""Above this many clients pools are not tried: they double the dense system."""
POOLS_GAIN = 4.0
"""What pools must take off the criterion to be in the model."""
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

        p(rho | y) ~ exp(-criterion(rho) / 2) on (-1, 1), by Gauss-Hermite points in artanh rho;
        likewise over the share of noise, where one row an agent hardly tells it

    Pools (clients whose agents are better than a straight line says) are in the model where they
    lower the criterion by more than 4.

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
        average over sorting strengths, not at each. Pools are tried up to 500 clients.

    Source:
        Mundlak 1978 for the slope, `sorting` for several clients and pools. The flat prior was
        chosen against N(0, .5^2) by coverage: experiments/009-sorting-strength.
    """
    islands = np.zeros(len(groups), np.int64) if islands is None else islands
    ridge = _mode(Split.of(sums, clients), groups, fixed)
    sd, _ = ridge.spread(_RHO)
    identified, pooled = sd < TOLD * FLAT, False
    if identified and int(clients.sum()) <= MOST_POOLS:
        wide = Split.of(sums, clients, pools=True)
        wider = _mode(wide, groups, fixed, pools=True, near=ridge.mode)
        gain = ridge.evaluate(ridge.mode).criterion - wider.evaluate(wider.mode).criterion
        if gain > POOLS_GAIN:
            ridge, pooled = wider, True
            sd, _ = ridge.spread(_RHO)
    return _integrated(sums, ridge, clients, islands, sd, identified=identified, pools=pooled)


_RHO = Axis(-1, FLAT, RHO_POINTS)
_AGENTS = Axis(0, 1.0, AGENT_POINTS)


def _mode(
    split: Split, groups: Ints, fixed: int, *, pools: bool = False, near: Floats | None = None
) -> Ridge[_Posterior]:
    """The posterior around its mode.

    Its coordinates: log l_a, log l_c / l_a, log l_f of the other factors, the logit of the share
    of pools if they are in, and artanh rho. The search begins at the mode without pools (`near`)
    where that is known.
    """
    factors = int(groups.max()) + 1
    others = slice(2, factors + 1)

    @lru_cache(maxsize=2)
    def of(packed: bytes) -> _Posterior:
        place = np.frombuffer(packed)
        rho = float(np.tanh(place[-1]))
        share = float(1.0 / (1.0 + np.exp(-place[-2]))) if pools else 0.0
        ratios = np.array([place[0], place[0] + place[1], *place[others]])
        found = evaluate(split, groups, ratios, rho, share, fixed=fixed)
        by, bent = found.slope, share * (1.0 - share)
        slope = [by[0] + by[1], *by[1 : factors + 1]]
        slope += [(by[-1] + 2.0 / SHARE_SCALE) * bent] if pools else []
        slope.append(by[-2] * (1.0 - rho**2) + 4.0 * rho)
        prior = 2.0 * share / SHARE_SCALE - 2.0 * np.log1p(-(rho**2))
        return _Posterior(found.criterion + prior, np.array(slope), found)

    def at(place: Floats) -> _Posterior:
        return of(place.tobytes())

    ends = [LOG_RATIO_RANGE, LOG_OF_CLIENTS_RANGE, *[LOG_RATIO_RANGE] * (factors - 1)]
    ends += [SHARE_RANGE, RHO_RANGE] if pools else [RHO_RANGE]
    low, high = np.array(ends).T
    last = [1.0, 2.0 / FLAT**2] if pools else [2.0 / FLAT**2]
    curvature = np.append(expected_curvature(split, groups, factors), last)
    middle = [-1.0, 0.0] if pools else [0.0]
    starts = [np.array([start, 0.0, *[start] * (factors - 1), *middle]) for start in STARTS]
    if near is not None:
        starts = [np.insert(near, -1, -1.0) if pools else near]
    first = least(at, starts[:1], low, high, curvature)
    if ((first <= low + EDGE) | (first >= high - EDGE)).any():
        first = least(at, [first, *starts[1:]], low, high, curvature)
    found = polish(at, first, low, high)
    return Ridge(at, found.point, found.bend, low, high)


def _integrated(
    sums: Sums,
    ridge: Ridge[_Posterior],
    clients: Bools,
    islands: Ints,
    sd: float,
    *,
    identified: bool,
    pools: bool,
) -> Sorted:
    """Everything that phase two needs, at the points of a posterior."""
    places = ridge.points((_RHO, _AGENTS))
    middle = ridge.evaluate(ridge.mode)
    shared = places[-1].block + 1 < RHO_POINTS[-1][0]
    blocks = {place.block: place.found.solution.covariance for place in places}
    stack = [middle.solution.covariance] if shared else [blocks[k] for k in sorted(blocks)]
    seen = sums.weight > 0
    weight, total = sums.weight[seen], sums.weighted[seen]
    shares = sparse.csr_array(sums.design[seen].multiply(1.0 / weight[:, None]))
    shares.sort_indices()
    crowd = Crowd.of(weight, total / weight, shares, clients, islands, pools=pools)
    points = tuple(
        _point(crowd, place, stack[block], block, pools=pools)
        for place in places
        for block in [0 if shared else place.block]
    )
    return Sorted(
        points=points,
        covariance=np.stack(stack),
        rho=float(np.tanh(ridge.mode[-1])),
        rho_low=float(np.tanh(ridge.mode[-1] - Z90 * sd)),
        rho_high=float(np.tanh(ridge.mode[-1] + Z90 * sd)),
        identified=identified,
        tau2=float(np.exp(sum(2.0 * p.weight * np.log(p.agent_sd) for p in points))),
        s2=sum(p.weight * p.s2 for p in points),
        criterion=middle.solution.criterion,
    )


def _point(
    crowd: Crowd, place: Place[_Posterior], covariance: Floats, block: int, *, pools: bool
) -> Point:
    """What phase two needs of one point."""
    found, at = place.found.solution, place.at
    told = np.stack([np.zeros(len(crowd.weight)), found.sorting.slope, found.sorting.scale])
    said = scale_columns(crowd.shares, crowd.classes, told).sum(axis=0)
    people = np.maximum(np.bincount(crowd.home, minlength=int(crowd.islands.max()) + 1), 1)
    centre = np.asarray(said).ravel() / people[crowd.islands]
    point = Point(
        weight=place.weight, block=block, rho=float(np.tanh(at[-1])),
        share=float(1.0 / (1.0 + np.exp(-at[-2]))) if pools else 0.0, s2=found.s2,
        agents=float(np.exp(at[0])), clients=float(np.exp(at[0] + at[1])),
        effects=tuple(found.effects.tolist()), agent_sd=1.0, centre=tuple(centre.tolist()),
    )  # fmt: skip
    seen = at_point(point, covariance, crowd)
    return replace(point, agent_sd=float(np.sqrt(np.mean(seen.effect**2 + seen.own + seen.side))))
