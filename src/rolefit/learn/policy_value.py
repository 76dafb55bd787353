"""What a way of placing people is worth, told from moves that another way made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from rolefit.errors import DataStoppedError, Problem
from rolefit.learn.bootstrap import DRAWS, LEVEL, interval
from rolefit.learn.folds import team_folds
from rolefit.learn.selection import FLOOR, effective_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.schema.arrays import Bools, Floats, Ints

LEAST_EFFECTIVE = 100.0
PENALTY = 10.0
"""Ridge, in moves, on standardised columns."""


@dataclass(frozen=True)
class PolicyValue:
    """Mean outcome of the people whom a policy places."""

    value: float
    low: float
    high: float
    """Ends of the interval."""
    effective: float
    """Moves on which it rests, after weighing."""
    matched: int
    """Moves that the policy would have made too."""
    placed: float
    """People whom the policy places."""
    floored: int
    """Matched moves whose chance was below .01 and was taken for it."""


def policy_value(
    policy: Floats,
    action: Ints,
    outcome: Floats,
    propensity: Floats,
    expected: Floats,
    groups: Sequence[object],
    draws: int = DRAWS,
    seed: int = 0,
    level: float = LEVEL,
) -> PolicyValue:
    """Doubly robust value of a policy.

        V = sum_i sum_r pi(r|i) [q(i,r) + 1(A_i = r) (Y_i - q(i,r)) / e(r|i)] / sum_i sum_r pi(r|i)

    Right when either the chances e or the expectations q are; both by models that never saw the
    team of the row they are for.

    Args:
        policy: pi, chance that the policy places each row at risk in each role, rows x roles.
        action: role each was moved to, -1 = none.
        outcome: of each move; anything where action is -1.
        propensity: e, of `role_propensities`, rows x roles.
        expected: q, of `expected_outcomes`, rows x roles.
        groups: team of each row.
        draws: of teams, for the interval.
        seed: of the draws.
        level: of the interval.

    Returns:
        PolicyValue, in units of outcome.

    Raises:
        DataStoppedError: RF330, the moves that say something of this policy count for fewer than
            100: then any number would be a guess.

    Limits:
        what the old policy looked at and no column shows biases both parts.

    Source:
        Dudik, Langford and Li (2011); teams drawn with the two models held fixed.

    Example:
        Everybody was moved by a coin, and the policy moves all:
        >>> n = 400
        >>> action = np.arange(n) % 2 - 1
        >>> everybody, half = np.ones((n, 1)), np.full((n, 1), 0.5)
        >>> outcome = np.where(action == 0, 0.75, np.nan)
        >>> found = policy_value(
        ...     everybody, action, outcome, half, 0 * half + 0.7, range(n), draws=50
        ... )
        >>> round(found.value, 3), found.matched, found.effective
        (0.75, 200, 200.0)
    """
    score, weight, floored = _scores(policy, action, outcome, propensity, expected)
    size = effective_size(weight)
    if size < LEAST_EFFECTIVE:
        raise DataStoppedError([Problem(
            place="placements", code="RF330",
            message=f"moves like those of this policy count for {size:.0f} after weighing",
            expected=f"{LEAST_EFFECTIVE:.0f} at least, or the value would be a guess",
            hint="wait for more moves, or judge a policy nearer to what was done",
        )])  # fmt: skip
    places = policy.sum(axis=1)
    teams = np.unique(np.asarray(groups), return_inverse=True)[1]
    gained, asked = np.bincount(teams, score), np.bincount(teams, places)
    rng = np.random.default_rng(seed)
    drawn = rng.integers(len(gained), size=(draws, len(gained)))
    low, high = interval(list(gained[drawn].sum(axis=1) / asked[drawn].sum(axis=1)), level)
    return PolicyValue(
        value=float(score.sum() / places.sum()), low=low, high=high, effective=size,
        matched=int((weight > 0.0).sum()), placed=float(places.sum()), floored=floored,
    )  # fmt: skip


def expected_outcomes(
    X: Floats, action: Ints, outcome: Floats, groups: Sequence[object], roles: int
) -> Floats:
    """q(i, r): outcome to expect of each row in each role, by ridge regressions of the other teams.

    Args:
        X: rows at risk x columns.
        action: role each was moved to, -1 = none.
        outcome: of each move.
        groups: team of each row.
        roles: how many there are.

    Returns:
        rows x roles, in [0, 1]; .5 where nothing is known.

    Example:
        >>> X, action = np.zeros((4, 1)), np.array([0, -1, 0, -1])
        >>> expected_outcomes(X, action, np.array([0.6, 0, 0.6, 0]), [1, 1, 2, 2], 1).round(
        ...     3
        ... ).tolist()
        [[0.6], [0.6], [0.6], [0.6]]
    """
    moved = action >= 0
    found = np.full((len(action), roles), outcome[moved].mean() if moved.any() else 0.5)
    for train, test in team_folds(moved.astype(np.int64), groups):
        seen = train[moved[train]]
        for role in np.unique(action[seen]):
            rows = seen[action[seen] == role]
            model = make_pipeline(StandardScaler(), Ridge(alpha=PENALTY))
            found[test, role] = model.fit(X[rows], outcome[rows]).predict(X[test])
    return np.clip(found, 0.0, 1.0)


def aipw_mean(
    moved: Bools, outcome: Floats, propensity: Floats, expected: Floats
) -> tuple[float, float]:
    """Mean outcome if everybody at risk had been moved, and its standard error.

        mean_i q_i + 1(moved_i) (Y_i - q_i) / e_i

    Args:
        moved: who was.
        outcome: of each move; anything for the others.
        propensity: e, P(moved).
        expected: q, outcome to expect of a move.

    Returns:
        mean and standard error.

    Source:
        augmented inverse-propensity weighting (Robins, Rotnitzky and Zhao 1994).

    Example:
        >>> half = np.full(4, 0.5)
        >>> moved = np.array([True, False, True, False])
        >>> aipw_mean(moved, np.array([0.9, 0.0, 0.7, 0.0]), half, half + 0.3)[0]
        0.8
    """
    action = np.where(moved, 0, -1)
    everybody = np.ones((len(moved), 1))
    score = _scores(everybody, action, outcome, propensity[:, None], expected[:, None])[0]
    return round(float(score.mean()), 12), float(score.std() / np.sqrt(len(score)))


def _scores(
    policy: Floats, action: Ints, outcome: Floats, propensity: Floats, expected: Floats
) -> tuple[Floats, Floats, int]:
    """Score and weight of each row, and how many chances were too small."""
    moved = np.flatnonzero(action >= 0)
    role = action[moved]
    chance = propensity[moved, role]
    wanted = policy[moved, role]
    weight = np.zeros(len(action))
    weight[moved] = wanted / np.maximum(chance, FLOOR)
    score = (policy * expected).sum(axis=1)
    score[moved] += weight[moved] * (outcome[moved] - expected[moved, role])
    return score, weight, int(((chance < FLOOR) & (wanted > 0.0)).sum())
