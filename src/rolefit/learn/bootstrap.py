"""Intervals by drawing teams: people of a team share a leader, clients and luck."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rolefit.learn.measures import MEASURES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rolefit.schema.arrays import Floats, Ints

DRAWS = 500
LEVEL = 0.95
Interval = tuple[float, float]


def draw_teams(groups: Sequence[object], draws: int = DRAWS, seed: int = 0) -> Iterator[Ints]:
    """Rows of as many teams as there are, drawn with replacement.

    Example:
        >>> [len(rows) for rows in draw_teams(["a", "b"], draws=2)]
        [2, 2]
    """
    teams = np.unique(np.asarray(groups), return_inverse=True)[1]
    order = np.argsort(teams, kind="stable")
    rows = np.split(order, np.flatnonzero(np.diff(teams[order])) + 1) if len(teams) else []
    rng = np.random.default_rng(seed)
    for _ in range(draws if rows else 0):
        drawn = rng.integers(len(rows), size=len(rows))
        yield np.concatenate([rows[k] for k in drawn])


def intervals(
    success: Floats | Ints,
    probability: Floats,
    groups: Sequence[object],
    draws: int = DRAWS,
    seed: int = 0,
    level: float = LEVEL,
) -> dict[str, Interval]:
    """Interval of every measure.

    Args:
        success: 1 or 0.
        probability: P(success).
        groups: team of each move.
        draws: of teams.
        seed: of the draws.
        level: of the intervals.

    Returns:
        measure -> (low, high); NaN where no draw defines it.

    Limits:
        with few teams the intervals are too short.

    Source:
        cluster bootstrap, percentile interval (Davison and Hinkley 1997).

    Example:
        >>> y, p = np.array([0, 1, 0, 1]), np.array([0.2, 0.8, 0.3, 0.6])
        >>> intervals(y, p, ["a", "a", "b", "b"], draws=20)["auc"]
        (1.0, 1.0)
    """
    y = np.asarray(success, np.float64)
    found: dict[str, list[float]] = {name: [] for name in MEASURES}
    for rows in draw_teams(groups, draws, seed):
        for name, measure in MEASURES.items():
            found[name].append(measure(y[rows], probability[rows]))
    return {name: interval(values, level) for name, values in found.items()}


def gain(
    success: Floats | Ints,
    probability: Floats,
    rival: Floats,
    groups: Sequence[object],
    measure: str | Callable[[Floats, Floats], float] = "auc",
    draws: int = DRAWS,
    seed: int = 0,
    level: float = LEVEL,
) -> tuple[float, float, float]:
    """By how much one model's measure exceeds a rival's on the same moves.

    Args:
        success: 1 or 0.
        probability: of the model.
        rival: of the other model.
        groups: team of each move.
        measure: a name of `MEASURES`, or a function.
        draws: of teams; both models are measured on the same draw.
        seed: of the draws.
        level: of the interval.

    Returns:
        difference, low, high.

    Example:
        >>> y, p = np.array([0, 1, 0, 1]), np.array([0.2, 0.8, 0.3, 0.6])
        >>> gain(y, p, 1 - p, ["a", "a", "b", "b"], draws=20)
        (1.0, 1.0, 1.0)
    """
    of = MEASURES[measure] if isinstance(measure, str) else measure
    y = np.asarray(success, np.float64)
    values = [
        of(y[rows], probability[rows]) - of(y[rows], rival[rows])
        for rows in draw_teams(groups, draws, seed)
    ]
    return (of(y, probability) - of(y, rival), *interval(values, level))


def interval(values: Sequence[float], level: float = LEVEL) -> Interval:
    """Percentile interval; NaN where nothing was defined.

    Example:
        >>> interval([1.0, 2.0, 3.0], level=1.0)
        (1.0, 3.0)
    """
    known = np.asarray(values, np.float64)
    known = known[~np.isnan(known)]
    if not len(known):
        return (float("nan"), float("nan"))
    low, high = np.quantile(known, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return float(low), float(high)
