"""A real centre, handle times alone: effects agree with lme4; numbers alone never decide."""

import tomllib

import numpy as np
import pandas as pd
import pytest

import rolefit as rf
from experiment_programs import programs

EXPERIMENT = "experiments/002-anonymous-bank"
SHORTEST, LONGEST = 10, 3600


@pytest.fixture(scope="module")
def bank(repository):
    """The experiment's own reading of the calls."""
    (bank,) = programs(repository / EXPERIMENT, "bank")
    return bank


@pytest.fixture(scope="module")
def folder(bank, shared_data, tmp_path_factory):
    calls = bank.served_calls(shared_data / "anonymous_bank/calls_1999_jan_jul.parquet")
    rows = bank.metric_rows(bank.handled(calls, SHORTEST, LONGEST))
    written = tmp_path_factory.mktemp("bank")
    bank.write_bank(calls, rows, written)
    return written


@pytest.fixture(scope="module")
def lmer(bank, shared_data):
    return bank.lmer_effects(shared_data / "reference/bank_lmer_agent_blups.csv", "adj_agent_type")


def scored(bank, folder, estimator):
    config = tomllib.loads(bank.CONFIG) | {"evidence": {"client_effects": estimator}}
    return rf.score(rf.Workspace(config=config, **rf.load(folder).inputs.present()))


def test_every_call_that_was_handled_is_in_the_workspace(folder):
    workspace = rf.load(folder)
    rows = workspace.inputs.metrics.to_pandas()
    assert workspace.rejects_table.num_rows == 0
    assert rows["contacts"].sum() == 181_968
    assert rows["agent_id"].nunique() == workspace.inputs.agents.num_rows == 34


def test_everybody_stays_and_is_told_kindly_that_more_must_be_seen(folder):
    told = rf.score(rf.load(folder)).suggestions
    assert set(zip(told["direction"], told["status"], strict=True)) == {("stay", "gather")}
    assert set(told["metrics_only_direction"]) == {"up", "stay", "out"}
    for reasons in told["reasons"]:
        assert all(reason["polarity"] != "-" for reason in reasons)
        assert "not_yet_seen" in {reason["code"] for reason in reasons}


@pytest.mark.parametrize(
    ("estimator", "metric", "least"),
    [("random", "typical_time", 0.98), ("within", "typical_time", 0.98), ("random", "aht", 0.95)],
)
def test_agent_effects_are_in_lme4s_order(bank, folder, lmer, estimator, metric, least):
    effects = scored(bank, folder, estimator).effects.set_index(["metric", "agent_id"])
    effect = effects.loc[metric, "effect"].reindex(lmer.index)
    assert len(effect) == 32
    assert effect.notna().all()
    assert effect.corr(-lmer, method="spearman") >= least


def test_effects_come_with_intervals_that_say_how_little_is_known(folder):
    effects = rf.score(rf.load(folder)).effects.query("metric == 'aht'").set_index("agent_id")
    assert effects["se"].between(0.05, 1).all()
    assert np.allclose(effects["se"] ** 2 + effects["reliability"], 1)
    assert 0.65 < effects["reliability"].median() < 0.9
    newest = effects["n"].nsmallest(2).index
    assert set(newest) == {"A09", "A12"}
    assert effects.loc[newest, "se"].min() > effects["se"].drop(newest).median()


def test_variance_components_are_near_lme4s(bank, folder, shared_data):
    lmer = pd.read_csv(shared_data / "reference/bank_lmer_variance_components.csv")
    lmer = lmer.query("period == 'jan_jul' and model == 'adj_agent_type'").set_index("grp")["vcov"]
    norm = scored(bank, folder, "random").norms.metrics["typical_time"]
    assert norm.tau2 == pytest.approx(lmer["agent"], rel=0.35)
    assert norm.noise.pairing == pytest.approx(lmer["agent:type"], rel=0.6)


def test_short_calls_are_no_handle_time_and_are_told_apart(bank, shared_data):
    calls = bank.served_calls(shared_data / "anonymous_bank/calls_1999_jan_jul.parquet")
    short = bank.short_shares(calls, SHORTEST)
    assert short.idxmax() == "A22"
    assert short["A22"] == pytest.approx(0.27, abs=0.01)
    assert bank.handled(calls, SHORTEST, LONGEST)["ser_time"].between(SHORTEST, LONGEST).all()


def test_one_row_of_the_workspace_is_what_its_calls_say(bank):
    calls = pd.DataFrame({
        "agent": ["A1", "A1"], "type": ["PS", "PS"], "priority": [2, 2], "month": [3, 3],
        "ser_time": [100, 400],
    })  # fmt: skip
    (row,) = bank.metric_rows(calls).to_dict("records")
    assert row == {
        "agent_id": "A1", "client_id": "PS", "channel": "priority", "period": "1999-03",
        "contacts": 2, "aht": 250.0, "typical_time": 200.0,
    }  # fmt: skip
