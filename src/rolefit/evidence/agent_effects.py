"""Phase two of one metric: each agent against what the population taught."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.cells import add_up, sum_by
from rolefit.evidence.context import raw_means
from rolefit.evidence.design import UNKNOWN, lay_rows
from rolefit.evidence.graph import home_components
from rolefit.evidence.predict import Predicted, predict_sorted
from rolefit.evidence.robust import tame
from rolefit.evidence.shrinkage import Spread, left_over, shrink
from rolefit.evidence.tangent import draw_line, telling

if TYPE_CHECKING:
    from rolefit.evidence.cells import Rows
    from rolefit.evidence.measured import Grid, Measured
    from rolefit.evidence.metric_norms import MetricNorms
    from rolefit.schema.arrays import Bools, Floats, Ints

COMPARABLE, NOT_COMPARABLE, NO_SPREAD, ISLAND, NO_MOVERS = range(5)
EFFECT_NOTES = ("", "not_comparable", "no_spread", "island", "no_movers")
"""`island`: no agent links the clients served with those of most others, so that an effect says how
somebody stands among the agents of the same clients. `no_movers`: no agent links the client served
with any other; such clients are taken to be alike on the whole, but for what sorting does."""


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

    Limits:
        who serves clients whom nobody links with most others is compared there alone (`island`).
        Clients that nobody links at all are compared as if they were alike on the whole, but with
        `within` (`no_movers`). Intervals are about standing among all agents; those of `within`
        about standing among the agents of the same clients.

    Source:
        best linear unbiased prediction (Henderson 1975), with Huber's pseudo-values (Bickel 1975).

    Example:
        B, whose mean is the lowest, comes out best: C does worse with y, and better with x.

        >>> import pyarrow as pa
        >>> from rolefit.evidence.context import learn_context
        >>> from rolefit.evidence.measured import lay_grid, measure
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.tables import Inputs
        >>> rows = {"agent_id": list("aabbcccc"), "client_id": list("xxyyxxyy")}
        >>> quality = [80.0, 82.0, 70.0, 72.0, 78.0, 80.0, 65.0, 67.0]
        >>> rows = pa.table({**rows, "quality_score": quality, "evaluations": [10.0] * 8})
        >>> grid = lay_grid(Inputs(pa.table({"agent_id": list("abc")}), rows))
        >>> config = build_config({"evidence": {"client_effects": "within"}})
        >>> measured = measure(rows, grid, "quality_score", config)
        >>> found = agent_effects(grid, measured, learn_context(grid, measured, config.evidence))
        >>> found.raw.tolist(), found.effect.argsort().tolist()
        ([81.0, 71.0, 72.5], [2, 0, 1])
    """
    rows, used, home = counted_rows(grid, measured, norms)
    found = _posterior(used, norms, home)
    alone, note = _notes(used, norms, home)
    volume = sum_by(rows.agent, measured.volume, rows.agents)
    raw = raw_means(rows, measured)
    order = np.flatnonzero(np.bincount(rows.agent, minlength=rows.agents))
    effect = np.where(alone, 0.0, found.effect)[order]
    reliability = np.where(alone, 0.0, found.reliability)[order]
    confounded = np.where(alone, 1.0, found.confounded)[order]
    return AgentEffects(
        grid.row_agent[order], raw[order], effect, np.sqrt(1.0 - reliability), reliability,
        volume[order], home[order], confounded, note[order],
    )  # fmt: skip


def counted_rows(grid: Grid, measured: Measured, norms: MetricNorms) -> tuple[Rows, Rows, Ints]:
    """All rows, those with clients that are linked with the agent's others, and where that is.

    Args:
        grid: sorted keys.
        measured: the metric's rows.
        norms: of `learn_context`.

    Returns:
        all rows; the rows that count, on the tangent and weighed; the component of each agent code.

    Example:
        >>> import pyarrow as pa
        >>> from rolefit.evidence.context import learn_context
        >>> from rolefit.evidence.measured import lay_grid, measure
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.tables import Inputs
        >>> rows = {"agent_id": list("aabb"), "client_id": list("xyxy")}
        >>> quality = {"quality_score": [80.0, 70.0, 82.0, 71.0], "evaluations": [10.0] * 4}
        >>> rows, config = pa.table(rows | quality), build_config({})
        >>> grid = lay_grid(Inputs(pa.table({"agent_id": list("ab")}), rows))
        >>> measured = measure(rows, grid, "quality_score", config)
        >>> norms = learn_context(grid, measured, config.evidence)
        >>> every, used, home = counted_rows(grid, measured, norms)
        >>> len(every.y), len(used.y), home.tolist()
        (4, 4, [0, 0])
    """
    rows = lay_rows(grid, measured, norms.layout)
    place = np.array((*norms.component, UNKNOWN), np.int64)[rows.client]
    told = norms.noise.weights(telling(rows, measured, norms.tangent))
    home = home_components(rows.agent, told, place, rows.agents)
    keep = (place != UNKNOWN) & (place == home[rows.agent])
    used, line = rows.only(keep), draw_line(rows.only(keep), measured.only(keep), norms.tangent)
    used = replace(used, y=line.of(used.y), w=norms.noise.weights(line.volume))
    used, _ = tame(used, np.array(norms.effects), norms.huber, norms.kept)
    return rows, used, home


def _notes(used: Rows, norms: MetricNorms, home: Ints) -> tuple[Bools, Ints]:
    """Who can be compared with nobody, and what must be said of each agent code."""
    sizes = np.array((*norms.component_agents, 0))
    alone = (sizes[home] <= 1) | (np.bincount(used.agent, minlength=used.agents) == 0)
    note = np.where(2 * sizes[home] <= sizes.sum(), _apart(norms)[home], COMPARABLE)
    note = np.where(norms.tau2 <= 0, NO_SPREAD, note)
    return alone, np.where(alone, NOT_COMPARABLE, note)


def _apart(norms: MetricNorms) -> Ints:
    """Note of the agents of each component, and of none, who are few among all."""
    component, shared = np.unique(norms.component, return_index=True)
    intercept = norms.layout.islands[shared]
    several = np.bincount(intercept)[intercept] > 1
    found = np.full(len(component) + 1, ISLAND)
    if norms.points:
        found[:-1] = np.where(several, NO_MOVERS, ISLAND)
    return found


def _posterior(rows: Rows, norms: MetricNorms, component: Ints) -> Predicted:
    """Effect (agent sd), reliability and confounded share of every agent code."""
    zeros = np.zeros(rows.agents)
    if not len(rows.y) or norms.tau2 <= 0:
        return Predicted(zeros, zeros, zeros)
    sums = add_up(rows, norms.noise.pair_ratio)
    if norms.points:
        return predict_sorted(sums, norms.points, norms.covariance, norms.layout.client_columns)
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
