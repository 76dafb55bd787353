"""Weights that were learned stand beside those that were stated."""

from __future__ import annotations

import numpy as np
import pytest

from moves_made import CONFIG, made_moves
from rolefit.fit import profile
from rolefit.judging.beside import beside
from rolefit.learn.models import MODELS, fit_model
from rolefit.learn.taught import role_weights
from rolefit.schema.build import build_config
from rolefit.schema.model import Model, ModelSpec, Trained, fingerprint


def model_of(roles) -> Model:
    trained = Trained(roles=roles, estimator={}, trained_on={}, measures={})
    spec = ModelSpec(format=1, name="m", version="1", kind="learned", about="",
                     trained=fingerprint(trained.to_json()))  # fmt: skip
    return Model(spec=spec, trained=trained)


def taught(n, **made):
    moves = made_moves(n, seed=2, **made)
    model = fit_model(MODELS["prior_centred"], CONFIG, moves.features, moves.success,
                      outcome=moves.outcome, groups=moves.team)  # fmt: skip
    return beside(CONFIG, model_of(role_weights(CONFIG, model)))


def test_without_enough_moves_the_learned_weights_are_the_stated_ones():
    rows = taught(15)
    assert rows
    assert all(abs(row["stated"] - row["learned"]) < 2e-3 for row in rows)


def test_shares_are_the_weights_of_the_fit():
    weights = profile(CONFIG).weights
    for row in taught(15):
        place = CONFIG.role_ids.index(row["role"]), CONFIG.attribute_ids.index(row["attribute"])
        assert abs(row["stated"] - weights[place]) < 1e-3


def test_a_share_of_a_role_s_own_is_shown_as_it_scores():
    config = build_config({"roles": {"mentor": {"want_weight": 0.1}}})
    moves = made_moves(15, seed=2)
    model = fit_model(MODELS["prior_centred"], config, moves.features, moves.success,
                      outcome=moves.outcome, groups=moves.team)  # fmt: skip
    place = config.role_ids.index("mentor"), config.attribute_ids.index("coaching")
    rows = beside(config, model_of(role_weights(config, model)))
    row = next(r for r in rows if (r["role"], r["attribute"]) == ("mentor", "coaching"))
    assert row["stated"] == pytest.approx(profile(config).weights[place], abs=1e-4)
    assert row["learned"] == pytest.approx(row["stated"], abs=1e-3)


def test_what_alone_decides_gets_more_weight():
    rows = [row for row in taught(900, tilt=1.0) if row["role"] == "mentor"]
    gained = {row["attribute"]: row["learned"] - row["stated"] for row in rows}
    assert max(gained, key=gained.get) == "coaching"
    assert np.median(list(gained.values())) < 0
