"""Item statistics by plain correlation on complete answers, and where they are not defined."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rolefit.evidence.item_statistics import (
    item_statistics,
    scale_correlations,
    score_correlations,
)
from rolefit.evidence.scales import PairSums, cronbach_alpha

NAN = math.nan


@pytest.fixture
def answers():
    rng = np.random.default_rng(4)
    true = rng.normal(size=(200, 1))
    return np.clip(np.round(3 + 0.7 * true + rng.normal(size=(200, 4))), 1, 5)


def test_figures_are_plain_correlations_where_everybody_answered(answers):
    found = item_statistics(PairSums.of(answers))
    standard = (answers - answers.mean(axis=0)) / answers.std(axis=0, ddof=1)
    for k in range(4):
        rest = np.delete(answers, k, axis=1)
        assert found.rest_r[k] == pytest.approx(np.corrcoef(answers[:, k], rest.sum(1))[0, 1])
        assert found.standard_r[k] == pytest.approx(
            np.corrcoef(answers[:, k], standard.sum(1))[0, 1]
        )
        assert found.alpha_without[k] == pytest.approx(cronbach_alpha(rest))
        assert found.standard_alpha_without[k] == pytest.approx(
            cronbach_alpha(np.delete(standard, k, axis=1))
        )
        between = np.corrcoef(rest.T)[np.triu_indices(3, 1)]
        assert found.mean_r_without[k] == pytest.approx(between.mean())
    assert found.mean == pytest.approx(answers.mean(axis=0))
    assert found.sd == pytest.approx(answers.std(axis=0, ddof=1))
    assert found.n.tolist() == [200] * 4
    assert (found.corrected_r < found.standard_r).all()


def test_parts_add_up_in_any_order(answers):
    answers[np.random.default_rng(5).random(answers.shape) < 0.1] = NAN
    whole = item_statistics(PairSums.of(answers))
    parts = [PairSums.of(answers[rows]) for rows in (slice(120, None), slice(50), slice(50, 120))]
    merged = item_statistics(parts[0] + parts[1] + parts[2])
    for name, figures in vars(whole).items():
        assert getattr(merged, name) == pytest.approx(figures, abs=1e-12)


def test_a_score_correlation_leaves_out_who_did_not_answer(answers):
    answers[:50, 1] = NAN
    mean = np.nanmean(answers, axis=1)
    expected = np.corrcoef(answers[50:, 1], mean[50:])[0, 1]
    assert score_correlations(answers)[1] == pytest.approx(expected)


def test_two_items_leave_one_and_one_leaves_none(answers):
    two = item_statistics(PairSums.of(answers[:, :2]))
    r = np.corrcoef(answers[:, :2].T)[0, 1]
    assert two.rest_r == pytest.approx([r, r])
    assert np.isnan(two.alpha_without).all()
    assert np.isnan(two.mean_r_without).all()
    one = item_statistics(PairSums.of(answers[:, :1]))
    assert np.isnan([one.rest_r[0], one.alpha_without[0], one.corrected_r[0]]).all()


def test_an_item_that_does_not_vary_has_no_correlation(answers):
    answers[:, 2] = 4.0
    found = item_statistics(PairSums.of(answers))
    assert found.sd[2] == 0
    assert np.isnan([found.rest_r[2], found.standard_r[2], found.corrected_r[2]]).all()
    assert not np.isnan(found.rest_r[[0, 1, 3]]).any()
    assert found.alpha_without[2] == pytest.approx(cronbach_alpha(answers[:, [0, 1, 3]]))
    assert math.isnan(score_correlations(answers)[2])


def test_an_item_that_should_be_turned_round_is_found(answers):
    answers[:, 3] = 6 - answers[:, 3]
    found = item_statistics(PairSums.of(answers))
    assert found.rest_r[3] < 0
    assert found.alpha_without[3] > cronbach_alpha(answers)


@pytest.mark.parametrize("people", [3, 200])
def test_an_item_that_follows_from_the_others_has_no_corrected_figure(answers, people):
    answers[:, 3] = answers[:, 2]
    found = item_statistics(PairSums.of(answers[:people]))
    assert np.isnan(found.corrected_r).all()
    assert found.rest_r[3] == pytest.approx(found.rest_r[2])


def test_scales_correlate_as_their_sums_do(answers):
    keys = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, -1.0], [0.0, 1.0]])
    scales = answers @ keys
    found = scale_correlations(PairSums.of(answers), keys)
    assert found == pytest.approx(np.corrcoef(scales.T))
    assert np.isnan(scale_correlations(PairSums.of(answers), keys * [1.0, 0.0])[0, 1])
