"""The calls of a real bank's call centre, January to July 1999, as a rolefit workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from pathlib import Path

TYPES = ("PS", "PE", "IN", "NE", "NW", "TT")
CONFIG = """\
[centre]
name = "Anonymous Bank, 1999"
as_of = 1999-07-31

[metrics]
csat = false
fcr = false
transfer_rate = false
reopen_rate = false
quality_score = false
adherence = false

[metrics.aht]
label = "Average handle time"

[metrics.typical_time]
label = "Typical handle time"
unit = "s"
better = "lower"
kind = "duration"
volume = "contacts"
range = [1, 7200]
attribute = "efficiency"
"""


def served_calls(file: Path) -> pd.DataFrame:
    """Every call that an agent answered."""
    calls = pd.read_parquet(file)
    return calls[(calls["outcome"] == "AGENT") & calls["agent"].notna()]


def handled(calls: pd.DataFrame, shortest: float, longest: float) -> pd.DataFrame:
    """The calls that were handled: of a known type, not hung up on, not a forgotten line."""
    known = calls["type"].isin(TYPES) & calls["ser_time"].between(shortest, longest)
    return calls[known]


def metric_rows(calls: pd.DataFrame) -> pd.DataFrame:
    """One row an agent x call type x priority x month.

    `aht` is the mean, as a telephone system exports it; `typical_time` the geometric mean, which
    is what a model of the logarithm of single calls speaks of.
    """
    keyed = pd.DataFrame(
        {
            "agent_id": calls["agent"].astype(str),
            "client_id": calls["type"].astype(str),
            "channel": np.where(calls["priority"] == 2, "priority", "regular"),  # noqa: PLR2004
            "period": "1999-0" + calls["month"].astype(str),
            "seconds": calls["ser_time"].astype(float),
            "log": np.log(calls["ser_time"].astype(float)),
        }
    )
    rows = keyed.groupby(["agent_id", "client_id", "channel", "period"], as_index=False).agg(
        contacts=("seconds", "size"), aht=("seconds", "mean"), typical_time=("log", "mean")
    )
    rows["aht"] = rows["aht"].round(2)
    rows["typical_time"] = np.exp(rows["typical_time"]).round(2)
    return rows


def write_bank(calls: pd.DataFrame, rows: pd.DataFrame, folder: Path) -> None:
    """A workspace: everybody who answered a call, their handle times, and nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    agents = pd.DataFrame({"agent_id": sorted(calls["agent"].astype(str).unique())})
    agents = agents.assign(team_id="bank", current_role="frontline", hired_on="")
    agents.to_csv(folder / "agents.csv", index=False)
    rows.to_csv(folder / "metrics.csv", index=False)
    (folder / "rolefit.toml").write_text(CONFIG, encoding="utf-8")


def short_shares(calls: pd.DataFrame, shortest: float) -> pd.Series:
    """Share of an agent's calls that end before they can have been handled."""
    short = (calls["ser_time"] < shortest).groupby(calls["agent"].astype(str)).mean()
    return short.rename("short")


def lmer_effects(file: Path, model: str) -> pd.Series:
    """lme4's agent effects on log service time, January to July: longer is positive."""
    told = pd.read_csv(file)
    mine = (told["period"] == "jan_jul") & (told["model"] == model) & (told["grpvar"] == "agent")
    return told[mine].set_index("grp")["blup"]
