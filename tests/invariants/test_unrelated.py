"""Invariant 20: a role or a person that has nothing to do with anybody changes nobody."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given
from hypothesis import strategies as st

import rolefit as rf
from centres import ABILITIES, INTERESTS, few
from edits import any_centre
from sameness import OF_AGENTS, assert_same_table

values = st.sampled_from([1.0, 2.0, 5.0])
demands = st.dictionaries(st.sampled_from(ABILITIES), values, min_size=1)
supplies = st.dictionaries(st.sampled_from(INTERESTS), values, min_size=1)


@st.composite
def new_roles(draw):
    if draw(st.booleans()):
        return {"label": "Elsewhere", "outward": True, "supplies": draw(supplies)}
    return {
        "label": "Another", "level": draw(st.integers(0, 3)), "bar": draw(st.floats(-1, 1)),
        "demands": draw(demands), "supplies": draw(supplies),
    }  # fmt: skip


@given(any_centre(), new_roles())
@few(8)
def test_invariant_20_an_unrelated_role_changes_no_other_fit(centre, role):
    left = rf.score(centre.workspace(), with_terms=True).tables
    right = rf.score(
        centre.configured(roles={"new_role": role}).workspace(), with_terms=True
    ).tables
    for name in ("posterior", "evidence", "effects"):
        assert left[name].equals(right[name])
    for name, plain in (("fits", ["admissible"]), ("terms", [])):
        others = right[name].filter(pc.not_equal(right[name]["role"], "new_role"))
        assert_same_table(name, left[name].drop_columns(plain), others.drop_columns(plain),
                          within=1e-14)  # fmt: skip


@given(any_centre(), st.lists(st.sampled_from(["A", "A0005x", "B7", "ZZ", "0"]), unique=True,
                              min_size=1))  # fmt: skip
@few(10)
def test_invariant_20_somebody_without_evidence_changes_nobody(centre, newcomers):
    agents = centre.tables["agents"]
    new = pd.DataFrame({
        "agent_id": newcomers, "team_id": "T-new", "current_role": "specialist",
        "hired_on": agents["hired_on"].iloc[0],
    })  # fmt: skip
    rows = [new.iloc[:1], agents, new.iloc[1:]]
    left = rf.score(centre.workspace(), with_terms=True).tables
    right = rf.score(centre.put(agents=pd.concat(rows, ignore_index=True)).workspace(),
                     with_terms=True).tables  # fmt: skip
    strangers = pa.array(newcomers)
    for name in OF_AGENTS:
        others = right[name].filter(pc.invert(pc.is_in(right[name]["agent_id"], strangers)))
        assert_same_table(name, left[name], others, within=0.0 if name == "effects" else 1e-12)
    told = right["suggestions"].filter(pc.is_in(right["suggestions"]["agent_id"], strangers))
    assert set(told["status"].to_pylist()) == {"gather"}
    assert np.isnan(np.array(told["metrics_only_percentile"].to_pylist(), float)).all()
