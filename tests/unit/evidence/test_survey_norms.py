"""Norms of an instrument: sums that merge, published norms, small groups, unusable scales."""

from __future__ import annotations

import math
from functools import reduce

import numpy as np
import pytest
from pydantic import TypeAdapter

from answers import config_for, honest_answers, instrument_of, table_of
from rolefit.evidence.scale_norms import ipsatised_reliability
from rolefit.evidence.scales import cronbach_alpha, keyed_answers, scale_scores
from rolefit.evidence.survey_norms import (
    SurveyNorms,
    SurveySums,
    calibrate_survey,
    depth_counts,
    norms_of,
    with_distance_cut,
)

SCALES = {f"s{k}": [f"s{k}i{i}" for i in range(4)] for k in range(6)}
TURNED = [f"s{k}i1" for k in range(6)]
INSTRUMENT = instrument_of(SCALES, reversed_items=TURNED)
POLICY = config_for(INSTRUMENT).evidence


def norms_for(people, seed=1, instrument=INSTRUMENT):
    answers, _ = honest_answers(instrument, people, seed)
    return answers, calibrate_survey(table_of(instrument, answers), instrument, POLICY)


def test_norms_are_the_moments_of_the_scored_people():
    answers, norms = norms_for(400)
    scores = scale_scores(table_of(INSTRUMENT, answers), INSTRUMENT, POLICY).score
    for s, (name, scale) in enumerate(norms.scales.items()):
        own = scores[~np.isnan(scores[:, s]), s]
        alpha = cronbach_alpha(keyed_answers(answers, INSTRUMENT, INSTRUMENT.scales[name]))
        assert scale.n == len(own)
        assert scale.mean == pytest.approx(own.mean(), abs=1e-12)
        assert scale.sd == pytest.approx(own.std(ddof=1), abs=1e-12)
        assert scale.alpha == pytest.approx(alpha, abs=1e-12)
        assert scale.reliability == pytest.approx(alpha, abs=1e-12)
        assert scale.alpha_low < alpha < scale.alpha_high
        assert scale.sem == pytest.approx(scale.sd * math.sqrt(1 - alpha), abs=1e-12)
        assert (scale.source, scale.mean_se) == ("estimated", 0.0)


def test_norms_survive_json():
    _, norms = norms_for(400)
    adapter = TypeAdapter(SurveyNorms)
    assert norms.careless.distance is not None
    assert adapter.validate_json(adapter.dump_json(norms)) == norms


def test_sums_of_partitions_give_the_same_norms():
    answers, whole = norms_for(400)
    table = table_of(INSTRUMENT, answers)
    parts = [table.slice(start, 90) for start in (270, 0, 360, 90, 180)]
    sums = reduce(SurveySums.__add__, [SurveySums.of(part, INSTRUMENT, POLICY) for part in parts])
    first = norms_of(sums, INSTRUMENT, POLICY)
    depths = sum(depth_counts(part, INSTRUMENT, first.careless.distance) for part in parts)
    merged = with_distance_cut(first, depths)
    assert merged.careless == whole.careless
    for name, scale in whole.scales.items():
        assert merged.scales[name].mean == pytest.approx(scale.mean, abs=1e-10)
        assert merged.scales[name].sd == pytest.approx(scale.sd, abs=1e-10)
        assert merged.scales[name].reliability == pytest.approx(scale.reliability, abs=1e-10)


def test_published_norms_win_and_the_error_stays_that_of_the_answers():
    _, own = norms_for(400)
    published = {"s0": {"mean": 3.0, "sd": 0.9, "n": 1200}}
    instrument = instrument_of(SCALES, reversed_items=TURNED, norms=published)
    _, norms = norms_for(400, instrument=instrument)
    scale = norms.scales["s0"]
    assert (scale.mean, scale.sd, scale.n, scale.source) == (3.0, 0.9, 1200, "published")
    assert scale.sem == pytest.approx(own.scales["s0"].sem, abs=1e-12)
    assert scale.reliability == pytest.approx(1 - (scale.sem / 0.9) ** 2, abs=1e-12)
    other, same = norms.scales["s1"], own.scales["s1"]
    assert (other.mean, other.sd, other.reliability) == (same.mean, same.sd, same.reliability)


