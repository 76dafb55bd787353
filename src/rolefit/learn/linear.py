"""Classifiers whose score is a weighted sum: their weights are the whole explanation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from rolefit.learn.logit import probability

if TYPE_CHECKING:
    from rolefit.schema.arrays import Floats, Ints

ONE_CLASS, TWO_CLASSES = 1, 2


class LinearClassifier(ClassifierMixin, BaseEstimator):
    """P(success) = expit(intercept_ + slope_ x' weights_); a subclass says how they are learned."""

    kind: ClassVar[str]
    weights_: Floats
    intercept_: float
    slope_: float
    classes_: Ints

    def __sklearn_tags__(self) -> Any:  # noqa: ANN401 - scikit-learn's name and type
        """Two classes; the map may be too coarse for toy data."""
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        tags.classifier_tags.poor_score = True
        return tags

    def _read(self, X: object, y: object, sample_weight: object) -> tuple[Floats, Floats, Floats]:
        """Checked columns, 0 or 1, and weights; sets the classes.

        Of one class alone, 0 is no success and everything else is.
        """
        columns: Any
        labels: Any
        columns, labels = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(labels)
        kind = type_of_target(labels, input_name="y", raise_unknown=True)
        if kind != "binary":
            message = f"Only binary classification is supported. The type of the target is {kind}."
            raise ValueError(message)
        weight = _check_sample_weight(
            sample_weight, columns, dtype=np.float64, ensure_non_negative=True
        )
        self.classes_, code = np.unique(labels, return_inverse=True)
        if len(self.classes_) == ONE_CLASS:
            code = np.full_like(code, labels[0] != 0)
        return columns, code.astype(np.float64), weight

    def decision_function(self, X: object) -> Floats:
        """Log odds of success, one a row."""
        check_is_fitted(self)
        columns: Any = validate_data(self, X, dtype=np.float64, reset=False)
        odds: Floats = self.intercept_ + self.slope_ * (columns @ self.weights_)
        return odds

    def predict_proba(self, X: object) -> Floats:
        """P of each class, rows x classes, within [.001, .999]."""
        chance = probability(self.decision_function(X), 0.0, 1.0)
        if len(self.classes_) == ONE_CLASS:
            return np.ones((len(chance), 1))
        return np.column_stack([1.0 - chance, chance])

    def predict(self, X: object) -> Any:  # noqa: ANN401 - classes are of any type
        """The likelier class."""
        chosen = (self.decision_function(X) > 0.0).astype(np.int64)
        return self.classes_[chosen if len(self.classes_) == TWO_CLASSES else np.zeros_like(chosen)]

    def to_spec(self) -> dict[str, Any]:
        """The fitted model as plain JSON values."""
        check_is_fitted(self)
        return {
            "kind": self.kind,
            "weights": self.weights_.tolist(),
            "intercept": self.intercept_,
            "slope": self.slope_,
            "classes": self.classes_.tolist(),
        }

    @classmethod
    def from_spec(cls, spec: dict[str, Any]) -> Self:
        """The model that a spec describes; it predicts the same."""
        model = cls()
        model.weights_ = np.asarray(spec["weights"], np.float64)
        model.intercept_, model.slope_ = float(spec["intercept"]), float(spec["slope"])
        model.classes_ = np.asarray(spec["classes"])
        model.n_features_in_ = len(model.weights_)
        return model
