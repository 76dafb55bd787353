"""Invariant 16: signs of careless answering change how sure we are, and nothing else."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import rolefit as rf
from centres import few
from edits import careless_answers, centres
from sameness import assert_same_table

UNTOUCHED = ("agent_id", "attribute", "family", "source", "z", "n", "method_variance")


def assert_only_wider(plain, flagged, families):
    """The same evidence, wider where its family is among those flagged."""
    left, right = plain.tables["evidence"], flagged.tables["evidence"]
    assert left.select(UNTOUCHED).equals(right.select(UNTOUCHED))
    ratio = np.array(right["variance"]) / np.array(left["variance"])
    hit = np.isin(left["family"].to_pylist(), list(families))
    assert (ratio[~hit] == 1.0).all()
    assert (ratio[hit] >= 1.0).all()
    assert_same_table("effects", plain.tables["effects"], flagged.tables["effects"])
    return ratio[hit]


def surveys_of(centre):
    return [name for name in ("strengths", "interests") if name in centre.tables]


@given(centres(), st.integers(0, 2**32 - 1))
@few(7)
def test_invariant_16_answering_fast_widens_and_moves_nothing(centre, seed):
    rng = np.random.default_rng(seed)
    fast, slow = {}, {}
    for name in surveys_of(centre):
        table = centre.tables[name]
        slow[name] = table.assign(seconds=600.0)
        fast[name] = table.assign(seconds=np.where(rng.random(len(table)) < 0.5, 5.0, 600.0))
    plain, flagged = (rf.score(centre.put(**t).workspace()) for t in (slow, fast))
    assert_only_wider(plain, flagged, fast)


@given(centres(always=(careless_answers,)))
@few(7)
def test_invariant_16_what_a_flag_costs_is_certainty_alone(centre):
    runs = [
        rf.score(
            centre.configured(
                evidence={"careless_one_flag": one, "careless_more_flags": more}
            ).workspace()
        )
        for one, more in ((1.0, 1.0), (3.0, 9.0))
    ]
    ratio = assert_only_wider(*runs, surveys_of(centre))
    assert np.isclose(ratio[:, None], [1.0, 3.0, 9.0]).any(axis=1).all()
    assert not surveys_of(centre) or (ratio > 1.0).any()
