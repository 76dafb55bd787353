"""Who can be compared with whom: the graph of agents and the clients they serve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from rolefit.evidence.table import agent_positions, positions

if TYPE_CHECKING:
    import pyarrow as pa

    from rolefit.schema.arrays import Ints
    from rolefit.schema.tables import Inputs

MOST_LISTED = 10


@dataclass(frozen=True)
class Group:
    """Agents and clients that are linked, directly or through others."""

    clients: int
    agents: int


@dataclass(frozen=True)
class Connections:
    """How the agents of the metrics table are linked by the clients they serve."""

    agents: int
    """With rows of metrics."""
    clients: int
    groups: int
    """Groups of several clients are never compared with each other."""
    largest: tuple[Group, ...]
    """The largest groups first, ten at most."""
    alone: int
    """Agents in a group of their own: comparable with nobody."""
    movers: int
    """Agents who serve two clients at least: they tell hard clients from easy ones."""
    clients_by_agent: Ints
    """Clients of each row of the agents table; 0 without rows."""

    @property
    def mover_share(self) -> float:
        """Movers among the agents with rows; NaN without any."""
        return self.movers / self.agents if self.agents else float("nan")


def connect(inputs: Inputs) -> Connections:
    """The groups of the agent-client graph.

    Args:
        inputs: checked tables.

    Returns:
        Connections; all zero without a metrics table.

    Limits:
        looks at all rows; a metric that is missing or taken out somewhere may link fewer.

    Source:
        Abowd, Creecy & Kramarz 2002 on connected groups.

    Example:
        >>> import pyarrow as pa
        >>> from rolefit.schema.tables import Inputs
        >>> agents = pa.table({"agent_id": ["A", "B", "C"]})
        >>> rows = {"agent_id": ["A", "A", "B", "C"], "client_id": ["x", "y", "y", "z"]}
        >>> found = connect(Inputs(agents, metrics=pa.table(rows)))
        >>> found.groups, found.alone, found.movers, found.largest[0]
        (2, 1, 1, Group(clients=2, agents=2))
    """
    size, table = inputs.agents.num_rows, inputs.metrics
    if table is None or not table.num_rows:
        return Connections(0, 0, 0, (), 0, 0, np.zeros(size, np.int64))
    agent = agent_positions(table, inputs.agents)
    names = _clients(table)
    known = sorted(pc.unique(names).to_pylist())
    client = positions(names, known)
    pair = np.unique(agent * len(known) + client)
    who, where = np.divmod(pair, len(known))
    clients_by_agent = np.bincount(who, minlength=size)
    edges = sparse.coo_array((np.ones(len(pair)), (where, len(known) + who)),
                             (len(known) + size,) * 2)  # fmt: skip
    _, label = connected_components(edges, directed=False)
    seen = np.unique(who)
    used = np.unique(label[: len(known)], return_inverse=True)
    members = np.bincount(np.searchsorted(used[0], label[len(known) + seen]),
                          minlength=len(used[0]))  # fmt: skip
    served = np.bincount(used[1], minlength=len(used[0]))
    order = np.lexsort([-served, -members])[:MOST_LISTED]
    return Connections(
        agents=len(seen), clients=len(known), groups=len(used[0]),
        largest=tuple(Group(int(served[k]), int(members[k])) for k in order),
        alone=int((members == 1).sum()), movers=int((clients_by_agent > 1).sum()),
        clients_by_agent=clients_by_agent,
    )  # fmt: skip


def _clients(table: pa.Table) -> pa.ChunkedArray:
    """The client column as text; where it is missing, everybody serves the same."""
    if "client_id" not in table.column_names:
        return pc.if_else(pc.is_valid(table["agent_id"]), "", "")
    return pc.fill_null(table["client_id"].cast("string"), "")
