"""Every model in the table reads its columns, learns, and says what it needs."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from rolefit.errors import MissingExtraError
from rolefit.fit import profile
from rolefit.learn.features import Features, of_roles, person_columns
from rolefit.learn.measures import auc
from rolefit.learn.models import MODELS, build_model, fit_model, predict_model
from rolefit.schema.build import build_config

CONFIG = build_config({})
N = 240


@pytest.fixture(scope="module")
def moves():
    """Moves whose outcome follows the expert's fit."""
    rng = np.random.default_rng(11)
    roles = [CONFIG.role_ids.index(name) for name in ("specialist", "mentor")]
    role = rng.choice(roles, N)
    people = rng.standard_normal((N, len(person_columns(CONFIG))))
    count = len(CONFIG.attribute_ids)
    people[:, count : 2 * count] = 0.5
    known = Features(person_columns(CONFIG), people)
    features = known.beside(
        of_roles(CONFIG, people[:, :count], people[:, count : 2 * count], role, profile(CONFIG))
    )
    odds = 2.5 * features.pick(["margin"])[:, 0] + 0.5 * rng.standard_normal(N)
    outcome = 1.0 / (1.0 + np.exp(-odds))
    return features, outcome, (outcome >= 0.5).astype(int), rng.integers(0, 20, N)


@pytest.mark.parametrize("name", MODELS)
def test_every_model_learns_and_is_never_certain(moves, name):
    features, outcome, success, team = moves
    half = np.arange(N) < N // 2
    spec = MODELS[name]
    known = {"outcome": outcome[half], "groups": team[half], "weight": np.ones(half.sum())}
    model = fit_model(spec, CONFIG, features.rows(half), success[half], **known)
    chance = predict_model(spec, CONFIG, model, features.rows(~half))
    assert chance.shape == ((~half).sum(),)
    assert chance.min() >= 0.001
    assert chance.max() <= 0.999
    if not name.startswith("metrics"):
        assert auc(success[~half], chance) > 0.7
    again = fit_model(spec, CONFIG, features.rows(half), success[half], **known)
    assert (predict_model(spec, CONFIG, again, features.rows(~half)) == chance).all()


@pytest.mark.parametrize("name", MODELS)
def test_its_columns_exist_and_are_named_once(moves, name):
    names = MODELS[name].reads(CONFIG)
    assert len(set(names)) == len(names)
    assert moves[0].pick(names).shape == (N, len(names))


def test_metrics_alone_are_metrics_alone():
    for name in ("metrics_only", "metrics_adjusted"):
        kinds = {column.split(":")[0] for column in MODELS[name].reads(CONFIG)}
        assert kinds in ({"raw", "role"}, {"effect", "role"})


def test_the_learned_profile_starts_at_the_fit(moves):
    features, outcome, success, team = moves
    few = np.r_[np.flatnonzero(success)[:5], np.flatnonzero(1 - success)[:5]]
    spec = MODELS["prior_centred"]
    known = {"outcome": outcome[few], "groups": team[few]}
    model = fit_model(spec, CONFIG, features.rows(few), success[few], **known)
    margin = features.pick(["margin"])[:, 0]
    X = features.pick(spec.reads(CONFIG))
    assert np.allclose(X @ model.learned_, margin)


def test_moves_that_all_went_well_make_nobody_certain(moves):
    features, _, success, team = moves
    all_well = features.rows(np.flatnonzero(success)[:30])
    spec = MODELS["profile"]
    model = fit_model(spec, CONFIG, all_well, np.ones(30), groups=team[:30])
    chance = predict_model(spec, CONFIG, model, features)
    assert 0.001 < chance.min() < chance.max() < 0.999


@pytest.mark.parametrize(
    ("name", "module", "code"),
    [("profile", "sklearn", "RF502"), ("ebm", "interpret.glassbox", "RF503")],
)
def test_what_is_not_installed_is_said(monkeypatch, name, module, code):
    for loaded in [key for key in sys.modules if key.startswith("rolefit.learn.")]:
        if module == "sklearn" and loaded.endswith((".profile", ".linear")):
            monkeypatch.delitem(sys.modules, loaded)
    for loaded in [key for key in sys.modules if key.split(".")[0] == module]:
        monkeypatch.setitem(sys.modules, loaded, None)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=code):
        build_model(MODELS[name], CONFIG)
