"""Invariant 8: the order of rows, columns and agents does not matter, nor do chunks."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

import rolefit as rf
from centres import few
from edits import any_centre, centres, open_contests
from sameness import OF_AGENTS, assert_same, assert_same_table


def shuffled(centre, seed):
    """Rows and columns of every table in another order."""
    rng = np.random.default_rng(seed)
    return centre.put(**{
        name: table.iloc[rng.permutation(len(table))][list(rng.permutation(table.columns))]
        for name, table in centre.tables.items()
    })  # fmt: skip


@given(any_centre(), st.integers(0, 2**32 - 1))
@few(12)
def test_invariant_08_order_does_not_matter(centre, seed):
    left = rf.score(centre.workspace(), with_terms=True)
    right = rf.score(shuffled(centre, seed).workspace(), with_terms=True)
    assert_same(left, right, within=1e-10)


@given(centres(always=(open_contests,)), st.integers(0, 2**32 - 1))
@few(8)
def test_invariant_08_the_order_of_replies_does_not_matter(centre, seed):
    assert_same(
        rf.score(centre.workspace()), rf.score(shuffled(centre, seed).workspace()),
        tables=["suggestions"], within=1e-10,
    )  # fmt: skip


@given(any_centre(), st.integers(1, 50))
@few(8)
def test_invariant_08_chunks_change_nothing(centre, chunk):
    workspace = centre.workspace()
    norms = rf.calibrate(workspace)
    whole = rf.score(workspace, norms, with_terms=True)
    parts = rf.score(workspace, norms, with_terms=True, chunk=chunk)
    assert_same(whole, parts, within=1e-10)
    assert all(
        whole.tables[name]["agent_id"].equals(parts.tables[name]["agent_id"]) for name in OF_AGENTS
    )


@given(any_centre(), st.integers(2, 5), st.integers(0, 2**32 - 1))
@few(8)
def test_invariant_08_parts_scored_apart_are_the_whole(centre, parts, seed):
    workspace = centre.workspace()
    norms = rf.calibrate(workspace)
    whole = rf.score(workspace, norms, with_terms=True)
    ids = np.random.default_rng(seed).permutation(centre.ids)
    pieces = [
        rf.score(centre.of(set(some)).workspace(), norms, with_terms=True)
        for some in np.array_split(ids, parts)
        if len(some)
    ]
    for name in OF_AGENTS:
        merged = pa.concat_tables([piece.tables[name] for piece in pieces])
        assert_same_table(name, whole.tables[name], merged, within=1e-10)
