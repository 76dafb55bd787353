"""Effects of agents with each of their clients, for questions about one kind of work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from rolefit.errors import DataStoppedError
from rolefit.evidence.measured import lay_grid, measure
from rolefit.evidence.metrics import measured_metrics
from rolefit.evidence.with_clients import effects_with_clients as of_metric
from rolefit.io.frames import to_pandas

if TYPE_CHECKING:
    import pandas as pd

    from rolefit.io.workspace import Workspace
    from rolefit.norms import Norms

COLUMNS = pa.schema([
    ("agent_id", pa.string()), ("metric", pa.string()), ("client_id", pa.string()),
    ("effect", pa.float64()), ("se", pa.float64()),
])  # fmt: skip


def effects_with_clients(workspace: Workspace, norms: Norms) -> pd.DataFrame:
    """How each agent does with each client served, where `effects` says how they do everywhere.

    A forecast of somebody's work with one client should start here. No fit and no suggestion uses
    it: a role is about the agent, not about the client they happen to serve.

    Args:
        workspace: whose metrics are read.
        norms: of `calibrate`, on this or an earlier workspace.

    Returns:
        agent_id, metric, client_id, effect and se, in sd between agents, better is positive; one
        row an agent, metric and client of whom the agent has rows that can be compared.

    Raises:
        DataStoppedError: RF301, too large a share of a table was rejected.

    Limits:
        context effects count as known, so `se` is a little short where few served a client.

    Example:
        >>> import rolefit as rf
        >>> from rolefit.cli.demo import shipped_centre
        >>> ws = rf.load(shipped_centre())
        >>> rf.effects_with_clients(ws, rf.calibrate(ws)).columns.tolist()
        ['agent_id', 'metric', 'client_id', 'effect', 'se']
    """
    if workspace.stopped:
        raise DataStoppedError(workspace.stopped)
    inputs, config = workspace.inputs, workspace.config
    grid, parts = lay_grid(inputs, config.evidence.side_factors), [COLUMNS.empty_table()]
    if grid is not None and inputs.metrics is not None:
        ids = inputs.agents["agent_id"]
        for metric in (m for m in measured_metrics(inputs, config) if m in norms.metrics):
            known = norms.metrics[metric]
            found = of_metric(grid, measure(inputs.metrics, grid, metric, config), known)
            clients = pa.array(known.clients, pa.string())
            parts.append(pa.table([
                ids.take(pa.array(found.agent)), pa.array([metric] * len(found.agent)),
                clients.take(pa.array(found.client)), found.effect, found.se,
            ], schema=COLUMNS))  # fmt: skip
    return to_pandas(pa.concat_tables(parts))
