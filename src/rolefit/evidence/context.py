"""Phase one of one metric: client, channel and period effects, and how far agents differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.cells import add_up, sum_by
from rolefit.evidence.correlated import solve_sorted
from rolefit.evidence.crossed import solve_random
from rolefit.evidence.design import allow_new_levels, lay_out, lay_rows
from rolefit.evidence.graph import client_components, home_components
from rolefit.evidence.metric_norms import MetricNorms
from rolefit.evidence.predict import Point
from rolefit.evidence.robust import huber_weights
from rolefit.evidence.row_noise import learn_noise
from rolefit.evidence.shrinkage import Spread, left_over, spread_of
from rolefit.evidence.within import solve_within

if TYPE_CHECKING:
    from rolefit.evidence.cells import Rows, Sums
    from rolefit.evidence.crossed import Context
    from rolefit.evidence.design import Layout
    from rolefit.evidence.measured import Grid, Measured
    from rolefit.schema.arrays import Floats, Ints
    from rolefit.schema.policy import EvidencePolicy

LEAST_RATIO = 1e-12
"""Variance of agents over row variance, below which there is none."""


@dataclass(frozen=True)
class _Learned:
    """Context effects and variances by one of the estimators."""

    effects: Floats
    covariance: Floats
    s2: float
    between: Spread
    points: tuple[Point, ...] = ()
    sorting: tuple[float, float, float] | None = None
    identified: bool = False


def learn_context(grid: Grid, measured: Measured, policy: EvidencePolicy) -> MetricNorms:
    """Phase one of one metric.

    Args:
        grid: sorted keys.
        measured: the metric's rows.
        policy: `client_effects`, `side_factors` and `huber`.

    Returns:
        MetricNorms.

    Limits:
        where hardly an agent has two rows, noise cannot be told from skill, and nobody's effect
        is told; without agents of several clients sorting is not identified, and intervals are
        wide.
    """
    clients, component = client_components(grid, measured)
    layout = lay_out(grid, measured, clients, component, policy.side_factors)
    rows = lay_rows(grid, measured, layout)
    noise = learn_noise(rows, measured.volume)
    rows = rows.weighing(noise.weights(measured.volume))
    home = home_components(rows.agent, rows.w, component[rows.client], rows.agents)
    seen = np.flatnonzero(np.bincount(rows.agent, minlength=rows.agents))
    group, groups = home[seen], int(component.max(initial=-1)) + 1

    def learn(counted: Rows) -> _Learned:
        if np.ptp(counted.y) <= LEAST_RATIO * np.abs(counted.y).max():
            return _nothing(layout, groups)
        sums = add_up(counted, noise.pair_ratio)
        return _learn(sums, layout, policy.client_effects, group, groups)

    learned = learn(rows)
    if policy.huber > 0:
        learned = learn(rows.weighing(huber_weights(rows, learned.effects, policy.huber)))
    raw = raw_means(rows, measured)[seen]
    sorting = learned.sorting or (None, None, None)
    return MetricNorms(
        estimator=policy.client_effects, layout=layout, huber=policy.huber,
        effects=tuple(learned.effects.tolist()), covariance=learned.covariance,
        points=learned.points,
        sorting=sorting[0], sorting_low=sorting[1], sorting_high=sorting[2],
        sorting_identified=learned.identified,
        s2=learned.s2, tau2=learned.between.tau2 if noise.known else 0.0, noise=noise,
        component_mean=tuple(learned.between.mean.tolist()),
        component_weight=tuple(learned.between.weight.tolist()),
        component_agents=tuple(np.bincount(group, minlength=groups).tolist()),
        raw_mean=float(raw.mean()), raw_sd=float(raw.std()), agents=len(seen), rows=len(rows.y),
    )  # fmt: skip


def _learn(sums: Sums, layout: Layout, estimator: str, group: Ints, groups: int) -> _Learned:
    """Context effects by the estimator asked for."""
    if estimator == "within":
        return _within(sums, layout, group, groups)
    nowhere = np.zeros(groups)
    columns, clients = layout.groups, layout.client_columns
    fixed = int((columns < 0).sum())
    if estimator == "random" or not clients.any():
        context = solve_random(sums, columns, fixed=fixed)
        return _Learned(
            context.effects, context.covariance[None], context.s2,
            Spread(context.tau2, nowhere, nowhere),
            (_unsorted(context),) if context.tau2 > 0 else (),
        )  # fmt: skip
    found = solve_sorted(sums, columns, clients, fixed=fixed)
    effects = sum(p.weight * np.array(p.effects) for p in found.points)
    none = found.tau2 < LEAST_RATIO * found.s2
    return _Learned(
        np.asarray(effects), found.covariance, found.s2,
        Spread(0.0 if none else found.tau2, nowhere, nowhere), found.points,
        (-found.rho, -found.rho_high, -found.rho_low), found.identified,
    )  # fmt: skip


def _nothing(layout: Layout, groups: int) -> _Learned:
    """What rows teach that are all alike: no effects, and no spread."""
    width, nowhere = len(layout.groups), np.zeros(groups)
    return _Learned(
        np.zeros(width), np.zeros((1, width, width)), 1.0, Spread(0.0, nowhere, nowhere)
    )


def _unsorted(context: Context) -> Point:
    """The one point of a model without sorting."""
    return Point(
        weight=1.0, block=0, rho=0.0, share=0.0,
        s2=context.s2, agents=context.s2 / context.tau2, clients=1.0,
        effects=tuple(context.effects.tolist()), agent_sd=float(np.sqrt(context.tau2)),
        centre=(0.0,) * len(context.effects),
    )  # fmt: skip


def _within(sums: Sums, layout: Layout, group: Ints, groups: int) -> _Learned:
    """Contrasts within agents, and the spread of agents around their component."""
    context = solve_within(sums)
    between = Spread(0.0, np.zeros(groups), np.zeros(groups))
    if context.s2 > 0:
        value, noise, _ = left_over(sums, context.effects, context.covariance, context.s2)
        seen = sums.weight > 0
        between = spread_of(value[seen], noise[seen], group, groups)
    effects, covariance = allow_new_levels(context.effects, context.covariance, context.s2, layout)
    return _Learned(effects, covariance[None], float(np.nan_to_num(context.s2)), between)


def raw_means(rows: Rows, measured: Measured) -> Floats:
    """Volume-weighted mean of every agent code in the metric's own unit; NaN without rows.

    A ratio of sums, never a mean of ratios: sum v x / sum v.
    """
    volume = sum_by(rows.agent, measured.volume, rows.agents)
    total = sum_by(rows.agent, measured.volume * measured.value, rows.agents)
    return np.divide(total, volume, out=np.full(rows.agents, np.nan), where=volume > 0)
