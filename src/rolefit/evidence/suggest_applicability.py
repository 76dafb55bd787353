"""Candidates for the applicability table: where a metric seems to say nothing of the person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.stats import f as f_distribution

from rolefit.evidence.cells import sum_by
from rolefit.evidence.design import lay_rows
from rolefit.evidence.measured import Measured, excluded, lay_grid, measure
from rolefit.evidence.table import numbers
from rolefit.evidence.tangent import draw_line

if TYPE_CHECKING:
    import pyarrow as pa

    from rolefit.evidence.measured import Grid
    from rolefit.evidence.metric_norms import MetricNorms
    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.config import Config
    from rolefit.schema.tables import Inputs

FACTORS: tuple[Literal["client", "channel"], ...] = ("client", "channel")
Sign = Literal["missing", "constant", "at_bound", "no_reliability"]

LEAST_ROWS = 20
MISSING, MEASURED = 0.8, 0.3
"""Mostly missing here: at least .8 of the rows; measured elsewhere: at most .3 missing."""
SAME, VARIED = 0.95, 0.5
"""Share of one single value from which a metric is constant; elsewhere it is below half."""
AT_BOUND = 0.8
"""Share of rows at one end of the range; elsewhere it must be below half of that."""
LEAST_AGENTS = 30
MOST_RELIABILITY = 0.5
"""Upper 95 % bound of the reliability of an agent's mean at this place."""
USUAL_RELIABILITY = 0.6
"""... where it is at least this over the other places together."""
LEVEL = 0.05


@dataclass(frozen=True)
class Proposal:
    """A rule somebody may want to decide on; nothing applies it."""

    metric: str
    factor: Literal["client", "channel"]
    place: str
    """Client or channel id."""
    sign: Sign
    here: float
    """Share missing, share of the one value, share at the bound, or the reliability's bound."""
    elsewhere: float
    """The same (or the reliability itself) over all other places."""
    rows: int
    agents: int


@dataclass(frozen=True)
class _Cells:
    """The rows of one metric where no rule takes them out."""

    place: Ints
    agent: Ints
    value: Floats
    """In the metric's own unit, NaN where it is not measured."""
    asked: Bools
    """Where the metric could have been measured: it has a volume."""
    places: int


def propose_rules(
    inputs: Inputs, config: Config, norms: dict[str, MetricNorms]
) -> tuple[Proposal, ...]:
    """Places where a metric is mostly missing, constant, at a bound, or tells agents not apart.

    Args:
        inputs: checked tables.
        config: effective config; where a rule takes a metric out already, nothing is proposed.
        norms: of `calibrate_metrics` on these inputs.

    Returns:
        Proposals in order of metric, factor and place, at most one for each; channels are judged
        by the rows of the clients that are not proposed themselves.

    Limits:
        never applied: only a person knows whether a metric says nothing at a client, or the people
        there are truly alike. With fewer than 30 agents at a place its reliability is not judged.

    Source:
        intraclass correlation and its F interval (Shrout & Fleiss 1979).

    Example:
        >>> import pyarrow as pa
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.tables import Inputs
        >>> propose_rules(Inputs(pa.table({"agent_id": ["A1"]})), build_config({}), {})
        ()
    """
    grid = lay_grid(inputs, config.evidence.side_factors)
    if grid is None or inputs.metrics is None:
        return ()
    proposals: list[Proposal] = []
    for metric, norm in norms.items():
        if {metric, config.metrics[metric].volume} <= set(inputs.metrics.column_names):
            told = _of_metric(grid, inputs.metrics, metric, norm, config)
            proposals += [proposal for proposal in told if not config.metrics[metric].alarm]
    return tuple(proposals)


def _of_metric(
    grid: Grid, table: pa.Table, metric: str, norms: MetricNorms, config: Config
) -> list[Proposal]:
    """Proposals of one metric; channels are judged by the rows that no proposed client explains."""
    found: list[Proposal] = []
    spec, measured = config.metrics[metric], measure(table, grid, metric, config)
    left = ~excluded(grid, metric, config.applicability)
    for factor in FACTORS:
        cells = _cells(grid, table, (metric, spec.volume), factor, left)
        signs: list[tuple[Sign, tuple[Floats, Floats, Bools]]] = [
            ("missing", _missing(cells)),
            ("constant", _constant(cells)),
            ("at_bound", _at_bound(cells, spec.range)),
            (
                "no_reliability",
                _no_reliability(grid, measured.only(left[measured.rows]), norms, factor),
            ),
        ]
        rows = np.bincount(cells.place, minlength=cells.places)
        pairs = np.unique(cells.place * grid.agents + cells.agent) // grid.agents
        agents = np.bincount(pairs, minlength=cells.places)
        taken = np.zeros(cells.places, bool)
        for sign, (here, elsewhere, told) in signs:
            for k in np.flatnonzero(told & ~taken & (rows >= LEAST_ROWS)).tolist():
                place = grid.levels[factor][k]
                found.append(Proposal(
                    metric, factor, place, sign, float(here[k]), float(elsewhere[k]),
                    int(rows[k]), int(agents[k]),
                ))  # fmt: skip
            taken |= told & (rows >= LEAST_ROWS)
        left &= ~taken[grid.codes[factor]]
    return sorted(found, key=lambda proposal: (FACTORS.index(proposal.factor), proposal.place))


def _cells(
    grid: Grid, table: pa.Table, columns: tuple[str, str], factor: str, left: Bools
) -> _Cells:
    """The rows of a metric that are left, measured or not."""
    value, volume = (numbers(table[name])[grid.order][left] for name in columns)
    asked = np.isnan(volume) | (volume > 0)
    return _Cells(
        grid.codes[factor][left], grid.agent[left], value, asked, len(grid.levels[factor])
    )


