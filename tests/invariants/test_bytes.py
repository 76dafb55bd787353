"""Invariant 21: the same input and config give the same bytes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolefit as rf
from centres import few
from edits import any_centre

OF_THE_MACHINE = ("seconds", "peak_memory_mib")


def files(folder):
    """Bytes of every file; of run.json all but what the clock and the memory say."""
    found = {file.name: file.read_bytes() for file in sorted(folder.iterdir())}
    run = json.loads(found["run.json"])
    assert all(run.pop(name) is not None for name in OF_THE_MACHINE)
    return found | {"run.json": json.dumps(run, sort_keys=True).encode()}


@pytest.mark.parametrize("form", ["parquet", "csv"])
@given(centre=any_centre(), rewrite=st.booleans())
@few(4)
def test_invariant_21_the_same_input_gives_the_same_bytes(tmp_path_factory, form, centre, rewrite):
    folder = tmp_path_factory.mktemp("runs")
    names = []
    for run in ("first", "second"):
        result = rf.score(centre.workspace(), with_terms=True)
        names.append(result.write(folder / run, fmt=form))
        if rewrite:
            names.append(result.write(folder / run, fmt=form))
    assert len({tuple(told) for told in names}) == 1
    first, second = files(folder / "first"), files(folder / "second")
    assert sorted(first) == sorted(names[0])
    assert [name for name in first if first[name] != second.get(name)] == []
    assert first.keys() == second.keys()
