"""Invariants 9 and 10: evidence only ever makes surer; where there is none, nothing is claimed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolefit as rf
from centres import DEFAULTS, few
from edits import BESIDE_METRICS, any_centre, centres, missing_cells, thin_records

UNHEARD = {"label": "Charisma", "group": "capability"}
WIDER = 1e-12


def sds(result):
    """Standard deviations of every attribute and every fit, one row an agent."""
    agents = result.tables["suggestions"].num_rows
    return np.hstack([
        np.array(result.tables[name]["sd"]).reshape(agents, -1) for name in ("posterior", "fits")
    ])  # fmt: skip


def careless_notes(result):
    """What is noted of the answers of each agent: flags widen, so they are held fixed."""
    notes = {}
    for row in result.tables["evidence"].to_pylist():
        if row["family"] in {"strengths", "interests"}:
            notes.setdefault((row["agent_id"], row["family"]), row["note"])
    return notes


def with_a_hole(centre, name, rng):
    """The same centre without one source of a table, for some agents."""
    table = centre.tables[name].copy()
    hit = table["agent_id"].isin(set(rng.permutation(centre.ids)[: 1 + len(centre.ids) // 2]))
    if name == "metrics":
        table.loc[hit, str(rng.choice(centre.measured))] = np.nan
    elif name == "strengths":
        scales = list(DEFAULTS.questionnaires[name].scales.values())
        for scale in rng.permutation(np.arange(len(scales)))[:3]:
            table.loc[hit, scales[scale].items] = np.nan
    elif name == "ratings":
        hit &= table["attribute"] == rng.choice(table["attribute"].unique())
        table = table[~hit]
    else:
        table = table[~hit]
    return centre.put(**{name: table})


@given(any_centre(), st.sets(st.sampled_from(("metrics", *BESIDE_METRICS)), min_size=1))
@few(7)
def test_invariant_09_without_a_table_nothing_is_surer(centre, gone):
    workspace = centre.workspace()
    norms = rf.calibrate(workspace)
    whole = sds(rf.score(workspace, norms))
    less = sds(rf.score(centre.without(*gone).workspace(), norms))
    assert (less >= whole - WIDER).all()
    assert (whole[:, : len(DEFAULTS.attributes)] <= 1.0).all()


@given(any_centre(), st.sampled_from(("metrics", *BESIDE_METRICS)), st.integers(0, 2**32 - 1))
@few(12)
def test_invariant_09_without_a_source_nobody_is_surer(centre, name, seed):
    if name not in centre.tables or not len(centre.tables[name]):
        return
    workspace = centre.workspace()
    norms = rf.calibrate(workspace)
    whole = rf.score(workspace, norms)
    less = rf.score(with_a_hole(centre, name, np.random.default_rng(seed)).workspace(), norms)
    before, after = careless_notes(whole), careless_notes(less)
    fixed = [
        all(after.get((a, f), before.get((a, f))) == before.get((a, f)) for f in BESIDE_METRICS[:2])
        for a in centre.ids
    ]
    assert (sds(less)[fixed] >= sds(whole)[fixed] - WIDER).all()
    assert np.mean(fixed) > 0.5


@given(centres(always=(missing_cells, thin_records)))
@few(8)
def test_invariant_10_without_evidence_nothing_is_claimed(centre):
    roles = {"mentor": {"demands": {"charisma": 5, "coaching": 2, "efficiency": 2}}}
    centre = centre.configured(attributes={"charisma": UNHEARD}, roles=roles)
    result = rf.score(centre.workspace(), with_terms=True)
    heard = {(row["agent_id"], row["attribute"]) for row in result.tables["evidence"].to_pylist()}
    for row in result.tables["posterior"].to_pylist():
        if (row["agent_id"], row["attribute"]) not in heard:
            assert (row["mean"], row["sd"], row["sufficiency"]) == (0.0, 1.0, 0.0)
        else:
            assert row["sd"] < 1.0
    terms = {(row["agent_id"], row["attribute"]) for row in result.tables["terms"].to_pylist()}
    assert terms <= heard
    for told in result.tables["suggestions"].to_pylist():
        for reason in told["reasons"]:
            if reason["attribute"] and (told["agent_id"], reason["attribute"]) not in heard:
                assert reason["polarity"] == "0", reason
                assert reason["code"] not in {"gap", "brings"}


@pytest.mark.parametrize("seed", range(2))
def test_invariant_10_gaps_are_told_where_there_is_evidence(seed):
    from centres import simulated

    told = rf.score(simulated(45, seed).workspace()).suggestions
    codes = {reason["code"] for reasons in told["reasons"] for reason in reasons}
    assert "gap" in codes
