"""rolefit's own forecast: norms from everything known, effects from the training calls alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

import rolefit as rf

if TYPE_CHECKING:
    from windows import Window

METRIC = "typical_time"
KEYS = {"client": "client_id", "channel": "channel", "period": "period"}
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
    rows = keyed.groupby(["agent_id", *KEYS.values()], as_index=False).agg(
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

        `effect` is the effect that rolefit reports, in every kind of work alike. `on regular
        calls` adds what the model says of the agent with the regular type.
        """
        if window.last not in self.norms:
            known = metric_rows(self.calls[window.history], self.period)
            self.norms[window.last] = rf.calibrate(workspace(known, self.estimator))
        norms, rows = self.norms[window.last], metric_rows(self.calls[window.training], self.period)
        effects = rf.score(workspace(rows, self.estimator), norms=norms).effects
        metric = norms.metrics[METRIC]
        effect = effects.set_index("agent_id")["effect"] * np.sqrt(metric.tau2)
        more = with_client(rows, effect, metric, self.regular)
        return {"effect": -effect, "on regular calls": -effect.add(more, fill_value=0.0)}


def with_client(rows: pd.DataFrame, effect: pd.Series, metric: Any, client: str) -> pd.Series:  # noqa: ANN401
    """How far each agent differs with one client from what they are everywhere.

        (ac)_p = k W_p / (1 + k W_p) (mean_p - a_i)

    the best linear unbiased prediction of the model's agent-by-client part: k is its variance,
    W_p the precision of the pair's rows and mean_p what they leave after the context.
    """
    mine = rows[rows["client_id"] == client]
    weight = metric.noise.weights(mine["contacts"].to_numpy(float)) / metric.s2
    left = -mine[METRIC].to_numpy() - context_of(mine, metric)
    sums = pd.DataFrame({"agent": mine["agent_id"], "w": weight, "wy": weight * left})
    by = sums.groupby("agent")[["w", "wy"]].sum()
    # `within` knows its agents as deviations from the mean of those who can be compared
    centre = metric.component_mean[metric.component[metric.clients.index(client)]]
    seen = metric.noise.pairing * by["w"]
    return seen / (1.0 + seen) * (by["wy"] / by["w"] - centre - effect.reindex(by.index))


def context_of(rows: pd.DataFrame, metric: Any) -> np.ndarray:  # noqa: ANN401
    """The side effects of every row: the mean, then one column a level, then one a new level.

    One mean, because all types share agents: the bank is no archipelago.
    """
    levels = metric.layout.levels
    total = np.full(len(rows), metric.effects[0])
    start, new = 1, 1 + sum(map(len, levels.values()))
    for factor, names in levels.items():
        place = pd.Index(names).get_indexer(rows[KEYS[factor]])
        total += np.array(metric.effects)[np.where(place < 0, new, start + place)]
        start, new = start + len(names), new + 1
    return total
