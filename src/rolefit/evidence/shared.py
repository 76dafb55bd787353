"""Side factors that agents share: a level of which only one agent has rows compares nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.measured import KEYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.evidence.measured import Grid, Measured
    from rolefit.schema.arrays import Ints

MANY_LEVELS = 30
"""From so many levels on a key of which agents share next to nothing is taken for a number."""
LEAST_SHARED = 0.05
"""Share of the rows whose level other agents have too, below which a key tells nobody apart."""


def shared_rows(level: Ints, agent: Ints) -> float:
    """Share of the rows whose level at least one other agent has too.

    Args:
        level: level code of each row, shape (n,).
        agent: agent code of each row, shape (n,).

    Returns:
        in [0, 1]; 1 without rows.

    Example:
        >>> shared_rows(np.array([0, 0, 1, 2]), np.array([0, 1, 1, 1]))
        0.5
    """
    if not len(level):
        return 1.0
    pair = np.unique(level * (int(agent.max()) + 1) + agent)
    agents = np.bincount(pair // (int(agent.max()) + 1))
    return float(np.mean(agents[level] > 1))


def is_private(level: Ints, agent: Ints) -> bool:
    """Many levels, of which agents share next to nothing: a ticket number, or the agent's own name.

    Args:
        level: level code of each row, shape (n,).
        agent: agent code of each row, shape (n,).

    Example:
        >>> rows = np.arange(40)
        >>> is_private(rows, rows // 2), is_private(rows % 20, rows)
        (True, False)
    """
    levels = len(np.unique(level))
    return levels >= MANY_LEVELS and shared_rows(level, agent) < LEAST_SHARED


def shared_factors(grid: Grid, measured: Measured, factors: Sequence[str]) -> tuple[str, ...]:
    """The side factors of a metric that can be told from its agents.

    Args:
        grid: sorted keys.
        measured: the metric's rows.
        factors: of `evidence.side_factors`.

    Returns:
        those that are not private, in their order; of `client`, `channel` and `period` only, as
        nested factors and covariates leave agents as they are.

    Limits:
        a private factor is left out of the model; what it did to the rows then looks like the
        agents' doing, so that no agent may be judged by such a metric.

    Example:
        Forty calls of four agents, each with a client of its own and one of two channels.
        >>> import pyarrow as pa
        >>> from rolefit.evidence.measured import Measured, lay_grid
        >>> from rolefit.schema.tables import Inputs
        >>> agents = pa.table({"agent_id": list("abcd")})
        >>> rows = {"agent_id": list("abcd") * 10, "client_id": [f"{k}" for k in range(40)]}
        >>> rows |= {"channel": ["chat"] * 20 + ["voice"] * 20}
        >>> grid, one = lay_grid(Inputs(agents, pa.table(rows))), np.ones(40)
        >>> shared_factors(grid, Measured(np.arange(40), one, one, one), ("client", "channel"))
        ('channel',)
    """
    agent = grid.agent[measured.rows]
    return tuple(
        factor
        for factor in factors
        if factor not in KEYS or not is_private(grid.codes[factor][measured.rows], agent)
    )
