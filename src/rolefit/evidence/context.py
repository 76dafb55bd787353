"""One metric's context: client, channel and period effects, and what they leave of each agent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from rolefit.evidence.cells import Rows, add_up, sum_by
from rolefit.evidence.crossed import predict_agents, solve_random, solve_within, spread
from rolefit.evidence.design import (
    UNKNOWN,
    allow_new_levels,
    client_components,
    home_components,
    lay_rows,
    recode,
    side_groups,
    used_levels,
)
from rolefit.evidence.row_noise import Noise, learn_noise
from rolefit.evidence.shrinkage import Spread, shrink, spread_of
from rolefit.schema.arrays import Bools, Floats, Ints, Matrix  # noqa: TC001 - pydantic reads it

if TYPE_CHECKING:
    from rolefit.evidence.cells import Sums
    from rolefit.evidence.crossed import Context
    from rolefit.evidence.measured import Grid, Measured

COMPARABLE, NOT_COMPARABLE, NO_SPREAD = range(3)


@dataclass(frozen=True)
class MetricNorms:
    """What the population taught about one metric; all that phase two needs.

    Side columns: one for the mean, then the levels of each factor with at least two levels, then
    one a factor for levels that were not there at calibration.
    """

    estimator: str
    levels: dict[str, tuple[str, ...]]
    """Factor -> its level names, for the factors in the model."""
    effects: tuple[float, ...]
    """Side effects, transformed units, better is positive."""
    covariance: Matrix
    """Of the side effects, divided by s2."""
    s2: float
    tau2: float
    """Variance between agents, squared transformed units."""
    noise: Noise
    clients: tuple[str, ...]
    component: tuple[int, ...]
    """Component of the agent-client graph of each of `clients`."""
    component_mean: tuple[float, ...]
    component_weight: tuple[float, ...]
    component_agents: tuple[int, ...]
    raw_mean: float
    """Mean over agents of the raw metric, own unit."""
    raw_sd: float
    agents: int
    rows: int


@dataclass(frozen=True)
class AgentEffects:
    """One metric's effects, one row an agent who has rows of it."""

    agent: Ints
    """Row of the agents table."""
    raw: Floats
    effect: Floats
    se: Floats
    reliability: Floats
    n: Floats
    component: Ints
    confounded: Floats
    note: Ints


def learn_context(grid: Grid, measured: Measured, estimator: str) -> MetricNorms:
    """Phase one of one metric.

    Args:
        grid: sorted keys.
        measured: the metric's rows.
        estimator: `within` or `random`.

    Returns:
        MetricNorms.
    """
    levels = used_levels(grid, measured)
    rows = lay_rows(grid, measured, levels)
    noise = learn_noise(rows, measured.volume)
    rows = rows.weighing(noise.weights(measured.volume))
    sums = add_up(rows, noise.pair_ratio)
    clients, component = client_components(grid, measured)
    home = home_components(rows, grid, measured, clients, component)
    seen = np.flatnonzero(sums.weight > 0)
    group, groups = home[seen], int(component.max(initial=-1)) + 1
    if estimator == "within":
        context = solve_within(sums)
        between = _between(sums, context, seen, group, groups)
        effects, covariance = allow_new_levels(
            context.effects, context.covariance, context.s2, levels
        )
    else:
        context = solve_random(sums, side_groups(levels))
        between = Spread(context.tau2, np.zeros(groups), np.zeros(groups))
        effects, covariance = context.effects, context.covariance
    raw = raw_means(rows, measured)[seen]
    return MetricNorms(
        estimator=estimator, levels=levels, effects=tuple(effects.tolist()),
        covariance=covariance, s2=float(np.nan_to_num(context.s2)), tau2=between.tau2, noise=noise,
        clients=clients, component=tuple(component.tolist()),
        component_mean=tuple(between.mean.tolist()),
        component_weight=tuple(between.weight.tolist()),
        component_agents=tuple(np.bincount(group, minlength=groups).tolist()),
        raw_mean=float(raw.mean()), raw_sd=float(raw.std()), agents=len(seen), rows=sums.rows,
    )  # fmt: skip


