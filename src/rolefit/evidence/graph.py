"""The graph of agents and the clients they serve: who can be compared with whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from rolefit.evidence.measured import Grid, Measured
    from rolefit.schema.arrays import Floats, Ints

UNKNOWN = -1
FEW_LINKS = 3
"""Independent contrasts between clients from which those linked speak for those that are not."""


def client_components(grid: Grid, measured: Measured) -> tuple[tuple[str, ...], Ints]:
    """Clients of the metric and the component of the agent-client graph each belongs to.

    Args:
        grid: sorted keys.
        measured: the metric's rows.

    Returns:
        client names in order, and component numbers from 0 in order of their first client.

    Source:
        Abowd, Creecy & Kramarz 2002 (groups of a two-way layout that can be compared).

    Example:
        Ann links acme and globex; Bob is alone with zeta.

        >>> import pyarrow as pa
        >>> from rolefit.evidence.measured import Measured, lay_grid
        >>> from rolefit.schema.tables import Inputs
        >>> rows = {"agent_id": ["ann", "ann", "bob"], "client_id": ["acme", "globex", "zeta"]}
        >>> agents = pa.table({"agent_id": ["ann", "bob"]})
        >>> grid, o = lay_grid(Inputs(agents, pa.table(rows))), np.ones(3)
        >>> names, component = client_components(grid, Measured(np.arange(3), o, o, o))
        >>> names, component.tolist()
        (('acme', 'globex', 'zeta'), [0, 0, 1])
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


def intercepts(component: Ints) -> Ints:
    """Which intercept each client's rows have: islands of several clients have one each.

    Clients that nobody links with any other share one, so agents there are compared by taking
    those clients to be alike on the whole: the only thing left to say. Their effects carry the
    note `no_movers`. As long as a few links say hardly anything of how far clients differ, and
    would mislead about all the others, every island has its own.

    Args:
        component: component of each client, shape (clients,), from 0.

    Returns:
        shape (clients,), from 0.

    Example:
        >>> intercepts(np.array([0, 0, 1])).tolist(), intercepts(np.array([0, 1, 2])).tolist()
        ([0, 0, 1], [0, 0, 0])
        >>> intercepts(np.array([0, 0, 0, 0, 1, 2])).tolist()
        [1, 1, 1, 1, 0, 0]
    """
    links = len(component) - len(np.unique(component))
    if 0 < links < FEW_LINKS:
        return component
    unlinked = np.bincount(component, minlength=1)[component] == 1
    _, number = np.unique(np.where(unlinked, UNKNOWN, component), return_inverse=True)
    return number.astype(np.int64)


def home_components(agent: Ints, weight: Floats, component: Ints, agents: int) -> Ints:
    """Component in which each agent did most (by weight); -1 = none of the known clients.

    Args:
        agent: agent code of each row, shape (n,).
        weight: of each row, shape (n,).
        component: of the client of each row; -1 = not known.
        agents: number of agent codes.

    Returns:
        one component an agent code, shape (agents,); of two alike the lower number.

    Example:
        The first agent does 3 of 5 in component 1; nobody knows the second agent's client.

        >>> agent, weight = np.array([0, 0, 1]), np.array([2.0, 3.0, 9.0])
        >>> home_components(agent, weight, np.array([0, 1, -1]), 2).tolist()
        [1, -1]
    """
    groups = int(component.max(initial=-1)) + 1
    known = component != UNKNOWN
    found = np.full(agents, UNKNOWN, np.int64)
    key = agent[known] * max(groups, 1) + component[known]
    pair, inverse = np.unique(key, return_inverse=True)
    total = np.bincount(inverse, weight[known], len(pair))
    order = np.lexsort([-pair, total])
    found[pair[order] // max(groups, 1)] = pair[order] % max(groups, 1)
    return found
