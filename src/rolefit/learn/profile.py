"""The expert's profile as a classifier: its weights stay, only their meaning in odds is learned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np

from rolefit.learn.linear import LinearClassifier
from rolefit.learn.logit import fit_logit

if TYPE_CHECKING:
    from collections.abc import Sequence


class ProfileClassifier(LinearClassifier):
    """Fixed weights; intercept and slope of the logistic map are learned under a prior.

    Args:
        weights: one a column; None = all the same. On the column `margin` alone that is the fit
            of the role placed in, less its bar.

    Example:
        >>> X, y = np.array([[-1.0], [-0.5], [0.5], [1.0]]), np.array([0, 0, 1, 1])
        >>> model = ProfileClassifier().fit(X, y)
        >>> model.weights_.tolist(), model.predict(X).tolist()
        ([1.0], [0, 0, 1, 1])
    """

    kind = "profile"

    def __init__(self, weights: Sequence[float] | None = None) -> None:
        self.weights = weights

    def fit(self, X: object, y: object, sample_weight: object = None) -> Self:
        """Learns intercept and slope; X rows x columns, y two classes, the greater is success."""
        columns, success, weight = self._read(X, y, sample_weight)
        even = np.full(columns.shape[1], 1.0 / columns.shape[1])
        self.weights_ = even if self.weights is None else np.asarray(self.weights, np.float64)
        self.intercept_, self.slope_ = fit_logit(columns @ self.weights_, success, weight)
        return self
