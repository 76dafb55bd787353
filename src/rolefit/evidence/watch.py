"""Watching a metric over time: its trends, and the alarms that widen its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.alarms import (
    Usual,
    bunched,
    easier_mix,
    far_below,
    lean_to_target,
    traded,
    usual_level,
)
from rolefit.evidence.measured import transform
from rolefit.evidence.periods import by_month, months_since
from rolefit.evidence.recent import recent_rows
from rolefit.evidence.table import NO_NOTE, Remarks
from rolefit.evidence.trends import TrendNorms, learn_trends, shrunken_trends, slopes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from rolefit.evidence.measured import Grid, Measured
    from rolefit.evidence.metric_norms import MetricNorms
    from rolefit.evidence.recent import Recent
    from rolefit.evidence.trends import Slopes
    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.config import Config
    from rolefit.schema.metrics import MetricSpec

ALARMS = ("traded", "near_target", "short_contacts", "easier_mix")
"""Codes in the order in which they are looked at; an agent's first one is the note."""
NOTES = (NO_NOTE, *ALARMS)
PAIR = "+"
"""Stands between the two metrics of a `traded` remark."""


@dataclass(frozen=True)
class WatchNorms:
    """What the population taught about a metric over time; None or 0 where it taught nothing."""

    monthly: bool = True
    """A period is a month, else a week."""
    trend: TrendNorms | None = None
    lean: float = 0.0
    """Log odds by which everybody leans to the good side of the target."""
    usual: Usual | None = None


@dataclass(frozen=True)
class Watched:
    """One metric over time; every array has one entry an agent code."""

    slope: Slopes | None
    trend: Floats
    trend_se: Floats
    near_target: Bools
    out_of_line: Bools
    """Far on the bad side of a metric that only raises alarms."""
    easier_mix: Bools
    months: Floats
    """Since the end of the newest period; 0 without a day to count to."""


def learn_watch(
    grid: Grid, measured: Measured, norms: MetricNorms, spec: MetricSpec, as_of: date | None
) -> WatchNorms:
    """Phase one of one metric over time.

    Args:
        grid: sorted keys.
        measured: the metric's rows.
        norms: of `learn_context` on the same rows.
        spec: the metric.
        as_of: day of the run.

    Returns:
        WatchNorms.

    Limits:
        an alarm's norms are the population's own: what everybody does is taken as usual.

    Source:
        see `learn_trends`, `lean_to_target`, `usual_level`.

    Example:
        Six agents for six months who get better by 0, .05, ... .25 points a month: sd .09, of which
        noise may explain a little.
        >>> import pyarrow as pa
        >>> from rolefit.evidence.context import learn_context
        >>> from rolefit.evidence.measured import lay_grid, measure
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.tables import Inputs
        >>> agents, months = list("ABCDEF"), [f"2026-0{month}" for month in range(1, 7)]
        >>> keys = {"agent_id": np.repeat(agents, 6), "period": months * 6}
        >>> csat = [3 + a * m / 20 + (a + 5 * m) % 7 / 90 for a in range(6) for m in range(6)]
        >>> table = pa.table(keys | {"csat": csat, "csat_answers": [20.0] * 36})
        >>> grid = lay_grid(Inputs(pa.table({"agent_id": agents}), metrics=table))
        >>> config = build_config({})
        >>> measured = measure(table, grid, "csat", config)
        >>> norms = learn_context(grid, measured, config.evidence)
        >>> known = learn_watch(grid, measured, norms, config.metrics["csat"], None)
        >>> known.monthly, round(known.trend.tau2**0.5, 2)
        (True, 0.08)
    """
    monthly = by_month(grid.levels["period"])
    recent = recent_rows(grid, measured, norms, as_of, monthly=monthly)
    if recent is None:
        return WatchNorms(monthly)
    lean = 0.0
    if spec.target is not None:
        lean = lean_to_target(recent, _target(recent, spec))
    usual = usual_level(recent) if spec.alarm else None
    return WatchNorms(monthly, learn_trends(slopes(recent)), lean, usual)


