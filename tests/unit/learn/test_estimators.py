"""Estimators keep scikit-learn's contract, say all they know as JSON, and start at the expert's."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from rolefit.errors import UsageError
from rolefit.learn.metrics_only import PlainLogistic
from rolefit.learn.models import from_spec
from rolefit.learn.prior_centred import PriorCentred
from rolefit.learn.profile import ProfileClassifier
from rolefit.learn.weights import learn_weights

FOLDS = "the penalty is chosen over folds of rows, which a repeated row changes"


def unlike(estimator):
    """Checks that a choice over folds cannot meet."""
    names = ("dense_data", "sparse_data")
    chosen = {f"check_sample_weight_equivalence_on_{name}": FOLDS for name in names}
    return chosen if isinstance(estimator, PriorCentred) else {}


@parametrize_with_checks(
    [ProfileClassifier(), PriorCentred(), PlainLogistic()], expected_failed_checks=unlike
)
def test_scikit_learn_finds_nothing_to_object_to(estimator, check):
    check(estimator)


def world(n, seed=0, weights=(0.8, 0.6, 0.0, 0.0)):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, len(weights)))
    fit = X @ np.array(weights)
    outcome = 1.0 / (1.0 + np.exp(-2.0 * fit - rng.standard_normal(n)))
    return X, outcome, (outcome >= 0.5).astype(int)


@pytest.mark.parametrize("model", [ProfileClassifier(), PriorCentred(), PlainLogistic()])
def test_json_tells_all_of_a_model(model):
    X, _, y = world(120)
    fitted = model.fit(X, y)
    again = from_spec(json.loads(json.dumps(fitted.to_spec())))
    assert type(again) is type(model)
    assert again.predict_proba(X).tobytes() == fitted.predict_proba(X).tobytes()


def test_a_model_of_unknown_kind_is_refused_by_name():
    with pytest.raises(UsageError, match=r"did you mean .profile.*RF441"):
        from_spec({"kind": "profil"})


def test_no_outcomes_no_change():
    prior = np.array([0.8, 0.0, 0.6])
    none = np.zeros(0)
    learned = learn_weights(np.zeros((0, 3)), none, none, prior, prior > 9.0, 1.0)
    assert learned.weights.tobytes() == prior.tobytes()


def test_the_same_moves_the_same_bytes():
    X, outcome, y = world(200)
    first, second = (PriorCentred([0.5] * 4).fit(X, y, outcome=outcome) for _ in range(2))
    assert first.to_spec() == second.to_spec()


def test_weights_never_fall_below_0_but_levels_may():
    X, outcome, y = world(800, weights=(0.8, 0.6, -0.7, -0.7))
    model = PriorCentred([0.8, 0.6, 0.1, 0.1], free=[3]).fit(X, y, outcome=outcome)
    assert (model.learned_[:3] >= 0.0).all()
    assert model.learned_[2] == 0.0
    assert model.learned_[3] < -0.1


@pytest.mark.parametrize("graded", [True, False])
def test_learned_weights_come_nearer_to_the_planted_ones_as_moves_add_up(graded):
    planted, prior = np.array([0.8, 0.6, 0.0, 0.0]), np.full(4, 0.5)
    errors = []
    for n in (40, 200, 2000):
        distance = []
        for seed in range(10):
            X, outcome, y = world(n, seed, planted)
            model = PriorCentred(prior).fit(X, y, outcome=outcome if graded else None)
            unit = model.learned_ / np.linalg.norm(model.learned_)
            distance.append(np.linalg.norm(unit - planted))
        errors.append(np.mean(distance))
    assert errors[0] > errors[1] > errors[2]
    assert errors[0] < np.linalg.norm(prior - planted) + 0.05
    assert errors[2] < 0.1


def test_probabilities_are_never_certain_and_one_class_is_no_end():
    X = np.linspace(-500.0, 500.0, 60)[:, None]
    chance = ProfileClassifier().fit(X, (X[:, 0] > 0).astype(int)).predict_proba(X)
    assert chance.min() == pytest.approx(0.001)
    assert chance.max() == pytest.approx(0.999)
