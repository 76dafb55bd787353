"""One metric's rows of an agent's last six periods, less what client, channel and period do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.cells import run_starts, sum_by
from rolefit.evidence.design import lay_rows
from rolefit.evidence.factors import SEASON
from rolefit.evidence.periods import UNKNOWN, day_period, period_numbers
from rolefit.evidence.tangent import draw_line

if TYPE_CHECKING:
    from datetime import date

    from rolefit.evidence.measured import Grid, Measured
    from rolefit.evidence.metric_norms import MetricNorms
    from rolefit.evidence.tangent import Line
    from rolefit.schema.arrays import Floats, Ints

WINDOW = 6
"""Periods that are looked at: months, or weeks where nothing is by month."""


@dataclass(frozen=True)
class Recent:
    """Rows of one metric inside each agent's window; transformed units, better is positive."""

    agent: Ints
    """Agent code, ascending, shape (n,)."""
    pair: Ints
    """Code of the agent with one client: no comparison across clients enters a trend."""
    age: Ints
    """Periods before the agent's newest one, 0 to WINDOW - 1."""
    left: Floats
    """Value less the side effects of its context."""
    y: Floats
    """Value."""
    ease: Floats
    """What client and channel add."""
    w: Floats
    """Relative precision; the noise of a row has variance s2 / w."""
    volume: Floats
    columns: Ints
    """Side columns of client and channel, shape (n, factors)."""
    covariance: Floats
    """Of the side effects, divided by s2, averaged over the points of the norms."""
    measured: Ints
    """Place of each row among the metric's measured rows."""
    agents: int
    s2: float
    tau2: float
    line: Line | None = None
    """How values of each row get on the scale of the model."""

    @property
    def pair_mean(self) -> Floats:
        """Precision-weighted mean of `left` over a row's pair, shape (n,)."""
        size = int(self.pair[-1]) + 1 if len(self.pair) else 0
        total = sum_by(self.pair, self.w * self.left, size)
        return (total / sum_by(self.pair, self.w, size))[self.pair]


def recent_rows(
    grid: Grid, measured: Measured, norms: MetricNorms, as_of: date | None, *, monthly: bool
) -> Recent | None:
    """The rows of each agent's last six periods.

    Args:
        grid: sorted keys.
        measured: the metric's rows.
        norms: context effects and noise of the metric.
        as_of: the day of the run: who has no row in the six periods before it has no window.
        monthly: a period is a month, else a week; the norms remember which.

    Returns:
        Recent; None without rows, or where the norms know no spread between agents.

    Limits:
        the window of an agent depends on that agent's own rows and on `as_of` alone, so an agent
        by itself is seen as in a batch.

    Example:
        Eight months of six agents: the newest six remain.
        >>> import pyarrow as pa
        >>> from rolefit.evidence.context import learn_context
        >>> from rolefit.evidence.measured import lay_grid, measure
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.tables import Inputs
        >>> agents, months = list("ABCDEF"), [f"2026-0{month}" for month in range(1, 9)]
        >>> keys = {"agent_id": np.repeat(agents, 8), "period": months * 6}
        >>> csat = [3 + a / 5 + (a + 5 * m) % 7 / 9 for a in range(6) for m in range(8)]
        >>> table = pa.table(keys | {"csat": csat, "csat_answers": [20.0] * 48})
        >>> inputs, config = Inputs(pa.table({"agent_id": agents}), metrics=table), build_config({})
        >>> grid = lay_grid(inputs)
        >>> measured = measure(table, grid, "csat", config)
        >>> norms = learn_context(grid, measured, config.evidence)
        >>> recent = recent_rows(grid, measured, norms, None, monthly=True)
        >>> len(measured.rows), len(recent.left), recent.age[:6].tolist()
        (48, 36, [5, 4, 3, 2, 1, 0])
    """
    if not norms.tau2 > 0 or not norms.s2 > 0 or not len(measured.rows):
        return None
    t = period_numbers(grid.levels["period"], monthly=monthly)[grid.codes["period"][measured.rows]]
    agent = grid.agent[measured.rows]
    newest = np.full(grid.agents, UNKNOWN, np.int64)
    np.maximum.at(newest, agent, t)
    if as_of is not None:
        newest[newest <= day_period(as_of, monthly=monthly) - WINDOW] = UNKNOWN
    age = newest[agent] - t
    keep = np.flatnonzero((newest[agent] != UNKNOWN) & (t != UNKNOWN) & (age < WINDOW))
    rows = lay_rows(grid, measured, norms.layout)
    line = draw_line(rows, measured, norms.tangent, own=True)
    y, effects = line.of(rows.y), np.array(norms.effects)
    columns = rows.columns[keep][:, _places(norms)]
    first = np.zeros(len(keep), np.int64)
    first[run_starts(rows.pair[keep])] = 1
    return Recent(
        agent=agent[keep], pair=np.cumsum(first) - 1, age=age[keep],
        left=(y - rows.predict(effects))[keep], y=y[keep],
        ease=effects[columns].sum(axis=1),
        w=norms.noise.weights(line.volume[keep]), volume=measured.volume[keep],
        columns=columns, covariance=_covariance(norms), measured=keep, agents=grid.agents,
        s2=norms.s2, tau2=norms.tau2, line=line.only(keep),
    )  # fmt: skip


def _places(norms: MetricNorms) -> list[int]:
    """Columns of `Rows.columns` that say where somebody works, not when."""
    factors = enumerate(norms.layout.levels)
    return [1 + k for k, name in factors if "period" not in name and name != SEASON]


def _covariance(norms: MetricNorms) -> Floats:
    """One covariance of the side effects, or its diagonal."""
    if len(norms.covariance) == 1:
        return norms.covariance[0]
    block = np.array([point.block for point in norms.points], np.int64)
    weights = np.bincount(block, [point.weight for point in norms.points], len(norms.covariance))
    return np.asarray(np.average(norms.covariance, axis=0, weights=weights))
