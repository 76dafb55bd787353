"""Logistic regression on standardised columns, in plain numbers: the rival that reads metrics."""

from __future__ import annotations

from typing import Self

import numpy as np
from sklearn.linear_model import LogisticRegression

from rolefit.learn.linear import LinearClassifier

MOST_STEPS = 1000


class PlainLogistic(LinearClassifier):
    """Ridge-penalised logistic regression; weights are told in the units of the columns.

    Args:
        C: scikit-learn's inverse penalty, on standardised columns.

    Example:
        >>> X, y = np.array([[-1.0], [-0.5], [0.5], [1.0]]), np.array([0, 0, 1, 1])
        >>> PlainLogistic().fit(X, y).predict(X).tolist()
        [0, 0, 1, 1]
    """

    kind = "logistic"

    def __init__(self, C: float = 1.0) -> None:
        self.C = C

    def fit(self, X: object, y: object, sample_weight: object = None) -> Self:
        """Learns the weights; X rows x columns, y two classes, the greater is success."""
        columns, success, weight = self._read(X, y, sample_weight)
        total = max(float(weight.sum()), np.finfo(float).tiny)
        mean = weight @ columns / total
        sd = np.sqrt(weight @ (columns - mean) ** 2 / total)
        sd[sd <= 0.0] = 1.0
        self.slope_, self.intercept_ = 1.0, 0.0
        self.weights_ = np.zeros(columns.shape[1])
        if len(np.unique(success[weight > 0.0])) > 1:
            model = LogisticRegression(C=self.C, max_iter=MOST_STEPS, tol=1e-8)
            model.fit((columns - mean) / sd, success, weight)
            self.weights_ = model.coef_[0] / sd
            self.intercept_ = float(model.intercept_[0] - mean @ self.weights_)
        return self
