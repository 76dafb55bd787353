"""Omega by known models, and every way in which there is none."""

from __future__ import annotations

import numpy as np
import pytest

from rolefit.evidence.omega import omega_total

LOADING = np.array([0.9, 0.8, 0.7, 0.6])
UNIQUE = np.array([0.5, 0.6, 0.7, 0.8])
EXACT = np.outer(LOADING, LOADING) + np.diag(UNIQUE)


def sample(people, seed):
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(people, 4)) * np.sqrt(UNIQUE)
    return rng.normal(size=(people, 1)) * LOADING + noise


def test_a_matrix_of_one_factor_is_taken_apart_exactly():
    fitted = omega_total(EXACT)
    assert fitted.loading == pytest.approx(LOADING, abs=1e-6)
    assert fitted.unique == pytest.approx(UNIQUE, abs=1e-6)
    assert fitted.omega == pytest.approx(9.0 / 11.6, abs=1e-7)
    assert fitted.note == ""


def test_three_items_are_fitted_exactly():
    three = omega_total(EXACT[:3, :3])
    assert three.loading == pytest.approx(LOADING[:3], abs=1e-6)


def test_a_fit_has_the_variances_of_the_data_and_no_smaller_misfit_nearby():
    covariance = np.cov(sample(300, 1).T)
    fitted = omega_total(covariance)
    implied = np.outer(fitted.loading, fitted.loading) + np.diag(fitted.unique)
    assert np.diagonal(implied) == pytest.approx(np.diagonal(covariance), abs=1e-6)

    def misfit(loading, unique):
        matrix = np.outer(loading, loading) + np.diag(unique)
        return np.linalg.slogdet(matrix)[1] + np.trace(np.linalg.solve(matrix, covariance))

    best = misfit(fitted.loading, fitted.unique)
    rng = np.random.default_rng(2)
    for step in rng.normal(scale=1e-3, size=(50, 2, 4)):
        assert misfit(fitted.loading + step[0], fitted.unique * np.exp(step[1])) > best


@pytest.mark.parametrize("scale", [np.full(4, 10.0), np.array([1.0, 2.0, 3.0, 4.0])])
def test_units_of_items_move_loadings_with_them(scale):
    plain, scaled = omega_total(EXACT), omega_total(np.outer(scale, scale) * EXACT)
    assert scaled.loading == pytest.approx(scale * plain.loading, rel=1e-6)


def test_the_order_of_items_does_not_matter():
    covariance = np.cov(sample(300, 1).T)
    order = [2, 0, 3, 1]
    turned = omega_total(covariance[np.ix_(order, order)])
    assert turned.omega == pytest.approx(omega_total(covariance).omega, abs=1e-7)


def test_a_turned_item_lowers_omega_and_crashes_nothing():
    sign = np.array([1.0, 1.0, 1.0, -1.0])
    turned = omega_total(sign[:, None] * EXACT * sign)
    assert turned.loading == pytest.approx(sign * LOADING, abs=1e-6)
    assert turned.omega == pytest.approx(1.8**2 / (1.8**2 + 2.6), abs=1e-6)


NEGATIVE = np.where(np.eye(4) > 0, 1.0, -0.3)
HEYWOOD = np.array([[1.0, 0.8, 0.8], [0.8, 1.0, 0.3], [0.8, 0.3, 1.0]])
CASES = {
    "one item": (np.eye(1), 500, "fewer_than_three_items"),
    "two items": (EXACT[:2, :2], 500, "fewer_than_three_items"),
    "few people": (EXACT, 49, "few_people"),
    "few people for many items": (np.eye(20), 99, "few_people"),
    "nothing varies": (EXACT * np.outer([1, 1, 1, 0], [1, 1, 1, 0]), 500, "nothing_varies"),
    "unknown": (np.where(np.eye(4)[::-1] > 0, np.nan, EXACT), 500, "unknown_covariance"),
    "same item twice": (np.ones((4, 4)), 500, "not_positive_definite"),
    "impossible": (np.where(np.eye(4) > 0, 1.0, -0.9), 500, "not_positive_definite"),
    "heywood": (HEYWOOD, 500, "heywood_case"),
    "everything against everything": (NEGATIVE, 500, "heywood_case"),
    "unrelated": (np.eye(4), 500, "no_common_factor"),
}


@pytest.mark.parametrize(("covariance", "people", "note"), CASES.values(), ids=list(CASES))
def test_where_there_is_no_omega_there_is_a_reason(covariance, people, note):
    fitted = omega_total(covariance, people)
    assert (fitted.omega, fitted.note) == (None, note)
    assert np.isnan(fitted.loading).all()


def test_just_enough_people_are_enough():
    assert omega_total(EXACT, 50).omega is not None
