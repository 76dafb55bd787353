"""Invariants 8, 9, 12, 13 and 20 of learned validities and of what a family can weigh."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rolefit.evidence.agreement import measure_agreement, merge_agreement
from rolefit.evidence.readings import join_readings
from rolefit.evidence.table import Evidence
from rolefit.evidence.validities import learn_trust
from rolefit.posterior import believe
from seen import ATTRIBUTES, KINDS, METHODS, observed, readings_of

FAMILIES_SEEN = ("metrics", "strengths", "contributions", "ratings")
seeds = st.integers(0, 2**32 - 1)


def centre_of(seed, people=60):
    """Scores of several sources on some attributes, with holes."""
    rng = np.random.default_rng(seed)
    columns = {}
    for d in range(len(ATTRIBUTES)):
        theta = rng.standard_normal(people)
        for family in FAMILIES_SEEN[: rng.integers(1, 5)]:
            for source in ("one", "two")[: rng.integers(1, 3)]:
                x = observed(theta, rng.uniform(-0.2, 1.0), rng)
                columns[family, source, d] = np.where(rng.random(people) < 0.2, np.nan, x)
    return columns


def learned(agreement):
    return learn_trust(agreement, KINDS, METHODS)


def assert_alike(left, right, within=1e-10):
    assert left.sources.keys() == right.sources.keys()
    for part in ("kinds", "sources", "methods"):
        for name, one in getattr(left, part).items():
            other = getattr(right, part)[name]
            assert one.used == pytest.approx(other.used, abs=within), name
            assert getattr(one, "reason", None) == getattr(other, "reason", None)


@given(seeds, st.integers(2, 5))
def test_invariant_08_agreement_over_parts_is_that_over_all(seed, parts):
    columns = centre_of(seed)
    whole = learned(measure_agreement(readings_of(columns), ATTRIBUTES))
    split = np.array_split(np.random.default_rng(seed).permutation(60), parts)
    pieces = [
        measure_agreement(
            readings_of({k: x[some] for k, x in columns.items()}, agents=some), ATTRIBUTES
        )
        for some in split
    ]
    assert_alike(whole, learned(merge_agreement(pieces)))
    assert_alike(whole, learned(merge_agreement(pieces[::-1])))


@given(seeds)
def test_invariant_13_the_numbers_of_agents_do_not_matter(seed):
    columns = centre_of(seed)
    order = np.random.default_rng(seed).permutation(60)
    left = measure_agreement(readings_of(columns), ATTRIBUTES)
    right = measure_agreement(readings_of(columns, agents=order), ATTRIBUTES)
    assert_alike(learned(left), learned(right))


@given(seeds, st.sampled_from(FAMILIES_SEEN))
def test_invariant_20_who_was_seen_by_one_family_alone_changes_no_validity(seed, family):
    columns = centre_of(seed)
    strangers = {
        key: np.random.default_rng(seed).standard_normal(30)
        for key in columns
        if key[0] == family and key[1] == "one"
    }
    if not strangers:
        return
    mine = readings_of(columns)
    theirs = readings_of(strangers, agents=range(100, 130))
    left = learned(measure_agreement(mine, ATTRIBUTES))
    right = learned(measure_agreement(join_readings([mine, theirs]), ATTRIBUTES))
    assert_alike(left, right, within=0.0)


def pieces_of(variance, method_variance):
    """Evidence of one family on one attribute of one agent."""
    n = len(variance)
    zeros, ones = np.zeros(n, np.int64), np.ones(n)
    return Evidence(
        zeros, zeros, zeros, zeros, ones, np.array(variance), ones, np.array(method_variance),
        zeros, ("a",),
    )  # fmt: skip


positive = st.floats(0.01, 50.0)
pieces = st.lists(st.tuples(positive, positive), min_size=1, max_size=6)


@given(pieces, positive, positive)
@settings(max_examples=200)
def test_invariant_09_one_more_item_never_makes_a_family_less_sure(items, variance, shared):
    more = [*items, (variance, shared)]
    before = believe(pieces_of(*zip(*items, strict=True)), agents=1, attributes=1)
    after = believe(pieces_of(*zip(*more, strict=True)), agents=1, attributes=1)
    assert after.precision.sum() >= before.precision.sum() * (1.0 - 1e-12)


@given(positive, positive)
def test_invariant_12_one_item_counts_in_full_and_many_to_the_ceiling(variance, shared):
    one = believe(pieces_of([variance], [shared]), agents=1, attributes=1)
    assert one.precision.sum() == pytest.approx(1.0 / variance)
    many = believe(pieces_of([variance] * 500, [shared] * 500), agents=1, attributes=1)
    common = min(shared, 0.9 * variance)
    assert many.precision.sum() <= 1.0 / common
    assert many.precision.sum() == pytest.approx(1.0 / (common + (variance - common) / 500))
