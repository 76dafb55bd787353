"""Weights that start at the expert's and go where outcomes lead, as far as they are trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np

from rolefit.learn.folds import team_folds
from rolefit.learn.linear import LinearClassifier
from rolefit.learn.logit import DIGITS, fit_logit
from rolefit.learn.weights import learn_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.learn.folds import Fold
    from rolefit.schema.arrays import Bools, Floats

PENALTIES = (np.inf, 10000.0, 3000.0, 1000.0, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0)
"""From the expert's weights to nearly those of the outcomes alone, in moves."""
WEIGHT_DIGITS = 9
"""Of a learned weight; the expert's own stay as they are, to the last digit."""
FEWEST = 20
"""Moves below which the expert's weights stay."""


class PriorCentred(LinearClassifier):
    """Ridge towards the expert's weights, never below 0; the penalty is chosen over teams.

    Args:
        prior: the expert's weight of each column; None = 0.
        free: positions of columns whose weight may be negative (levels of roles).
        penalties: to choose from, largest first; among equals the first wins.
        folds: of the choice, by `groups`.

    Example:
        >>> X = np.array([[-1.0, 0.0], [1.0, 0.0]] * 4)
        >>> model = PriorCentred(prior=[0.8, 0.6]).fit(X, [0, 1] * 4)
        >>> model.learned_.tolist(), model.penalty_
        ([0.8, 0.6], inf)
    """

    kind = "prior_centred"
    prior_: Floats
    learned_: Floats
    penalty_: float
    scale_: float

    def __init__(
        self,
        prior: Sequence[float] | None = None,
        free: Sequence[int] = (),
        penalties: Sequence[float] = PENALTIES,
        folds: int = 5,
    ) -> None:
        self.prior = prior
        self.free = free
        self.penalties = penalties
        self.folds = folds

    def fit(
        self,
        X: object,
        y: object,
        sample_weight: object = None,
        *,
        outcome: Floats | None = None,
        groups: Sequence[object] | None = None,
    ) -> Self:
        """Learns weights, penalty, intercept and slope.

        Args:
            X: rows x columns.
            y: two classes, the greater is success.
            sample_weight: selection weights.
            outcome: graded outcomes in [0, 1] of the same rows, from which the weights are
                learned instead of y; they tell more.
            groups: teams, which the choice of the penalty keeps together.
        """
        columns, success, weight = self._read(X, y, sample_weight)
        target = success if outcome is None else np.asarray(outcome, np.float64)
        prior = np.zeros(columns.shape[1]) if self.prior is None else np.asarray(self.prior, float)
        free = np.isin(np.arange(len(prior)), list(self.free))
        teams = np.arange(len(target)) if groups is None else np.asarray(groups)
        folds = team_folds(success, teams, self.folds) if len(target) >= FEWEST else []

        def scores(penalty: float) -> Floats:
            """Of each row, by weights that were learned without its team."""
            return _held_out(columns, target, weight, folds, prior, free, penalty)

        self.prior_ = prior
        self.penalty_ = self._choose([scores(p) for p in self.penalties], target, weight, folds)
        learned = learn_weights(columns, target, weight, prior, free, self.penalty_)
        weights = learned.weights
        self.weights_ = weights if np.isinf(self.penalty_) else weights.round(WEIGHT_DIGITS)
        self.learned_ = self.weights_
        self.scale_ = round(float(learned.scale), DIGITS)
        seen = scores(self.penalty_)[:, 1] if folds else columns @ self.weights_
        self.intercept_, self.slope_ = fit_logit(seen, success, weight)
        return self

    def to_spec(self) -> dict[str, Any]:
        """The fitted model as plain JSON values; `penalty` is null where the expert's weights stay.

        `prior` and `weights` stand side by side: what the expert said, and what was learned.
        """
        penalty = self.penalty_ if np.isfinite(self.penalty_) else None
        extra = {"prior": self.prior_.tolist(), "penalty": penalty, "scale": self.scale_}
        return {**super().to_spec(), **extra}

    @classmethod
    def from_spec(cls, spec: dict[str, Any]) -> Self:
        """The model that a spec describes; it predicts the same."""
        model = super().from_spec(spec)
        model.prior_, model.learned_ = np.asarray(spec["prior"], np.float64), model.weights_
        model.penalty_ = np.inf if spec["penalty"] is None else float(spec["penalty"])
        model.scale_ = float(spec["scale"])
        return model

    def _choose(
        self, scores: list[Floats], target: Floats, weight: Floats, folds: list[Fold]
    ) -> float:
        """The penalty of the least squared error on teams that were held out."""
        if not folds:
            return np.inf
        loss = [float(weight @ (target - score[:, 0]) ** 2) for score in scores]
        return float(self.penalties[int(np.argmin(loss))])


def _held_out(
    X: Floats,
    y: Floats,
    weight: Floats,
    folds: list[Fold],
    prior: Floats,
    free: Bools,
    penalty: float,
) -> Floats:
    """Expected outcome and fit of each row, from the other folds."""
    found = np.zeros((len(y), 2))
    for train, test in folds:
        learned = learn_weights(X[train], y[train], weight[train], prior, free, penalty)
        found[test] = np.column_stack([learned.outcome(X[test]), X[test] @ learned.weights])
    return found