@pytest.mark.parametrize("people", [0, 1, 2, 30])
def test_a_small_group_is_pooled_over_the_scales_of_the_instrument(people):
    _, norms = norms_for(people)
    assert {scale.source for scale in norms.scales.values()} == {"pooled"}
    for scale in norms.scales.values():
        assert 1 <= scale.mean <= 5
        assert 0.3 < scale.sd < 1.5
        assert 0.4 < scale.reliability < 0.9
        assert scale.mean_se == pytest.approx(scale.sd / math.sqrt(max(scale.n, 1)))
    assert norms.careless.even_odd_low is None
    assert (norms.careless.distance is None) is (people < 15)


def test_figures_for_the_record_add_up_over_partitions_and_score_nobody():
    answers, whole = norms_for(400)
    answers[:30, :4] = [5.0, 1.0, 5.0, 5.0]
    table = table_of(INSTRUMENT, answers)
    whole = norms_of(SurveySums.of(table, INSTRUMENT, POLICY), INSTRUMENT, POLICY)
    parts = [table.slice(start, 90) for start in (270, 0, 360, 90, 180)]
    sums = reduce(SurveySums.__add__, [SurveySums.of(part, INSTRUMENT, POLICY) for part in parts])
    merged = norms_of(sums, INSTRUMENT, POLICY)
    scored = scale_scores(table, INSTRUMENT, POLICY).score
    assert merged.careless_shares == whole.careless_shares
    for s, (name, scale) in enumerate(merged.scales.items()):
        own = scored[~np.isnan(scored[:, s]), s]
        assert (scale.people, scale.floor) == (len(own), np.mean(own == 1.0))
        assert scale.ceiling == np.mean(own == 5.0)
        assert (scale.omega, scale.omega_note) == (whole.scales[name].omega, "")
        assert scale.item_norms == whole.scales[name].item_norms
        assert scale.alpha - 0.03 < scale.omega < scale.alpha + 0.05
    assert merged.scales["s0"].ceiling >= 30 / 400


def test_the_record_of_nobody_is_empty():
    _, norms = norms_for(0)
    scale = norms.scales["s0"]
    assert (scale.people, scale.omega, scale.floor, scale.ceiling) == (0, None, None, None)
    assert scale.item_norms == {}
    assert set(norms.careless_shares.values()) == {None}


def test_nobody_at_all_leaves_the_textbook_questionnaire():
    _, norms = norms_for(0)
    scale = norms.scales["s0"]
    assert (scale.mean, scale.n, scale.alpha) == (3.0, 0, None)
    assert scale.reliability == pytest.approx(4 * 0.3 / (1 + 3 * 0.3))
    assert scale.sd == pytest.approx(math.sqrt((1 + 3 * 0.3) / 4))


def test_blending_ends_where_the_norm_group_is_large_enough():
    _, below = norms_for(99)
    answers, above = norms_for(130)
    scored = scale_scores(table_of(INSTRUMENT, answers), INSTRUMENT, POLICY).score
    assert below.scales["s0"].source == "pooled"
    assert above.scales["s0"].source == "estimated"
    assert above.scales["s0"].mean == pytest.approx(np.nanmean(scored[:, 0]), abs=1e-12)


def test_ten_people_give_a_scale_half_the_say_in_its_mean():
    answers, _ = norms_for(10)
    answers = np.nan_to_num(answers, nan=3.0)
    norms = calibrate_survey(table_of(INSTRUMENT, answers), INSTRUMENT, POLICY)
    own = scale_scores(table_of(INSTRUMENT, answers), INSTRUMENT, POLICY).score.mean(axis=0)
    means = np.array([scale.mean for scale in norms.scales.values()])
    assert means == pytest.approx(0.5 * own + 0.5 * own.mean(), abs=1e-12)


