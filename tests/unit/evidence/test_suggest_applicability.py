"""Candidates for the applicability table: found where rules were taken away, false ones rare."""

from __future__ import annotations

import numpy as np
import pytest

import rolefit as rf
from rolefit.evidence.suggest_applicability import LEAST_AGENTS, propose_rules
from rolefit.simulate.centre import simulate


def proposals(config, tables):
    workspace = rf.Workspace(config, **tables)
    return propose_rules(workspace.inputs, workspace.config, rf.calibrate(workspace).metrics)


def centre(seed, world="sorted", agents=1000):
    made = simulate(agents, seed=seed, world=world)
    return made.config, {name: made.tables[name].to_pandas() for name in ("agents", "metrics")}


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_rules_that_were_taken_away_are_found_again_and_nothing_else_is(seed):
    config, tables = centre(seed)
    served = tables["metrics"].groupby("client_id")["agent_id"].nunique()
    wanted = {
        (rule["metric"], rule["client"])
        for rule in config["applicability"]
        if served.get(rule["client"], 0) >= LEAST_AGENTS
    }
    found = proposals({k: v for k, v in config.items() if k != "applicability"}, tables)
    told = {(one.metric, one.place) for one in found}
    assert {one.sign for one in found} == {"no_reliability"}
    assert told <= {(rule["metric"], rule["client"]) for rule in config["applicability"]}
    assert len(told & wanted) >= 0.85 * len(wanted) > 5
    assert all(one.here < one.elsewhere for one in found)
    assert proposals(config, tables) == ()


@pytest.fixture(scope="module")
def plain():
    return centre(4, "plain", 400)


def spoilt(tables, metric, value, client):
    rows = tables["metrics"]
    hit = (rows["client_id"] == client).to_numpy()
    return {**tables, "metrics": rows.assign(**{metric: np.where(hit, value, rows[metric])})}


def biggest(tables):
    return tables["metrics"]["client_id"].value_counts().index[0]


@pytest.mark.parametrize(
    ("value", "sign"), [(np.nan, "missing"), (0.9321, "constant"), (1.0, "constant")]
)
def test_a_metric_that_is_missing_or_one_value_at_a_client_is_told(plain, value, sign):
    config, tables = plain
    client = biggest(tables)
    (one,) = proposals(config, spoilt(tables, "adherence", value, client))
    assert (one.metric, one.factor, one.place, one.sign) == ("adherence", "client", client, sign)
    assert one.here == 1.0
    assert one.elsewhere < 0.3
    assert one.rows == (tables["metrics"]["client_id"] == client).sum()


def test_a_metric_mostly_at_the_end_of_its_range_is_told(plain):
    config, tables = plain
    client = biggest(tables)
    rng = np.random.default_rng(1)
    ends = np.where(rng.random(len(tables["metrics"])) < 0.88, 1.0, 0.9)
    (one,) = proposals(config, spoilt(tables, "fcr", ends, client))
    assert (one.metric, one.place, one.sign) == ("fcr", client, "at_bound")
    assert 0.8 <= one.here < 0.95


def test_a_channel_is_told_where_no_client_explains_it(plain):
    config, tables = plain
    rows = tables["metrics"]
    hit = (rows["channel"] == "email").to_numpy()
    changed = {**tables, "metrics": rows.assign(aht=np.where(hit, np.nan, rows["aht"]))}
    (one,) = proposals(config, changed)
    assert (one.metric, one.factor, one.place, one.sign) == ("aht", "channel", "email", "missing")


def test_a_client_does_not_hide_a_channel(plain):
    config, tables = plain
    client, rows = biggest(tables), tables["metrics"]
    gone = ((rows["channel"] == "email") | (rows["client_id"] == client)).to_numpy()
    changed = {**tables, "metrics": rows.assign(aht=np.where(gone, np.nan, rows["aht"]))}
    found = [(one.factor, one.place, one.sign) for one in proposals(config, changed)]
    assert found == [("client", client, "missing"), ("channel", "email", "missing")]


def test_a_channel_of_one_client_alone_is_told_as_the_client(plain):
    config, tables = plain
    client, rows = biggest(tables), tables["metrics"]
    here, others = rows["client_id"] == client, rows["channel"].replace("email", "chat")
    keys = ["agent_id", "client_id", "channel", "period"]
    rows = rows.assign(channel=np.where(here, "email", others)).drop_duplicates(keys)
    changed = spoilt({**tables, "metrics": rows}, "aht", np.nan, client)
    (one,) = proposals(config, changed)
    assert (one.factor, one.place) == ("client", client)


def test_a_clean_centre_gets_no_proposal(plain):
    assert proposals(*plain) == ()
