"""The metrics table in model form: sorted codes, transformed values, and where a metric applies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from rolefit.evidence.cells import sort_order
from rolefit.evidence.factors import derive_factors, service
from rolefit.evidence.table import agent_positions, numbers, positions

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.config import Config
    from rolefit.schema.metrics import ApplicabilityRule, MetricKind, MetricSpec
    from rolefit.schema.tables import Inputs

KEYS = {"client": "client_id", "channel": "channel", "period": "period"}
TENURE = "tenure"
SHORTEST = 1e-4
"""A duration of 0 counts as this share of the longest believable one: its log must exist."""


@dataclass(frozen=True)
class Grid:
    """The keys of the metrics table, sorted by agent id, client, channel and period."""

    order: Ints
    """Rows of the table in sorted order."""
    agent: Ints
    """Code of the agent: the rank of the id among agents who have rows."""
    row_agent: Ints
    """Row of the agents table of each agent code."""
    codes: dict[str, Ints]
    """Factor -> level code of each row."""
    levels: dict[str, tuple[str, ...]]
    """Factor -> level names."""
    service: Floats
    """log(1 + months of service) of each row; 0 where tenure is not in the model."""

    @property
    def agents(self) -> int:
        """Number of agents who have rows: nobody else may touch a sum, not even its rounding."""
        return len(self.row_agent)

    def code_of(self, agent: Ints) -> Ints:
        """Codes of agents who have rows, by their row of the agents table."""
        code = np.zeros(int(self.row_agent.max(initial=-1)) + 1, np.int64)
        code[self.row_agent] = np.arange(self.agents)
        return code[agent]


@dataclass(frozen=True)
class Measured:
    """One metric where it was measured and applies; `rows` index the sorted grid."""

    rows: Ints
    y: Floats
    """Transformed, better is positive; rates and counts get their curve in `tangent`."""
    value: Floats
    """In the metric's own unit; a count as its rate."""
    volume: Floats
    kind: MetricKind = "mean"
    sign: float = 1.0
    """-1 where lower is better."""

    def only(self, keep: Bools) -> Measured:
        """Some of the rows."""
        return Measured(
            self.rows[keep], self.y[keep], self.value[keep], self.volume[keep], self.kind, self.sign
        )


def lay_grid(inputs: Inputs, factors: Sequence[str] = tuple(KEYS)) -> Grid | None:
    """Sorts and codes the keys of the metrics table; None where there is none.

    Args:
        inputs: checked tables.
        factors: of `evidence.side_factors`; derived ones are coded beside the keys.

    Returns:
        Grid; agents and levels are numbered in the order of their names, not of the table.

    Example:
        >>> import pyarrow as pa
        >>> from rolefit.schema.tables import Inputs
        >>> rows = {"agent_id": ["bob", "ann", "ann"], "client_id": ["acme", "globex", "acme"]}
        >>> grid = lay_grid(Inputs(pa.table({"agent_id": ["bob", "ann"]}), pa.table(rows)))
        >>> grid.order.tolist(), grid.agent.tolist(), grid.codes["client"].tolist()
        ([2, 1, 0], [0, 0, 1], [0, 1, 0])
    """
    table = inputs.metrics
    if table is None or not table.num_rows:
        return None
    by_id = np.asarray(pc.sort_indices(inputs.agents["agent_id"]), np.int64)
    rank = np.empty(len(by_id), np.int64)
    rank[by_id] = np.arange(len(by_id))
    rank = rank[agent_positions(table, inputs.agents)]
    seen = np.bincount(rank, minlength=len(by_id)) > 0
    row_agent, agent = by_id[seen], (np.cumsum(seen) - 1)[rank]
    levels = {
        factor: tuple(sorted(pc.unique(_text(table, column)).to_pylist()))
        for factor, column in KEYS.items()
    }
    codes = {
        factor: positions(_text(table, column), levels[factor]) for factor, column in KEYS.items()
    }
    order = sort_order([agent, *codes.values()])
    codes = {key: code[order] for key, code in codes.items()}
    served = np.zeros(len(order))
    if TENURE in factors:
        row = row_agent[agent[order]]
        served = service(table, inputs.agents, row, levels["period"], codes["period"])
    return Grid(order, agent[order], row_agent, *derive_factors(codes, levels, factors), served)


