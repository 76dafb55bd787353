"""A metric's rows over side columns: one for the mean, one a level, one a factor for new levels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from rolefit.evidence.cells import Rows
from rolefit.evidence.measured import FACTORS

if TYPE_CHECKING:
    from rolefit.evidence.measured import Grid, Measured
    from rolefit.schema.arrays import Bools, Floats, Ints

    Levels = dict[str, tuple[str, ...]]

UNKNOWN = -1


def used_levels(grid: Grid, measured: Measured) -> Levels:
    """Levels that occur among the metric's rows, of the factors that have at least two."""
    used = {}
    for factor in FACTORS:
        seen = np.unique(grid.codes[factor][measured.rows])
        if len(seen) > 1:
            used[factor] = tuple(grid.levels[factor][k] for k in seen)
    return used


def side_groups(levels: Levels) -> Ints:
    """Factor of each side column: -1 for the mean; a new level belongs to its factor too."""
    sizes = [len(names) for names in levels.values()]
    factors = np.arange(len(sizes))
    return np.concatenate([[-1], np.repeat(factors, sizes), factors]).astype(np.int64)


def client_columns(levels: Levels) -> Bools:
    """Which side columns are clients', shape (width,); their factor is 0 where there is one."""
    return (side_groups(levels) == 0) & ("client" in levels)


def lay_rows(grid: Grid, measured: Measured, levels: Levels) -> Rows:
    """The metric's rows over the side columns of the given levels, weight 1."""
    columns = [np.zeros(len(measured.rows), np.int64)]
    start, new = 1, 1 + sum(len(names) for names in levels.values())
    for factor, names in levels.items():
        code = recode(grid, measured, factor, names)
        columns.append(np.where(code == UNKNOWN, new, start + code))
        start, new = start + len(names), new + 1
    return Rows(
        grid.agent[measured.rows], np.column_stack(columns), measured.y,
        np.ones(len(measured.y)), grid.agents, new,
    )  # fmt: skip


def recode(grid: Grid, measured: Measured, factor: str, names: tuple[str, ...]) -> Ints:
    """Level codes of the metric's rows as positions in `names`; -1 where unknown."""
    place = {name: k for k, name in enumerate(names)}
    table = np.array([place.get(name, UNKNOWN) for name in grid.levels[factor]], np.int64)
    return table[grid.codes[factor][measured.rows]]


def allow_new_levels(
    effects: Floats, covariance: Floats, s2: float, levels: Levels
) -> tuple[Floats, Floats]:
    """Gives the columns of new levels the mean and variance of their factor's known effects.

    `within` has no prior for a level that it never saw; a random factor brings its own.

    Args:
        effects: side effects, shape (width,).
        covariance: of the effects, divided by s2, width x width.
        s2: row variance.
        levels: factor -> level names.

    Returns:
        effects and covariance with the last columns (one a factor) filled in.
    """
    effects, covariance = effects.copy(), covariance.copy()
    groups, first_new = side_groups(levels), len(effects) - len(levels)
    for k in range(len(levels)):
        known = effects[:first_new][groups[:first_new] == k]
        effects[first_new + k] = known.mean()
        covariance[first_new + k, first_new + k] = known.var(ddof=1) / s2 if s2 > 0 else 0.0
    return effects, covariance


def client_components(grid: Grid, measured: Measured) -> tuple[tuple[str, ...], Ints]:
    """Clients of the metric and the component of the agent-client graph each belongs to.

    Returns:
        client names in order, and component numbers from 0 in order of their first client.
    """
    codes, client = np.unique(grid.codes["client"][measured.rows], return_inverse=True)
    agents = grid.agent[measured.rows]
    size = len(codes) + grid.agents
    edges = sparse.coo_array((np.ones(len(client)), (client, len(codes) + agents)), (size, size))
    _, label = connected_components(edges, directed=False)
    _, first, component = np.unique(label[: len(codes)], return_index=True, return_inverse=True)
    number = np.argsort(np.argsort(first))
    names = tuple(grid.levels["client"][k] for k in codes)
    return names, number[component].astype(np.int64)


def home_components(
    rows: Rows, grid: Grid, measured: Measured, clients: tuple[str, ...], component: Ints
) -> Ints:
    """Component in which each agent did most (by weight); -1 = none of the known clients.

    Args:
        rows: the metric's rows.
        grid: sorted keys.
        measured: the metric's rows.
        clients: known clients.
        component: component of each known client.

    Returns:
        one component an agent code, shape (agents,).
    """
    groups = int(component.max(initial=-1)) + 1
    home = np.array((*component, UNKNOWN), np.int64)[recode(grid, measured, "client", clients)]
    known = home != UNKNOWN
    found = np.full(rows.agents, UNKNOWN, np.int64)
    pair, inverse = np.unique(rows.agent[known] * max(groups, 1) + home[known], return_inverse=True)
    weight = np.bincount(inverse, rows.w[known], len(pair))
    order = np.lexsort([-pair, weight])
    found[pair[order] // max(groups, 1)] = pair[order] % max(groups, 1)
    return found
