"""Who was moved is not who could have been: weights that make the moved speak for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from rolefit.learn.folds import team_folds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.schema.arrays import Bools, Floats, Ints

PENALTY = 0.1
"""scikit-learn's C on standardised columns: a propensity is for weighing, not for guessing."""
MOST_STEPS = 1000
FLOOR = 0.01
"""Chances below it are taken for it: no move counts for more than a hundred."""
MOST_WEIGHT = 10.0
"""Of a move beside the average one."""
RARE = 0.05
TINY = 1e-12


@dataclass(frozen=True)
class Overlap:
    """How far the moved can speak for those at risk."""

    at_risk: int
    moved: int
    effective: float
    """Moves after weighing: (sum w)^2 / sum w^2."""
    clipped: int
    """Moves whose weight was cut."""
    heaviest: float
    """Share of the weight that the heaviest move has."""
    rarely: float
    """Share of those at risk whose chance of a move is below .05: little is known of their like."""
    outside: float
    """Share of those at risk whose chance lies outside the range of the moved."""
    imbalance: float
    """Largest standardised difference of a column between moved and at risk."""
    imbalance_weighed: float
    """The same after weighing: the smaller, the better the weights do their work."""

    def told(self) -> str:
        """One sentence for a report."""
        return (
            f"{self.moved} of {self.at_risk} at risk were moved; weighed they count as "
            f"{self.effective:.0f} moves, {self.clipped} weights were cut; {self.rarely:.0%} of "
            f"those at risk had a chance below {RARE:.0%}"
        )


@dataclass(frozen=True)
class Selection:
    """Chances of a move, and the weights that follow."""

    propensity: Floats
    """P(moved), one a row at risk, by a model that never saw the team."""
    weight: Floats
    """One a row at risk; 0 for whom nobody moved, mean 1 over the moved."""
    overlap: Overlap


def propensities(X: Floats, moved: Bools, groups: Sequence[object]) -> Floats:
    """P(moved) by logistic regression, each row by a model that never saw its team.

    Args:
        X: rows at risk x columns, as of the month.
        moved: who was moved.
        groups: team of each row.

    Returns:
        one chance a row, in [.01, .99]; the share of the moved where no model can be learned.

    Limits:
        linear in the columns: what a policy looked at besides them stays unknown.

    Source:
        cross-fitting (Chernozhukov et al. 2018).

    Example:
        >>> propensities(np.zeros((4, 1)), np.array([True, False] * 2), [1, 1, 1, 1]).tolist()
        [0.5, 0.5, 0.5, 0.5]
    """
    found = np.full(len(moved), moved.mean() if len(moved) else 0.0)
    for train, test in team_folds(moved.astype(np.int64), groups):
        model = _logistic().fit(X[train], moved[train])
        found[test] = model.predict_proba(X[test])[:, 1]
    return np.clip(found, FLOOR, 1.0 - FLOOR)


def role_propensities(X: Floats, action: Ints, groups: Sequence[object], roles: int) -> Floats:
    """P(moved to each role): P(moved) P(role | moved), both by models that never saw the team.

    Args:
        X: rows at risk x columns.
        action: role that each was moved to, -1 = none.
        groups: team of each row.
        roles: how many there are.

    Returns:
        rows x roles.

    Limits:
        as `propensities`.
    """
    moved = action >= 0
    chosen = action[moved]
    known = np.bincount(chosen, minlength=roles).astype(np.float64)
    share = np.tile(known / max(known.sum(), 1.0), (len(action), 1))
    if np.count_nonzero(known) > 1:
        for train, test in team_folds(moved.astype(np.int64), groups):
            seen = train[moved[train]]
            if len(np.unique(action[seen])) > 1:
                model = _logistic().fit(X[seen], action[seen])
                share[test] = 0.0
                share[np.ix_(test, model.classes_)] = model.predict_proba(X[test])
    return propensities(X, moved, groups)[:, None] * share


def select_weights(X: Floats, moved: Bools, groups: Sequence[object]) -> Selection:
    """Inverse-propensity weights that make the moved stand for everybody at risk.

        w = P(moved) / P(moved | x),  cut at 10 and scaled to mean 1 over the moved

    Args:
        X: rows at risk x columns, as of the month.
        moved: who was moved.
        groups: team of each row.

    Returns:
        Selection.

    Limits:
        right only as far as what the policy looked at is in the columns.

    Source:
        stabilised weights (Robins, Hernan and Brumback 2000).

    Example:
        >>> same = select_weights(np.zeros((4, 1)), np.array([True, False] * 2), [1, 1, 2, 2])
        >>> same.weight.tolist(), same.overlap.effective
        ([1.0, 0.0, 1.0, 0.0], 2.0)
    """
    chance = propensities(X, moved, groups)
    raw = np.where(moved, (moved.mean() if len(moved) else 0.0) / np.maximum(chance, TINY), 0.0)
    weight = np.minimum(raw, MOST_WEIGHT)
    if moved.any():
        weight = weight / weight[moved].mean()
    clipped = int((raw > MOST_WEIGHT).sum())
    return Selection(chance, weight, _overlap(X, moved, chance, weight, clipped))


def effective_size(weight: Floats) -> float:
    """How many equal weights tell as much: (sum w)^2 / sum w^2; 0 without any.

    Example:
        >>> effective_size(np.array([1.0, 1.0, 0.0])), effective_size(np.zeros(2))
        (2.0, 0.0)
    """
    square = float((weight**2).sum())
    return float(weight.sum()) ** 2 / square if square > 0.0 else 0.0


def _overlap(X: Floats, moved: Bools, chance: Floats, weight: Floats, clipped: int) -> Overlap:
    """The report on weights."""
    theirs = chance[moved]
    low, high = (theirs.min(), theirs.max()) if len(theirs) else (1.0, 0.0)
    count = max(len(moved), 1)
    return Overlap(
        at_risk=len(moved),
        moved=int(moved.sum()),
        effective=effective_size(weight),
        clipped=clipped,
        heaviest=float(weight.max(initial=0.0) / max(float(weight.sum()), TINY)),
        rarely=float((chance < RARE).sum() / count),
        outside=float(((chance < low) | (chance > high)).sum() / count),
        imbalance=_imbalance(X, moved.astype(np.float64)),
        imbalance_weighed=_imbalance(X, weight),
    )


def _imbalance(X: Floats, weight: Floats) -> float:
    """Largest |mean of the moved - mean at risk| / sd at risk over columns; NaN with nobody."""
    if not weight.sum() > 0.0 or not X.shape[1]:
        return float("nan")
    sd = X.std(axis=0)
    far = np.abs(weight @ X / weight.sum() - X.mean(axis=0))
    return float(np.divide(far, sd, out=np.zeros(len(sd)), where=sd > TINY).max())


def _logistic() -> Any:  # noqa: ANN401 - scikit-learn has no types
    """Ridge-penalised logistic regression on standardised columns."""
    return make_pipeline(StandardScaler(), LogisticRegression(C=PENALTY, max_iter=MOST_STEPS))
