"""Invariant 16: alarms change how sure we are alone; invariant 5: never where nothing applies."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolefit as rf
from centres import few
from edits import centres, fewer_tables
from sameness import assert_same_table

UNTOUCHED = ("agent_id", "attribute", "family", "source", "z", "n", "note", "method_variance")
TARGETS = {"aht": {"target": 400.0}, "fcr": {"target": 0.7}, "csat": {"target": 3.8}}
FACTOR = 4.0


def gamed(centre, seed):
    """A few agents trade one number for another, and end up right beside a target."""
    table, rng = centre.tables["metrics"].copy(), np.random.default_rng(seed)
    some = table["agent_id"].isin(set(rng.permutation(centre.ids)[::8])).to_numpy()
    month = table["period"].str[-2:].astype(int).to_numpy()
    if {"aht", "fcr"} <= set(table):
        trading = some & table["aht"].notna().to_numpy()
        table["aht"] = np.where(trading, 900.0 * np.exp(-0.2 * month), table["aht"])
        table["fcr"] = np.where(trading, 0.95 - 0.1 * month, table["fcr"])
    if "csat" in table:
        table["csat"] = np.where(some, 3.8 + 0.01 * rng.random(len(table)), table["csat"])
    return centre.put(metrics=table)


def factor(centre, value):
    old = centre.config.get("evidence", {})
    return centre.configured(metrics=TARGETS, evidence={**old, "gaming_factor": value})


@given(centres(never=(fewer_tables,)), st.integers(0, 2**32 - 1))
@few(8)
def test_invariant_16_an_alarm_widens_and_moves_nothing(centre, seed):
    if "metrics" not in centre.tables:
        return
    centre = gamed(centre, seed)
    plain, flagged = (rf.score(factor(centre, f).workspace()) for f in (1.0, FACTOR))
    assert_same_table("effects", plain.tables["effects"], flagged.tables["effects"])
    left, right = plain.tables["evidence"], flagged.tables["evidence"]
    assert left.select(UNTOUCHED).equals(right.select(UNTOUCHED))
    ratio = np.array(right["variance"]) / np.array(left["variance"])
    alarmed = {
        (row["agent_id"], row["metric"])
        for row in flagged.tables["effects"].to_pylist()
        if row["alarm"]
    }
    keys = zip(right["agent_id"].to_pylist(), right["source"].to_pylist(), strict=True)
    metrics = [family == "metrics" for family in right["family"].to_pylist()]
    expected = [
        FACTOR if is_metric and key in alarmed else 1.0
        for is_metric, key in zip(metrics, keys, strict=True)
    ]
    assert np.allclose(ratio, expected, rtol=1e-12)


@pytest.mark.parametrize("seed", range(2))
def test_invariant_16_alarms_do_ring_on_these_centres(seed):
    from centres import simulated

    result = rf.score(factor(gamed(simulated(60, seed), seed), FACTOR).workspace())
    rung = set(result.effects["alarm"])
    assert {"traded", "near_target"} <= rung
    asked = [note for notes in result.suggestions["notes"] for note in notes]
    assert any("What changed?" in note for note in asked)


def test_invariant_05_no_alarm_looks_where_a_metric_does_not_apply():
    from centres import simulated

    centre = gamed(simulated(60, 1), 1)
    rule = {
        "metric": "csat", "applies": False, "reason": "it says nothing here",
        "decided_by": "operations", "on": "2026-01-12",
    }  # fmt: skip
    result = rf.score(factor(centre.configured(applicability=[rule]), FACTOR).workspace())
    assert not (result.effects["metric"] == "csat").any()
    told = [note for notes in result.suggestions["notes"] for note in notes]
    assert not [note for note in told if "satisfaction" in note and "target" in note]
