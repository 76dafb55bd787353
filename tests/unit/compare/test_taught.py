"""Learned weights as role profiles give the fits of the linear model that they came from."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from moves_made import CONFIG
from rolefit.compare.taught import beside, role_weights
from rolefit.fit import profile
from rolefit.schema.model import Model, ModelSpec, Trained, fingerprint

weights = st.floats(0.0, 2.0)


def model_of(roles) -> Model:
    trained = Trained(roles=roles, estimator={}, trained_on={}, measures={})
    spec = ModelSpec(format=1, name="m", version="1", kind="learned", about="",
                     trained=fingerprint(trained.to_json()))  # fmt: skip
    return Model(spec=spec, trained=trained)


def columns_of(role):
    spec = CONFIG.roles[role]
    return [name for name in CONFIG.attribute_ids if name in {*spec.demands, *spec.supplies}]


@given(st.data(), st.sampled_from(CONFIG.inside_ids), st.floats(-1.0, 1.0))
def test_the_profile_orders_and_judges_people_as_the_linear_model_does(data, role, level):
    names = columns_of(role)
    w = np.array(data.draw(st.lists(weights, min_size=len(names), max_size=len(names))))
    if not (w > 0.05).any():
        return
    columns = [f"{role}*{name}" for name in names] + [f"role:{role}"]
    taught = role_weights(CONFIG, columns, [*w, level])
    config = model_of(taught).applied(CONFIG)
    place = config.role_ids.index(role)
    found = profile(config)
    theta = np.random.default_rng(0).standard_normal((50, len(CONFIG.attribute_ids)))
    fit = theta @ found.weights[place] - found.bar[place]
    picked = theta[:, [CONFIG.attribute_ids.index(name) for name in names]]
    score = picked @ w + level
    length = np.abs(score).max() / np.abs(fit).max()
    assert np.allclose(score, length * fit, atol=0.01 * np.abs(score).max())


def test_stated_weights_come_back_as_they_were():
    found = profile(CONFIG)
    columns, values = [], []
    for role in CONFIG.inside_ids:
        place = CONFIG.role_ids.index(role)
        for name, weight in zip(CONFIG.attribute_ids, found.weights[place], strict=True):
            columns.append(f"{role}*{name}")
            values.append(weight)
        columns.append(f"role:{role}")
        values.append(-CONFIG.roles[role].bar)
    taught = role_weights(CONFIG, columns, values)
    again = profile(model_of(taught).applied(CONFIG))
    assert np.allclose(again.weights, found.weights, atol=2e-4)
    inside = ~found.outward
    assert np.allclose(again.bar[inside], found.bar[inside], atol=2e-4)
    for row in beside(CONFIG, taught):
        assert abs(row["stated"] - row["learned"]) < 2e-3
