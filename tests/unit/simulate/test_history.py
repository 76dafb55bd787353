"""Past moves: evidence from before them is there, and the policy behind them is known."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

from rolefit.simulate.centre import AS_OF, simulate

AGENTS = 2000


@pytest.fixture(scope="module")
def centre():
    return simulate(AGENTS, 5, "biased_history")


@pytest.fixture(scope="module")
def moves(centre):
    return centre.tables["placements"].to_pandas().set_index("agent_id")


def recorded_and_true(centre):
    moves = centre.tables["placements"].to_pandas()
    true = centre.truth["outcomes"].to_pandas()
    return moves.merge(true, on=["agent_id", "role"], suffixes=("", "_true"))


def test_plain_and_sorted_have_no_history_unless_it_is_asked_for():
    for world in ("plain", "sorted"):
        usual = simulate(200, 1, world)
        asked = simulate(200, 1, world, knobs={"placed": 0.2, "preferred": 0.5})
        assert "placements" not in usual.tables
        assert "policy" not in usual.truth
        assert usual.groups is None
        assert asked.tables["placements"].num_rows > 20
        assert asked.groups.column_names == ["agent_id", "group"]
        for name in ("metrics", "contributions", "ratings"):
            assert asked.tables[name].equals(usual.tables[name]), name
        assert asked.truth["outcomes"].equals(usual.truth["outcomes"])


def test_as_many_were_moved_as_the_world_says_each_once(moves):
    assert moves.index.is_unique
    assert len(moves) / AGENTS == pytest.approx(0.15, abs=0.025)
    assert set(moves["role"]) == {"specialist", "mentor", "account_management"}


def test_people_are_in_the_role_they_were_moved_to_since_that_day(centre, moves):
    agents = centre.tables["agents"].to_pandas().set_index("agent_id").loc[moves.index]
    assert (agents["current_role"] == moves["role"]).all()
    assert (agents["in_role_since"] == moves["placed_on"]).all()


def test_every_kind_of_evidence_lies_before_a_move_and_the_outcome_after_it(centre, moves):
    placed = pd.to_datetime(moves["placed_on"])
    seen = pd.to_datetime(moves["observed_on"])
    assert ((seen - placed).dt.days >= 60).all()
    assert (seen <= pd.Timestamp(AS_OF)).all()
    for table in ("strengths", "interests"):
        rows = centre.tables[table].to_pandas().set_index("agent_id")
        answered = pd.to_datetime(rows["answered_on"].reindex(moves.index)).dropna()
        assert len(answered) > 0.8 * len(moves)
        assert (answered < placed[answered.index]).all(), table
    for table, least in (("contributions", 0.97), ("ratings", 0.9)):
        rows = centre.tables[table].to_pandas()
        first = pd.to_datetime(rows["on"]).groupby(rows["agent_id"]).min().reindex(moves.index)
        assert (first < placed).mean() > least, table
    rows = centre.tables["metrics"].to_pandas()
    first = pd.to_datetime(rows["period"]).groupby(rows["agent_id"]).min().reindex(moves.index)
    assert ((placed - first).dt.days >= 31).all()


def test_the_outcome_written_down_is_the_true_one_unless_somebody_is_favoured(centre):
    both = recorded_and_true(centre)
    assert len(both) == centre.tables["placements"].num_rows
    assert (both["outcome"] == both["outcome_true"]).all()
    kind = simulate(AGENTS, 5, "biased_history", knobs={"favour": 0.8})
    both = recorded_and_true(kind).merge(kind.groups.to_pandas(), on="agent_id")
    inner = both[both["outcome_true"].between(0.05, 0.95)]
    lift = (ndtri(inner["outcome"]) - ndtri(inner["outcome_true"])).groupby(inner["group"])
    assert lift.mean()["a"] == pytest.approx(0.8, abs=0.02)
    assert lift.mean()["b"] == 0.0


def test_propensities_are_those_moves_were_drawn_with(centre, moves):
    policy = centre.truth["policy"].to_pandas()
    moved = policy.set_index(["agent_id", "role"]).index.isin(
        pd.MultiIndex.from_arrays([moves.index, moves["role"]])
    )
    assert moved.sum() == len(moves)
    assert policy["propensity"].sum() == pytest.approx(0.15 * AGENTS, rel=1e-4)
    part = pd.qcut(policy["propensity"], 5, labels=False)
    told, happened = (
        policy["propensity"].groupby(part).mean(),
        pd.Series(moved).groupby(part).mean(),
    )
    assert np.abs(told - happened).max() < 0.035
    assert told.max() > 10 * told.min()


def test_membership_goes_with_the_one_attribute_that_the_world_names(centre):
    member = (centre.groups.to_pandas().set_index("agent_id")["group"] == "a").astype(float)
    true = centre.truth["agents_truth"].to_pandas().set_index("agent_id")
    related = true.corrwith(member)
    assert member.mean() == pytest.approx(0.4, abs=0.03)
    assert related["creating"] > 0.3
    assert related.drop("creating").abs().max() < 0.08


def test_a_policy_that_wants_more_than_there_are_takes_nearly_all():
    centre = simulate(30, 3, knobs={"placed": 0.4, "policy_slope": 3.0, "preference": 4.0})
    assert centre.truth["policy"].to_pandas()["propensity"].between(0.0, 1.0).all()
    assert (
        simulate(20, 1, knobs={"placed": 0.1, "newcomers": 1.0}).tables["placements"].num_rows == 0
    )