def measure(table: pa.Table, grid: Grid, metric: str, config: Config) -> Measured:
    """Picks and transforms the rows of one metric that count.

    Args:
        table: checked metrics table.
        grid: its sorted keys.
        metric: a metric of the config whose column is in the table.
        config: effective config.

    Returns:
        Measured; rows where the metric does not apply are gone before anything is computed.

    Example:
        Where there were no contacts is no row; a count is read as its rate.

        >>> import pyarrow as pa
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.tables import Inputs
        >>> who = {"agent_id": ["ann", "bob", "cat"]}
        >>> table = pa.table({**who, "fcr": [0.0, 0.5, 1.0], "contacts": [10.0, 10.0, 0.0]})
        >>> grid = lay_grid(Inputs(pa.table(who), table))
        >>> measured = measure(table, grid, "fcr", build_config({}))
        >>> measured.rows.tolist(), measured.y.tolist()
        ([0, 1], [0.0, 0.5])
    """
    spec = config.metrics[metric]
    value = numbers(table[metric])[grid.order]
    volume = numbers(table[spec.volume])[grid.order]
    counts = np.isfinite(value) & (volume > 0) & ~excluded(grid, metric, config.applicability)
    rows = np.flatnonzero(counts)
    value, volume = value[rows], volume[rows]
    if spec.kind == "count":
        value = value / volume
    sign = 1.0 if spec.better == "higher" else -1.0
    return Measured(rows, sign * transform(value, spec), value, volume, spec.kind, sign)


def transform(value: Floats, spec: MetricSpec) -> Floats:
    """A metric before any curve is laid through it: a duration as its logarithm, the rest as is.

    Args:
        value: in the metric's own unit, a count as its rate, shape (n,).
        spec: the metric.

    Returns:
        shape (n,); not yet turned so that better is positive.

    Limits:
        no logit or logarithm of a single row's rate or count: with few contacts it is off by an
        amount that depends on how few, and the months of a part-timer never average that out.

    Example:
        >>> from rolefit.schema.build import build_config
        >>> metrics = build_config({}).metrics
        >>> transform(np.array([0.5]), metrics["fcr"]).tolist()
        [0.5]
        >>> transform(np.array([100.0]), metrics["aht"]).round(3).tolist()
        [4.605]
    """
    if spec.kind == "duration":
        return np.log(np.maximum(value, SHORTEST * max(abs(spec.range[1]), 1e-9)))
    return value


def excluded(grid: Grid, metric: str, rules: tuple[ApplicabilityRule, ...]) -> Bools:
    """Rows of the grid where the metric does not apply; the last matching rule counts.

    Args:
        grid: sorted keys.
        metric: metric id; rules of other metrics play no part.
        rules: in the order of the config.

    Returns:
        shape (rows,).

    Example:
        Handle time does not count in chats, but does in those of acme.

        >>> import pyarrow as pa
        >>> from datetime import date
        >>> from rolefit.schema.metrics import ApplicabilityRule
        >>> from rolefit.schema.tables import Inputs
        >>> keys = {"client_id": ["acme", "globex", "zeta"], "channel": ["chat", "chat", "voice"]}
        >>> rows, who = pa.table({"agent_id": ["ann"] * 3, **keys}), pa.table({"agent_id": ["ann"]})
        >>> said = {"metric": "aht", "reason": "two chats", "decided_by": "ops", "on": date.min}
        >>> chats = ApplicabilityRule(channel="chat", applies=False, **said)
        >>> acme = ApplicabilityRule(client="acme", applies=True, **said)
        >>> excluded(lay_grid(Inputs(who, rows)), "aht", (chats, acme)).tolist()
        [False, True, False]
    """
    out = np.zeros(len(grid.agent), bool)
    for rule in rules:
        if rule.metric == metric:
            out[matches(grid, rule)] = not rule.applies
    return out


def matches(grid: Grid, rule: ApplicabilityRule) -> Bools:
    """Rows of the grid that a rule speaks of, shape (rows,); a client nobody served has none.

    Example:
        >>> import pyarrow as pa
        >>> from datetime import date
        >>> from rolefit.schema.metrics import ApplicabilityRule
        >>> from rolefit.schema.tables import Inputs
        >>> rows = pa.table({"agent_id": ["ann"] * 2, "client_id": ["acme", "globex"]})
        >>> said = {"metric": "aht", "reason": "pilot", "decided_by": "ops", "on": date.min}
        >>> rule = ApplicabilityRule(client="globex", applies=False, **said)
        >>> matches(lay_grid(Inputs(pa.table({"agent_id": ["ann"]}), rows)), rule).tolist()
        [False, True]
    """
    hit = np.ones(len(grid.agent), bool)
    for factor, name in (("client", rule.client), ("channel", rule.channel)):
        if name is not None:
            known = grid.levels[factor]
            hit &= grid.codes[factor] == (known.index(name) if name in known else -1)
    return hit


def _text(table: pa.Table, column: str) -> pa.ChunkedArray:
    """A key column as text; a missing key is a level of its own, the empty text."""
    if column not in table.column_names:
        return pc.if_else(pc.is_valid(table["agent_id"]), "", "")
    return pc.fill_null(table[column].cast("string"), "")
