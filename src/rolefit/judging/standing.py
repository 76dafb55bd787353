"""How every model stands in every split: measures with intervals, and its gain on the profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.learn.bootstrap import gain, intervals
from rolefit.learn.measures import measures

if TYPE_CHECKING:
    from rolefit.judging.contest import Contest, Played, Split
    from rolefit.schema.arrays import Floats

INCUMBENT = "profile"
"""Every model is measured against the weights that people stated."""


@dataclass(frozen=True)
class Measured:
    """One measure of one model."""

    value: float
    low: float
    high: float
    """95 % interval, teams drawn."""


@dataclass(frozen=True)
class Standing:
    """One model in one split."""

    model: str
    label: str
    split: str
    moves: int
    """Judged."""
    teams: int
    """Of those who were moved."""
    measures: dict[str, Measured]
    gain: Measured
    """Of AUC over the profile, on the same draws of teams."""
    folds: tuple[dict[str, float], ...]
    """The same measures fold by fold."""


def stand(contest: Contest, played: Played) -> tuple[Standing, ...]:
    """Measures of all models, splits in order, the best AUC first.

    Args:
        contest: what was foretold.
        played: what came of it.
    """
    found = []
    for split in contest.splits:
        if not split.folds:
            continue
        rows = [_one(contest, played, split, spec.name, spec.label) for spec in contest.models]
        found += sorted(rows, key=lambda row: -np.nan_to_num(row.measures["auc"].value, nan=-1.0))
    return tuple(found)


def _one(contest: Contest, played: Played, split: Split, model: str, label: str) -> Standing:
    """One model in one split."""
    judged = split.judged
    chance, success = contest.of(model, split.name), played.success
    team = [played.team[k] for k in judged]
    values = measures(success[judged], chance[judged])
    spread = intervals(success[judged], chance[judged], team)
    rival = contest.of(INCUMBENT, split.name)
    return Standing(
        model, label, split.name, len(judged), len(set(team)),
        {name: Measured(values[name], *spread[name]) for name in spread},
        Measured(*gain(success[judged], chance[judged], rival[judged], team)),
        tuple(measures(success[test], chance[test]) for _, test in split.folds),
    )  # fmt: skip


@dataclass(frozen=True)
class Curve:
    """Foretold against what happened, in groups of equal size."""

    foretold: Floats
    happened: Floats
    low: Floats
    high: Floats
    """95 % interval of the share that went well (Wilson)."""
    moves: tuple[int, ...]


def reliability_curve(success: Floats, probability: Floats, groups: int = 8) -> Curve:
    """Mean foretold and share that went well in groups of equal size, least likely first.

    Args:
        success: 1 or 0.
        probability: P(success).
        groups: how many; fewer where moves are few.

    Source:
        Wilson 1927 for the intervals.

    Example:
        >>> curve = reliability_curve(np.array([0, 1, 1, 1.0]), np.array([0.2, 0.4, 0.6, 0.8]), 2)
        >>> curve.foretold.round(2).tolist(), curve.happened.tolist(), curve.moves
        ([0.3, 0.7], [0.5, 1.0], (2, 2))
    """
    order = np.argsort(probability, kind="stable")
    parts = [part for part in np.array_split(order, groups) if len(part)]
    n = np.array([len(part) for part in parts], np.float64)
    share = np.array([success[part].mean() for part in parts])
    z = 1.959964
    centre = (share + z**2 / (2.0 * n)) / (1.0 + z**2 / n)
    half = z / (1.0 + z**2 / n) * np.sqrt(share * (1.0 - share) / n + z**2 / (4.0 * n**2))
    return Curve(
        np.array([probability[part].mean() for part in parts]), share, centre - half,
        centre + half, tuple(int(size) for size in n),
    )  # fmt: skip
