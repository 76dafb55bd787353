"""Context-adjusted metrics: rows -> agent effects with honest uncertainty -> evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from rolefit.evidence.agent_effects import EFFECT_NOTES, agent_effects
from rolefit.evidence.context import learn_context
from rolefit.evidence.measured import excluded, lay_grid, matches, measure
from rolefit.evidence.readings import Gathered, Readings
from rolefit.evidence.side_by_side import side_by_side
from rolefit.evidence.table import Remarks, family_code
from rolefit.evidence.watch import NOTES, learn_watch, raise_alarms, watch

if TYPE_CHECKING:
    import pyarrow as pa

    from rolefit.evidence.agent_effects import AgentEffects
    from rolefit.evidence.measured import Grid
    from rolefit.evidence.metric_norms import MetricNorms
    from rolefit.evidence.watch import Watched
    from rolefit.schema.arrays import Floats, Ints
    from rolefit.schema.config import Config
    from rolefit.schema.tables import Inputs

LEAST_RELIABILITY = 1e-6
LEAST_AGENTS = 2
"""With rows of a metric, for norms of it."""
OLD = "old"
"""Note of evidence whose newest period is older than the half-life."""


@dataclass(frozen=True)
class Effects:
    """One agent x metric a row, sorted by agent, then metric in config order."""

    agent: Ints
    metric: Ints
    """Position in `metrics`."""
    raw: Floats
    """Volume-weighted mean in the metric's own unit."""
    effect: Floats
    """Better is positive, in sd between agents."""
    se: Floats
    reliability: Floats
    n: Floats
    """Summed volume."""
    component: Ints
    confounded: Floats
    """Share of the noise that is uncertainty about the clients served."""
    note: Ints
    """Position in `notes`."""
    trend: Floats
    """sd between agents a period, better is positive; NaN where unknown. Enters no fit."""
    trend_se: Floats
    alarm: Ints
    """Position in `watch.NOTES`: 0, or why the evidence counts with a wider variance."""
    months: Floats
    """Since the end of the newest period."""
    metrics: tuple[str, ...]
    notes: tuple[str, ...] = EFFECT_NOTES


def measured_metrics(inputs: Inputs, config: Config) -> tuple[str, ...]:
    """Metrics of the config whose column and volume column are in the table, in config order.

    Example:
        >>> import pyarrow as pa
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.tables import Inputs
        >>> rows = {"agent_id": ["ann"], "fcr": [0.8], "contacts": [50.0], "csat": [4.2]}
        >>> inputs = Inputs(pa.table({"agent_id": ["ann"]}), pa.table(rows))
        >>> measured_metrics(inputs, build_config({}))
        ('fcr',)
    """
    if inputs.metrics is None:
        return ()
    columns = set(inputs.metrics.column_names)
    return tuple(m for m, spec in config.metrics.items() if {m, spec.volume} <= columns)


def calibrate_metrics(inputs: Inputs, config: Config) -> dict[str, MetricNorms]:
    """What the population teaches about each metric: context effects, variances, raw norms.

    Args:
        inputs: checked tables.
        config: effective config.

    Returns:
        norms of every metric that at least two agents have rows of.

    Limits:
        where nobody serves two clients, a hard client cannot be told from weak agents.

    Example:
        C scores 79 with client x and 66 with y: the clients lie 13 apart, and B's 71 with y stands
        for 84 with x.

        >>> import pyarrow as pa
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.tables import Inputs
        >>> rows = {"agent_id": list("aabbcccc"), "client_id": list("xxyyxxyy")}
        >>> quality = [80.0, 82.0, 70.0, 72.0, 78.0, 80.0, 65.0, 67.0]
        >>> rows = pa.table({**rows, "quality_score": quality, "evaluations": [10.0] * 8})
        >>> inputs = Inputs(pa.table({"agent_id": list("abc")}), rows)
        >>> config = build_config({"evidence": {"client_effects": "within"}})
        >>> norms = calibrate_metrics(inputs, config)["quality_score"]
        >>> norms.clients, [round(effect, 6) for effect in norms.effects[1:3]]
        (('x', 'y'), [6.5, -6.5])
    """
    grid = lay_grid(inputs, config.evidence.side_factors)
    if grid is None or inputs.metrics is None:
        return {}
    names = measured_metrics(inputs, config)
    learned = side_by_side(partial(_learn, inputs.metrics, grid, config), names)
    return {name: norms for name, norms in zip(names, learned, strict=True) if norms is not None}


def _learn(table: pa.Table, grid: Grid, config: Config, metric: str) -> MetricNorms | None:
    """What the population teaches about one metric; None where fewer than two have rows of it."""
    measured = measure(table, grid, metric, config)
    if len(np.unique(grid.agent[measured.rows])) < LEAST_AGENTS:
        return None
    learned = learn_context(grid, measured, config.evidence)
    spec, as_of = config.metrics[metric], config.centre.as_of
    return replace(learned, watch=learn_watch(grid, measured, learned, spec, as_of))