def _shares(hit: Bools, among: Bools, cells: _Cells) -> tuple[Floats, Floats, Ints]:
    """Share of hits at each place and at all other places, and the rows behind the first."""
    hits = np.bincount(cells.place[hit & among], minlength=cells.places)
    rows = np.bincount(cells.place[among], minlength=cells.places)
    others = rows.sum() - rows
    here = np.divide(hits, rows, out=np.zeros(cells.places), where=rows > 0)
    elsewhere = np.divide(hits.sum() - hits, others, out=np.ones(cells.places), where=others > 0)
    return here, elsewhere, rows


def _missing(cells: _Cells) -> tuple[Floats, Floats, Bools]:
    """Mostly missing at a place and measured elsewhere."""
    here, elsewhere, rows = _shares(np.isnan(cells.value), cells.asked, cells)
    told = (here >= MISSING) & (elsewhere <= MEASURED) & (rows >= LEAST_ROWS)
    return here, elsewhere, told


def _constant(cells: _Cells) -> tuple[Floats, Floats, Bools]:
    """Nearly always one value at a place, and not elsewhere."""
    known = np.isfinite(cells.value)
    value, code = np.unique(cells.value[known], return_inverse=True)
    pair, count = np.unique(cells.place[known] * len(value) + code, return_counts=True)
    most = np.zeros(cells.places)
    np.maximum.at(most, pair // max(len(value), 1), count)
    rows = np.bincount(cells.place[known], minlength=cells.places)
    here = np.divide(most, rows, out=np.zeros(cells.places), where=rows > 0)
    others = rows.sum() - rows
    elsewhere = np.divide(most.sum() - most, others, out=np.ones(cells.places), where=others > 0)
    return here, elsewhere, (here >= SAME) & (elsewhere < VARIED) & (rows >= LEAST_ROWS)


def _at_bound(cells: _Cells, span: tuple[float, float]) -> tuple[Floats, Floats, Bools]:
    """Nearly always at one end of the range at a place, and not elsewhere."""
    known = np.isfinite(cells.value)
    ends = [_shares(cells.value == end, known, cells) for end in span]
    low, high = ends
    upper = high[0] >= low[0]
    here = np.where(upper, high[0], low[0])
    elsewhere = np.where(upper, high[1], low[1])
    told = (here >= AT_BOUND) & (elsewhere < AT_BOUND / 2) & (low[2] >= LEAST_ROWS)
    return here, elsewhere, told


def _no_reliability(
    grid: Grid, measured: Measured, norms: MetricNorms, factor: str
) -> tuple[Floats, Floats, Bools]:
    """Agents who differ by no more than their noise at a place, though they do elsewhere.

    F = between agents / within agents;  reliability = 1 - 1 / F
    told where 1 - F_05 / F, its upper bound, is at most .5 and it is .6 elsewhere
    """
    rows = lay_rows(grid, measured, norms.layout)
    line = draw_line(rows, measured, norms.tangent)
    left = line.of(rows.y) - rows.predict(np.array(norms.effects))
    place = grid.codes[factor][measured.rows]
    weight = norms.noise.weights(line.volume)
    size = len(grid.levels[factor])
    cell, where = np.unique(place * grid.agents + rows.agent, return_inverse=True)
    of = cell // grid.agents
    count = np.bincount(where, minlength=len(cell))
    total = sum_by(where, weight, len(cell))
    mean = sum_by(where, weight * left, len(cell)) / np.where(total > 0, total, 1.0)
    within = sum_by(of, sum_by(where, weight * (left - mean[where]) ** 2, len(cell)), size)
    centre = sum_by(of, total * mean, size) / np.maximum(sum_by(of, total, size), 1e-300)
    between = sum_by(of, total * (mean - centre[of]) ** 2, size)
    agents = np.bincount(of, minlength=size)
    freedom = np.bincount(of, count - 1, size)
    ratio, elsewhere = _ratios(
        between, within, np.asarray(agents - 1, np.float64), freedom.astype(np.float64)
    )
    known = (agents >= LEAST_AGENTS) & (freedom >= LEAST_AGENTS)
    lowest = f_distribution.ppf(LEVEL, np.maximum(agents - 1, 1), np.maximum(freedom, 1))
    upper = np.clip(1.0 - np.divide(lowest, ratio, out=np.ones(size), where=ratio > 0), 0.0, 1.0)
    usual = np.clip(1.0 - np.divide(1.0, elsewhere, out=np.ones(size), where=elsewhere > 0), 0, 1)
    told = known & (upper <= MOST_RELIABILITY) & (usual >= USUAL_RELIABILITY)
    return upper, usual, np.asarray(told)


def _ratios(
    between: Floats, within: Floats, agents: Floats, freedom: Floats
) -> tuple[Floats, Floats]:
    """F between agents at each place, and at all other places taken together."""

    def f_of(b: Floats, w: Floats, k: Floats, n: Floats) -> Floats:
        known = (k > 0) & (n > 0) & (w > 0)
        mean = np.divide(w, n, out=np.ones_like(b), where=known)
        return np.divide(b, np.where(known, k, 1.0) * mean, out=np.zeros_like(b), where=known)

    here = f_of(between, within, agents, freedom)
    k, n = np.maximum(agents, 0.0), freedom
    rest = f_of(between.sum() - between, within.sum() - within, k.sum() - k, n.sum() - n)
    return here, rest
