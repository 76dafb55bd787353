"""Stated chances beside what happened, on numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from rolefit.worth.calibration import (
    brier_score,
    calibration_error,
    calibration_line,
    equal_bins,
)


def test_brier_is_the_mean_squared_distance():
    assert brier_score(np.array([0.0, 0.5, 1.0]), np.array([0, 1, 0], bool)) == pytest.approx(
        (0.0 + 0.25 + 1.0) / 3
    )
    assert np.isnan(brier_score(np.zeros(0), np.zeros(0, bool)))


def test_the_error_weighs_bins_by_what_they_hold():
    chance = np.array([0.1, 0.1, 0.3, 0.3, 0.9, 0.9])
    happened = np.array([0, 1, 0, 0, 1, 1], bool)
    by_hand = (abs(0.1 - 0.5) * 2 + abs(0.3 - 0.0) * 2 + abs(0.9 - 1.0) * 2) / 6
    assert calibration_error(chance, happened, bins=3) == pytest.approx(by_hand)


def test_one_bin_holds_the_whole_and_its_gaps_cancel():
    chance, happened = np.array([0.0, 1.0]), np.array([1, 0], bool)
    assert calibration_error(chance, happened, bins=1) == 0.0
    assert calibration_error(chance, happened, bins=2) == 1.0


def test_bins_are_of_equal_size_and_equal_chances_share_one():
    assert np.bincount(equal_bins(np.arange(400.0))).tolist() == [40] * 10
    assert np.bincount(equal_bins(np.arange(45.0))).tolist() == [22, 23]
    ties = equal_bins(np.repeat([0.2, 0.7], [90, 10]), 10)
    assert len(set(ties[:90])) == len(set(ties[90:])) == 1


def test_the_order_of_rows_does_not_matter():
    rng = np.random.default_rng(1)
    chance, happened = rng.integers(0, 5, 200) / 4.0, rng.random(200) < 0.5
    order = rng.permutation(200)
    assert calibration_error(chance[order], happened[order]) == pytest.approx(
        calibration_error(chance, happened), abs=1e-15
    )


def test_the_line_finds_how_much_too_sure_somebody_is():
    rng = np.random.default_rng(2)
    true = rng.normal(0.3, 1.0, 200_000)
    happened = rng.random(200_000) < 1.0 / (1.0 + np.exp(-true))
    intercept, slope = calibration_line(1.0 / (1.0 + np.exp(-2.0 * true)), happened)
    assert slope == pytest.approx(0.5, abs=0.01)
    assert intercept == pytest.approx(0.0, abs=0.02)


@pytest.mark.parametrize(
    ("chance", "happened"),
    [([], []), ([0.2, 0.6], [1, 1]), ([0.4, 0.4], [0, 1]), ([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1])],
)
def test_there_is_no_slope_where_nothing_tells_it(chance, happened):
    line = calibration_line(np.array(chance, float), np.array(happened, bool))
    assert np.isnan(line).all()
