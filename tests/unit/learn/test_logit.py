"""The map from a score to odds starts at its prior, and never turns a score round."""

from __future__ import annotations

import numpy as np
import pytest

from rolefit.learn.logit import fit_logit

RNG = np.random.default_rng(9)
SCORE = RNG.standard_normal(4000)


def test_a_score_that_tells_the_wrong_way_round_tells_nothing():
    worse = (RNG.random(4000) < 1.0 / (1.0 + np.exp(2.0 * SCORE))).astype(float)
    intercept, slope = fit_logit(SCORE, worse)
    assert slope == 0.0
    assert intercept == pytest.approx(np.log(worse.mean() / (1 - worse.mean())), abs=0.01)


def test_many_moves_say_what_the_odds_are():
    success = (RNG.random(4000) < 1.0 / (1.0 + np.exp(0.5 - 2.0 * SCORE))).astype(float)
    assert fit_logit(SCORE, success) == pytest.approx((-0.5, 2.0), abs=0.15)


def test_one_move_says_little():
    intercept, slope = fit_logit(np.array([1.0]), np.array([0.0]))
    assert -1.5 < intercept < 0.0
    assert 0.3 < slope < 1.0


def test_a_weight_counts_like_so_many_moves():
    few, y = SCORE[:60], (SCORE[:60] > 0.2).astype(float)
    twice = fit_logit(np.r_[few, few], np.r_[y, y])
    assert fit_logit(few, y, np.full(60, 2.0)) == pytest.approx(twice)
