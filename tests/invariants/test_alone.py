"""Invariant 23: one agent scored alone, against the norms of all, is the same agent."""

import numpy as np
import pyarrow.compute as pc
from hypothesis import given
from hypothesis import strategies as st

import rolefit as rf
from centres import few
from edits import any_centre
from sameness import OF_AGENTS, assert_same_table

WITHIN = 1e-9


def carried(norms, *, apart):
    """Norms after a trip through the files of a run."""
    if apart:
        return rf.Norms.from_json(norms.to_json(with_arrays=False), norms.to_arrow())
    return rf.Norms.from_json(norms.to_json())


@given(any_centre(), st.integers(0, 2**32 - 1), st.booleans())
@few(8)
def test_invariant_23_one_agent_alone_is_the_same_as_in_the_batch(centre, seed, apart):
    workspace = centre.workspace()
    norms = rf.calibrate(workspace)
    whole = rf.score(workspace, norms, with_terms=True).tables
    for agent in np.random.default_rng(seed).permutation(centre.ids)[:3]:
        alone = centre.of({agent}).workspace()
        tables = rf.score(alone, carried(norms, apart=apart), with_terms=True).tables
        for name in OF_AGENTS:
            batch = whole[name].filter(pc.equal(whole[name]["agent_id"], str(agent)))
            assert_same_table(name, batch, tables[name], within=WITHIN)


@given(any_centre())
@few(4)
def test_invariant_23_norms_come_back_as_they_went(centre):
    norms = rf.calibrate(centre.workspace())
    for apart in (False, True):
        back = carried(norms, apart=apart)
        assert back.to_json() == norms.to_json()
        assert back.to_arrow() == norms.to_arrow()
        again = rf.score(centre.workspace(), back).tables
        for name, table in rf.score(centre.workspace(), norms).tables.items():
            assert table.equals(again[name])
