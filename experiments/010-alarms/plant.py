"""Ways of working towards a number, planted in the metrics table of a simulated centre."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

TARGET = 400.0
SHORT = 0.02
"""Share of contacts that end at once, for whatever reason, of the average agent."""
LAST = 6
WORTH_IT = 0.3
"""Log handle times by which two clients differ where choosing between them pays: two agent sd."""


def month(rows: pd.DataFrame) -> np.ndarray:
    """Month of the window, 0 to 5."""
    return rows["period"].str[-2:].astype(int).to_numpy() - 1


def in_use(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Adds an honest share of very short contacts, which differs from agent to agent."""
    agents = rows["agent_id"].unique()
    own = dict(zip(agents, SHORT * np.exp(0.4 * rng.standard_normal(len(agents))), strict=True))
    chance = rows["agent_id"].map(own).to_numpy()
    hits = rng.binomial(rows["contacts"].to_numpy(int), chance)
    return rows.assign(short_contacts=hits / rows["contacts"])


def faster_but_unsolved(
    rows: pd.DataFrame, hit: np.ndarray, _: np.random.Generator
) -> pd.DataFrame:
    """Handle times fall by 6 % a month, and the odds of solving it at once by 12 %."""
    odds = rows["fcr"] / (1 - rows["fcr"]).clip(lower=1e-3) * np.exp(-0.13 * month(rows))
    return rows.assign(
        aht=np.where(hit, rows["aht"] * np.exp(-0.06 * month(rows)), rows["aht"]),
        fcr=np.where(hit, odds / (1 + odds), rows["fcr"]),
    )


def beside_the_target(
    rows: pd.DataFrame, hit: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    """Months that end up to a quarter above the target are brought to just under it."""
    over = hit & rows["aht"].between(TARGET, 1.25 * TARGET).to_numpy()
    return rows.assign(aht=np.where(over, TARGET * rng.uniform(0.96, 1, len(rows)), rows["aht"]))


def hangs_up(rows: pd.DataFrame, hit: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """A fifth of the contacts ends at once."""
    hits = rng.binomial(rows["contacts"].to_numpy(int), 0.2) / rows["contacts"]
    return rows.assign(short_contacts=np.where(hit, hits, rows["short_contacts"]))


def picks_the_easy_ones(
    rows: pd.DataFrame, hit: np.ndarray, _: np.random.Generator
) -> pd.DataFrame:
    """From nine in ten with the hardest client to nine in ten with the others, half-way through."""
    typical = rows.groupby("client_id")["aht"].median()
    ease = -rows["client_id"].map(typical).to_numpy()
    hardest = ease == rows.assign(e=ease).groupby("agent_id")["e"].transform("min").to_numpy()
    by_agent = np.log(-rows.assign(e=ease)["e"]).groupby(rows["agent_id"])
    apart = (by_agent.transform("max") - by_agent.transform("min")).to_numpy() > WORTH_IT
    late = month(rows) >= LAST // 2
    factor = np.where(hit & apart, np.where(late == hardest, 0.1, 1.0), 1.0)
    return rows.assign(contacts=np.maximum(1, (rows["contacts"] * factor).round()))


WAYS: dict[str, Callable[..., pd.DataFrame]] = {
    "traded": faster_but_unsolved,
    "near_target": beside_the_target,
    "short_contacts": hangs_up,
    "easier_mix": picks_the_easy_ones,
}
