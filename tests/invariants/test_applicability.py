"""Invariant 5: what an inapplicable metric says changes no byte of what a run writes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolefit as rf
from centres import DEFAULTS, Centre, few, simulated
from edits import centres, fewer_tables

WRITTEN = ("suggestions", "fits", "terms", "posterior", "evidence", "effects", "rejects")


def rule(metric, **where):
    return {
        "metric": metric, "applies": False, "reason": "it says nothing here",
        "decided_by": "operations", "on": "2026-01-12", **where,
    }  # fmt: skip


def spoilt(centre, rules, rng, *, missing):
    """Other values, or none, wherever a rule takes a metric out."""
    table = centre.tables["metrics"].copy()
    for one in rules:
        hit = np.ones(len(table), bool)
        for column, key in (("client_id", "client"), ("channel", "channel")):
            if key in one:
                hit &= (table[column] == one[key]).to_numpy()
        low, high = DEFAULTS.metrics[one["metric"]].range
        new = rng.choice([low, high, rng.uniform(low, high)], len(table))
        new = np.where(missing & (rng.random(len(table)) < 0.5), np.nan, new)
        table[one["metric"]] = np.where(hit, new, table[one["metric"]].astype(float))
    return centre.put(metrics=table)


def files(centre, folder):
    rf.score(centre.workspace(), with_terms=True).write(folder)
    names = [f"{table}.parquet" for table in WRITTEN] + ["norms.json", "config.toml"]
    return {name: (folder / name).read_bytes() for name in names}


@given(centres(never=(fewer_tables,)), st.data())
@few(8)
def test_invariant_05_values_that_do_not_apply_change_no_byte(tmp_path_factory, centre, data):
    table = centre.tables["metrics"]
    metrics = data.draw(st.lists(st.sampled_from(centre.measured), min_size=1, max_size=3))
    rules = [
        rule(metric, **data.draw(st.sampled_from([
            {}, {"client": min(table["client_id"])}, {"channel": min(table["channel"])},
            {"client": max(table["client_id"]), "channel": max(table["channel"])},
        ])))
        for metric in metrics
    ]  # fmt: skip
    centre = centre.configured(applicability=rules)
    rng = np.random.default_rng(data.draw(st.integers(0, 1000)))
    other = spoilt(centre, rules, rng, missing=data.draw(st.booleans()))
    folder = tmp_path_factory.mktemp("runs")
    before, after = files(centre, folder / "before"), files(other, folder / "after")
    assert [name for name in before if before[name] != after[name]] == []


@pytest.mark.parametrize("seed", range(3))
def test_invariant_05_the_same_values_count_where_they_apply(seed):
    centre: Centre = simulated(30, seed).configured(applicability=[])
    other = spoilt(
        centre, [{"metric": m} for m in centre.measured], np.random.default_rng(seed), missing=False
    )
    left, right = (rf.score(c.workspace()).tables["fits"] for c in (centre, other))
    assert not left.equals(right)
