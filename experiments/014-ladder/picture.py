"""One picture: the ladder of every world, side by side on one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
from ladder import RUNGS, interval

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

mpl.use("Agg")
import matplotlib.pyplot as plt

COLUMNS = 5
CLIMBED = [rung for rung in RUNGS if not rung.startswith("oracle")]
BY_METRICS, BY_EVIDENCE, SUGGESTED, BEST = "#b35806", "#35618f", "#1b7837", "#6b6b6b"
LOT = "#8c8c8c"
COLOURS = {
    "lot": LOT, "metrics_raw": BY_METRICS, "metrics_adjusted": BY_METRICS, "rolefit": SUGGESTED,
}  # fmt: skip
MARKERS = {LOT: "x", BY_METRICS: "s", BY_EVIDENCE: "o", SUGGESTED: "D"}
NAMES = {
    LOT: "by lot", BY_METRICS: "ranking by metrics", BY_EVIDENCE: "best P(fit >= bar)",
    SUGGESTED: "suggestions",
}  # fmt: skip
LEAST, MOST = 0.3, 1.02
"""Ends of the scale: every rung lies above the one, and no outcome above 1."""
SIZE = 9


def draw(rows: pd.DataFrame, worlds: list[str], file: Path) -> None:
    """Mean outcome by rung with 95 % intervals over centres; oracles as lines."""
    lines = -(-len(worlds) // COLUMNS)
    plt.rcParams.update({"font.size": SIZE, "axes.titlesize": SIZE, "savefig.dpi": 130})
    figure, panels = plt.subplots(
        lines, COLUMNS, figsize=(11.0, 2.0 * lines + 1.0), sharex=True, sharey=True,
        squeeze=False, layout="constrained",
    )  # fmt: skip
    for panel, world in zip(panels.flat, worlds, strict=False):
        _panel(panel, rows[rows["world"] == world].pivot_table("outcome", "seed", "policy"))
        panel.set_title(world, loc="left", fontweight="bold")
    for place, panel in enumerate(panels.flat):
        panel.set_visible(place < len(worlds))
        panel.tick_params(labelbottom=place + COLUMNS >= len(worlds))
    panels[0, 0].set_yticks(range(len(CLIMBED)), [RUNGS[rung] for rung in CLIMBED])
    panels[0, 0].invert_yaxis()
    panels[0, 0].set_xlim(LEAST, MOST)
    figure.supxlabel("mean true outcome of the people moved", fontsize=SIZE)
    _legend(figure)
    figure.savefig(file, metadata={"Software": None})
    plt.close(figure)


def _panel(panel: plt.Axes, outcome: pd.DataFrame) -> None:
    """The rungs of one world, from the top down."""
    for style, oracle in (("--", "oracle_with_wishes"), ("-", "oracle")):
        panel.axvline(interval(outcome[oracle])[0], color=BEST, lw=1.0, ls=style, zorder=1)
    found = [interval(outcome[rung]) for rung in CLIMBED]
    panel.plot([mean for mean, _ in found], range(len(found)), color="#c8c8c8", lw=1.0, zorder=2)
    for place, (rung, (mean, width)) in enumerate(zip(CLIMBED, found, strict=True)):
        colour = COLOURS.get(rung, BY_EVIDENCE)
        panel.errorbar(
            mean, place, xerr=width, color=colour, fmt=MARKERS[colour], ms=4.5, lw=1.3,
            capsize=2.5, zorder=3,
        )  # fmt: skip
    panel.grid(axis="x", color="#ececec", lw=0.8)
    panel.set_axisbelow(True)
    panel.tick_params(axis="y", length=0)
    panel.spines[["top", "right", "left"]].set_visible(False)


def _legend(figure: plt.Figure) -> None:
    """What colours, marks and lines are."""
    marks = [
        plt.Line2D([], [], color=colour, marker=MARKERS[colour], lw=1.3, ms=4.5, label=name)
        for colour, name in NAMES.items()
    ]
    marks += [
        plt.Line2D([], [], color=BEST, lw=1.0, ls=style, label=name)
        for style, name in (("-", "oracle"), ("--", "oracle with wishes"))
    ]
    figure.legend(handles=marks, loc="outside upper right", ncols=len(marks), frameon=False)
