"""What is said of a questionnaire: each finding by answers that deserve it, or do not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from answers import config_for, honest_answers, instrument_of, table_of
from rolefit.errors import ConfigError
from rolefit.evidence.careless import SIGNS, careless_flags
from rolefit.evidence.survey_norms import calibrate_survey
from rolefit.evidence.survey_quality import scale_qualities, survey_quality

SCALES = {f"s{k}": [f"s{k}i{i}" for i in range(4)] for k in range(5)}
INSTRUMENT = instrument_of(SCALES, reversed_items=["s1i1"])


@pytest.fixture
def answers():
    return honest_answers(INSTRUMENT, 500, 3)[0]


def calibrated(answers, instrument=INSTRUMENT, **columns):
    table = table_of(instrument, np.asarray(answers, float), **columns)
    return calibrate_survey(table, instrument, config_for(instrument).evidence)


def findings(answers, instrument=INSTRUMENT, **columns):
    found = survey_quality(calibrated(answers, instrument, **columns), instrument)
    return {(one.code, one.scale, one.item) for one in found}


def test_a_good_questionnaire_needs_no_word(answers):
    assert findings(answers) == set()


def test_a_row_a_scale_shows_the_figures(answers):
    norms = calibrated(answers)
    rows = scale_qualities(norms)
    assert [row.scale for row in rows] == list(SCALES)
    first = norms.scales["s0"]
    assert (rows[0].n, rows[0].alpha, rows[0].sem) == (first.people, first.alpha, first.sem)
    assert rows[0].alpha_low < rows[0].omega < rows[0].alpha_high
    assert (rows[0].omega_note, rows[0].source) == ("", "estimated")


@pytest.mark.parametrize(("people", "told"), [(29, True), (30, False)])
def test_under_thirty_people_only_that_is_said(answers, people, told):
    codes = {code for code, *_ in findings(np.nan_to_num(answers[:people], nan=3.0))}
    assert ("too_few_people" in codes) is told
    assert not told or codes == {"too_few_people"}


@pytest.mark.parametrize(("low", "high", "code"), [(5.0, 5.0, "ceiling"), (1.0, 1.0, "floor")])
def test_more_than_fifteen_in_a_hundred_at_an_end_is_said(answers, low, high, code):
    answers = np.nan_to_num(answers, nan=3.0)
    answers[:, 0] = np.clip(answers[:, 0], 2.0, 4.0)
    at = slice(0, 75)
    answers[at, :4] = low
    assert (code, "s0", None) not in findings(answers)
    answers[75, :4] = high
    assert (code, "s0", None) in findings(answers)
    norms = calibrated(answers).scales["s0"]
    assert {norms.floor, norms.ceiling} == {0.0, 76 / 500}


def test_an_item_at_the_end_of_a_reversed_scale_counts_after_reversal(answers):
    answers[:, 4:8] = [5.0, 1.0, 5.0, 5.0]
    assert calibrated(answers).scales["s1"].ceiling == 1.0


def test_an_item_keyed_the_wrong_way_round_is_asked_about(answers):
    answers[:, 2] = 6.0 - answers[:, 2]
    answers[:, 5] = 6.0 - answers[:, 5]
    found = survey_quality(calibrated(answers), INSTRUMENT)
    said = {(one.code, one.item): one.text for one in found}
    assert said.keys() >= {("reversed_item", "s0i2"), ("reversed_item", "s1i1")}
    assert said["reversed_item", "s0i2"].endswith("Is it reversed?")
    assert said["reversed_item", "s1i1"].endswith("It is keyed as reversed: is it?")


def test_an_item_that_asks_something_else_lowers_alpha(answers):
    noise = np.random.default_rng(1).integers(1, 6, size=len(answers)).astype(float)
    answers[:, 3] = np.where(np.arange(500) % 5 == 0, answers[:, 3], noise)
    found = findings(answers)
    assert ("item_lowers_alpha", "s0", "s0i3") in found
    assert {item for _, _, item in found} <= {"s0i3", None}


def test_an_item_that_never_varies_is_named(answers):
    answers[:, 3] = 4.0
    assert ("item_never_varies", "s0", "s0i3") in findings(answers)


def test_scales_that_measure_little_or_nothing_are_named(answers):
    rng = np.random.default_rng(2)
    noise = rng.integers(1, 6, size=(500, 8)).astype(float)
    answers[:, :2], answers[:, 2:4] = noise[:, :2], 6.0 - noise[:, :2]
    random = rng.random((500, 4)) < 0.4
    answers[:, 4:8] = np.where(random, noise[:, 4:], answers[:, 4:8])
    codes = {(code, scale) for code, scale, _ in findings(answers)}
    assert ("unusable_scale", "s0") in codes
    assert ("low_reliability", "s1") in codes


@pytest.mark.parametrize(("fast", "told"), [(26, True), (25, False)])
def test_a_sign_that_many_people_show_is_said(answers, fast, told):
    seconds = np.full(500, 300.0)
    seconds[:fast] = 10.0
    shares = calibrated(answers, seconds=seconds).careless_shares
    assert shares["seconds"] == fast / 500
    assert (("careless_sign", None, "seconds") in findings(answers, seconds=seconds)) is told


def test_shares_of_signs_are_those_of_the_flags(answers):
    answers[:40] = 4.0
    answers[40:80] = np.random.default_rng(3).integers(1, 6, size=(40, answers.shape[1]))
    norms = calibrated(answers)
    flags = careless_flags(answers, np.full(500, np.nan), INSTRUMENT, norms.careless).mean(axis=0)
    shares = norms.careless_shares
    assert shares["seconds"] is None
    assert shares["longstring"] == flags[0] >= 40 / 500
    for k, sign in enumerate(SIGNS[:4]):
        assert shares[sign] == pytest.approx(flags[k], abs=0.012)
    assert shares["distance"] > 0


def test_norms_of_another_version_are_refused(answers):
    with pytest.raises(ConfigError, match="RF142"):
        survey_quality(replace(calibrated(answers), version="2"), INSTRUMENT)