def watch(
    grid: Grid, measured: Measured, norms: MetricNorms, spec: MetricSpec, as_of: date | None
) -> Watched:
    """Phase two of one metric over time; the arguments are those of `learn_watch`.

    Returns:
        Watched; an agent by itself is watched as in a batch.

    Limits:
        looks at the newest six periods of each agent alone; `slopes` says what a trend leaves out.

    Source:
        see `shrunken_trends`, `bunched`, `far_below`, `easier_mix`.

    Example:
        Six agents for six months; the later in the alphabet, the faster they get better.
        >>> import pyarrow as pa
        >>> from rolefit.evidence.measured import lay_grid, measure
        >>> from rolefit.evidence.metrics import calibrate_metrics
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.tables import Inputs
        >>> agents, months = list("ABCDEF"), [f"2026-0{month}" for month in range(1, 7)]
        >>> keys = {"agent_id": np.repeat(agents, 6), "period": months * 6}
        >>> csat = [3 + a * m / 20 + (a + 5 * m) % 7 / 90 for a in range(6) for m in range(6)]
        >>> table = pa.table(keys | {"csat": csat, "csat_answers": [20.0] * 36})
        >>> inputs, config = Inputs(pa.table({"agent_id": agents}), metrics=table), build_config({})
        >>> norms, grid = calibrate_metrics(inputs, config)["csat"], lay_grid(inputs)
        >>> measured = measure(table, grid, "csat", config)
        >>> seen = watch(grid, measured, norms, config.metrics["csat"], None)
        >>> seen.trend.round(2).tolist(), seen.near_target.tolist()
        ([-0.41, -0.26, -0.06, 0.06, 0.25, 0.42], [False, False, False, False, False, False])
    """
    known = norms.watch
    recent = recent_rows(grid, measured, norms, as_of, monthly=known.monthly)
    nobody, nothing = np.zeros(grid.agents, bool), np.full(grid.agents, np.nan)
    months = _months(grid, measured, as_of)
    if recent is None:
        return Watched(None, nothing, nothing, nobody, nobody, nobody, months)
    slope = slopes(recent)
    trend, trend_se = shrunken_trends(slope, known.trend)
    near = nobody
    if spec.target is not None:
        near = bunched(recent, _target(recent, spec), known.lean)
    far = nobody if known.usual is None or not spec.alarm else far_below(recent, known.usual)
    mix = easier_mix(recent)
    return Watched(slope, trend, trend_se, near, far, mix, months)


def raise_alarms(
    grid: Grid, found: Mapping[str, Watched], config: Config
) -> tuple[dict[str, Ints], tuple[Remarks, ...]]:
    """Which agents' evidence of which metric counts with a wider variance, and what is asked.

    Args:
        grid: sorted keys.
        found: watched metrics by name.
        config: guards, targets, and which metrics only raise alarms.

    Returns:
        metric -> position in NOTES of each agent code (0 = no alarm), and the remarks.

    Limits:
        an alarm never touches an estimate: it multiplies a variance by `evidence.gaming_factor`
        once, however many alarms there are, and asks.

    Source:
        see `traded`, `bunched`, `far_below`, `easier_mix`.

    Example:
        Of two agents the second crowds at a target of csat.
        >>> from types import SimpleNamespace
        >>> from rolefit.schema.build import build_config
        >>> nothing, nobody, second = np.zeros(2), np.zeros(2, bool), np.array([False, True])
        >>> found = {"csat": Watched(None, nothing, nothing, second, nobody, nobody, nothing)}
        >>> grid = SimpleNamespace(agents=2, row_agent=np.arange(2))
        >>> notes, remarks = raise_alarms(grid, found, build_config({}))
        >>> NOTES[notes["csat"][1]], [(remark.code, remark.agent.tolist()) for remark in remarks]
        ('near_target', [('near_target', [1])])
    """
    notes = {metric: np.zeros(grid.agents, np.int64) for metric in found}
    remarks: list[Remarks] = []
    for code in ALARMS:
        for about, widened, who in _told(code, found, config):
            if not who.any():
                continue
            for metric in widened:
                free = who & (notes[metric] == 0)
                notes[metric][free] = NOTES.index(code)
            agents = np.sort(grid.row_agent[np.flatnonzero(who)])
            remarks.append(Remarks(code, agents, np.zeros(len(agents), np.int64), (about,)))
    return notes, tuple(remarks)


def _months(grid: Grid, measured: Measured, as_of: date | None) -> Floats:
    """Months since the end of each agent code's newest period."""
    newest = np.full(grid.agents, np.inf)
    if as_of is not None:
        ages = months_since(grid.levels["period"], as_of)[grid.codes["period"][measured.rows]]
        np.minimum.at(newest, grid.agent[measured.rows], ages)
    return np.where(np.isfinite(newest), newest, 0.0)


def _told(
    code: str, found: Mapping[str, Watched], config: Config
) -> list[tuple[str, list[str], Bools]]:
    """Subject, metrics that are widened, and agents of every alarm of one kind."""
    specs = {metric: config.metrics[metric] for metric in found}
    if code == "traded":
        return [
            (f"{metric}{PAIR}{spec.guard}", [metric], traded(mine, guard))
            for metric, spec in specs.items()
            if spec.guard is not None
            and spec.guard in found
            and (mine := found[metric].slope) is not None
            and (guard := found[spec.guard].slope) is not None
        ]
    if code == "short_contacts":
        return [
            (metric, _same_attribute(metric, config, found), found[metric].out_of_line)
            for metric, spec in specs.items()
            if spec.alarm
        ]
    kind = "near_target" if code == "near_target" else "easier_mix"
    return [
        (metric, [metric], getattr(found[metric], kind))
        for metric, spec in specs.items()
        if not spec.alarm
    ]


def _same_attribute(alarm: str, config: Config, found: Mapping[str, Watched]) -> list[str]:
    """The other metrics that are evidence of the attribute an alarm metric names."""
    attribute = config.metrics[alarm].attribute
    return [m for m in found if m != alarm and config.metrics[m].attribute == attribute]


def _target(recent: Recent, spec: MetricSpec) -> Floats:
    """The target on the scale of each row, better is positive."""
    value = transform(np.full(len(recent.y), spec.target, np.float64), spec)
    turned = value * (1.0 if spec.better == "higher" else -1.0)
    return turned if recent.line is None else recent.line.of(turned)
