"""Invariant 13: units, signs and names are ours to choose; nothing depends on them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import rolefit as rf
from centres import few
from edits import centres, fewer_tables
from sameness import OF_AGENTS, assert_same, assert_same_table

WITHIN = 1e-9
OWN_UNIT = ("effects.raw",)


def scored(centre):
    return rf.score(centre.workspace(), with_terms=True)


def metric(centre, name, column, **spec):
    """The same centre with one metric in another guise."""
    metrics = {**centre.config.get("metrics", {}), name: spec}
    table = centre.tables["metrics"].assign(**{name: column})
    return centre.put(metrics=table).configured(metrics=metrics)


@given(centres(never=(fewer_tables,)), st.sampled_from([60.0, 3600.0, 0.001]))
@few(5)
def test_invariant_13_the_unit_of_a_duration_does_not_matter(centre, unit):
    column = centre.tables["metrics"]["aht"] / unit
    spans = [1.0 / unit * (1 - 1e-12), 7200.0 / unit * (1 + 1e-12)]
    other = metric(centre, "aht", column, range=spans, unit="another")
    assert_same(scored(centre), scored(other), within=WITHIN, but=OWN_UNIT)


@given(centres(never=(fewer_tables,)))
@few(5)
def test_invariant_13_per_cent_or_share_does_not_matter(centre):
    column = centre.tables["metrics"]["fcr"] * 100.0
    assert_same(scored(centre), scored(metric(centre, "fcr", column, scale=100.0)), within=WITHIN)


@given(centres(never=(fewer_tables,)))
@few(5)
def test_invariant_13_turning_a_metric_round_does_not_matter(centre):
    column = -centre.tables["metrics"]["csat"]
    other = metric(centre, "csat", column, better="lower", range=[-5.0, -1.0])
    left, right = scored(centre), scored(other)
    assert_same(left, right, within=WITHIN, but=OWN_UNIT)
    for one, two in zip(left.tables["effects"].to_pylist(), right.tables["effects"].to_pylist(),
                        strict=True):  # fmt: skip
        sign = -1.0 if one["metric"] == "csat" else 1.0
        assert abs(one["raw"] - sign * two["raw"]) <= WITHIN * abs(one["raw"])


@given(centres(), st.integers(0, 2**32 - 1))
@few(6)
def test_invariant_13_names_of_agents_do_not_matter(centre, seed):
    fresh = [f"Z{k:03d}" for k in np.random.default_rng(seed).permutation(len(centre.ids))]
    new = dict(zip(centre.ids, fresh, strict=True))
    other = centre.put(**{
        name: table.assign(**{
            column: table[column].map(new).fillna(table[column])
            for column in ("agent_id", "by")
            if column in table
        })
        for name, table in centre.tables.items()
    })  # fmt: skip
    left, right = scored(centre), scored(other)
    old = {fresh_id: agent for agent, fresh_id in new.items()}
    for name in OF_AGENTS:
        table = right.tables[name]
        back = [old[agent] for agent in table["agent_id"].to_pylist()]
        position = table.column_names.index("agent_id")
        table = table.set_column(position, "agent_id", [back])
        assert_same_table(name, left.tables[name], table, within=WITHIN)


@given(centres(never=(fewer_tables,)), st.integers(0, 2**32 - 1))
@few(6)
def test_invariant_13_names_of_clients_do_not_matter(centre, seed):
    clients = sorted(centre.tables["metrics"]["client_id"].unique())
    fresh = [f"K{k:03d}" for k in np.random.default_rng(seed).permutation(len(clients))]
    new = dict(zip(clients, fresh, strict=True))
    table = centre.tables["metrics"]
    rules = [
        {**rule, "client": new.get(rule["client"], "K-nobody")} if "client" in rule else rule
        for rule in centre.config.get("applicability", [])
    ]
    other = centre.put(metrics=table.assign(client_id=table["client_id"].map(new)))
    other = other.configured(applicability=rules)
    told = ("notes", "text", "text_leader")  # which name the clients
    named = ("effects.component", *(f"suggestions.{column}" for column in told))
    assert_same(scored(centre), scored(other), within=WITHIN, but=named)
