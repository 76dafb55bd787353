"""The usual ways to foretell an agent's handle time, as the reference program has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from windows import within_agents

if TYPE_CHECKING:
    import numpy as np
    from windows import Window


def usual(window: Window, calls: pd.DataFrame, context: np.ndarray) -> dict[str, pd.Series]:
    """Mean log seconds of the coming weeks by agent, up to a constant, by way of foretelling."""
    known, used = window.history, window.training
    effects = within_agents(calls[known], context[known])
    table = pd.DataFrame({
        "agent": calls["agent"][used], "raw": calls["log"][used],
        "adjusted": calls["log"][used] - context[used] @ effects,
    })  # fmt: skip
    by = table.groupby("agent")[["raw", "adjusted"]]
    means, deviations = by.mean(), table[["raw", "adjusted"]] - by.transform("mean")
    n = by.size()
    # the reference shrinks among those who are foretold, of whatever target
    shrunk = {
        name: shrink(means["adjusted"].loc[agents], deviations["adjusted"].var(), n.loc[agents])
        for name, agents in ((k, t.index) for k, t in window.targets.items())
    }
    return {
        "everybody equal": 0.0 * means["raw"], "raw mean": means["raw"],
        "adjusted": means["adjusted"],
        **{f"adjusted + shrunk ({name})": told for name, told in shrunk.items()},
    }  # fmt: skip


def shrink(mean: pd.Series, variance: float, n: pd.Series) -> pd.Series:
    """Towards the weighted mean, the spread of agents by DerSimonian and Laird's moments."""
    noise = variance / n
    weight = 1.0 / noise
    centre = (weight * mean).sum() / weight.sum()
    excess = (weight * (mean - centre) ** 2).sum() - (len(mean) - 1)
    spread = max(0.0, excess / (weight.sum() - (weight**2).sum() / weight.sum()))
    weight = 1.0 / (noise + spread)
    centre = (weight * mean).sum() / weight.sum()
    return centre + spread / (spread + noise) * (mean - centre)
