"""`rolefit diff`: who changed, and the evidence, the weight, the wish or the rule that did it."""

from __future__ import annotations

import json
from datetime import timedelta

import pandas as pd
import pytest

import rolefit as rf
from centres import simulated
from rolefit.simulate.centre import AS_OF


@pytest.fixture(scope="module")
def centre():
    return simulated(45, 2)


@pytest.fixture(scope="module")
def first(centre):
    return rf.score(centre.workspace())


def moved(result):
    told = result.suggestions
    return told[told["direction"].isin(["up", "sideways"])]


def test_a_run_does_not_differ_from_itself(first, tmp_path):
    first.write(tmp_path / "a")
    first.write(tmp_path / "b", fmt="csv")
    for other in (first, tmp_path / "a", tmp_path / "b"):
        found = rf.diff(first, other)
        assert found.table.num_rows == found.status_only == 0
        assert found.agents == 45
        assert (found.came, found.went) == ((), ())


def test_a_wish_is_named(centre, first):
    row = moved(first).iloc[0]
    refusal = {"agent_id": row["agent_id"], "role": row["target_role"], "wish": "no", "on": AS_OF}
    wishes = pd.concat([centre.tables["wishes"], pd.DataFrame([refusal])])
    found = rf.diff(first, rf.score(centre.put(wishes=wishes).workspace()))
    (change,) = found.table.to_pylist()
    assert change["agent_id"] == row["agent_id"]
    assert change["causes"] == ["wish"]
    assert change["wish_after"] == "no"
    assert any(g["gate"] == "wish" and not g["passed"] for g in change["gates"])
    assert change["by_evidence"] == change["by_weights"] == 0.0


def test_evidence_is_named_down_to_the_piece(centre, first):
    row = moved(first).iloc[0]
    ratings = centre.tables["ratings"].copy()
    mine = ratings["agent_id"] == row["agent_id"]
    ratings.loc[mine, "value"] = 1.0
    contributions = centre.tables["contributions"]
    contributions = contributions[contributions["agent_id"] != row["agent_id"]]
    second = rf.score(centre.put(ratings=ratings, contributions=contributions).workspace())
    changes = {c["agent_id"]: c for c in rf.diff(first, second).table.to_pylist()}
    change = changes[row["agent_id"]]
    assert "evidence" in change["causes"]
    assert not {"wish", "weights", "policy"} & set(change["causes"])
    assert change["fit_after"] - change["fit_before"] == pytest.approx(change["by_evidence"])
    assert change["by_evidence"] < 0
    assert {p["family"] for p in change["pieces"]} & {"ratings", "contributions"}


def test_weights_are_named_and_the_two_parts_sum(centre, first):
    row = moved(first).iloc[0]
    demands = {"efficiency": 5.0, "coaching": 0.5, "quality": 1.0, "client_knowledge": 0.5}
    roles = {row["target_role"]: {"demands": demands}}
    second = rf.score(centre.configured(roles=roles).workspace())
    found = rf.diff(first, second).table.to_pylist()
    named = [c for c in found if "weights" in c["causes"]]
    assert named
    for change in found:
        if change["role"] == row["target_role"]:
            parts = change["by_evidence"] + change["by_weights"]
            assert change["fit_after"] - change["fit_before"] == pytest.approx(parts, abs=1e-9)
            fits = [r.fits.set_index(["agent_id", "role"])["fit"] for r in (first, second)]
            key = (change["agent_id"], change["role"])
            assert change["fit_before"] == pytest.approx(fits[0][key], abs=1e-9)
            assert change["fit_after"] == pytest.approx(fits[1][key], abs=1e-9)


def test_a_rule_is_named(centre, first):
    policy = {"loss_ratio": {"up": 400.0, "sideways": 400.0, "step_back": 400.0}}
    found = rf.diff(first, rf.score(centre.configured(policy=policy).workspace()))
    assert found.table.num_rows
    assert found.summary()["causes"] == {"policy": found.table.num_rows}


def test_who_came_and_who_went_is_said(centre, first):
    fewer = centre.of(set(centre.ids[1:]))
    found = rf.diff(first, rf.score(fewer.workspace(), norms=first.norms))
    assert found.went == (centre.ids[0],)
    assert found.agents == 44


def test_a_held_suggestion_is_put_down_to_history(centre, first):
    history = first.suggestions.assign(as_of=AS_OF - timedelta(days=30))
    told = history.copy()
    told["direction"], told["target_role"] = "stay", told["current_role"]
    told["proposed_direction"], told["proposed_role"] = "stay", told["current_role"]
    second = rf.score(centre.put(history=told).workspace())
    found = rf.diff(first, second)
    assert found.summary()["causes"].get("history", 0) > 0


def test_the_command_tells_people_and_machines(call, centre, first, tmp_path):
    row = moved(first).iloc[0]
    refusal = {"agent_id": row["agent_id"], "role": row["target_role"], "wish": "no", "on": AS_OF}
    wishes = pd.concat([centre.tables["wishes"], pd.DataFrame([refusal])])
    first.write(tmp_path / "a")
    rf.score(centre.put(wishes=wishes).workspace()).write(tmp_path / "b")
    text = call("diff", tmp_path / "a", tmp_path / "b", "--to", tmp_path / "changes.csv")
    assert text.exit_code == 0
    assert "1 of 45 suggestions changed" in text.output
    assert row["agent_id"] in text.output
    assert pd.read_csv(tmp_path / "changes.csv")["agent_id"].tolist() == [row["agent_id"]]
    told = json.loads(call("diff", tmp_path / "a", tmp_path / "b", "--json").output)
    assert told["changed"] == 1
    assert told["changes"][0]["causes"] == ["wish"]


def test_a_folder_that_is_no_run_is_a_clear_error(call, tmp_path):
    (tmp_path / "a").mkdir()
    text = call("diff", tmp_path / "a", tmp_path / "a")
    assert text.exit_code == 2
    assert "RF402" in text.output
