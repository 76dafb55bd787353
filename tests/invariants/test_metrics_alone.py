"""Invariants 1 and 2: metrics alone move nobody, up or out, whatever their values."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given

import rolefit as rf
from centres import INSIDE, extremes, few
from edits import (
    BESIDE_METRICS,
    absurd_metrics,
    any_centre,
    any_wishes,
    centres,
    easy_policy,
    outward_interests,
)


def by_choice(suggestions):
    return [any(g["gate"] == "by_choice" and g["passed"] for g in s) for s in suggestions["gates"]]


@given(any_centre(never=(any_wishes,)))
@few(7)
def test_invariant_01_metrics_only_is_stay_and_gather(centre):
    told = rf.score(centre.without(*BESIDE_METRICS, "wishes").workspace()).suggestions
    assert set(told["direction"]) == {"stay"}
    assert set(told["status"]) == {"gather"}
    assert (told["target_role"] == told["current_role"]).all()


@given(centres(always=(any_wishes,)))
@few(7)
def test_invariant_01_with_wishes_nobody_moves_and_only_choice_leaves(centre):
    told = rf.score(centre.without(*BESIDE_METRICS).workspace()).suggestions
    assert set(told["direction"]) <= {"stay", "out"}
    assert ((told["direction"] == "out") == by_choice(told)).all()
    assert set(told.loc[told["direction"] == "stay", "status"]) <= {"gather"}


@pytest.mark.parametrize("edge", sorted(extremes()))
def test_invariant_01_holds_at_the_edges(edge):
    centre = extremes()[edge].without(*BESIDE_METRICS, "wishes")
    told = rf.score(centre.workspace()).suggestions
    assert set(zip(told["direction"], told["status"], strict=True)) == {("stay", "gather")}


@given(centres(always=(outward_interests, easy_policy, absurd_metrics)))
@few(12)
def test_invariant_02_no_metric_values_send_away_whom_the_record_keeps(centre):
    workspace = centre.workspace()
    norms = rf.calibrate(workspace)
    told = rf.score(workspace, norms).suggestions
    record = rf.score(centre.without("metrics").workspace(), norms).tables["fits"]
    record = record.filter(pc.is_in(record["role"], value_set=pa.array(INSIDE)))
    shape = (len(told), len(INSIDE))
    bar = np.array([workspace.config.roles[role].bar for role in record["role"].to_pylist()])
    keeps = (np.array(record["fit"]) >= np.minimum(bar, 0.0)).reshape(shape).any(axis=1)
    thick = np.array(record["sufficiency"]).reshape(shape).mean(axis=1)
    protected = keeps | (thick < workspace.config.policy.min_sufficiency)
    talks = (told["direction"] == "out") & ~np.array(by_choice(told), bool)
    assert not (talks & protected).any()