def score_metrics(
    inputs: Inputs, config: Config, norms: dict[str, MetricNorms]
) -> tuple[Gathered, Effects]:
    """Agent effects of every metric, and the evidence they are.

    Args:
        inputs: checked tables.
        config: effective config.
        norms: of `calibrate_metrics`, on these or earlier inputs.

    Returns:
        evidence with remarks (`not_applicable`, `not_comparable`, alarms), and the effects table.

    Limits:
        an agent alone on their clients is compared with nobody; a metric without norms is no
        evidence.

    Example:
        B's mean is the lowest, B's effect the best: client y is hard, as C shows, who serves both.

        >>> import pyarrow as pa
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.tables import Inputs
        >>> rows = {"agent_id": list("aabbcccc"), "client_id": list("xxyyxxyy")}
        >>> quality = [80.0, 82.0, 70.0, 72.0, 78.0, 80.0, 65.0, 67.0]
        >>> rows = pa.table({**rows, "quality_score": quality, "evaluations": [10.0] * 8})
        >>> inputs = Inputs(pa.table({"agent_id": list("abc")}), rows)
        >>> config = build_config({"evidence": {"client_effects": "within"}})
        >>> found, effects = score_metrics(inputs, config, calibrate_metrics(inputs, config))
        >>> effects.raw.tolist(), effects.effect.round(2).tolist(), len(found.readings)
        ([81.0, 71.0, 72.5], [-0.07, 0.95, -0.88], 3)
    """
    grid = lay_grid(inputs, config.evidence.side_factors)
    names = tuple(m for m in measured_metrics(inputs, config) if m in norms)
    if grid is None or inputs.metrics is None:
        return Gathered(Readings.empty()), _table([], {}, {}, grid)
    scored = side_by_side(partial(_score, inputs.metrics, grid, config, norms), names)
    found = [effects for effects, _ in scored]
    watched = {name: seen for name, (_, seen) in zip(names, scored, strict=True)}
    alarms, asked = raise_alarms(grid, watched, config)
    effects = _table(found, watched, alarms, grid)
    remarks = (*_not_applicable(grid, config, inputs.metrics), *_not_comparable(effects), *asked)
    return Gathered(_readings(effects, config), remarks), effects


def _score(
    table: pa.Table, grid: Grid, config: Config, norms: dict[str, MetricNorms], metric: str
) -> tuple[AgentEffects, Watched]:
    """The agents of one metric, and what is to be watched."""
    measured = measure(table, grid, metric, config)
    found = agent_effects(grid, measured, norms[metric])
    spec, as_of = config.metrics[metric], config.centre.as_of
    return found, watch(grid, measured, norms[metric], spec, as_of)


def _table(
    found: list[AgentEffects],
    watched: dict[str, Watched],
    alarms: dict[str, Ints],
    grid: Grid | None,
) -> Effects:
    """The effects of all metrics as one table."""
    names = tuple(watched)
    if not found or grid is None:
        ints, floats = np.zeros(0, np.int64), np.zeros(0)
        return Effects(
            ints, ints, floats, floats, floats, floats, floats, ints, floats, ints, floats, floats,
            ints, floats, names,
        )  # fmt: skip
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in found]) for name in vars(found[0])
    }
    codes = [grid.code_of(part.agent) for part in found]
    over_time: dict[str, list[Any]] = {
        "trend": [w.trend for w in watched.values()],
        "trend_se": [w.trend_se for w in watched.values()],
        "alarm": [alarms[name] for name in names],
        "months": [w.months for w in watched.values()],
    }
    columns |= {
        name: np.concatenate([values[code] for values, code in zip(by_code, codes, strict=True)])
        for name, by_code in over_time.items()
    }
    metric = np.repeat(np.arange(len(found)), [len(part.agent) for part in found])
    order = np.lexsort([metric, columns["agent"]])
    return Effects(metric=metric[order], metrics=names, **{k: v[order] for k, v in columns.items()})


def _readings(effects: Effects, config: Config) -> Readings:
    """Effects that tell something, read as to the attribute of their metric."""
    specs = [config.metrics[m] for m in effects.metrics]
    asks_only = np.array([spec.alarm for spec in specs], bool)
    keep = (effects.reliability > LEAST_RELIABILITY) & ~asks_only[effects.metric]
    default = config.evidence.validity.metrics
    validity = np.array([spec.validity or default for spec in specs])
    attribute = np.array([config.attribute_ids.index(s.attribute) for s in specs], np.int64)
    metric = effects.metric[keep]
    alarm, months = effects.alarm[keep], effects.months[keep]
    half_life = config.evidence.half_life_months.metrics
    gaming = np.where(alarm > 0, config.evidence.gaming_factor, 1.0)
    size = int(keep.sum())
    return Readings(
        agent=effects.agent[keep], attribute=attribute[metric],
        family=np.full(size, family_code("metrics")), source=metric,
        estimate=effects.effect[keep], reliability=effects.reliability[keep],
        widening=gaming * 2.0 ** (months / half_life),
        validity=validity[metric], n=effects.n[keep],
        method_variance=np.full(size, config.evidence.method_variance.metrics),
        note=np.where((alarm == 0) & (months > half_life), len(NOTES), alarm),
        sources=effects.metrics, notes=(*NOTES, OLD),
    )  # fmt: skip


def _not_applicable(grid: Grid, config: Config, table: pa.Table) -> list[Remarks]:
    """Who served where a rule takes a metric out, with the rule's own reason."""
    remarks = []
    for rule in config.applicability:
        if rule.applies or rule.metric not in table.column_names:
            continue
        rows = matches(grid, rule) & excluded(grid, rule.metric, config.applicability)
        agents = np.sort(grid.row_agent[np.unique(grid.agent[rows])])
        where = " and ".join(
            f"{kind} {name}"
            for kind, name in (("client", rule.client), ("channel", rule.channel))
            if name is not None
        )
        label = config.metrics[rule.metric].label
        place = f" for {where}" if where else ""
        subject = f"{label} does not count{place}: {rule.reason}"
        zeros = np.zeros(len(agents), np.int64)
        remarks.append(Remarks("not_applicable", agents, zeros, (subject,)))
    return remarks


def _not_comparable(effects: Effects) -> list[Remarks]:
    """Who could not be compared with anybody, by metric."""
    alone = effects.note == effects.notes.index("not_comparable")
    return [Remarks("not_comparable", effects.agent[alone], effects.metric[alone], effects.metrics)]
