"""Phase one of one metric: client, channel and period effects, and how far agents differ."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.cells import add_up, sum_by
from rolefit.evidence.correlated import solve_sorted
from rolefit.evidence.crossed import solve_random
from rolefit.evidence.design import allow_new_levels, lay_out, lay_rows
from rolefit.evidence.graph import client_components, home_components
from rolefit.evidence.metric_norms import MetricNorms
from rolefit.evidence.predict import Point
from rolefit.evidence.robust import tame
from rolefit.evidence.row_noise import learn_noise
from rolefit.evidence.shared import shared_factors
from rolefit.evidence.shrinkage import Spread, left_over, spread_of
from rolefit.evidence.sorted_posterior import WIDE
from rolefit.evidence.tangent import Tangent, draw_line, first_line
from rolefit.evidence.within import solve_within

if TYPE_CHECKING:
    from rolefit.evidence.cells import Rows, Sums
    from rolefit.evidence.crossed import Context
    from rolefit.evidence.design import Layout
    from rolefit.evidence.measured import Grid, Measured
    from rolefit.evidence.row_noise import Noise
    from rolefit.evidence.tangent import Line
    from rolefit.schema.arrays import Floats, Ints
    from rolefit.schema.policy import EvidencePolicy

LEAST_RATIO = 1e-12
"""Variance of agents over that of a row of mean weight, below which there is none."""
TAMED = 3
"""Times that far rows are drawn in: each time noise is learned anew, without them."""
LOOKS = {"mean": 0, "duration": 1, "rate": 3, "count": 3}
"""First looks at a metric before its effects are learned, by kind."""


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
        where a client or channel is a number that no two agents share, agents cannot be told from
        it, and nobody's effect is told. Where hardly an agent has two rows, noise cannot be told
        from skill, with the same end. Without agents of several clients sorting is not identified,
        and intervals are wide.
    """
    clients, component = client_components(grid, measured)
    factors = shared_factors(grid, measured, policy.side_factors)
    told_apart = factors == tuple(policy.side_factors)
    layout = lay_out(grid, measured, clients, component, factors)
    rows = lay_rows(grid, measured, layout)
    tangent = touch(grid, rows, measured, layout)
    line = draw_line(rows, measured, tangent)
    rows, noise = _with_noise(rows, line, measured)
    home = home_components(rows.agent, rows.w, component[rows.client], rows.agents)
    seen = np.flatnonzero(np.bincount(rows.agent, minlength=rows.agents))
    group, groups = home[seen], int(component.max(initial=-1)) + 1

    def learn(counted: Rows, noise: Noise) -> _Learned:
        if _alike(counted):
            return _nothing(layout, groups)
        middle = float(counted.y.mean())
        sums = add_up(replace(counted, y=counted.y - middle), noise.pair_ratio)
        found = _learn(sums, layout, policy.client_effects, group, groups)
        return _lifted(found, layout, middle)

    learned, kept = learn(rows, noise), 1.0
    for _ in range(TAMED if policy.huber > 0 else 0):
        tamed, kept = tame(rows, learned.effects, policy.huber)
        noise = learn_noise(tamed, line.volume)
        rows = rows.weighing(noise.weights(line.volume))
        learned = learn(tamed.weighing(rows.w), noise)
    raw = raw_means(rows, measured)[seen]
    sorting = learned.sorting or (None, None, None)
    return MetricNorms(
        estimator=policy.client_effects, layout=layout, huber=policy.huber, kept=kept,
        effects=tuple(learned.effects.tolist()), covariance=learned.covariance,
        points=learned.points,
        sorting=sorting[0], sorting_low=sorting[1], sorting_high=sorting[2],
        sorting_identified=learned.identified,
        s2=learned.s2, tau2=learned.between.tau2 if told_apart and noise.known else 0.0,
        noise=noise, tangent=tangent,
        component_mean=tuple(learned.between.mean.tolist()),
        component_weight=tuple(learned.between.weight.tolist()),
        component_agents=tuple(np.bincount(group, minlength=groups).tolist()),
        raw_mean=float(raw.mean()), raw_sd=float(raw.std()), agents=len(seen), rows=len(rows.y),
    )  # fmt: skip


def touch(grid: Grid, rows: Rows, measured: Measured, layout: Layout) -> Tangent | None:
    """Where the curve of a metric is to be touched, by a few looks with plain random effects.

    Args:
        grid: sorted keys.
        rows: the metric's rows over the side columns.
        measured: the same rows.
        layout: the side columns.

    Returns:
        Tangent; None for a mean, which has no curve.

    Limits:
        three looks, not as many as it takes: where it is touched matters in the second order.
    """
    tangent = None
    line = first_line(grid, rows, measured)
    for _ in range(LOOKS[measured.kind]):
        seen, noise = _with_noise(rows, line, measured)
        if _alike(seen):
            return Tangent((0.0,) * len(layout.groups), 0.0, 0.0, noise)
        sums, columns = add_up(seen, noise.pair_ratio), layout.groups
        fixed = int((columns < 0).sum())
        found = solve_random(sums, columns, fixed=fixed, prior_sd=WIDE)
        tau2 = found.tau2 if noise.known else 0.0
        tangent = Tangent(tuple(found.effects.tolist()), found.s2, tau2, noise)
        line = draw_line(rows, measured, tangent)
    return tangent


def _with_noise(rows: Rows, line: Line, measured: Measured) -> tuple[Rows, Noise]:
    """Rows read on their lines and weighed by the noise that they show."""
    rows = replace(rows, y=line.of(measured.y))
    noise = learn_noise(rows, line.volume)
    return rows.weighing(noise.weights(line.volume)), noise


def _alike(rows: Rows) -> bool:
    """No row differs from any other."""
    return bool(np.ptp(rows.y) <= LEAST_RATIO * np.abs(rows.y).max())


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
    none = found.tau2 < LEAST_RATIO * found.s2 * sums.rows / sums.weight.sum()
    return _Learned(
        np.asarray(effects), found.covariance, found.s2,
        Spread(0.0 if none else found.tau2, nowhere, nowhere), found.points,
        (-found.rho, -found.rho_high, -found.rho_low), found.identified,
    )  # fmt: skip


def _lifted(learned: _Learned, layout: Layout, middle: float) -> _Learned:
    """Effects of rows whose middle was taken off against rounding: the intercepts get it back."""
    intercepts = int(layout.islands.max(initial=0)) + 1
    lift = np.where(np.arange(len(learned.effects)) < intercepts, middle, 0.0)
    points = tuple(
        replace(point, effects=tuple((np.array(point.effects) + lift).tolist()))
        for point in learned.points
    )
    return replace(learned, effects=learned.effects + lift, points=points)


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