def test_items_that_work_against_each_other_make_a_scale_unusable():
    rng = np.random.default_rng(5)
    one = rng.integers(1, 6, size=200).astype(float)
    pair = instrument_of({"odd": ["x", "y"]})
    noise = rng.integers(-1, 2, size=200)
    answers = np.column_stack([one, np.clip(6 - one + noise, 1, 5)])
    norms = calibrate_survey(table_of(pair, answers), pair, config_for(pair).evidence)
    assert norms.scales["odd"].reliability < 0
    assert norms.scales["odd"].true_covariance == {"odd": 0.0}


def test_answers_that_never_vary_make_a_scale_unusable():
    pair = instrument_of({"flat": ["x", "y"]})
    norms = calibrate_survey(table_of(pair, np.full((200, 2), 4.0)), pair, POLICY)
    scale = norms.scales["flat"]
    assert (scale.mean, scale.sd, scale.reliability, scale.alpha) == (4.0, 0.0, 0.0, None)


def test_a_single_item_borrows_the_item_correlation_of_the_instrument():
    mixed = instrument_of({"long": ["a", "b", "c", "d"], "short": ["e"]})
    answers, _ = honest_answers(mixed, 3000, 2, missing=0.0)
    norms = calibrate_survey(table_of(mixed, answers), mixed, POLICY)
    between = np.corrcoef(answers[:, :4].T)[np.triu_indices(4, 1)].mean()
    assert norms.scales["short"].alpha is None
    assert norms.scales["short"].reliability == pytest.approx(between, abs=0.03)


def test_ipsatised_reliability_by_hand():
    true, noise = np.diag([0.6, 0.6]), np.array([0.4, 0.4])
    assert ipsatised_reliability(true, noise, 0.0) == pytest.approx([0.6, 0.6])
    assert ipsatised_reliability(true, noise, 1.0) == pytest.approx([0.6, 0.6])
    shared = np.array([[0.6, 0.5], [0.5, 0.6]])
    signal = 0.65**2 * 0.6 + 0.35**2 * 0.6 - 2 * 0.65 * 0.35 * 0.5
    error = (0.65**2 + 0.35**2) * 0.4
    expected = signal / (signal + error)
    assert ipsatised_reliability(shared, noise, 0.7) == pytest.approx([expected, expected])


def test_only_interests_are_ipsatised():
    likes = instrument_of(SCALES, kind="interests")
    answers, _ = honest_answers(likes, 500, 4)
    norms = calibrate_survey(table_of(likes, answers), likes, POLICY)
    assert norms.ipsatise == POLICY.ipsatise > 0
    scored = [scale.scored_reliability for scale in norms.scales.values()]
    plain = [scale.reliability for scale in norms.scales.values()]
    assert (np.array(scored) < np.array(plain)).all()
    _, strengths = norms_for(400)
    assert strengths.ipsatise == 0
    assert all(s.scored_reliability == pytest.approx(s.reliability, abs=1e-12)
               for s in strengths.scales.values())  # fmt: skip


@pytest.mark.parametrize(("people", "known"), [(15, True), (14, False)])
def test_the_usual_pattern_needs_fifteen_people(people, known):
    answers, _ = honest_answers(INSTRUMENT, people, 6, missing=0.0)
    norms = calibrate_survey(table_of(INSTRUMENT, answers), INSTRUMENT, POLICY)
    assert (norms.careless.distance is not None) is known


def test_the_cut_of_the_distance_follows_people_outwards_but_never_inwards():
    _, norms = norms_for(400)
    near, far = np.zeros(400, np.int64), np.zeros(400, np.int64)
    near[90:110] = 20  # depths between -0.5 and 0.5
    far[60:220] = 20  # depths between -2 and 6
    cuts = [with_distance_cut(norms, depths).careless.distance.cut for depths in (near, far)]
    assert cuts[0] == 3.09
    assert cuts[1] == pytest.approx(2.0 + 3.09 * 2.0 / 0.6745)
    few = np.where(np.arange(400) == 100, 14, 0)
    assert with_distance_cut(norms, few).careless.distance is None