def agent_effects(grid: Grid, measured: Measured, norms: MetricNorms) -> AgentEffects:
    """Phase two of one metric: each agent against what the population taught.

    Args:
        grid: sorted keys, of the calibration's agents or others.
        measured: the metric's rows.
        norms: of `learn_context`.

    Returns:
        AgentEffects; an agent who can be compared with nobody has effect 0, reliability 0 and
        note `not_comparable`.
    """
    rows = lay_rows(grid, measured, norms.levels)
    rows = rows.weighing(norms.noise.weights(measured.volume))
    component = np.array((*norms.component, UNKNOWN), np.int64)
    home = home_components(rows, grid, measured, norms.clients, component[:-1])
    used = rows
    if norms.estimator == "within":
        place = component[recode(grid, measured, "client", norms.clients)]
        used = _only(rows, (place != UNKNOWN) & (place == home[rows.agent]))
    effect, reliability, confounded = _posterior(used, norms, home)
    members = np.array((*norms.component_agents, 0))[home]
    alone = (members <= 1) | (np.bincount(used.agent, minlength=rows.agents) == 0)
    note = np.where(alone, NOT_COMPARABLE, NO_SPREAD if norms.tau2 <= 0 else COMPARABLE)
    effect[alone], reliability[alone], confounded[alone] = 0.0, 0.0, 1.0
    volume = sum_by(rows.agent, measured.volume, rows.agents)
    raw = raw_means(rows, measured)
    order = np.flatnonzero(np.bincount(rows.agent, minlength=rows.agents))
    return AgentEffects(
        np.argsort(grid.rank)[order], raw[order], effect[order],
        np.sqrt(1.0 - reliability[order]), reliability[order], volume[order], home[order],
        confounded[order], note[order],
    )  # fmt: skip


def _between(sums: Sums, context: Context, seen: Ints, group: Ints, groups: int) -> Spread:
    """Spread of agents around their component; none where row noise is not identified."""
    if not context.s2 > 0:
        return Spread(0.0, np.zeros(groups), np.zeros(groups))
    value, noise, _ = _left_over(sums, context.effects, context.covariance, context.s2)
    return spread_of(value[seen], noise[seen], group, groups)


def raw_means(rows: Rows, measured: Measured) -> Floats:
    """Volume-weighted mean of every agent code in the metric's own unit; NaN without rows.

    A ratio of sums, never a mean of ratios: sum v x / sum v.
    """
    volume = sum_by(rows.agent, measured.volume, rows.agents)
    total = sum_by(rows.agent, measured.volume * measured.value, rows.agents)
    return np.divide(total, volume, out=np.full(rows.agents, np.nan), where=volume > 0)


def _only(rows: Rows, keep: Bools) -> Rows:
    """Some of the rows."""
    return Rows(
        rows.agent[keep], rows.columns[keep], rows.y[keep], rows.w[keep], rows.agents, rows.width
    )


def _posterior(rows: Rows, norms: MetricNorms, component: Ints) -> tuple[Floats, Floats, Floats]:
    """Effect (agent sd), reliability and confounded share of every agent code."""
    zeros = np.zeros(rows.agents)
    if not len(rows.y) or norms.tau2 <= 0:
        return zeros, zeros.copy(), zeros.copy()
    sums = add_up(rows, norms.noise.pair_ratio)
    effects = np.array(norms.effects)
    if norms.estimator == "random":
        return predict_agents(sums, effects, norms.covariance, norms.s2, norms.tau2)
    value, noise, confounded = _left_over(sums, effects, norms.covariance, norms.s2)
    between = Spread(
        norms.tau2, np.array((*norms.component_mean, 0.0)),
        np.array((*norms.component_weight, 0.0)),
    )  # fmt: skip
    effect, reliability = shrink(value, noise, between, component)
    nothing = sums.weight <= 0
    effect[nothing], reliability[nothing] = 0.0, 0.0
    return effect, reliability, confounded


def _left_over(
    sums: Sums, effects: Floats, covariance: Floats, s2: float
) -> tuple[Floats, Floats, Floats]:
    """Agent mean less its context, its noise variance, and the context's share of that noise."""
    inverse = np.divide(1.0, sums.weight, out=np.full_like(sums.weight, np.inf),
                        where=sums.weight > 0)  # fmt: skip
    finite = np.where(np.isfinite(inverse), inverse, 0.0)
    value = (sums.weighted - sums.design @ effects) * finite
    share = spread(sparse.csr_array(sums.design.multiply(finite[:, None])), covariance)
    noise = s2 * (inverse + share)
    return value, noise, np.divide(share, inverse + share)
