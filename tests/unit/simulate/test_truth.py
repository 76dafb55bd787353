"""What a simulated centre promises: every source tells of the truth as far as it says it does."""

import numpy as np
import pandas as pd
import pytest

from rolefit.schema.build import build_config
from rolefit.simulate.centre import simulate

CONFIG = build_config({})
AGENTS = 3000


@pytest.fixture(scope="module")
def centre():
    return simulate(AGENTS, seed=11, sorting=0.8, clients_per_agent=1.3)


@pytest.fixture(scope="module")
def truth(centre):
    return centre.truth["agents_truth"].to_pandas().set_index("agent_id")


@pytest.fixture(scope="module")
def effects(centre):
    long = centre.truth["effects_truth"].to_pandas()
    return long.pivot_table(index="agent_id", columns="metric", values="effect")


@pytest.fixture(scope="module")
def metrics(centre):
    rows = centre.tables["metrics"].to_pandas()
    return rows.assign(aht=-np.log(rows["aht"]), transfer_rate=-rows["transfer_rate"])


def excluded(centre):
    return {(rule["metric"], rule["client"]) for rule in centre.config["applicability"]}


def test_attributes_are_standard_and_capabilities_and_results_go_together(truth):
    assert truth.mean().abs().max() < 0.08
    assert truth.std().sub(1).abs().max() < 0.06
    inner = [name for name, spec in CONFIG.attributes.items() if spec.group != "interest"]
    together = truth[inner].corr().to_numpy()[np.triu_indices(len(inner), 1)]
    assert 0.1 < together.mean() < 0.3
    assert together.min() > 0.05


def test_metric_effects_have_about_the_default_validity_and_not_exactly(truth, effects):
    found = {
        name: np.corrcoef(effects[name], truth[CONFIG.metrics[name].attribute])[0, 1]
        for name in effects
    }
    assert all(0.48 < rho < 0.72 for rho in found.values()), found
    assert np.ptp(list(found.values())) > 0.03


def test_within_a_client_a_metric_follows_the_agent_where_it_applies_only(centre, effects, metrics):
    for metric in effects:
        for client, rows in metrics.groupby("client_id"):
            told = rows.groupby("agent_id")[metric].mean().dropna()
            r = np.corrcoef(told, effects.loc[told.index, metric])[0, 1]
            if (metric, client) in excluded(centre):
                assert abs(r) < 4 / np.sqrt(len(told)), (metric, client)
            else:
                assert r > 0.2, (metric, client)


@pytest.mark.parametrize(("world", "sorting"), [("plain", None), ("sorted", 0.8)])
def test_sorting_sends_the_best_people_to_the_clients_with_the_poorest_numbers(world, sorting):
    made = simulate(AGENTS, seed=3, world=world, sorting=sorting)
    effect = made.truth["effects_truth"].to_pandas()
    skill = effect.groupby("agent_id")["effect"].mean()
    rows = made.tables["metrics"].to_pandas()
    served = rows.assign(skill=skill.loc[rows["agent_id"]].to_numpy()).groupby("client_id")
    own = served[["aht", "csat", "fcr", "transfer_rate", "quality_score"]].mean()
    own[["aht", "transfer_rate"]] *= -1
    poor = -own.rank().mean(axis=1)
    spread, r = served["skill"].mean().std(), np.corrcoef(poor, served["skill"].mean())[0, 1]
    assert (spread < 0.1) if world == "plain" else (spread > 0.3 and r > 0.6), (spread, r)


def test_the_plain_world_has_no_rule_of_applicability():
    assert "applicability" not in simulate(50, seed=1, world="plain").config


@pytest.mark.parametrize(("kind", "least"), [("strengths", 0.3), ("interests", 0.5)])
def test_surveys_follow_the_true_attribute_once_reversed(centre, truth, kind, least):
    answers = centre.tables[kind].to_pandas().set_index("agent_id")
    for scale in CONFIG.questionnaires[kind].scales.values():
        keyed = answers[list(scale.items)].copy()
        keyed[list(scale.reversed)] = 6 - keyed[list(scale.reversed)]
        score = keyed.mean(axis=1).dropna()
        assert np.corrcoef(score, truth.loc[score.index, scale.attribute])[0, 1] > least
        assert keyed.corr().to_numpy().min() > 0.15


