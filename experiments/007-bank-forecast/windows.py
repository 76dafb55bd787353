"""The reference's windows: which calls are known, which few are learned from, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BAND = 3 * 3600
PRIORITY = 2
LEAST = {"training": 5, "ahead": 200, "regular": 150}
"""Calls an agent must have to be foretold, and to be a target."""
LEAST_AGENTS = 8
ONE_KIND = 0.95


@dataclass(frozen=True)
class Window:
    """One forecast; masks over all calls."""

    weeks: int
    cap: int
    last: int
    """Last known week."""
    history: np.ndarray
    training: np.ndarray
    targets: dict[str, pd.Series]
    """Target -> centred mean log seconds of the weeks ahead, by agent."""


def handled_calls(file: Path, spec: dict[str, Any]) -> pd.DataFrame:
    """The calls that were handled, without those who answer internet support alone."""
    calls = pd.read_parquet(file)
    kind = calls["type"].astype(str)
    served = (calls["outcome"] == "AGENT") & calls["agent"].notna()
    served &= calls["ser_time"].between(spec["shortest"], spec["longest"])
    calls = calls[served & kind.isin([*spec["types"], "IN"])]
    agent, kind = calls["agent"].astype(str), calls["type"].astype(str)
    internet = (kind == "IN").groupby(agent).mean() > ONE_KIND
    keep = ~agent.map(internet) & (kind != "IN")
    day = calls["date"]
    known = pd.DataFrame({
        "agent": agent, "type": kind, "date": day, "dow": calls["dow"].astype(str),
        "week": (day - pd.Timestamp(spec["monday_zero"])).dt.days // 7,
        "priority": np.where(calls["priority"] == PRIORITY, 2, 1),
        "band": (calls["ser_start_s"] // BAND).astype(int),
        "log": np.log(calls["ser_time"]),
    })  # fmt: skip
    return known[keep].reset_index(drop=True)


def dummies(calls: pd.DataFrame) -> np.ndarray:
    """The context of every call as the reference has it: type, band, weekday, priority."""
    context = calls[["type", "band", "dow", "priority"]].astype(str).astype("category")
    return pd.get_dummies(context, drop_first=True).to_numpy(float)


def within_agents(calls: pd.DataFrame, context: np.ndarray) -> np.ndarray:
    """The reference's context effects: least squares on deviations from each agent's mean."""
    agent = calls["agent"].to_numpy()
    known = pd.DataFrame(context)
    y = calls["log"].reset_index(drop=True)
    known -= known.groupby(agent).transform("mean")
    y -= y.groupby(agent).transform("mean")
    return np.linalg.lstsq(known.to_numpy(), y.to_numpy(), rcond=None)[0]


def windows(calls: pd.DataFrame, context: np.ndarray, spec: dict[str, Any]) -> Iterator[Window]:
    """Every window of every amount of training data, in the reference's order."""
    week = calls["week"].to_numpy()
    for training in spec["training"]:
        for last in range(spec["first_window"], spec["last_window"] + 1):
            used = (week > last - training["weeks"]) & (week <= last)
            if training["calls"]:
                used = few_calls(calls["agent"].to_numpy(), used, training["calls"], last)
            ahead = (week > last) & (week <= last + spec["ahead"])
            found = targets(calls, context, used, ahead, spec["regular"])
            if len(found["adj_all"]) >= LEAST_AGENTS:
                yield Window(training["weeks"], training["calls"], last, week <= last, used, found)


def few_calls(agent: np.ndarray, used: np.ndarray, cap: int, seed: int) -> np.ndarray:
    """At most so many calls an agent, drawn as the reference draws them."""
    place = np.flatnonzero(used)
    drawn = [
        mine.sample(min(len(mine), cap), random_state=seed).to_numpy()
        for _, mine in pd.Series(place).groupby(agent[place])
    ]
    few = np.zeros_like(used)
    few[np.concatenate(drawn)] = True
    return few


def targets(
    calls: pd.DataFrame, context: np.ndarray, used: np.ndarray, ahead: np.ndarray, regular: str
) -> dict[str, pd.Series]:
    """What has to be foretold, for the agents with enough calls before and after.

    `ps_only`: the plain mean of regular calls, no model at all; `adj_all`: the mean of all calls
    less the context, which is estimated on the weeks ahead themselves.
    """
    trained = calls[used].groupby("agent").size()
    later = calls[ahead]
    left = later["log"] - context[ahead] @ within_agents(later, context[ahead])
    every = left.groupby(later["agent"]).agg(["mean", "size"])
    every = every[every["size"] >= LEAST["ahead"]]["mean"]
    plain = later[later["type"] == regular].groupby("agent")["log"].agg(["mean", "size"])
    plain = plain[plain["size"] >= LEAST["regular"]]["mean"]
    agents = trained.index[trained >= LEAST["training"]].intersection(every.index)
    return {
        "ps_only": centred(plain.reindex(agents).dropna()),
        "adj_all": centred(every.reindex(agents)),
    }


def centred(told: pd.Series) -> pd.Series:
    """Deviations from the mean over agents."""
    return told - told.mean()
