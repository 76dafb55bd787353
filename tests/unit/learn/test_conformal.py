"""Multipliers make intervals hold as often as they claim, and stay at the default without moves."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr

from rolefit.fit import Z90
from rolefit.learn.conformal import conformal_quantile, implied_fit, multipliers

BAR = np.array([0.25, 0.1])
TOO_NARROW = np.array([1.0, 1.6])
"""By how much the true spread exceeds what is claimed, by role."""


def world(n, seed):
    rng = np.random.default_rng(seed)
    role = rng.integers(0, 2, n)
    sd = rng.uniform(0.3, 0.8, n)
    fit = rng.standard_normal(n) * 0.5
    true = fit + TOO_NARROW[role] * sd * rng.standard_normal(n)
    return fit, sd, true, role


def test_no_outcomes_no_change():
    none, nowhere = np.zeros(0), np.zeros(0, int)
    found = multipliers(none, none, none, nowhere, 3)
    assert found.value.tolist() == [1.25, 1.25, 1.25]
    assert found.learned == (False, False, False)
    assert found.moves.tolist() == [0, 0, 0]


def test_each_role_is_widened_by_what_it_lacks():
    found = multipliers(*world(20_000, 1), 2)
    assert found.value == pytest.approx(TOO_NARROW, abs=0.04)
    assert found.learned == (True, True)


@pytest.mark.parametrize("n", [30, 200])
def test_new_moves_fall_within_the_interval_as_often_as_it_says(n):
    held = []
    for seed in range(400):
        fit, sd, true, role = world(n, seed)
        known = multipliers(fit, sd, true, role, 2)
        fit, sd, true, role = world(60, 10_000 + seed)
        held.append((np.abs(true - fit) <= Z90 * known.value[role] * sd).mean())
    assert 0.89 <= np.mean(held) <= 0.94


def test_too_few_moves_leave_a_role_at_the_default():
    fit, sd, true, role = world(400, 3)
    few = np.r_[np.flatnonzero(role == 0), np.flatnonzero(role == 1)[:8]]
    found = multipliers(fit[few], sd[few], true[few], role[few], 2)
    assert found.learned == (True, False)
    assert found.value[1] == 1.25
    assert found.moves[1] == 8
    assert conformal_quantile(np.ones(8)) == np.inf


def test_an_outcome_speaks_of_the_fit_that_would_have_made_it():
    fit = np.linspace(-0.6, 1.0, 9)
    assert implied_fit(ndtr((fit - 0.25) * 2.0), np.full(9, 0.25)) == pytest.approx(fit)
    edges = implied_fit(np.array([0.0, 1.0]), np.zeros(2))
    assert edges[0] == pytest.approx(-edges[1])
    assert np.isfinite(edges).all()


def test_luck_is_not_charged_to_the_evidence():
    rng = np.random.default_rng(5)
    fit, sd, true, role = world(20_000, 5)
    noisy = true + 0.4 * rng.standard_normal(len(true))
    naive = multipliers(fit, sd, noisy, role, 2).value
    fair = multipliers(fit, sd, noisy, role, 2, luck=0.4).value
    assert naive[0] > 1.2
    assert fair[0] == pytest.approx(1.0, abs=0.03)
