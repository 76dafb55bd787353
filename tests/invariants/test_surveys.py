"""Invariants of survey evidence, by their number in the list of invariants."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers import agents_of, config_for, honest_answers, instrument_of, table_of
from rolefit.evidence.scales import item_ids, scale_scores
from rolefit.evidence.survey_norms import calibrate_survey
from rolefit.evidence.surveys import score_survey, true_scores
from rolefit.schema.surveys import Instrument

SCALES = {f"s{k}": [f"s{k}i{i}" for i in range(5)] for k in range(6)}
TURNED = [f"s{k}i{k % 5}" for k in range(5)]
KINDS = {
    kind: instrument_of(SCALES, reversed_items=TURNED, kind=kind)
    for kind in ("strengths", "interests")
}
CONFIG = {kind: config_for(instrument) for kind, instrument in KINDS.items()}
NORM_GROUP = {
    kind: honest_answers(instrument, 400, 11, missing=0.03)[0] for kind, instrument in KINDS.items()
}
NORMS = {
    kind: calibrate_survey(
        table_of(instrument, NORM_GROUP[kind]), instrument, CONFIG[kind].evidence
    )
    for kind, instrument in KINDS.items()
}
ITEMS = item_ids(KINDS["strengths"])
kinds = st.sampled_from(sorted(KINDS))
cells = st.one_of(st.integers(1, 5).map(float), st.just(math.nan))
people = st.lists(cells, min_size=len(ITEMS), max_size=len(ITEMS))


def score(kind, table, *, norms=None, instrument=None, agents=None):
    return score_survey(
        table, agents_of(table) if agents is None else agents, instrument or KINDS[kind],
        norms or NORMS[kind], family=kind, config=CONFIG[kind], as_of=date(2026, 6, 30),
    )  # fmt: skip


def by_scale(evidence):
    return {
        (int(agent), evidence.sources[source]): (z, variance)
        for agent, source, z, variance in zip(
            evidence.agent, evidence.source, evidence.z, evidence.variance, strict=True
        )
    }


def assert_same(left, right, *, within=1e-10):
    left, right = by_scale(left), by_scale(right)
    assert left.keys() == right.keys()
    for key, numbers in left.items():
        assert right[key] == pytest.approx(numbers, abs=within, rel=within)


@given(kinds, people, st.integers(0, len(ITEMS) - 1))
def test_7_raising_an_answer_never_lowers_its_own_scale(kind, person, item):
    answers = np.array([person, person])
    instrument = KINDS[kind]
    name = next(name for name, scale in instrument.scales.items() if ITEMS[item] in scale.items)
    up = -1.0 if ITEMS[item] in TURNED else 1.0
    if not 1 <= answers[1, item] + up <= 5:
        return
    answers[1, item] += up
    found = by_scale(score(kind, table_of(instrument, answers)).evidence)
    assert ((0, name) in found) == ((1, name) in found)
    if (0, name) in found:
        assert found[1, name][0] > found[0, name][0]
    if kind == "strengths":
        others = [key for key in found if key[0] == 0 and key[1] != name]
        assert all(found[1, other][0] == found[0, other][0] for _, other in others)


@given(kinds, st.permutations(range(40)), st.integers(2, 5))
def test_8_order_and_partition_do_not_matter(kind, order, parts):
    instrument, answers = KINDS[kind], NORM_GROUP[kind]
    table = table_of(instrument, answers)
    shuffled = table.take(pa.array([*order, *range(40, 400)])).select(
        ["agent_id", *reversed(ITEMS)]
    )
    norms = calibrate_survey(shuffled, instrument, CONFIG[kind].evidence)
    for name, scale in NORMS[kind].scales.items():
        assert norms.scales[name].mean == pytest.approx(scale.mean, abs=1e-10)
        assert norms.scales[name].reliability == pytest.approx(scale.reliability, abs=1e-10)
    agents = agents_of(table)
    whole = score(kind, table, agents=agents).evidence
    assert_same(score(kind, shuffled, norms=norms, agents=agents).evidence, whole)
    pieces = {}
    for part in range(parts):
        piece = shuffled.take(pa.array(range(part, 400, parts)))
        pieces |= by_scale(score(kind, piece, agents=agents).evidence)
    expected = by_scale(whole)
    assert pieces.keys() == expected.keys()
    assert all(pieces[key] == pytest.approx(expected[key], abs=1e-10) for key in expected)


@given(kinds, people, st.integers(0, len(ITEMS) - 1))
def test_9_more_answers_never_widen_a_true_score(kind, person, gap):
    fewer = list(person)
    fewer[gap] = math.nan
    table, instrument = table_of(KINDS[kind], np.array([person, fewer])), KINDS[kind]
    scores = scale_scores(table, instrument, CONFIG[kind].evidence)
    true = true_scores(scores, NORMS[kind])
    if kind == "interests" and np.isnan(scores.score[0]).sum() != np.isnan(scores.score[1]).sum():
        return  # a scale less changes what an ipsatised score is about
    more, less = np.nan_to_num(true.reliability)
    assert (more >= less - 1e-12).all()


@given(kinds, st.lists(people, min_size=1, max_size=4))
def test_9_evidence_has_a_positive_variance_and_finite_values(kind, rows):
    evidence = score(kind, table_of(KINDS[kind], np.array(rows))).evidence
    assert np.isfinite(evidence.z).all()
    assert (evidence.variance > 0).all()


@given(st.lists(people, min_size=0, max_size=6))
def test_9_norms_of_a_handful_are_finite_and_never_surer_than_those_of_many(rows):
    instrument = KINDS["strengths"]
    table = table_of(instrument, np.array(rows).reshape(-1, len(ITEMS)))
    norms = calibrate_survey(table, instrument, CONFIG["strengths"].evidence)
    for scale in norms.scales.values():
        assert np.isfinite([scale.mean, scale.sd, scale.reliability, scale.sem]).all()
        assert scale.mean_se > 0
    evidence = score("strengths", table, norms=norms).evidence
    assert np.isfinite(evidence.z).all()
    assert np.isfinite(evidence.variance).all()


@given(kinds, st.sets(st.sampled_from(ITEMS)))
def test_13_turning_answers_round_with_their_key_changes_no_value(kind, turned):
    instrument, answers = KINDS[kind], NORM_GROUP[kind].copy()
    for item in turned:
        answers[:, ITEMS.index(item)] = 6 - answers[:, ITEMS.index(item)]
    now_reversed = set(TURNED) ^ turned
    other = instrument_of(SCALES, reversed_items=now_reversed, kind=kind)
    table = table_of(other, answers)
    norms = calibrate_survey(table, other, CONFIG[kind].evidence)
    found = score(kind, table, norms=norms, instrument=other).evidence
    expected = score(kind, table_of(instrument, NORM_GROUP[kind])).evidence
    assert np.array_equal(found.agent, expected.agent)
    assert found.z == pytest.approx(expected.z, abs=1e-9)


@given(kinds, st.sampled_from([0.5, 2.0, 10.0]), st.sampled_from([-3.0, 0.0, 7.0]))
def test_13_the_unit_of_the_answers_does_not_matter(kind, factor, shift):
    answers = NORM_GROUP[kind] * factor + shift
    other = instrument_of(
        SCALES, reversed_items=TURNED, kind=kind, low=factor + shift, high=5 * factor + shift
    )
    table = table_of(other, answers)
    norms = calibrate_survey(table, other, CONFIG[kind].evidence)
    expected = score(kind, table_of(KINDS[kind], NORM_GROUP[kind])).evidence
    assert_same(score(kind, table, norms=norms, instrument=other).evidence, expected, within=1e-9)


@given(kinds, st.permutations(ITEMS))
def test_13_the_names_of_items_do_not_matter(kind, names):
    renamed = dict(zip(ITEMS, names, strict=True))
    head = KINDS[kind].model_dump()
    for scale in head["scales"].values():
        scale["items"] = [renamed[item] for item in scale["items"]]
        scale["reversed"] = [renamed[item] for item in scale["reversed"]]
    other = Instrument.model_validate(head)
    table = table_of(KINDS[kind], NORM_GROUP[kind])
    table = table.rename_columns(["agent_id", *names])
    norms = calibrate_survey(table, other, CONFIG[kind].evidence)
    expected = score(kind, table_of(KINDS[kind], NORM_GROUP[kind])).evidence
    assert_same(score(kind, table, norms=norms, instrument=other).evidence, expected)


@given(kinds, st.lists(people, min_size=1, max_size=3), st.floats(0, 500))
def test_16_careless_signs_change_variances_only(kind, rows, seconds):
    answers = np.vstack([rows, np.full((1, len(ITEMS)), 3.0)])
    slow = table_of(KINDS[kind], answers)
    timed = slow.append_column("seconds", pa.array([seconds] * len(answers)))
    plain, hasty = score(kind, slow).evidence, score(kind, timed).evidence
    assert np.array_equal(plain.agent, hasty.agent)
    assert np.array_equal(plain.z, hasty.z)
    assert np.array_equal(plain.n, hasty.n)
    ratio = hasty.variance / plain.variance
    assert all(any(abs(r - step) < 1e-9 for step in (1, 2, 3, 6)) for r in ratio)


@given(kinds, st.integers(1, 50))
def test_20_agents_without_answers_change_nobody(kind, others):
    table = table_of(KINDS[kind], NORM_GROUP[kind])
    more = pa.concat_tables([
        agents_of(table), pa.table({"agent_id": [f"new{k}" for k in range(others)]}),
    ])  # fmt: skip
    alone, among = score(kind, table), score(kind, table, agents=more)
    assert np.array_equal(alone.evidence.z, among.evidence.z)
    assert np.array_equal(alone.evidence.variance, among.evidence.variance)
    assert np.array_equal(alone.evidence.agent, among.evidence.agent)


@given(kinds, st.lists(people, min_size=2, max_size=6))
def test_23_one_person_alone_is_the_same_as_in_a_batch(kind, rows):
    table = table_of(KINDS[kind], np.array(rows))
    batch = by_scale(score(kind, table).evidence)
    alone = {}
    for row in range(len(rows)):
        alone |= by_scale(score(kind, table.slice(row, 1), agents=agents_of(table)).evidence)
    assert alone.keys() == batch.keys()
    assert all(alone[key] == pytest.approx(batch[key], abs=1e-9) for key in batch)
