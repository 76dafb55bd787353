"""Splits of moves: by team, and forward in time with an embargo; always the same ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rolefit.schema.arrays import Bools, Floats, Ints

Fold: TypeAlias = "tuple[Ints, Ints]"
"""Rows to learn from, rows to be judged by."""
FEWEST_TEAMS = 2


def team_folds(
    success: Floats | Ints,
    groups: Sequence[object] | NDArray[np.generic],
    folds: int = 5,
    seed: int = 0,
) -> list[Fold]:
    """Folds that keep a team together and the share of success alike.

    Args:
        success: 1 or 0, one a move.
        groups: team of each move.
        folds: how many; as many as there are teams, or moves of the rarer outcome, where these are
            fewer.
        seed: of the order in which teams are dealt.

    Returns:
        folds, each (train, test); none where there are fewer than two teams or outcomes.

    Example:
        >>> folds = team_folds(np.array([0, 1, 0, 1]), ["a", "a", "b", "b"], folds=2)
        >>> sorted(test.tolist() for _, test in folds)
        [[0, 1], [2, 3]]
    """
    success = np.asarray(success).astype(np.int64)
    teams = np.unique(np.asarray(groups), return_inverse=True)[1]
    rarer = min(int(success.sum()), int((1 - success).sum())) if len(success) else 0
    count = min(folds, int(teams.max(initial=-1)) + 1, rarer)
    if count < FEWEST_TEAMS:
        return []
    from sklearn.model_selection import StratifiedGroupKFold  # noqa: PLC0415 - optional

    split = StratifiedGroupKFold(count, shuffle=True, random_state=seed)
    return [
        (train, test)
        for train, test in split.split(np.zeros((len(success), 1)), success, teams)
        if len(train) and len(test)
    ]


def time_folds(
    placed_on: NDArray[np.datetime64],
    observed_on: NDArray[np.datetime64] | None = None,
    folds: int = 3,
    embargo_days: int = 30,
) -> list[Fold]:
    """Splits forward in time: learn from what was known well before the moves to be judged.

    Moves in order of their day are cut into `folds` + 1 blocks, a day never into two; each block
    but the first is judged by a model of the moves whose outcome was known `embargo_days` before
    its first day.

    Args:
        placed_on: days of the moves.
        observed_on: days on which outcomes were known; where missing (NaT), as long after the move
            as the median of the others. None = with the move itself, which is too kind to a model
            but all that a short history allows.
        folds: blocks to judge.
        embargo_days: between the last thing known and the first move judged.

    Returns:
        folds, each (train, test); those with nothing to learn from are left out, so none may be.

    Source:
        purging and embargo (Lopez de Prado 2018).

    Example:
        >>> day = np.array(["2026-01-01", "2026-02-01", "2026-06-01"], "datetime64[D]")
        >>> [(a.tolist(), b.tolist()) for a, b in time_folds(day, day + 60, folds=2)]
        [([0, 1], [2])]
    """
    known = placed_on if observed_on is None else _known_on(placed_on, observed_on)
    starts = _blocks(placed_on, folds + 1)
    ends = [*starts[1:], np.datetime64("9999-01-01", "D")]
    found = []
    for start, end in list(zip(starts, ends, strict=True))[1:]:
        test: Bools = (placed_on >= start) & (placed_on < end)
        train: Bools = known + embargo_days <= start
        if train.any() and test.any():
            found.append((np.flatnonzero(train), np.flatnonzero(test)))
    return found


def _known_on(
    placed_on: NDArray[np.datetime64], observed_on: NDArray[np.datetime64]
) -> NDArray[np.datetime64]:
    """When outcomes were known, the missing filled by the usual wait."""
    missing = np.isnat(observed_on)
    if not missing.any():
        return observed_on
    waits = (observed_on - placed_on)[~missing].astype(np.int64)
    wait = int(np.median(waits)) if len(waits) else 0
    return np.where(missing, placed_on + wait, observed_on)


def _blocks(placed_on: NDArray[np.datetime64], count: int) -> list[np.datetime64]:
    """First days of blocks of about equal size."""
    days = np.sort(placed_on)
    cuts = [days[len(days) * k // count] for k in range(count)] if len(days) else []
    return sorted(set(cuts))
