"""Phase two of one metric: each agent against what the population taught."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.cells import Rows, add_up, sum_by
from rolefit.evidence.context import raw_means
from rolefit.evidence.design import UNKNOWN, client_columns, home_components, lay_rows, recode
from rolefit.evidence.predict import Predicted, predict_sorted
from rolefit.evidence.shrinkage import Spread, left_over, shrink

if TYPE_CHECKING:
    from rolefit.evidence.measured import Grid, Measured
    from rolefit.evidence.metric_norms import MetricNorms
    from rolefit.schema.arrays import Bools, Floats, Ints

COMPARABLE, NOT_COMPARABLE, NO_SPREAD, ISLAND = range(4)
EFFECT_NOTES = ("", "not_comparable", "no_spread", "island")
"""An island is compared with the rest only by taking its clients to be like other clients."""


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
    """Position in EFFECT_NOTES."""


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
    found = _posterior(used, norms, home)
    alone, note = _notes(used, norms, home)
    volume = sum_by(rows.agent, measured.volume, rows.agents)
    raw = raw_means(rows, measured)
    order = np.flatnonzero(np.bincount(rows.agent, minlength=rows.agents))
    effect = np.where(alone, 0.0, found.effect)[order]
    reliability = np.where(alone, 0.0, found.reliability)[order]
    confounded = np.where(alone, 1.0, found.confounded)[order]
    return AgentEffects(
        np.argsort(grid.rank)[order], raw[order], effect, np.sqrt(1.0 - reliability), reliability,
        volume[order], home[order], confounded, note[order],
    )  # fmt: skip


def _notes(used: Rows, norms: MetricNorms, home: Ints) -> tuple[Bools, Ints]:
    """Who can be compared with nobody, and what must be said of each agent code."""
    sizes = np.array((*norms.component_agents, 0))
    alone = (sizes[home] <= 1) | (np.bincount(used.agent, minlength=used.agents) == 0)
    mainland = int(sizes.argmax())
    island = (norms.estimator != "within") & (home != mainland)
    note = np.where(island, ISLAND, COMPARABLE)
    note = np.where(norms.tau2 <= 0, NO_SPREAD, note)
    return alone, np.where(alone, NOT_COMPARABLE, note)


def _only(rows: Rows, keep: Bools) -> Rows:
    """Some of the rows."""
    return Rows(
        rows.agent[keep], rows.columns[keep], rows.y[keep], rows.w[keep], rows.agents, rows.width
    )


def _posterior(rows: Rows, norms: MetricNorms, component: Ints) -> Predicted:
    """Effect (agent sd), reliability and confounded share of every agent code."""
    zeros = np.zeros(rows.agents)
    if not len(rows.y) or norms.tau2 <= 0:
        return Predicted(zeros, zeros, zeros)
    sums = add_up(rows, norms.noise.pair_ratio)
    if norms.points:
        clients = client_columns(norms.levels)
        return predict_sorted(sums, norms.points, norms.covariance, clients)
    value, noise, confounded = left_over(
        sums, np.array(norms.effects), norms.covariance[0], norms.s2
    )
    between = Spread(
        norms.tau2, np.array((*norms.component_mean, 0.0)),
        np.array((*norms.component_weight, 0.0)),
    )  # fmt: skip
    effect, reliability = shrink(value, noise, between, component)
    seen = sums.weight > 0
    return Predicted(np.where(seen, effect, 0.0), np.where(seen, reliability, 0.0), confounded)
