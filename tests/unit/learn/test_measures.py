"""Measures agree with scikit-learn, and intervals with what they claim."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, ndcg_score, roc_auc_score

from rolefit.learn.bootstrap import gain, intervals
from rolefit.learn.measures import auc, calibration_slope, ece, hit_at_1, measures, ndcg_at

RNG = np.random.default_rng(7)
N = 600
CHANCE = np.round(RNG.uniform(0.05, 0.95, N), 2)
SUCCESS = (RNG.random(N) < CHANCE).astype(float)
TEAM = RNG.integers(0, 40, N)


def test_measures_are_those_of_scikit_learn():
    found = measures(SUCCESS, CHANCE)
    assert found["auc"] == pytest.approx(roc_auc_score(SUCCESS, CHANCE))
    assert found["brier"] == pytest.approx(brier_score_loss(SUCCESS, CHANCE))
    assert found["log_loss"] == pytest.approx(log_loss(SUCCESS, CHANCE))
    odds = np.log(CHANCE / (1 - CHANCE))[:, None]
    slope = LogisticRegression(C=1e10, tol=1e-10).fit(odds, SUCCESS).coef_[0, 0]
    assert found["calibration_slope"] == pytest.approx(slope, rel=1e-4)


def test_calibration_sees_who_is_too_sure():
    odds = np.log(CHANCE / (1 - CHANCE))
    sure = 1 / (1 + np.exp(-3 * odds))
    assert ece(SUCCESS, sure) > 2 * ece(SUCCESS, CHANCE)
    honest = calibration_slope(SUCCESS, CHANCE)
    assert calibration_slope(SUCCESS, sure) == pytest.approx(honest / 3, rel=0.05)


def test_what_is_not_defined_is_nan():
    found = measures(np.ones(5), np.full(5, 0.7))
    assert np.isnan(found["auc"])
    assert np.isnan(found["calibration_slope"])
    assert found["ece"] == pytest.approx(0.3)
    assert np.isnan(measures(np.zeros(0), np.zeros(0))["brier"])


def test_perfect_separation_has_no_slope():
    assert np.isnan(calibration_slope(np.array([0.0, 0, 1, 1]), np.array([0.1, 0.2, 0.8, 0.9])))


def test_rankings_of_roles_are_those_of_scikit_learn():
    outcome, chance = RNG.random((30, 4)), RNG.random((30, 4))
    person = np.repeat(np.arange(30), 4)
    assert ndcg_at(person, outcome.ravel(), chance.ravel()) == pytest.approx(
        ndcg_score(outcome, chance, k=3)
    )
    best = (outcome.argmax(axis=1) == chance.argmax(axis=1)).mean()
    assert hit_at_1(person, outcome.ravel(), chance.ravel()) == pytest.approx(best)
    assert np.isnan(hit_at_1(["a", "b"], np.ones(2), np.ones(2)))


def test_intervals_hold_the_measure_and_widen_where_teams_are_alike():
    low, high = intervals(SUCCESS, CHANCE, TEAM, draws=200)["auc"]
    assert low < auc(SUCCESS, CHANCE) < high
    alike = np.repeat(SUCCESS[:60], 10), np.repeat(CHANCE[:60], 10)
    by_team = intervals(*alike, np.repeat(np.arange(60), 10), draws=200)["auc"]
    by_row = intervals(*alike, np.arange(600), draws=200)["auc"]
    assert by_team[1] - by_team[0] > 2 * (by_row[1] - by_row[0])


def test_a_gain_over_noise_is_sure_and_over_itself_is_none():
    difference, low, high = gain(SUCCESS, CHANCE, RNG.random(N), TEAM, draws=200)
    assert 0.0 < low < difference < high
    assert gain(SUCCESS, CHANCE, CHANCE, TEAM, draws=50) == (0.0, 0.0, 0.0)
    assert gain(SUCCESS, CHANCE, RNG.random(N), TEAM, "brier", draws=50)[2] < 0.0
