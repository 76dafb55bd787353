"""rolefit's own forecast: norms from everything known, effects from the training calls alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import rolefit as rf

if TYPE_CHECKING:
    from windows import Window

METRIC = "typical_time"
KEYS = ("client_id", "channel", "period")
SHIPPED = ("csat", "fcr", "aht", "transfer_rate", "reopen_rate", "quality_score", "adherence")
SETTINGS = {
    "centre": {"as_of": "1999-07-31"},
    "metrics": {
        **dict.fromkeys(SHIPPED, False),
        METRIC: {
            "label": "Typical handle time", "unit": "log s", "better": "lower", "kind": "mean",
            "volume": "contacts", "range": [0, 8.9], "attribute": "efficiency",
        },
    },
}  # fmt: skip
"""Only what the metric is; every setting of the estimate is the library's default."""


def metric_rows(calls: pd.DataFrame, period: str) -> pd.DataFrame:
    """One row an agent x type x priority and band x period: calls, mean of their log times."""
    keyed = pd.DataFrame({
        "agent_id": calls["agent"], "client_id": calls["type"],
        "channel": calls["priority"].astype(str) + "/" + calls["band"].astype(str),
        "period": calls["date"].dt.strftime(period), "log": calls["log"],
    })  # fmt: skip
    rows = keyed.groupby(["agent_id", *KEYS], as_index=False).agg(
        contacts=("log", "size"), typical=("log", "mean")
    )
    return rows.rename(columns={"typical": METRIC})


def workspace(rows: pd.DataFrame, estimator: str) -> rf.Workspace:
    """The rows as a centre with handle times alone."""
    agents = pd.DataFrame({"agent_id": sorted(rows["agent_id"].unique())})
    config = SETTINGS | {"evidence": {"client_effects": estimator}}
    return rf.Workspace(config, agents=agents.assign(current_role="frontline"), metrics=rows)


class Forecaster:
    """Learns the norms of a last known week once, whatever the training window."""

    def __init__(self, calls: pd.DataFrame, estimator: str, regular: str, period: str) -> None:
        self.calls, self.estimator = calls, estimator
        self.regular, self.period = regular, period
        self.norms: dict[int, rf.Norms] = {}

    def foretell(self, window: Window) -> dict[str, pd.Series]:
        """Log seconds by agent, up to a constant.

        `effect` is the effect that rolefit reports, in every kind of work alike; `on regular
        calls` is that of the agent with the regular type.
        """
        if window.last not in self.norms:
            known = metric_rows(self.calls[window.history], self.period)
            self.norms[window.last] = rf.calibrate(workspace(known, self.estimator))
        norms, rows = self.norms[window.last], metric_rows(self.calls[window.training], self.period)
        known = workspace(rows, self.estimator)
        sd = np.sqrt(norms.metrics[METRIC].tau2)
        effect = rf.score(known, norms=norms).effects.set_index("agent_id")["effect"] * sd
        pairs = rf.effects_with_clients(known, norms).set_index("agent_id")
        regular = pairs.loc[pairs["client_id"] == self.regular, "effect"] * sd
        return {
            "effect": -effect,
            "on regular calls": -regular.reindex(effect.index).fillna(effect),
        }
