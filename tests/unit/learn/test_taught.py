"""What was learned, told as a config, rates everybody as the model does."""

from __future__ import annotations

import numpy as np
import pytest

from rolefit.fit import profile
from rolefit.learn.conformal import Multipliers
from rolefit.learn.features import of_roles
from rolefit.learn.models import MODELS
from rolefit.learn.prior_centred import PriorCentred
from rolefit.learn.taught import role_weights
from rolefit.schema.build import build_config

CONFIG = build_config({})
NAMES = MODELS["prior_centred"].reads(CONFIG)


def fitted(weights, intercept=-0.3, slope=1.7):
    spec = {
        "kind": "prior_centred", "weights": list(weights), "intercept": intercept, "slope": slope,
        "classes": [0, 1], "prior": list(weights), "penalty": 10.0, "scale": 0.3,
    }  # fmt: skip
    return PriorCentred.from_spec(spec)


def taught(found):
    roles = {
        name: found[name].taught(role) if name in found else role
        for name, role in CONFIG.roles.items()
    }
    return profile(CONFIG.model_copy(update={"roles": roles}))


def expert():
    return np.array(MODELS["prior_centred"].build(CONFIG).prior)


def test_the_experts_weights_come_back_as_they_were():
    profiles = taught(role_weights(CONFIG, fitted(expert(), intercept=0.0)))
    assert profiles.weights == pytest.approx(profile(CONFIG).weights, abs=1e-12)


def test_the_fit_of_the_config_orders_people_as_the_model_does():
    rng = np.random.default_rng(3)
    weights = np.abs(expert() * rng.uniform(0.0, 2.0, len(NAMES)))
    model = fitted(weights)
    profiles = taught(role_weights(CONFIG, model))
    means = rng.standard_normal((50, len(CONFIG.attribute_ids)))
    for role in CONFIG.inside_ids:
        k = CONFIG.role_ids.index(role)
        rows = of_roles(CONFIG, means, 0.0 * means, np.full(50, k), profile(CONFIG))
        odds = model.decision_function(rows.pick(NAMES))
        slope, level = np.polyfit(means @ profiles.weights[k], odds, 1)
        assert slope > 0.0
        assert slope * (means @ profiles.weights[k]) + level == pytest.approx(odds)


@pytest.mark.parametrize("intercept", [-3.0, 0.0, 3.0])
def test_no_bar_moves_however_many_went_well(intercept):
    profiles = taught(role_weights(CONFIG, fitted(expert(), intercept=intercept)))
    inside = ~profiles.outward
    assert (profiles.bar[inside] == profile(CONFIG).bar[inside]).all()


def test_roles_that_nobody_was_moved_to_keep_their_profile():
    assert set(role_weights(CONFIG, fitted(expert()), moved={"mentor", "elsewhere"})) == {"mentor"}


def test_a_role_of_which_nothing_is_left_keeps_its_profile():
    weights = expert()
    weights[[k for k, name in enumerate(NAMES) if name.startswith("mentor*")]] = 0.0
    found = role_weights(CONFIG, fitted(weights, slope=0.0))
    assert "mentor" not in found


def test_only_widths_that_were_learned_are_told():
    k = CONFIG.role_ids.index("mentor")
    learned = tuple(n == k for n in range(len(CONFIG.role_ids)))
    count = len(learned)
    widths = Multipliers(np.full(count, 1.1), np.full(count, 40), learned)
    found = role_weights(CONFIG, fitted(expert()), widths)
    assert found["mentor"].interval_multiplier == 1.1
    assert found["specialist"].interval_multiplier is None
