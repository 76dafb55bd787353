"""Logistic regression under half lasso, half ridge; how strongly is chosen over teams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np
from scipy.special import expit
from sklearn.linear_model import ElasticNet

from rolefit.learn.folds import team_folds
from rolefit.learn.linear import LinearClassifier
from rolefit.learn.logit import LEAST, clipped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.schema.arrays import Floats

LASSO = 0.5
"""Share of the lasso."""
STRENGTHS = np.logspace(0.0, -2.5, 11)
"""From the penalty at which no column counts."""
ROUNDS, SWEEPS = 12, 2000
TOLERANCE = 1e-4


class ElasticNetLogistic(LinearClassifier):
    """Weights of either sign on standardised columns, told in the units of the columns.

    Args:
        folds: of the choice of the penalty, by `groups`.

    Source:
        penalised iteratively reweighted least squares along a path (Friedman, Hastie and
        Tibshirani 2010).

    Example:
        >>> X, y = np.array([[-1.0], [-0.5], [0.5], [1.0]] * 5), np.array([0, 0, 1, 1] * 5)
        >>> ElasticNetLogistic().fit(X, y).predict(X[:4]).tolist()
        [0, 0, 1, 1]
    """

    kind = "elastic_net"

    def __init__(self, folds: int = 5) -> None:
        self.folds = folds

    def fit(
        self,
        X: object,
        y: object,
        sample_weight: object = None,
        *,
        groups: Sequence[object] | None = None,
    ) -> Self:
        """Learns the weights; X rows x columns, y two classes, the greater is success.

        Args:
            X: rows x columns.
            y: two classes.
            sample_weight: selection weights.
            groups: teams, which the choice of the penalty keeps together.
        """
        columns, success, weight = self._read(X, y, sample_weight)
        total = max(float(weight.sum()), np.finfo(float).tiny)
        mean = weight @ columns / total
        sd = np.sqrt(weight @ (columns - mean) ** 2 / total)
        sd[sd <= 0.0] = 1.0
        standard = (columns - mean) / sd
        strengths = STRENGTHS * _strongest(standard, success, weight / total)
        teams = np.arange(len(success)) if groups is None else np.asarray(groups)
        loss = np.zeros(len(strengths))
        for train, test in team_folds(success, teams, self.folds):
            path = _path(standard[train], success[train], weight[train], strengths)
            loss += [_loss(standard[test], success[test], weight[test], theta) for theta in path]
        best = int(loss.argmin()) if loss.any() else len(strengths) // 2
        theta = _path(standard, success, weight, strengths[: best + 1])[-1]
        self.weights_, self.slope_ = theta[1:] / sd, 1.0
        self.intercept_ = float(theta[0] - mean @ self.weights_)
        return self


def _strongest(X: Floats, y: Floats, share: Floats) -> float:
    """The least penalty at which no column counts."""
    slopes = np.abs(X.T @ (share * (y - share @ y)))
    return float(max(slopes.max(initial=0.0) / LASSO, np.finfo(float).eps))


def _path(X: Floats, y: Floats, weight: Floats, strengths: Floats) -> list[Floats]:
    """Intercept and weights for each penalty, each starting from the one before."""
    theta, found = np.zeros(X.shape[1] + 1), []
    share = float(clipped(np.array([weight @ y / max(float(weight.sum()), LEAST)]))[0])
    theta[0] = np.log(share / (1.0 - share))
    for strength in strengths:
        theta = _settle(X, y, weight, theta, float(strength))
        found.append(theta)
    return found


def _settle(X: Floats, y: Floats, weight: Floats, theta: Floats, strength: float) -> Floats:
    """Weighted least squares of the working response until nothing moves."""
    model = ElasticNet(l1_ratio=LASSO, max_iter=SWEEPS, tol=TOLERANCE, warm_start=True)
    model.coef_ = theta[1:].copy()
    for _ in range(ROUNDS):
        linear = theta[0] + X @ theta[1:]
        chance = clipped(expit(linear))
        bend = chance * (1.0 - chance)
        even = weight * bend
        model.alpha = strength * float(weight.sum()) / float(even.sum())
        model.fit(X, linear + (y - chance) / bend, sample_weight=even)
        moved = np.append(model.intercept_, model.coef_)
        change = float(np.abs(moved - theta).max())
        theta = moved
        if change < TOLERANCE:
            break
    return theta


def _loss(X: Floats, y: Floats, weight: Floats, theta: Floats) -> float:
    """Weighted surprise of rows."""
    chance = clipped(expit(theta[0] + X @ theta[1:]))
    return float(-weight @ (y * np.log(chance) + (1.0 - y) * np.log1p(-chance)))
