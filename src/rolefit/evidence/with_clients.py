"""Each agent with each of their clients: how somebody does there, not everywhere alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.agent_effects import NOT_COMPARABLE, agent_effects, counted_rows
from rolefit.evidence.cells import sum_by

if TYPE_CHECKING:
    from rolefit.evidence.measured import Grid, Measured
    from rolefit.evidence.metric_norms import MetricNorms
    from rolefit.schema.arrays import Floats, Ints


@dataclass(frozen=True)
class WithClients:
    """One metric, one row an agent and client served, sorted by agent id and client."""

    agent: Ints
    """Row of the agents table."""
    client: Ints
    """Position among the clients of the norms."""
    effect: Floats
    """Better is positive, in sd between agents; comparable with the effect of the agent."""
    se: Floats


def effects_with_clients(grid: Grid, measured: Measured, norms: MetricNorms) -> WithClients:
    """What the model says of an agent's work with one client.

        s_p = k W_p / (1 + k W_p)
        effect_p = (1 - s_p) a_i + s_p m_p
        se_p^2 = (1 - s_p)^2 se_i^2 + k / (1 + k W_p)

    with a_i and se_i the agent's effect, k the variance of an agent with one client around it (the
    pairing), W_p the precision of the pair's rows and m_p what they leave after the context.

    Args:
        grid: sorted keys, of the calibration's agents or others.
        measured: the metric's rows.
        norms: of `learn_context`.

    Returns:
        WithClients; without agents who can be compared with nobody, and without clients that
        nobody links with an agent's others.

    Limits:
        side effects count as known, so `se` is a little short where few served a client. An agent
        who never served a client is expected to do there as everywhere.

    Source:
        best linear unbiased prediction of nested effects (Henderson 1975).

    Example:
        Without a pairing an agent does everywhere as well as anywhere.

        >>> import pyarrow as pa
        >>> from rolefit.evidence.context import learn_context
        >>> from rolefit.evidence.measured import lay_grid, measure
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.tables import Inputs
        >>> rows = {"agent_id": list("aabbcccc"), "client_id": list("xxyyxxyy")}
        >>> quality = [80.0, 82.0, 70.0, 72.0, 78.0, 80.0, 65.0, 67.0]
        >>> rows = pa.table({**rows, "quality_score": quality, "evaluations": [10.0] * 8})
        >>> grid = lay_grid(Inputs(pa.table({"agent_id": list("abc")}), rows))
        >>> config = build_config({"evidence": {"client_effects": "within"}})
        >>> measured = measure(rows, grid, "quality_score", config)
        >>> norms = learn_context(grid, measured, config.evidence)
        >>> found = effects_with_clients(grid, measured, norms)
        >>> norms.noise.pairing, found.agent.tolist(), found.client.tolist()
        (0.0, [0, 1, 2, 2], [0, 1, 0, 1])
    """
    agents = agent_effects(grid, measured, norms)
    _, used, home = counted_rows(grid, measured, norms)
    by_code = grid.code_of(agents.agent)
    effect, se, known = np.zeros(grid.agents), np.ones(grid.agents), np.zeros(grid.agents, bool)
    effect[by_code], se[by_code] = agents.effect, agents.se
    known[by_code] = agents.note != NOT_COMPARABLE
    if norms.tau2 <= 0:
        known[:] = False
    used = used.only(known[used.agent])
    clients = len(norms.clients)
    served = used.client if used.client is not None else np.zeros(len(used.y), np.int64)
    pair, at = np.unique(used.agent * clients + served, return_inverse=True)
    agent, client = np.divmod(pair, clients)
    centre = np.array((*norms.component_mean, 0.0))[home]
    left = used.y - used.predict(np.array(norms.effects))
    weight = sum_by(at, used.w, len(pair))
    mean = sum_by(at, used.w * left, len(pair)) / weight - centre[agent]
    seen = norms.noise.pairing * weight
    kept, sd = seen / (1.0 + seen), np.sqrt(max(norms.tau2, 1e-300))
    own = norms.s2 * norms.noise.pairing / (1.0 + seen) / sd**2
    return WithClients(
        grid.row_agent[agent], client,
        (1.0 - kept) * effect[agent] + kept * mean / sd,
        np.sqrt((1.0 - kept) ** 2 * se[agent] ** 2 + own),
    )  # fmt: skip
