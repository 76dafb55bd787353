"""What would help most: the promised gain is the gain that comes, and the page counts right."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import rolefit as rf
from rolefit.quality.connections import connect
from rolefit.quality.coverage import cover_ratings
from rolefit.simulate.centre import simulate

AGENTS = 400


@pytest.fixture(scope="module")
def made():
    return simulate(AGENTS, seed=3)


@pytest.fixture(scope="module")
def tables(made):
    return {name: table.to_pandas() for name, table in made.tables.items()}


def workspace(made, tables, **changed):
    chosen = {k: v for k, v in {**tables, **changed}.items() if v is not None}
    return rf.Workspace(made.config, **chosen)


@pytest.fixture(scope="module")
def whole(made, tables):
    return rf.check(workspace(made, tables))


def best(quality, code, family, attribute=None):
    (one,) = (
        one for one in quality.improvements
        if (one.code, one.family, one.attribute) == (code, family, attribute)
    )  # fmt: skip
    return one


@pytest.mark.parametrize("family", ["strengths", "interests"])
def test_a_survey_given_back_adds_what_the_step_promised(made, tables, family):
    answered = tables[family]["agent_id"]
    silent = set(np.random.default_rng(1).permutation(answered)[:150])
    kept = tables[family][~answered.isin(silent)]
    asked = workspace(made, tables, **{family: kept})
    norms = rf.calibrate(workspace(made, tables))
    step = best(rf.check(asked, norms), "no_survey", family)
    before, after = (rf.check(w, norms).sufficiency for w in (asked, workspace(made, tables)))
    promised = step.gain * len(silent) / step.agents
    assert step.before == pytest.approx(before, abs=0.003)
    assert after - before == pytest.approx(promised, rel=0.15)


def test_ratings_given_back_add_what_the_step_promised(made, tables):
    ratings = tables["ratings"]
    coaching = ratings["attribute"] == "coaching"
    half = set(tables["agents"]["agent_id"][::2])
    asked = workspace(made, tables, ratings=ratings[~(coaching & ratings["agent_id"].isin(half))])
    step = best(rf.check(asked), "no_ratings", "ratings", "coaching")
    norms = rf.calibrate(workspace(made, tables))
    before, after = (rf.check(w, norms).sufficiency for w in (asked, workspace(made, tables)))
    given = (coaching & ratings["agent_id"].isin(half) & (ratings["rater_kind"] != "self")).groupby(
        ratings["agent_id"]
    ).any().sum()  # fmt: skip
    assert after - before == pytest.approx(step.gain * given / step.agents, rel=0.25)


def test_a_table_that_nobody_has_is_told_as_an_assumption(made, tables):
    quality = rf.check(workspace(made, tables, ratings=None))
    assumed = [one for one in quality.improvements if one.family == "ratings"]
    assert assumed
    assert all(one.assumed and one.agents == AGENTS for one in assumed)
    assert not [one for one in quality.improvements if one.assumed and one.family != "ratings"]


def test_steps_come_in_order_of_what_they_add(whole):
    gains = [one.gain for one in whole.improvements]
    assert gains == sorted(gains, reverse=True)
    assert min(gains) > 0


def test_sufficiency_is_that_of_the_fits(made, tables, whole):
    fits = rf.score(workspace(made, tables)).fits
    inside = fits[fits["role"].isin([role.role for role in whole.roles])]
    by_role = inside.groupby("role")["sufficiency"].mean()
    for role in whole.roles:
        assert role.mean == pytest.approx(by_role[role.role], abs=1e-9)
    assert whole.sufficiency == pytest.approx(inside["sufficiency"].mean(), abs=1e-9)
    assert whole.improvements[0].before == pytest.approx(whole.sufficiency, abs=1e-9)


def test_coverage_counts_agents_with_evidence(made, tables, whole):
    evidence = rf.score(workspace(made, tables)).evidence
    seen = evidence.groupby("family")["agent_id"].nunique()
    assert {row.family: row.agents for row in whole.coverage} == seen.to_dict()
    careless = {row.family: row.careless for row in whole.coverage}
    assert 0 < careless["strengths"] < 0.2
    assert careless["metrics"] is None


def test_islands_and_movers_are_counted(made, tables):
    rows = tables["metrics"].copy()
    lonely = rows["agent_id"] == rows["agent_id"].iloc[0]
    rows.loc[lonely, "client_id"] = "one-of-a-kind"
    apart = rows["agent_id"].isin(sorted(set(rows["agent_id"]))[1:9])
    rows.loc[apart, "client_id"] = "island"
    found = connect(workspace(made, tables, metrics=rows).inputs)
    assert (found.groups, found.alone) == (3, 1)
    assert found.largest[1].agents == 8
    expected = rows.groupby("agent_id")["client_id"].nunique()
    assert found.movers == (expected > 1).sum()
    quality = rf.check(workspace(made, tables, metrics=rows))
    assert any(metric.not_comparable == 1 for metric in quality.metrics)


def test_the_page_works_on_next_to_nothing():
    agents = pd.DataFrame({"agent_id": ["A1", "A2"], "current_role": "frontline"})
    quality = rf.check(rf.Workspace(agents=agents))
    assert quality.sufficiency == 0.0
    assert quality.metrics == quality.scales == quality.proposals == ()
    assert quality.connections.agents == 0
    assert all(one.assumed for one in quality.improvements)
    assert {one.family for one in quality.improvements} >= {"strengths", "interests", "ratings"}


def test_self_ratings_are_no_ratings():
    rows = pd.DataFrame({
        "agent_id": ["A1", "A1", "A2"], "rater_id": ["A1", "L1", "L1"],
        "rater_kind": ["self", "lead", "lead"], "attribute": "coaching", "value": 3,
        "on": "2026-05-01",
    })  # fmt: skip
    agents = pd.DataFrame({"agent_id": ["A1", "A2"], "current_role": "frontline"})
    cover = cover_ratings(rf.Workspace(agents=agents, ratings=rows).inputs.ratings)
    assert (cover.ratings, cover.agents, cover.raters, cover.raters_of_one) == (2, 2, 1, 0)
