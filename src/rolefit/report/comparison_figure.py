"""Comparison of models as figures: how well each orders moves, and whether it is honest."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from rolefit.explain.figure import blank
from rolefit.judging.contest import SPLIT_WORDS
from rolefit.judging.standing import INCUMBENT, reliability_curve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from rolefit.judging.contest import Contest, Played
    from rolefit.judging.standing import Standing

COLOURS = {"teams": "#2a6f97", "time": "#c8702a"}
QUIET = "#7b8794"
PANEL, ROW, SIDE = 3.1, 0.42, 1.4
COLUMNS = 4
CHANCE = 0.5
DPI = 120


def png(figure: Figure) -> bytes:
    """A figure as PNG; the same figure makes the same bytes."""
    aside = BytesIO()
    figure.savefig(aside, format="png", metadata={"Software": None})
    return aside.getvalue()


def draw_standings(standings: Sequence[Standing], title: str) -> Figure:
    """AUC of every model with its 95 % interval, both splits beside each other.

    Args:
        standings: of `judging.standing.stand`.
        title: shown above.
    """
    names = list(dict.fromkeys(one.label for one in standings))
    figure = blank(8.0, SIDE + ROW * len(names), place="figure", dpi=DPI)
    axes = figure.add_subplot()
    for shift, (split, colour) in zip((-0.14, 0.14), COLOURS.items(), strict=True):
        rows = [one for one in standings if one.split == split]
        if not rows:
            continue
        at = np.array([names.index(one.label) for one in rows]) + shift
        found = [one.measures["auc"] for one in rows]
        value = np.array([one.value for one in found])
        low, high = (np.array([getattr(one, end) for one in found]) for end in ("low", "high"))
        spread = np.maximum(np.vstack([value - low, high - value]), 0.0)
        axes.errorbar(value, at, xerr=spread, fmt="o", color=colour, label=SPLIT_WORDS[split],
                      capsize=3, markersize=5)  # fmt: skip
    axes.axvline(CHANCE, color=QUIET, linewidth=0.8, linestyle=":")
    axes.annotate("chance", (CHANCE, -0.5), (3, 0), textcoords="offset points", fontsize=8,
                  color=QUIET, va="center")  # fmt: skip
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.7)
    axes.set_xlabel("AUC, with its 95 % interval")
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    figure.legend(frameon=False, loc="outside upper right", fontsize=9, ncols=len(COLOURS))
    _bare(axes)
    return figure


def draw_calibration(contest: Contest, played: Played, split: str = "teams") -> Figure:
    """What each model foretold against what happened, a panel a model.

    Args:
        contest: what was foretold.
        played: what came of it.
        split: `teams` or `time`.
    """
    rows = -(-len(contest.models) // COLUMNS)
    columns = min(COLUMNS, len(contest.models))
    figure = blank(PANEL * columns, PANEL * rows + 0.4, place="figure", dpi=DPI)
    judged = next(one.judged for one in contest.splits if one.name == split)
    for place, spec in enumerate(contest.models):
        axes = figure.add_subplot(rows, columns, place + 1)
        chance = contest.of(spec.name, split)[judged]
        curve = reliability_curve(played.success[judged].astype(float), chance)
        axes.plot([0, 1], [0, 1], color=QUIET, linewidth=0.8, linestyle=":")
        spread = np.vstack([curve.happened - curve.low, curve.high - curve.happened])
        colour = COLOURS["time"] if spec.name == INCUMBENT else COLOURS["teams"]
        axes.errorbar(curve.foretold, curve.happened, yerr=np.maximum(spread, 0.0), fmt="o-",
                      color=colour, capsize=2, markersize=4, linewidth=1)  # fmt: skip
        axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
        axes.set_title(_short(spec.label), fontsize=9, loc="left")
        axes.tick_params(labelsize=8)
        _bare(axes)
    figure.supxlabel("foretold P(goes well)", fontsize=9)
    figure.supylabel("went well", fontsize=9)
    return figure


def _short(label: str, most: int = 30) -> str:
    """A label that fits above a panel, in two lines if need be."""
    if len(label) <= most:
        return label
    cut = label.rfind(" ", 0, most)
    return f"{label[:cut]}\n{label[cut + 1 :]}"


def _bare(axes: Axes) -> None:
    """Without a frame."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
