"""Signs of careless answering: each by hand, and how often honest people show them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from answers import config_for, honest_answers, instrument_of, table_of
from rolefit.evidence.careless import (
    SIGNS,
    CarelessNorms,
    careless_flags,
    even_odd,
    longest_string,
    variability,
)
from rolefit.evidence.distance import DistanceNorms, distance_depth, key_pattern, keyed_target
from rolefit.evidence.scales import item_ids
from rolefit.evidence.sign_counts import quantile, tail_cut
from rolefit.evidence.survey_norms import calibrate_survey
from rolefit.schema.questionnaires import builtin_instrument

NAN = math.nan
QUIET = CarelessNorms(0.2, None, None)
STRENGTHS = builtin_instrument("builtin:strengths")
INTERESTS = builtin_instrument("builtin:interests")


def flags_of(instrument, answers, norms, seconds=None):
    seconds = np.full(len(answers), NAN) if seconds is None else np.array(seconds, float)
    return careless_flags(np.asarray(answers, float), seconds, instrument, norms)


def careless_norms(instrument, answers):
    table = table_of(instrument, answers)
    return calibrate_survey(table, instrument, config_for(instrument).evidence).careless


def test_longest_string_skips_what_was_not_answered():
    given = np.array([[1, 1, NAN, 1, 2], [1, 2, 3, 4, 5], [NAN] * 5, [3, 3, 2, 2, 2]])
    assert longest_string(given).tolist() == [3, 1, 0, 3]


def test_variability_is_the_sd_of_the_answers_as_given():
    row = np.array([[1, 2, 3, 4, 5, 1, 2, 3, NAN], [1, 2, 3, 4, 5, 1, 2, NAN, NAN]])
    low, unknown = variability(row)
    assert low == pytest.approx(np.std([1, 2, 3, 4, 5, 1, 2, 3], ddof=1))
    assert math.isnan(unknown)


def test_even_odd_is_the_correlation_of_two_halves_over_scales():
    scales = {f"s{k}": [f"s{k}i{i}" for i in range(4)] for k in range(5)}
    instrument = instrument_of(scales, reversed_items=["s0i1"])
    given = np.random.default_rng(2).integers(1, 6, size=(3, 20)).astype(float)
    given[1, 4] = NAN
    given[2, [4, 6]] = NAN
    keyed = given.copy()
    keyed[:, 1] = 6 - keyed[:, 1]
    parts = keyed.reshape(3, 5, 4)
    first, second = parts[:2, :, [0, 2]], parts[:2, :, [1, 3]]
    halves = zip(np.nanmean(first, axis=2), np.nanmean(second, axis=2), strict=True)
    expected = [np.arctanh(np.corrcoef(a, b)[0, 1]) for a, b in halves]
    found = even_odd(given, instrument)
    assert found[:2] == pytest.approx(expected)
    assert math.isnan(found[2])  # the first half of one scale is empty: four scales are too few


def test_even_odd_needs_five_scales_of_two_items():
    scales = {f"s{k}": [f"s{k}a", f"s{k}b"] for k in range(4)}
    instrument = instrument_of({**scales, "single": ["x"]})
    assert np.isnan(even_odd(np.ones((1, 9)), instrument)).all()


def test_distance_by_hand_and_over_answered_items_only():
    covariance = ((1.0, 0.5, 0.2), (0.5, 2.0, 0.3), (0.2, 0.3, 1.5))
    norms = DistanceNorms(("a", "b", "c"), (3.0, 3.0, 3.0), covariance, 3.0)
    given = np.array([[4, 1, 5], [4, NAN, 5], [4, NAN, NAN]], float)

    def depth(away, part):
        k, square = len(away), away @ np.linalg.inv(part) @ away
        return (np.cbrt(square / k) - (1 - 2 / (9 * k))) / math.sqrt(2 / (9 * k))

    full = np.array(covariance)
    found = distance_depth(given, ("a", "b", "c"), norms)
    assert found[0] == pytest.approx(depth(np.array([1, -2, 2]), full))
    assert found[1] == pytest.approx(depth(np.array([1, 2]), full[np.ix_([0, 2], [0, 2])]))
    assert math.isnan(found[2])


def test_seconds_count_answered_items_only():
    instrument = instrument_of({"a": ["a1", "a2", "a3"]})
    answers = [[1, 2, 3], [1, 2, 3], [1, 2, NAN], [1, 2, 3]]
    flags = flags_of(instrument, answers, QUIET, [5.9, 6.0, 4.0, NAN])
    assert flags[:, SIGNS.index("seconds")].tolist() == [True, False, False, False]


def test_half_of_the_items_in_a_row_is_a_flag_and_one_less_is_not():
    instrument = instrument_of({"a": [f"a{k}" for k in range(20)]})
    base = np.tile([1.0, 2, 3, 4, 5], 4)
    ten, nine = base.copy(), base.copy()
    ten[:10], ten[10] = 3, 4
    nine[:9], nine[9] = 3, 4
    flags = flags_of(instrument, [ten, nine], QUIET)
    assert flags[:, SIGNS.index("longstring")].tolist() == [True, False]


def test_a_short_questionnaire_is_never_flagged_for_equal_answers():
    instrument = instrument_of({"a": [f"a{k}" for k in range(7)]})
    assert not flags_of(instrument, [[4] * 7], QUIET).any()


def test_cuts_from_counts():
    counts = np.zeros(400, np.int64)
    counts[100:300] = 5  # uniform between 1 and 3 on a width of 4
    assert quantile(counts, 0.5, 0.0, 4.0) == pytest.approx(2.0)
    assert quantile(counts, 0.25, 0.0, 4.0) == pytest.approx(1.5)
    assert tail_cut(counts, -3.0, 0.0, 4.0) == pytest.approx(2.0 - 3.0 * 0.5 / 0.6745)
    assert tail_cut(counts, 3.0, 0.0, 4.0) == pytest.approx(2.0 + 3.0 * 0.5 / 0.6745)


@pytest.mark.parametrize("instrument", [STRENGTHS, INTERESTS], ids=["strengths", "interests"])
@pytest.mark.parametrize(("people", "seed"), [(300, 1), (300, 2), (2000, 3)])
def test_honest_people_are_rarely_flagged(instrument, people, seed):
    answers, _ = honest_answers(instrument, people + 2000, seed)
    norms = careless_norms(instrument, answers[:people])
    flags = flags_of(instrument, answers, norms).sum(axis=1)
    for part in (flags[:people], flags[people:]):  # the norm group, and people who come later
        assert (part >= 1).mean() < 0.05
        assert (part >= 2).mean() < 0.005


@pytest.mark.parametrize("instrument", [STRENGTHS, INTERESTS], ids=["strengths", "interests"])
def test_careless_people_are_mostly_flagged(instrument):
    rng = np.random.default_rng(7)
    answers, _ = honest_answers(instrument, 2000, 7)
    answers[:60] = rng.integers(1, 6, size=(60, answers.shape[1]))
    answers[60:120] = rng.integers(2, 6, size=(60, 1))
    flags = flags_of(instrument, answers, careless_norms(instrument, answers))
    assert flags[:60].any(axis=1).mean() > 0.7
    assert (flags[60:120].sum(axis=1) >= 2).mean() > 0.95


def test_a_tiny_team_uses_fixed_cuts_only():
    answers, _ = honest_answers(STRENGTHS, 14, 3)
    norms = careless_norms(STRENGTHS, answers)
    assert norms == CarelessNorms(0.05 * 4, None, None)


@pytest.mark.parametrize(("instrument", "found"), [(STRENGTHS, 0.7), (INTERESTS, 0.5)])
def test_random_answers_are_seen_in_a_team_of_forty(instrument, found):
    honest, random = [], []
    for seed in range(12):
        answers, _ = honest_answers(instrument, 240, seed)
        answers[:1] = np.random.default_rng(seed).integers(1, 6, size=(1, answers.shape[1]))
        norms = careless_norms(instrument, answers[:40])
        flags = flags_of(instrument, answers, norms).any(axis=1)
        random.append(flags[0])
        honest.append(flags[1:].mean())
    assert np.mean(random) > found
    assert np.mean(honest) < 0.01


def test_the_usual_pattern_of_few_people_is_that_of_the_key():
    instrument = instrument_of({"a": ["a1", "a2"], "b": ["b1", "b2"]}, reversed_items=["a2"])
    together, sign = key_pattern(instrument)
    assert together[0].tolist() == [True, True, False, False]
    assert sign[1].tolist() == [-1, 1, -1, -1]
    covariance = np.diag([1.0, 1.0, 4.0, 4.0]) + np.where(together, sign * 0.6, sign * 0.3)
    target = keyed_target(covariance, together, sign, 1e12)
    sd = np.sqrt(np.diagonal(covariance))
    correlation = target / np.outer(sd, sd)
    within = np.mean([0.6 / 1.6, 0.6 / 4.6])
    between = 0.3 / np.sqrt(1.6 * 4.6)
    expected = sign * np.where(together, within, between)
    np.fill_diagonal(expected, 1.0)
    assert correlation == pytest.approx(expected, abs=1e-6)
    imagined = keyed_target(covariance, together, sign, 0.0)
    assert np.diagonal(imagined) == pytest.approx(np.full(4, np.diagonal(covariance).mean()))
    assert imagined[0, 1] / imagined[0, 0] == pytest.approx(-0.3)
    assert imagined[0, 2] == 0


def test_one_person_alone_is_flagged_as_in_a_crowd():
    answers, _ = honest_answers(STRENGTHS, 500, 9, missing=0.05)
    answers[::10] = np.random.default_rng(9).integers(1, 6, size=(50, answers.shape[1]))
    norms = careless_norms(STRENGTHS, answers)
    crowd = flags_of(STRENGTHS, answers, norms)
    alone = np.vstack([flags_of(STRENGTHS, answers[row : row + 1], norms) for row in range(100)])
    assert crowd[:100].any()
    assert np.array_equal(alone, crowd[:100])


def test_an_item_that_never_varies_is_no_part_of_the_distance():
    answers, _ = honest_answers(STRENGTHS, 500, 9)
    answers[:, 3] = 4.0
    norms = careless_norms(STRENGTHS, answers)
    assert item_ids(STRENGTHS)[3] not in norms.distance.items
    assert len(norms.distance.items) == answers.shape[1] - 1
    assert not flags_of(STRENGTHS, answers, replace(norms, even_odd_low=None))[:, 3].mean() > 0.01
