"""Weights undo what a policy did to the sample, and a value's interval holds the truth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from rolefit.errors import DataStoppedError
from rolefit.learn.policy_value import aipw_mean, expected_outcomes, policy_value
from rolefit.learn.selection import propensities, role_propensities, select_weights

ROLES = 3


def world(n, seed, lean=1.0):
    """People, a policy that looked at the first column, and the outcome of every role."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, 4))
    chance = expit(-1.0 + lean * X[:, 0])
    odds = np.exp(0.5 * X[:, 1:2] * np.arange(ROLES))
    share = odds / odds.sum(axis=1, keepdims=True)
    moved = rng.random(n) < chance
    role = (rng.random(n)[:, None] > share.cumsum(axis=1)).sum(axis=1)
    skill = 0.6 * X[:, :ROLES] + 0.4 * X[:, [3]]
    outcomes = expit(skill + 0.5 * rng.standard_normal((n, ROLES)))
    action = np.where(moved, role, -1)
    team = rng.integers(0, n // 75, n)
    return X, action, outcomes, chance[:, None] * share, team, skill


def best(skill):
    """A policy: the half of people whose best role promises most, each in that role."""
    top = skill.max(axis=1)
    policy = np.zeros_like(skill)
    rows = np.flatnonzero(top >= np.quantile(top, 0.5))
    policy[rows, skill[rows].argmax(axis=1)] = 1.0
    return policy


def test_propensities_are_those_of_the_policy():
    X, action, _, truth, team, _ = world(4000, 1)
    found = role_propensities(X, action, team, ROLES)
    assert np.corrcoef(found.ravel(), truth.ravel())[0, 1] > 0.97
    assert np.abs(found - truth).mean() < 0.02


def test_a_row_is_judged_by_a_model_that_never_saw_its_team():
    X, action, _, _, team, _ = world(600, 2)
    moved = action >= 0
    telling = np.where(team == 5, np.where(moved, 50.0, -50.0), 0.0)[:, None]
    blind = propensities(X, moved, team)
    told = propensities(np.hstack([X, telling]), moved, team)
    assert np.abs(told[team == 5] - blind[team == 5]).max() < 0.05


def test_weights_bring_the_moved_back_to_everybody():
    X, action, _, _, team, _ = world(3000, 3, lean=0.7)
    found = select_weights(X, action >= 0, team)
    told = found.overlap
    assert told.imbalance > 0.4
    assert told.imbalance_weighed < 0.12
    assert found.weight[action < 0].max() == 0.0
    assert found.weight[action >= 0].mean() == pytest.approx(1.0)
    assert 0.0 < told.effective < told.moved
    assert str(told.moved) in told.told()


def test_what_is_cut_is_counted():
    X, action, _, _, team, _ = world(4000, 4, lean=3.0)
    told = select_weights(X, action >= 0, team).overlap
    assert told.clipped > 0
    assert told.rarely > 0.2


def test_doubly_robust_means_either_part_may_be_wrong():
    X, action, outcomes, truth, team, _ = world(20_000, 5)
    moved, role = action >= 0, np.maximum(action, 0)
    first = moved & (role == 0)
    true = outcomes[:, 0].mean()
    expected = expected_outcomes(X, action, outcomes[np.arange(len(X)), role], team, ROLES)[:, 0]
    wrong = np.full(len(X), 0.2)
    assert abs(outcomes[first, 0].mean() - true) > 0.05
    for chance, guess in ((truth[:, 0], wrong), (wrong, expected), (truth[:, 0], expected)):
        mean, error = aipw_mean(first, outcomes[:, 0], chance, guess)
        assert abs(mean - true) < 4 * error + 0.01
    assert abs(aipw_mean(first, outcomes[:, 0], wrong, wrong)[0] - true) > 0.02


@pytest.mark.slow
def test_the_interval_holds_the_true_value_of_a_policy():
    X, _, outcomes, *_, skill = world(200_000, 1000)
    true = (best(skill) * outcomes).sum() / best(skill).sum()
    held, lengths = 0, []
    for seed in range(50):
        X, action, outcomes, _, team, skill = world(6000, seed)
        seen = outcomes[np.arange(len(X)), np.maximum(action, 0)]
        chance = role_propensities(X, action, team, ROLES)
        expected = expected_outcomes(X, action, seen, team, ROLES)
        found = policy_value(best(skill), action, seen, chance, expected, team, draws=300)
        held += found.low <= true <= found.high
        lengths.append(found.high - found.low)
    assert held >= 43
    assert np.mean(lengths) < 0.08


def test_a_value_that_rests_on_few_moves_is_refused():
    X, action, outcomes, truth, team, skill = world(400, 6)
    seen = outcomes[np.arange(len(X)), np.maximum(action, 0)]
    with pytest.raises(DataStoppedError, match=r"count for \d+ after weighing.*RF330"):
        policy_value(best(skill), action, seen, truth, truth, team)
