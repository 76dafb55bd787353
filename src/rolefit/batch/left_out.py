"""Where rules leave a metric out, by whose decision, and how many agents it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

if TYPE_CHECKING:
    from rolefit.schema.config import Config
    from rolefit.schema.tables import Inputs


def left_out(inputs: Inputs, config: Config) -> list[dict[str, Any]]:
    """Rules that leave a metric out, with the number of agents who served there.

    Args:
        inputs: checked tables.
        config: effective config.

    Returns:
        metric, client, channel, reason, decided_by, on and agents of each rule, most agents first;
        empty without a metrics table.
    """
    rows = []
    for rule in config.applicability:
        if rule.applies or inputs.metrics is None:
            continue
        served = inputs.metrics
        for column, value in (("client_id", rule.client), ("channel", rule.channel)):
            if value is not None:
                served = served.filter(pc.equal(served[column], value))
        rows.append({
            "metric": rule.metric,
            "client": rule.client,
            "channel": rule.channel,
            "reason": rule.reason,
            "decided_by": rule.decided_by,
            "on": str(rule.on),
            "agents": pc.count_distinct(served["agent_id"]).as_py(),
        })  # fmt: skip
    return sorted(rows, key=lambda row: -row["agents"])
