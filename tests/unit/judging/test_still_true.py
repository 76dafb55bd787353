"""Each promise of a run is seen to be broken when it is."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest

import rolefit as rf
from rolefit.cli.demo import shipped_centre
from rolefit.judging.still_true import still_true


@pytest.fixture(scope="module")
def tables():
    return rf.score(rf.load(shipped_centre()), with_terms=True).tables


def broken(tables, **changed) -> set[str]:
    return {one.name for one in still_true({**tables, **changed}) if not one.held}


def test_a_run_keeps_all_of_them(tables):
    assert broken(tables) == set()


def test_a_term_that_is_missing_is_seen(tables):
    assert broken(tables, terms=tables["terms"].slice(5)) == {"terms_sum"}


def test_a_move_against_a_wish_is_seen(tables):
    fits = tables["fits"]
    said = fits.set_column(
        fits.column_names.index("wish"), "wish", pa.array(["no"] * len(fits), pa.string())
    )
    assert broken(tables, fits=said) == {"wishes"}


def test_a_move_by_metrics_alone_is_seen(tables):
    evidence = tables["evidence"]
    metrics = evidence.filter(pc.equal(evidence["family"], "metrics"))
    assert broken(tables, evidence=metrics) == {"metrics_alone"}


def test_a_move_through_a_closed_gate_is_seen(tables):
    told = tables["suggestions"]
    gates = [[{**gate, "passed": False} for gate in row] for row in told["gates"].to_pylist()]
    place = told.column_names.index("gates")
    shut = told.set_column(place, "gates", pa.array(gates, told["gates"].type))
    assert broken(tables, suggestions=shut) == {"gates"}
