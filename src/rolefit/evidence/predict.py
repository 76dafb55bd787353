"""Agents against what a population taught: posterior means and variances, averaged over points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.crossed import spread
from rolefit.evidence.inside import CLIENT, OTHER, POOL
from rolefit.evidence.reml import scales_of
from rolefit.evidence.sorting import Sorting
from rolefit.evidence.split import clients_served, scale_columns, shares_of, with_pools

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scipy import sparse

    from rolefit.evidence.cells import Sums
    from rolefit.schema.arrays import Bools, Floats, Ints


@dataclass(frozen=True)
class Point:
    """One value of the sorting correlation, with everything else at its REML optimum."""

    weight: float
    """Posterior weight; those of all points add up to 1."""
    block: int
    """Which covariance belongs to it."""
    rho: float
    share: float
    """Share of the rest of the agents' variance that pools explain; 0 without pools."""
    s2: float
    """Row variance at weight 1."""
    agents: float
    """lambda_a = s2 / variance of agents."""
    clients: float
    """lambda_c = s2 / variance of clients; 1 without a client factor."""
    effects: tuple[float, ...]
    """Side effects, transformed units."""
    agent_sd: float
    """Of the calibration's agents: root mean square of posterior effects, variances included."""
    centre: tuple[float, ...]
    """What an effect of 0 stands for: mean over all agents of what clients say of them."""


@dataclass(frozen=True)
class Crowd:
    """Agents as the model sees them."""

    weight: Floats
    """n_i, shape (agents,)."""
    mean: Floats
    """y_i."""
    shares: sparse.csr_array
    """p_i, agents x width, pool columns included."""
    served: Floats
    """Effective number of clients."""
    classes: Ints
    """Class of each side column, shape (width,)."""

    @classmethod
    def of(
        cls, weight: Floats, mean: Floats, shares: sparse.csr_array, clients: Bools, *, pools: bool
    ) -> Crowd:
        """From shares over the side columns without pools."""
        classes, served = np.where(clients, CLIENT, OTHER), clients_served(shares, clients)
        if pools:
            shares = with_pools(shares, clients)
            classes = np.append(classes, np.full(int(clients.sum()), POOL))
        return cls(weight, mean, shares, served, classes)


@dataclass(frozen=True)
class Predicted:
    """What is believed of each agent, in sd between agents."""

    effect: Floats
    reliability: Floats
    """1 - posterior variance, in [0, 1]."""
    confounded: Floats
    """Share of the posterior variance that is not the noise of the agent's own rows."""


def predict_sorted(
    sums: Sums, points: Sequence[Point], covariance: Floats, clients: Bools
) -> Predicted:
    """Posterior of agents, averaged over the sorting correlation.

        a_i = slope_i (m_i - m) + h_i / l_i (y_i - q_i'c),  u_i = its derivative by c
        Var = s2 (1 / (n_i + l_i) + u_i' V u_i) at each point, plus the spread of the means that
              is expected before the agent's own mean is seen: no better row makes less sure

    Args:
        sums: sums over the rows of these agents, who need not be the calibration's.
        points: of `solve_sorted`.
        covariance: points (or 1) x width x width.
        clients: client columns, shape (width,).

    Returns:
        Predicted; an agent without rows has effect 0 and reliability 0.

    Source:
        Henderson 1975 for each point; the law of total variance over points.
    """
    weight = np.where(sums.weight > 0, sums.weight, 1.0)
    shares = shares_of(sums.design, weight)
    crowd = Crowd.of(
        sums.weight, sums.weighted / weight, shares, clients,
        pools=any(point.share > 0 for point in points),
    )  # fmt: skip
    told = [at_point(point, covariance[point.block], crowd) for point in points]
    share = np.array([point.weight for point in points])[:, None]
    sd = np.array([point.agent_sd for point in points])[:, None]
    effect, kept, expected, own, side, lone = (
        np.array([getattr(told_at, name) for told_at in told])
        for name in ("effect", "kept", "expected", "own", "side", "lone")
    )
    middle = (share * expected).sum(axis=0)
    usual = (effect - kept * (crowd.mean - middle)) / sd
    apart = _variance(usual, share) + _variance(kept / sd, share) * (share * lone).sum(axis=0)
    noise = (share * own / sd**2).sum(axis=0)
    variance = noise + (share * side / sd**2).sum(axis=0) + apart
    seen = sums.weight > 0
    return Predicted(
        np.where(seen, (share * effect / sd).sum(axis=0), 0.0),
        np.where(seen, np.clip(1.0 - variance, 0.0, 1.0), 0.0),
        np.clip(1.0 - noise / variance, 0.0, 1.0),
    )


def _variance(values: Floats, share: Floats) -> Floats:
    """Variance over points, shape (agents,)."""
    spread: Floats = (share * (values - (share * values).sum(axis=0)) ** 2).sum(axis=0)
    return spread


@dataclass(frozen=True)
class AtPoint:
    """Agents at one value of the sorting correlation; transformed units, shape (agents,) each."""

    effect: Floats
    """Posterior mean."""
    kept: Floats
    """How far the effect moves with the agent's mean."""
    expected: Floats
    """Mean that the model expects of the agent."""
    own: Floats
    """Posterior variance from the agent's own rows."""
    side: Floats
    """Posterior variance from the side effects."""
    lone: Floats
    """Variance of the agent's mean around what is expected."""


def at_point(point: Point, covariance: Floats, crowd: Crowd) -> AtPoint:
    """Posterior of agents at one value of the sorting correlation.

    Where islands have intercepts of their own, their levels say nothing of skill: an effect tells
    how somebody stands among the agents of the same clients, and its variance holds what those
    may be better than the others by.

    Args:
        point: variances, side effects and centre.
        covariance: of the side effects, divided by s2, width x width.
        crowd: the agents.

    Returns:
        AtPoint.
    """
    effects = np.array(point.effects)
    sorting = Sorting.of(point.rho, point.share, point.agents, point.clients, crowd.served)
    kept = crowd.weight / (crowd.weight + sorting.penalty)
    told, scales = np.stack([np.zeros_like(kept), sorting.slope, sorting.scale]), scales_of(sorting)
    away = scale_columns(crowd.shares, crowd.classes, told - kept * scales)
    value, side = kept * crowd.mean + away @ effects, spread(away, covariance)
    if any(point.centre):
        centre = np.array(point.centre)
        pull = covariance @ centre if covariance.ndim > 1 else covariance * centre
        value = value - centre @ effects
        side = np.maximum(side - 2.0 * (away @ pull) + centre @ pull, 0.0)
    weight = np.where(crowd.weight > 0, crowd.weight, 1.0)
    return AtPoint(
        value, kept, scale_columns(crowd.shares, crowd.classes, scales) @ effects,
        point.s2 / (crowd.weight + sorting.penalty), point.s2 * side,
        point.s2 * (1.0 / weight + 1.0 / sorting.penalty),
    )  # fmt: skip