def test_surveys_are_missing_empty_and_careless_as_often_as_the_world_says(centre):
    answers = centre.tables["strengths"].to_pandas()
    items = answers[[c for c in answers if c not in {"agent_id", "answered_on", "seconds"}]]
    assert 0.8 < len(answers) / AGENTS < 0.9
    assert items.isna().to_numpy().mean() == pytest.approx(0.03, abs=0.006)
    assert (answers["seconds"] / items.shape[1] < 2.5).mean() == pytest.approx(0.05, abs=0.015)
    assert set(np.unique(items.to_numpy()[items.notna().to_numpy()])) == {1, 2, 3, 4, 5}


def test_contributions_rise_with_the_attribute_and_state_their_opportunity(centre, truth):
    rows = centre.tables["contributions"].to_pandas()
    for kind, spec in CONFIG.contributions.items():
        mine = rows[rows["kind"] == kind].groupby("agent_id")[["quantity", "opportunity"]].sum()
        offered = kind in {"mentoring", "escalation_saved"}
        assert (mine["opportunity"] > 0).all() == offered
        rate = mine["quantity"] / (mine["opportunity"] if offered else 1)
        assert np.corrcoef(rate, truth.loc[rate.index, spec.attribute])[0, 1] > 0.12, kind


def test_raters_follow_the_attribute_and_differ_in_leniency(centre, truth):
    rows = centre.tables["ratings"].to_pandas()
    own = truth.melt(var_name="attribute", value_name="true", ignore_index=False).reset_index()
    both = rows.merge(own, on=["agent_id", "attribute"])
    assert len(both) == len(rows)
    assert both["value"].corr(both["true"]) > 0.35
    leads = rows[rows["rater_id"].str.match(r"L\d")].groupby("rater_id")["value"]
    assert leads.mean().std() > 0.2
    assert set(rows["rater_kind"]) == {"lead", "peer", "client", "qa"}
    assert (rows["rater_id"] != rows["agent_id"]).all()


def test_wishes_follow_the_true_interest_and_many_say_nothing(centre, truth):
    rows = centre.tables["wishes"].to_pandas()
    mentor = rows[rows["role"] == "mentor"].set_index("agent_id")["wish"]
    liking = truth["developing_people"].loc[mentor.index].groupby(mentor).mean()
    assert liking["want"] > liking["open"] > liking["not_now"] > liking["no"]
    assert 0.6 < rows["agent_id"].nunique() / AGENTS < 0.75
    assert set(rows["wish"]) == {"want", "open", "not_now", "no"}


def test_newcomers_have_little_of_everything(centre):
    hired = centre.tables["agents"].to_pandas().set_index("agent_id")["hired_on"]
    new = hired.index[pd.to_datetime(hired) > pd.Timestamp("2026-04-15")]
    assert 0.03 < len(new) / AGENTS < 0.1
    for name in ("metrics", "contributions", "ratings"):
        count = centre.tables[name].to_pandas()["agent_id"].value_counts().reindex(hired.index)
        assert count[new].fillna(0).mean() < 0.6 * count.mean(), name
    assert centre.tables["strengths"].to_pandas()["agent_id"].isin(new).sum() < 0.35 * len(new)


def test_outcomes_rise_with_the_attributes_a_role_asks_for(centre, truth):
    long = centre.truth["outcomes"].to_pandas()
    outcome = long.pivot_table(index="agent_id", columns="role", values="outcome")
    assert np.corrcoef(outcome["mentor"], truth["coaching"])[0, 1] > 0.4
    assert abs(np.corrcoef(outcome["mentor"], truth["vision"])[0, 1]) < 0.3
    assert np.corrcoef(outcome["creative_work"], truth["creating"])[0, 1] > 0.8
