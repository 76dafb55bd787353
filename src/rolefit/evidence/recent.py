"""One metric's rows of an agent's last six periods, less what client, channel and period do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.cells import run_starts, sum_by
from rolefit.evidence.design import lay_rows
from rolefit.evidence.periods import UNKNOWN, by_month, day_period, period_numbers

if TYPE_CHECKING:
    from datetime import date

    from rolefit.evidence.context import MetricNorms
    from rolefit.evidence.measured import Grid, Measured
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
    measured: Ints
    """Place of each row among the metric's measured rows."""
    agents: int
    s2: float
    tau2: float

    @property
    def pair_mean(self) -> Floats:
        """Precision-weighted mean of `left` over a row's pair, shape (n,)."""
        size = int(self.pair[-1]) + 1 if len(self.pair) else 0
        total = sum_by(self.pair, self.w * self.left, size)
        return (total / sum_by(self.pair, self.w, size))[self.pair]


def recent_rows(
    grid: Grid, measured: Measured, norms: MetricNorms, as_of: date | None
) -> Recent | None:
    """The rows of each agent's last six periods.

    Args:
        grid: sorted keys.
        measured: the metric's rows.
        norms: context effects and noise of the metric.
        as_of: the day of the run: who has no row in the six periods before it has no window.

    Returns:
        Recent; None where the norms know no periods or no spread between agents.

    Limits:
        the window of an agent depends on that agent's own rows and on `as_of` alone, so an agent
        by itself is seen as in a batch.
    """
    known = norms.levels.get("period", ())
    if not known or not norms.tau2 > 0 or not norms.s2 > 0:
        return None
    monthly = by_month(known)
    period = period_numbers(grid.levels["period"], monthly=monthly)
    t = period[grid.codes["period"][measured.rows]]
    agent = grid.agent[measured.rows]
    newest = np.full(grid.agents, UNKNOWN, np.int64)
    np.maximum.at(newest, agent, t)
    if as_of is not None:
        stale = newest <= day_period(as_of, monthly=monthly) - WINDOW
        newest[stale] = UNKNOWN
    age = newest[agent] - t
    keep = np.flatnonzero((newest[agent] != UNKNOWN) & (t != UNKNOWN) & (age < WINDOW))
    rows = lay_rows(grid, measured, norms.levels)
    effects = np.array(norms.effects)
    factors = [1 + k for k, factor in enumerate(norms.levels) if factor != "period"]
    columns = rows.columns[keep]
    client = grid.codes["client"][measured.rows][keep]
    first = np.zeros(len(keep), np.int64)
    first[run_starts(np.column_stack([agent[keep], client]))] = 1
    return Recent(
        agent=agent[keep], pair=np.cumsum(first) - 1, age=age[keep],
        left=rows.y[keep] - effects[columns].sum(axis=1), y=rows.y[keep],
        ease=effects[columns[:, factors]].sum(axis=1),
        w=norms.noise.weights(measured.volume[keep]), volume=measured.volume[keep],
        columns=columns[:, factors], measured=keep, agents=grid.agents,
        s2=norms.s2, tau2=norms.tau2,
    )  # fmt: skip
