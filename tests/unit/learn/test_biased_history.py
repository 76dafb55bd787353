"""A history kind to a group does not teach the profile to be; weights go where outcomes lead."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr

from rolefit.fit import profile
from rolefit.learn.features import Features, block, of_roles, person_columns
from rolefit.learn.models import MODELS, fit_model, predict_model
from rolefit.schema.build import build_config

CONFIG = build_config({})
COUNT = len(CONFIG.attribute_ids)
MENTOR = CONFIG.role_ids.index("mentor")
PROXY = CONFIG.attribute_ids.index("creating")
GROUPED = ("profile", "prior_centred", "elastic_net", "boosting")


def moves(n, seed, weights=None, kind=0.0):
    """Moves to mentor, who is in the group that goes with an interest, outcomes as written down."""
    rng = np.random.default_rng(seed)
    people = rng.standard_normal((n, len(person_columns(CONFIG))))
    people[:, COUNT : 2 * COUNT] = 0.5
    means = people[:, :COUNT]
    roles = np.full(n, MENTOR)
    known = of_roles(CONFIG, means, people[:, COUNT : 2 * COUNT], roles, profile(CONFIG))
    features = Features(person_columns(CONFIG), people).beside(known)
    true = means @ (profile(CONFIG).weights[MENTOR] if weights is None else weights)
    group = (0.8 * means[:, PROXY] + 0.6 * rng.standard_normal(n)) > 0.0
    probit = 2.0 * (true - CONFIG.roles["mentor"].bar) + 0.4 * rng.standard_normal(n)
    return features, ndtr(probit + kind * group), group, probit


def learned(name, features, outcome):
    team = np.arange(len(outcome)) % 40
    known = {"outcome": outcome, "groups": team}
    spec = MODELS[name]
    return fit_model(spec, CONFIG, features, (outcome >= 0.5).astype(int), **known)


def excess(name, kind, n=1500):
    """Log odds by which the group is rated above others of the same true prospects."""
    features, outcome, *_ = moves(n, 1, kind=kind)
    model = learned(name, features, outcome)
    judged, _, group, probit = moves(4000, 2)
    chance = predict_model(MODELS[name], CONFIG, model, judged)
    design = np.column_stack([np.ones(4000), probit, group])
    odds = np.log(chance / (1.0 - chance))
    return np.linalg.lstsq(design, odds, rcond=None)[0][2]


@pytest.mark.parametrize("name", GROUPED)
def test_what_a_kind_history_teaches(name):
    fair, kind = excess(name, 0.0), excess(name, 2.0)
    assert abs(fair) < 0.12
    if name in {"profile", "prior_centred"}:
        assert abs(kind) < 0.12
    else:
        assert kind > 0.4


def test_a_kind_history_never_reorders_the_profile():
    features, outcome, *_ = moves(400, 3, kind=2.0)
    judged = moves(300, 4)[0]
    chance = predict_model(MODELS["profile"], CONFIG, learned("profile", features, outcome), judged)
    assert (np.argsort(chance) == np.argsort(judged.pick(["margin"])[:, 0])).all()


def test_no_stand_in_for_a_group_is_read():
    read = MODELS["prior_centred"].reads(CONFIG)
    assert not [name for name in read if name.endswith("*creating")]
    assert block("mentor", "coaching") in read


def test_planted_weights_of_a_role_are_found_as_moves_add_up():
    expert = profile(CONFIG).weights[MENTOR]
    asked = np.flatnonzero(expert)
    planted = np.zeros(COUNT)
    planted[asked] = expert[asked][::-1]
    names = MODELS["prior_centred"].reads(CONFIG)
    columns = [names.index(block("mentor", CONFIG.attribute_ids[k])) for k in asked]
    away = {}
    for n in (30, 300, 3000):
        found = []
        for seed in range(4):
            features, outcome, *_ = moves(n, seed, planted)
            weights = learned("prior_centred", features, outcome).learned_[columns]
            unit = weights / np.linalg.norm(weights) * np.linalg.norm(planted)
            found.append(np.linalg.norm(unit - planted[asked]))
        away[n] = np.mean(found)
    start = np.linalg.norm((expert - planted)[asked])
    assert start > away[300] > away[3000]
    assert away[30] < 1.1 * start
    assert away[3000] < 0.15 * start
