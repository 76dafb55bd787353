"""Surveys as evidence: values, variances, widening and remarks, computed by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from answers import agents_of, config_for, honest_answers, instrument_of, table_of
from rolefit.errors import ConfigError
from rolefit.evidence.careless import CarelessNorms
from rolefit.evidence.scale_norms import ScaleNorms
from rolefit.evidence.scales import scale_scores
from rolefit.evidence.survey_norms import SurveyNorms, calibrate_survey
from rolefit.evidence.surveys import score_survey, true_scores

NAN = math.nan
AS_OF = date(2026, 6, 30)
ITEMS = ["a", "b", "c", "d", "e"]
ONE = instrument_of({"calm": ITEMS})
RELIABILITY, SD, MEAN = 0.75, 0.8, 3.5


def scale_norms(reliability=RELIABILITY, sd=SD, mean=MEAN, items=5):
    sem = sd * math.sqrt(1 - reliability)
    return ScaleNorms(
        mean, sd, 500, items, reliability, reliability, None, None, sem, 0.0, reliability,
        "estimated", {},
    )  # fmt: skip


def norms_with(ipsatise=0.0, **scales):
    own = {name: max(s.reliability, 0) * s.sd**2 for name, s in scales.items()}
    apart = {
        name: replace(s, true_covariance=dict.fromkeys(scales, 0.0) | {name: own[name]})
        for name, s in scales.items()
    }
    return SurveyNorms("test", "1", "en", 500, ipsatise, apart, CarelessNorms(0.2, None, None))


def scored(rows, *, instrument=ONE, norms=None, family="strengths", more=None):
    table = table_of(instrument, np.array(rows, float), **(more or {}))
    return score_survey(
        table, agents_of(table), instrument, norms or norms_with(calm=scale_norms()),
        family=family, config=config_for(instrument), as_of=AS_OF,
    )  # fmt: skip


def said(gathered):
    return {
        remark.code: [(int(a), remark.subjects[s]) for a, s in
                      zip(remark.agent, remark.subject, strict=True)]
        for remark in gathered.remarks
    }  # fmt: skip


def test_value_and_variance_by_hand():
    evidence = scored([[5, 4, 4, 5, 4]]).evidence
    rho = config_for(ONE).evidence.validity.strengths
    true_sd = SD * math.sqrt(RELIABILITY)
    noise = SD**2 * (1 - RELIABILITY) / (SD**2 * RELIABILITY)
    assert evidence.z == pytest.approx([(4.4 - MEAN) / true_sd / rho], abs=1e-12)
    assert evidence.variance == pytest.approx([(noise + 1 - rho**2) / rho**2], abs=1e-12)
    assert evidence.n.tolist() == [5]
    assert evidence.sources == ("calm",)
    assert evidence.method_variance == config_for(ONE).evidence.method_variance.strengths


def test_a_missing_answer_widens_by_its_share():
    full, gap = scored([[5, 4, 4, 5, 4], [5, 4, 4, 5, NAN]]).evidence.variance
    rho = config_for(ONE).evidence.validity.strengths
    noise = (1 - RELIABILITY) / RELIABILITY
    assert gap - full == pytest.approx(noise * (5 / 4 - 1) / rho**2, abs=1e-12)


def test_kelley_estimate_shrinks_towards_the_norm_mean():
    table = table_of(ONE, np.array([[5.0, 4, 4, 5, 4]]))
    scores = scale_scores(table, ONE, config_for(ONE).evidence)
    true = true_scores(scores, norms_with(calm=scale_norms()))
    in_points = true.estimate[0, 0] * SD * math.sqrt(RELIABILITY)
    assert in_points == pytest.approx(RELIABILITY * (4.4 - MEAN), abs=1e-12)
    assert true.reliability[0, 0] == pytest.approx(RELIABILITY, abs=1e-12)


@pytest.mark.parametrize(
    ("answered", "months"),
    [(date(2026, 6, 30), 0), (date(2027, 1, 1), 0), (None, 0), (date(2023, 6, 30), 36)],
    ids=["today", "in the future", "unknown", "three years ago"],
)
def test_age_doubles_the_variance_every_half_life(answered, months):
    fresh = scored([[5, 4, 4, 5, 4]]).evidence.variance
    dated = {"answered_on": pa.array([answered], pa.date32())}
    aged = scored([[5, 4, 4, 5, 4]], more=dated).evidence
    half_life = config_for(ONE).evidence.half_life_months.strengths
    assert aged.variance == pytest.approx(fresh * 2 ** (months / half_life), rel=2e-3)


def test_answers_older_than_the_half_life_are_noted():
    dated = {"answered_on": pa.array([date(2022, 1, 1)], pa.date32())}
    evidence = scored([[5, 4, 4, 5, 4]], more=dated).evidence
    assert [evidence.notes[k] for k in evidence.note] == ["old"]


def test_hasty_answers_widen_and_are_told():
    hasty = {"seconds": pa.array([30.0, 9.0, None])}
    gathered = scored([[5, 4, 4, 5, 4]] * 3, more=hasty)
    variance = gathered.evidence.variance
    assert variance[1] == pytest.approx(2 * variance[0], rel=1e-12)
    assert variance[2] == variance[0]
    assert len(set(gathered.evidence.z)) == 1
    notes = [gathered.evidence.notes[k] for k in gathered.evidence.note]
    assert notes == ["", "careless_1", ""]
    assert said(gathered) == {"careless": [(1, "strengths")]}


def test_two_signs_ask_for_a_retake():
    long = instrument_of({f"s{k}": [f"s{k}{i}" for i in "abcde"] for k in range(4)})
    norms = norms_with(**{f"s{k}": scale_norms() for k in range(4)})
    rng = np.random.default_rng(0)
    rows = np.vstack([rng.integers(1, 6, size=(1, 20)), np.full((1, 20), 4)])
    seconds = {"seconds": pa.array([200.0, 200.0])}
    gathered = scored(rows, instrument=long, norms=norms, more=seconds)
    assert said(gathered) == {"retake": [(1, "strengths")]}
    careful, careless = gathered.evidence.variance[[0, -1]]
    assert careless == pytest.approx(6 * careful, rel=1e-12)


def test_too_few_answers_are_told_unless_nothing_was_answered():
    two = instrument_of({"calm": ITEMS, "kind": ["k1", "k2", "k3"]})
    norms = norms_with(calm=scale_norms(), kind=scale_norms(items=3))
    rows = [[4, 4, 4, NAN, NAN, 3, 4, 5], [NAN] * 8]
    gathered = scored(rows, instrument=two, norms=norms)
    assert said(gathered) == {"too_few_answers": [(0, "calm")]}
    assert gathered.evidence.agent.tolist() == [0]
    assert gathered.evidence.sources[gathered.evidence.source[0]] == "kind"


def test_a_poor_scale_is_used_and_told():
    gathered = scored([[5, 4, 4, 5, 4]], norms=norms_with(calm=scale_norms(0.5)))
    better = scored([[5, 4, 4, 5, 4]], norms=norms_with(calm=scale_norms(0.6)))
    assert said(gathered) == {"poor_scale": [(0, "calm")]}
    assert said(better) == {}
    assert gathered.evidence.variance > better.evidence.variance


@pytest.mark.parametrize("norm", [scale_norms(-0.4), scale_norms(0.0), scale_norms(0.0, sd=0.0)])
def test_an_unusable_scale_is_left_out_and_told(norm):
    gathered = scored([[5, 4, 4, 5, 4]], norms=norms_with(calm=norm))
    assert len(gathered.evidence) == 0
    assert said(gathered) == {"unusable_scale": [(0, "calm")]}


def test_unknown_agents_are_left_out_and_rows_follow_the_agents_table():
    table = table_of(ONE, np.array([[5.0, 4, 4, 5, 4], [1, 2, 2, 1, 2]]))
    agents = pa.table({"agent_id": ["zz", "a1"]})
    gathered = score_survey(
        table, agents, ONE, norms_with(calm=scale_norms()),
        family="strengths", config=config_for(ONE), as_of=AS_OF,
    )  # fmt: skip
    assert gathered.evidence.agent.tolist() == [1]
    assert (gathered.evidence.z < 0).all()


def test_ipsatising_takes_the_declared_share_of_the_mean_deviation():
    likes = instrument_of({"x": ["x1"], "y": ["y1"]}, kind="interests")
    norms = norms_with(0.7, x=scale_norms(mean=3, items=1), y=scale_norms(mean=4, items=1))
    scores = scale_scores(table_of(likes, np.array([[5.0, 4]])), likes, config_for(likes).evidence)
    true = true_scores(scores, norms)
    t = RELIABILITY * SD**2
    sd = math.sqrt((0.65**2 + 0.35**2) * t)
    assert true.elevation == pytest.approx([1.0])
    expected = np.array([[2 - 0.7, 0 - 0.7]]) / sd * RELIABILITY
    assert true.estimate == pytest.approx(expected, abs=1e-12)
    assert true.reliability == pytest.approx(np.full((1, 2), RELIABILITY), abs=1e-12)


def test_ipsatised_reliability_is_the_squared_correlation_with_the_truth():
    scales = {f"s{k}": [f"s{k}i{i}" for i in range(4)] for k in range(6)}
    likes = instrument_of(scales, kind="interests")
    answers, truth = honest_answers(likes, 20_000, 8, missing=0.0)
    table, policy = table_of(likes, answers), config_for(likes).evidence
    norms = calibrate_survey(table, likes, policy)
    true = true_scores(scale_scores(table, likes, policy), norms)
    target = truth - 0.7 * truth.mean(axis=1, keepdims=True)
    for s, scale in enumerate(norms.scales.values()):
        squared = np.corrcoef(true.estimate[:, s], target[:, s])[0, 1] ** 2
        assert scale.scored_reliability == pytest.approx(squared, abs=0.05)
        assert scale.scored_reliability < scale.reliability


def answers_with_style(instrument, people, style, seed):
    """Interests that are unrelated, seen with the validity of the config; and the attributes."""
    rng = np.random.default_rng(seed)
    rho = config_for(instrument).evidence.validity.interests
    attribute = rng.normal(size=(people, len(instrument.scales)))
    seen = rho * attribute + np.sqrt(1 - rho**2) * rng.normal(size=attribute.shape)
    items = np.repeat(seen, 4, axis=1)
    felt = 3.0 + 0.62 * items + style * rng.normal(size=(people, 1))
    given = np.clip(np.round(felt + 0.65 * rng.normal(size=items.shape)), 1, 5)
    return given, attribute


@pytest.mark.parametrize("style", [0.0, 0.2, 0.5])
def test_intervals_of_interests_are_honest_whatever_the_style(style):
    scales = {f"s{k}": [f"s{k}i{i}" for i in range(4)] for k in range(6)}
    likes = instrument_of(scales, kind="interests")
    answers, attribute = answers_with_style(likes, 20_000, style, 3)
    table, config = table_of(likes, answers), config_for(likes)
    norms = calibrate_survey(table, likes, config.evidence)
    evidence = score_survey(
        table, agents_of(table), likes, norms, family="interests", config=config,
        as_of=date(2026, 6, 30),
    ).evidence  # fmt: skip
    precision = 1.0 + 1.0 / evidence.variance
    mean = evidence.z / evidence.variance / precision
    off = (mean - attribute[evidence.agent, evidence.source]) ** 2 * precision
    assert 0.92 < off.mean() < 1.05  # much style leaves them a little wide


def test_agreement_is_the_correlation_of_a_true_score_with_what_ipsatising_leaves_of_it():
    scales = {f"s{k}": [f"s{k}i{i}" for i in range(4)] for k in range(6)}
    likes = instrument_of(scales, kind="interests")
    answers, truth = honest_answers(likes, 20_000, 8, missing=0.0)
    table, policy = table_of(likes, answers), config_for(likes).evidence
    norms = calibrate_survey(table, likes, policy)
    true = true_scores(scale_scores(table, likes, policy), norms)
    left = truth - 0.7 * truth.mean(axis=1, keepdims=True)
    for s, agreement in enumerate(true.agreement):
        assert agreement == pytest.approx(np.corrcoef(truth[:, s], left[:, s])[0, 1], abs=0.03)
    plain = true_scores(scale_scores(table, likes, policy), replace(norms, ipsatise=0.0))
    assert plain.agreement == pytest.approx(np.ones(6))


def test_an_uncertain_norm_mean_widens_everybody():
    sure = norms_with(calm=scale_norms())
    unsure = norms_with(calm=replace(scale_norms(), mean_se=0.2))
    rows = [[5, 4, 4, 5, 4]]
    wider, wide = scored(rows, norms=unsure).evidence, scored(rows, norms=sure).evidence
    rho = config_for(ONE).evidence.validity.strengths
    extra = 0.2**2 / (SD**2 * RELIABILITY) / rho**2
    assert wider.variance - wide.variance == pytest.approx([extra], abs=1e-12)
    assert wider.z == pytest.approx(wide.z, abs=1e-12)


def test_the_order_of_scales_in_the_norms_does_not_matter():
    scales = {f"s{k}": [f"s{k}i{i}" for i in range(4)] for k in (2, 0, 1)}
    likes = instrument_of(scales, kind="interests")
    answers, _ = honest_answers(likes, 200, 3)
    table, config = table_of(likes, answers), config_for(likes)
    norms = calibrate_survey(table, likes, config.evidence)
    sorted_norms = replace(norms, scales=dict(sorted(norms.scales.items())))
    call = {"family": "interests", "config": config, "as_of": AS_OF}
    one = score_survey(table, agents_of(table), likes, norms, **call).evidence
    other = score_survey(table, agents_of(table), likes, sorted_norms, **call).evidence
    assert list(norms.scales) != list(sorted_norms.scales)
    assert np.array_equal(one.z, other.z)
    assert np.array_equal(one.variance, other.variance)


def test_norms_of_another_instrument_are_refused():
    other = instrument_of({"bold": ITEMS})
    with pytest.raises(ConfigError, match=r"norms of instrument test 1 en \(calm\).*RF142"):
        scored([[5, 4, 4, 5, 4]], instrument=other)


@pytest.mark.parametrize("change", [{"instrument": "other"}, {"version": "2"}, {"language": "de"}])
def test_norms_of_another_version_or_language_are_refused(change):
    norms = replace(norms_with(calm=scale_norms()), **change)
    with pytest.raises(ConfigError, match="RF142"):
        scored([[5, 4, 4, 5, 4]], norms=norms)


def test_an_unusable_interest_is_not_scored_by_contrast_with_the_others():
    likes = instrument_of({"x": ["x1"], "y": ["y1"], "z": ["z1"]}, kind="interests")
    good = scale_norms(items=1)
    norms = norms_with(0.7, x=scale_norms(-0.2, items=1), y=good, z=good)
    gathered = scored([[5, 4, 2]], instrument=likes, norms=norms, family="interests")
    assert [gathered.evidence.sources[k] for k in gathered.evidence.source] == ["y", "z"]
    assert said(gathered) == {"unusable_scale": [(0, "x")]}
