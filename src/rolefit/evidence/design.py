"""A metric's rows over side columns: intercepts, levels of the side factors, numeric covariates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.cells import Rows
from rolefit.evidence.graph import intercepts
from rolefit.evidence.measured import TENURE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.evidence.measured import Grid, Measured
    from rolefit.schema.arrays import Bools, Floats, Ints

UNKNOWN = -1


@dataclass(frozen=True)
class Layout:
    """The side columns of one metric.

    First the intercepts, one an island of the agent-client graph; then the levels of each factor
    with at least two levels; then one a factor for levels that were not there at calibration;
    last a slope on tenure, if asked for.
    """

    levels: dict[str, tuple[str, ...]]
    """Factor -> its level names, for the factors in the model; `client` first."""
    clients: tuple[str, ...]
    component: tuple[int, ...]
    """Component of the agent-client graph of each of `clients`."""
    tenure: tuple[float, float] | None = None
    """Mean and sd over rows of log(1 + months of service); None = not in the model."""

    @property
    def islands(self) -> Ints:
        """Intercept of each of `clients`."""
        return intercepts(np.array(self.component, np.int64))

    @property
    def groups(self) -> Ints:
        """Factor of each side column; -1 for fixed ones. A new level belongs to its factor."""
        sizes = [len(names) for names in self.levels.values()]
        factors = np.arange(len(sizes))
        first = np.full(int(self.islands.max(initial=0)) + 1, -1)
        last = np.full(0 if self.tenure is None else 1, -1)
        return np.concatenate([first, np.repeat(factors, sizes), factors, last]).astype(np.int64)

    @property
    def client_columns(self) -> Bools:
        """Which side columns are clients', shape (width,); their factor is 0."""
        return (self.groups == 0) & ("client" in self.levels)


def lay_out(
    grid: Grid, measured: Measured, clients: tuple[str, ...], component: Ints,
    factors: Sequence[str],
) -> Layout:  # fmt: skip
    """The side columns that a metric's rows call for.

    Args:
        grid: sorted keys.
        measured: the metric's rows.
        clients: clients of the metric.
        component: component of the agent-client graph of each client.
        factors: of `evidence.side_factors`.
    """
    used = {}
    for factor in sorted(factors, key=lambda name: name != "client"):
        if factor == TENURE:
            continue
        seen = np.unique(grid.codes[factor][measured.rows])
        if len(seen) > 1:
            used[factor] = tuple(grid.levels[factor][k] for k in seen)
    service = grid.service[measured.rows]
    tenure = None
    if TENURE in factors and np.ptp(service) > 0:
        tenure = (float(service.mean()), float(service.std()))
    return Layout(used, clients, tuple(component.tolist()), tenure)


def lay_rows(grid: Grid, measured: Measured, layout: Layout) -> Rows:
    """The metric's rows over the side columns of a layout, weight 1."""
    islands = np.array((*layout.islands.tolist(), 0), np.int64)
    columns = [islands[recode(grid, measured, "client", layout.clients)]]
    start = int(islands.max()) + 1
    new = start + sum(len(names) for names in layout.levels.values())
    for factor, names in layout.levels.items():
        code = recode(grid, measured, factor, names)
        columns.append(np.where(code == UNKNOWN, new, start + code))
        start, new = start + len(names), new + 1
    covariate = None
    if layout.tenure is not None:
        mean, sd = layout.tenure
        covariate = (grid.service[measured.rows] - mean) / sd
        new += 1
    pair = recode(grid, measured, "client", layout.clients)
    return Rows(
        grid.agent[measured.rows], np.column_stack(columns), measured.y,
        np.ones(len(measured.y)), grid.agents, new, pair, covariate,
    )  # fmt: skip


def recode(grid: Grid, measured: Measured, factor: str, names: tuple[str, ...]) -> Ints:
    """Level codes of the metric's rows as positions in `names`; -1 where unknown."""
    place = {name: k for k, name in enumerate(names)}
    table = np.array([place.get(name, UNKNOWN) for name in grid.levels[factor]], np.int64)
    return table[grid.codes[factor][measured.rows]]


def allow_new_levels(
    effects: Floats, covariance: Floats, s2: float, layout: Layout
) -> tuple[Floats, Floats]:
    """Gives the columns of new levels the mean and variance of their factor's known effects.

    `within` has no prior for a level that it never saw; a random factor brings its own.

    Args:
        effects: side effects, shape (width,).
        covariance: of the effects, divided by s2, width x width.
        s2: row variance.
        layout: the side columns.

    Returns:
        effects and covariance with the columns of new levels (one a factor) filled in.
    """
    effects, covariance = effects.copy(), covariance.copy()
    count = len(layout.levels)
    first_new = len(effects) - count - (layout.tenure is not None)
    groups = layout.groups[:first_new]
    for k in range(count):
        known = effects[:first_new][groups == k]
        effects[first_new + k] = known.mean()
        covariance[first_new + k, first_new + k] = known.var(ddof=1) / s2 if s2 > 0 else 0.0
    return effects, covariance
