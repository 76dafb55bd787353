"""Scale scores and reliability, computed by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from answers import config_for, instrument_of, table_of
from rolefit.evidence.scales import (
    PairSums,
    cronbach_alpha,
    feldt_interval,
    item_answers,
    item_ids,
    scale_scores,
)
from rolefit.schema.surveys import Instrument

NAN = math.nan
FIVE = instrument_of({"calm": ["c1", "c2", "c3", "c4", "c5"]}, reversed_items=["c2"], high=6)


def scores_of(instrument, *rows, **evidence):
    policy = config_for(instrument, **evidence).evidence
    return scale_scores(table_of(instrument, np.array(rows, float)), instrument, policy)


def test_score_is_the_mean_after_reversal_with_the_declared_range():
    scored = scores_of(FIVE, [2, 4, 3, 4, 4])
    assert scored.score.tolist() == [[(2 + (1 + 6 - 4) + 3 + 4 + 4) / 5]]
    assert scored.answered.tolist() == [[5]]


def test_reversal_uses_the_declared_range_not_the_observed_one():
    shifted = instrument_of({"calm": ["c1"]}, reversed_items=["c1"], low=0, high=10)
    assert scores_of(shifted, [3], [4]).score.tolist() == [[7], [6]]


def test_four_of_five_answers_are_enough_and_three_are_not():
    scored = scores_of(FIVE, [2, 4, 3, 4, NAN], [2, 4, 3, NAN, NAN])
    assert scored.score[0, 0] == (2 + 3 + 3 + 4) / 4
    assert np.isnan(scored.score[1, 0])
    assert scored.answered[:, 0].tolist() == [4, 3]


def test_short_scales_need_every_answer():
    pair = instrument_of({"one": ["x"], "two": ["y", "z"]})
    scored = scores_of(pair, [4, 1, NAN], [NAN, 1, 2])
    assert scored.score[0, 0] == 4
    assert np.isnan(scored.score[0, 1])
    assert np.isnan(scored.score[1, 0])
    assert scored.score[1, 1] == 1.5


def test_a_lower_share_still_asks_for_three_answers():
    scored = scores_of(FIVE, [2, 4, NAN, NAN, NAN], [2, 4, 3, NAN, NAN], min_answered_share=0.2)
    assert np.isnan(scored.score[0, 0])
    assert scored.score[1, 0] == (2 + 3 + 3) / 3


def test_an_item_without_a_column_is_not_answered_by_anybody():
    table = table_of(FIVE, np.array([[2.0, 4, 3, 4, 4]])).drop_columns(["c5"])
    scored = scale_scores(table, FIVE, config_for(FIVE).evidence)
    assert scored.answered.tolist() == [[4]]
    assert scored.score[0, 0] == (2 + 3 + 3 + 4) / 4


def test_items_are_asked_in_the_order_of_their_wording():
    worded = Instrument.model_validate({
        "instrument": {"id": "w", "kind": "strengths", "min": 1, "max": 5},
        "scales": {"s": {"attribute": "s", "items": ["a", "b"]}},
        "items": {"b": "...", "a": "..."},
    })  # fmt: skip
    assert item_ids(worded) == ("b", "a")
    assert item_ids(FIVE) == ("c1", "c2", "c3", "c4", "c5")
    assert item_answers(table_of(worded, np.array([[1.0, 2.0]])), worded).tolist() == [[1, 2]]


def test_alpha_by_hand():
    items = np.array([[1, 2], [2, 2], [3, 5]], float)
    assert cronbach_alpha(items) == pytest.approx(2 * (1 - (1 + 3) / (1 + 3 + 2 * 1.5)))


def test_alpha_takes_every_pair_of_answers_there_is():
    items = np.array([[1, 1, NAN], [2, 2, 1], [3, NAN, 3], [5, 4, 4], [NAN, 3, 2]])
    pairs = np.array([
        [np.cov(items[keep, i], items[keep, j])[0, 1] for j in range(3)
         for keep in [~np.isnan(items[:, i]) & ~np.isnan(items[:, j])]]
        for i in range(3)
    ])  # fmt: skip
    expected = 3 / 2 * (1 - np.trace(pairs) / pairs.sum())
    assert cronbach_alpha(items) == pytest.approx(expected, abs=1e-12)


def test_alpha_is_negative_when_items_work_against_each_other():
    assert cronbach_alpha(np.array([[1, 4], [2, 3.5], [3, 2], [4, 2]])) < 0


@pytest.mark.parametrize(
    "items",
    [[[1.0], [2.0]], [[3.0, 3.0], [3.0, 3.0]], [[1.0, NAN], [2.0, NAN], [NAN, 3.0]]],
    ids=["one item", "nothing varies", "never answered together"],
)
def test_alpha_is_unknown_where_it_is_not_defined(items):
    assert math.isnan(cronbach_alpha(np.array(items)))


def test_feldt_interval_agrees_with_a_table_of_f():
    low, high = feldt_interval(0.79, 41, 26, 0.90)
    assert low == pytest.approx(1 - 0.21 * 1.406, abs=0.001)  # F(.95; 40, 1000)
    assert high == pytest.approx(1 - 0.21 * 0.659, abs=0.001)  # F(.05; 40, 1000)


def test_pair_sums_of_parts_add_up():
    rng = np.random.default_rng(3)
    values = rng.integers(-2, 3, size=(50, 4)).astype(float)
    values[rng.random(values.shape) < 0.2] = NAN
    whole, parts = PairSums.of(values), PairSums.of(values[:13]) + PairSums.of(values[13:])
    assert np.array_equal(whole.covariance(), parts.covariance())
    assert np.array_equal(whole.means(), np.nanmean(values, axis=0))
