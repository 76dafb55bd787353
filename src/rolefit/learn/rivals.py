"""The learners that others would use, set up for moves: few rows, fixed seeds, one thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegressionCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from rolefit.errors import MissingExtraError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

SEED = 0
INNER_FOLDS = 5
MOST_STEPS = 20_000
ELASTIC = "logisticregressioncv"


def elastic_net() -> Any:  # noqa: ANN401 - scikit-learn has no types
    """Logistic regression with half lasso, half ridge, on standardised columns.

    Ten penalties, chosen by log loss; `fit_model` gives it folds that keep teams together.
    """
    model = LogisticRegressionCV(
        Cs=10, l1_ratios=(0.5,), solver="saga", scoring="neg_log_loss", cv=INNER_FOLDS,
        max_iter=MOST_STEPS, tol=1e-3, random_state=SEED, use_legacy_attributes=False,
    )  # fmt: skip
    return make_pipeline(StandardScaler(), model)


def boosting(monotone: Sequence[int]) -> Any:  # noqa: ANN401 - scikit-learn has no types
    """Gradient-boosted trees in which more of a column never means less success, where so said.

    Args:
        monotone: 1 or 0, one a column.
    """
    return HistGradientBoostingClassifier(
        learning_rate=0.05, max_iter=100, max_leaf_nodes=8, min_samples_leaf=20,
        l2_regularization=1.0, monotonic_cst=list(monotone), early_stopping=False,
        random_state=SEED,
    )  # fmt: skip


def additive_boosting(names: Sequence[str]) -> Any:  # noqa: ANN401 - interpret has no types
    """Explainable boosting machine without interactions: one curve a column, which sum to the odds.

    Args:
        names: of the columns, for its curves.

    Raises:
        MissingExtraError: RF503, interpret-core is not installed.
    """
    try:
        from interpret.glassbox import ExplainableBoostingClassifier  # noqa: PLC0415 - an extra
    except ImportError as error:
        hint = 'pip install "rolefit[ebm]"'
        missing = Problem("ebm", "this model needs interpret-core", "RF503", hint=hint)
        raise MissingExtraError([missing]) from error
    return ExplainableBoostingClassifier(
        feature_names=list(names), interactions=0, outer_bags=8, n_jobs=1, random_state=SEED
    )
