"""What each model's choice of people would have been worth, told from the moves that were made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.errors import DataStoppedError
from rolefit.learn.features import TENURE
from rolefit.learn.models import predict_model

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from rolefit.learn.features import Features
    from rolefit.learn.models import ModelSpec
    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.config import Config

LOOKED_AT = ("mean:", "effect:")
"""Columns by which the chance of a move, and its outcome, are told."""
DONE = "as it was done"


@dataclass(frozen=True)
class Stake:
    """Who could have been moved, each as if moved to every role that somebody was moved to."""

    offered: tuple[Features, ...]
    """One a role, rows alike."""
    action: Ints
    """Position of the role somebody was moved to; -1 = none."""
    outcome: Floats
    """Of those who were moved; NaN for the others."""
    team: tuple[str, ...]

    def __len__(self) -> int:
        """Number of people x months."""
        return len(self.action)


@dataclass(frozen=True)
class Worth:
    """Mean outcome of as many people as were moved, chosen by a model."""

    model: str
    value: float | None
    low: float | None
    high: float | None
    effective: float | None
    """Moves on which the value rests, after weighing."""
    note: str = ""
    """Why there is no value."""


def rate(spec: ModelSpec, config: Config, model: Any, stake: Stake, rows: Bools) -> Floats:  # noqa: ANN401
    """P(success) of some of the people in every role, rows x roles."""
    return np.column_stack([
        predict_model(spec, config, model, role.rows(rows)) for role in stake.offered
    ])  # fmt: skip


def worth(stake: Stake, rated: Mapping[str, Floats]) -> tuple[Worth, ...]:
    """Doubly robust value of each model's choice, beside what was done.

    A model chooses as many people as were moved: those it rates highest, each in the role in which
    it rates them highest.

    Args:
        stake: who could have been moved.
        rated: model -> P(success), rows x roles; NaN for whom it did not rate.

    Returns:
        what was done first; a model whose choice the moves say too little of has a note instead.

    Limits:
        what earlier choices looked at and no column shows biases every value. Nobody of a team
        without a move is chosen: no fold holds such a team out.

    Source:
        Dudik, Langford and Li (2011).
    """
    moved = stake.action >= 0
    if not moved.any() or not stake.offered:
        return ()
    seen = stake.outcome[moved]
    done = Worth(DONE, float(seen.mean()), None, None, float(moved.sum()))
    return (done, *_values(stake, rated, int(moved.sum())))


def _values(stake: Stake, rated: Mapping[str, Floats], count: int) -> Iterator[Worth]:
    """The value of each model's choice."""
    from rolefit.learn.policy_value import (  # noqa: PLC0415 - loads scikit-learn
        expected_outcomes,
        policy_value,
    )
    from rolefit.learn.selection import role_propensities  # noqa: PLC0415 - loads scikit-learn

    roles = len(stake.offered)
    first = stake.offered[0]
    X = first.pick(n for n in first.names if n.startswith(LOOKED_AT) or n == TENURE)
    outcome = np.nan_to_num(stake.outcome)
    chance = role_propensities(X, stake.action, stake.team, roles)
    expected = expected_outcomes(X, stake.action, outcome, stake.team, roles)
    for model, told in rated.items():
        policy = chosen(told, count)
        try:
            found = policy_value(policy, stake.action, outcome, chance, expected, stake.team)
        except DataStoppedError as refused:
            problem = refused.problems[0]
            yield Worth(model, None, None, None, None, f"{problem.message} [{problem.code}]")
        else:
            yield Worth(model, found.value, found.low, found.high, found.effective)


def chosen(rated: Floats, count: int) -> Floats:
    """A model's choice: 1 for each of the `count` people it rates highest, in their best role.

    Args:
        rated: P(success), rows x roles; rows of NaN are never chosen.
        count: how many.

    Example:
        >>> chosen(np.array([[0.2, 0.3], [0.9, 0.1], [np.nan, np.nan]]), 1).tolist()
        [[0.0, 0.0], [1.0, 0.0], [0.0, 0.0]]
    """
    told = np.nan_to_num(rated, nan=-1.0)
    best = told.max(axis=1)
    first = np.argsort(-best, kind="stable")[:count]
    first = first[best[first] >= 0.0]
    policy = np.zeros(rated.shape)
    policy[first, told[first].argmax(axis=1)] = 1.0
    return policy
