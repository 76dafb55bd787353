"""`rolefit evaluate`: numbers for people and machines, and why one cannot be told."""

from __future__ import annotations

import json
import re
import shutil

import numpy as np
import pandas as pd
import pytest

import rolefit as rf
from rolefit.batch.evaluation_rows import LABELS

OF_WISHES = {"unwanted", "best_role", "gems_found"}


@pytest.fixture(scope="module")
def told(scored, shipped):
    return rf.evaluate(scored, shipped / "truth")


@pytest.fixture(scope="module")
def truth(shipped):
    return {
        name: pd.read_csv(shipped / "truth" / f"{name}.csv")
        for name in ("outcomes", "agents_truth", "effects_truth")
    }


def test_the_screen_shows_every_measure_beside_the_other_ways(call, scored, shipped):
    done = call("evaluate", scored, "--truth", shipped / "truth", "--before", scored)
    assert done.exit_code == 0, done.output
    assert all(label in done.output for label in LABELS.values())
    assert all(word in done.output for word in ("raw", "adjusted", "oracle", "+ wishes"))
    assert re.search(rf"{LABELS['churn']} +0\.000 +60", done.output)


def test_machines_get_the_same(call, scored, shipped, told):
    done = call("evaluate", scored, "--truth", shipped / "truth", "--json")
    payload = json.loads(done.output)
    assert payload.pop("ok")
    assert payload == json.loads(told.to_json())
    assert len(payload["measures"]) == len(told.rows) == len(told.frame())
    assert told.frame().columns.tolist() == [
        "policy", "seats", "measure", "value", "n", "note",
    ]  # fmt: skip


def test_numbers_are_those_of_the_suggestions_and_the_truth(scored, told, truth):
    suggestions = pd.read_parquet(scored / "suggestions.parquet")
    moves = suggestions[suggestions["direction"].isin(["up", "sideways", "step_back"])]
    outcome = truth["outcomes"].set_index(["agent_id", "role"])["outcome"]
    there = outcome[list(zip(moves["agent_id"], moves["target_role"], strict=True))]
    here = outcome[list(zip(moves["agent_id"], moves["current_role"], strict=True))]
    assert told.value("outcome", seats="own") == pytest.approx(there.mean())
    assert told.value("success", seats="own") == pytest.approx((there >= 0.5).mean())
    gain = there.to_numpy() - here.to_numpy()
    assert told.value("gain", seats="own") == pytest.approx(gain.mean())
    assert told.value("unwanted") == 0.0
    assert sum(told.seats.values()) == (moves["direction"] != "step_back").sum()


def test_leaving_by_choice_is_no_talk_about_leaving(scored, told):
    suggestions = pd.read_parquet(scored / "suggestions.parquet")
    out = suggestions[suggestions["direction"] == "out"]
    chosen = [
        any(gate["gate"] == "by_choice" and gate["passed"] for gate in gates)
        for gates in out["gates"]
    ]
    assert sum(chosen) > 0
    assert told.value("talked") == pytest.approx((len(out) - sum(chosen)) / len(suggestions))


def test_coverage_is_that_of_the_posterior(scored, told, truth):
    posterior = pd.read_parquet(scored / "posterior.parquet")
    posterior = posterior[posterior["sufficiency"] > 0]
    true = truth["agents_truth"].melt("agent_id", var_name="attribute", value_name="true")
    posterior = posterior.merge(true, "left", on=["agent_id", "attribute"])
    inside = np.abs(posterior["true"] - posterior["mean"]) <= 1.6448536 * posterior["sd"]
    assert told.value("attribute_coverage", seats="") == pytest.approx(inside.mean())
    (row,) = [row for row in told.rows if row.measure == "attribute_coverage"]
    assert row.n == len(posterior)


def test_every_way_fills_the_same_seats(told):
    moved = told.frame().query("seats == 'same' and measure == 'moved'")["value"]
    assert len(moved) == 5
    assert set(moved) == {told.value("moved")}


def test_a_result_a_folder_and_csv_are_told_the_same(shipped, told, truth, tmp_path):
    result = rf.score(rf.load(shipped))
    assert rf.evaluate(result, truth) == told
    assert rf.evaluate(result, shipped) == told
    result.write(tmp_path / "csv", fmt="csv")
    assert rf.evaluate(tmp_path / "csv", shipped / "truth").frame().equals(told.frame())


def test_an_earlier_run_tells_the_churn(shipped, truth):
    workspace = rf.load(shipped)
    now = rf.score(workspace)
    tables = {name: table for name, table in workspace.inputs.present().items() if name != "wishes"}
    before = rf.score(rf.Workspace(workspace.config, **tables))
    names = ["agent_id", "direction", "target_role"]
    a, b = (run.suggestions[names].fillna("").set_index("agent_id") for run in (before, now))
    changed = (a != b.loc[a.index]).any(axis=1).mean()
    assert changed > 0
    told = rf.evaluate(now, truth, before=before)
    assert told.value("churn", seats="") == pytest.approx(changed)
    without = rf.evaluate(before, truth)
    assert np.isnan(without.value("unwanted"))
    notes = without.frame().query("measure == 'unwanted'")["note"]
    assert set(notes) == {"not told, because the run knows no wishes"}


def test_another_model_is_held_beside_it(scored, shipped, told):
    fits = pd.read_parquet(scored / "fits.parquet")
    scores = fits[["agent_id", "role"]].assign(score=fits["p_ready"])
    both = rf.evaluate(scored, shipped, others={"mine": scores})
    assert both.value("outcome", "mine") > told.value("outcome", "metrics_raw")
    assert both.value("moved", "mine") == told.value("moved")
    for wrong in (scores.drop(columns="role"), pd.concat([scores, scores["score"]], axis=1), 7):
        with pytest.raises(rf.UsageError, match=r"others\['mine'\]"):
            rf.evaluate(scored, shipped, others={"mine": wrong})


@pytest.mark.parametrize(
    ("table", "measures"),
    [
        ("fits", {*OF_WISHES, "ready_error", "ready_slope", "ready_brier"}),
        ("posterior", {"attribute_coverage"}),
        ("effects", {"effect_coverage"}),
    ],
)
def test_a_table_that_was_left_out_is_no_wrong_number(
    call, scored, shipped, tmp_path, told, table, measures
):
    out = shutil.copytree(scored, tmp_path / "out")
    (out / f"{table}.parquet").unlink()
    found = rf.evaluate(out, shipped)
    silent = {"effects": "metrics_adjusted", "fits": "oracle_with_wishes"}.get(table)
    for row, whole in zip(found.rows, told.rows, strict=True):
        lost = row.measure in OF_WISHES if row.policy != "rolefit" and table == "fits" else (
            row.policy == "rolefit" and row.measure in measures
        )  # fmt: skip
        if lost or row.policy == silent:
            assert row.value is None
            assert whole.value is None or f"the run has no {table} table" in row.note
        else:
            assert row == whole
    shown = call("evaluate", out, "--truth", shipped / "truth")
    assert shown.exit_code == 0
    assert "not told, because" in shown.output


def test_without_effects_nothing_is_said_of_adjusted_metrics(scored, shipped, tmp_path):
    out = shutil.copytree(scored, tmp_path / "out")
    (out / "effects.parquet").unlink()
    rows = [r for r in rf.evaluate(out, shipped).rows if r.policy == "metrics_adjusted"]
    assert rows
    assert all(r.value is None and "the run has no effects table" in r.note for r in rows)


def test_a_truth_of_outcomes_alone_tells_what_they_tell(scored, told, truth):
    found = rf.evaluate(scored, {"outcomes": truth["outcomes"]})
    assert found.value("outcome") == told.value("outcome")
    lost = {row.measure for row in found.rows if row.value is None and row.policy == "oracle"}
    assert lost >= {"glue_mentors", "client_experts"}
    notes = {row.measure: row.note for row in found.rows if row.policy == "rolefit"}
    assert "no agents_truth" in notes["attribute_coverage"]
    assert "no effects_truth" in notes["effect_coverage"]


def test_a_run_without_suggestions_is_refused(call, scored, shipped, tmp_path):
    out = shutil.copytree(scored, tmp_path / "out")
    (out / "suggestions.parquet").unlink()
    done = call("evaluate", out, "--truth", shipped / "truth")
    assert done.exit_code == 2
    assert "[RF402]" in done.stderr


def test_a_folder_without_truth_says_what_makes_one(call, scored, tmp_path):
    done = call("evaluate", scored, "--truth", tmp_path)
    assert done.exit_code == 2
    assert "[RF450]" in done.stderr
    assert "rolefit simulate" in done.stderr
    told = json.loads(call("evaluate", scored, "--truth", tmp_path / "no", "--json").stdout)
    assert told["problems"][0]["code"] == "RF450"


def test_a_truth_of_other_people_is_refused(call, scored, shipped, tmp_path):
    outcomes = pd.read_csv(shipped / "truth" / "outcomes.csv")
    outcomes[outcomes["agent_id"] != "A0001"].to_csv(tmp_path / "outcomes.csv", index=False)
    done = call("evaluate", scored, "--truth", tmp_path)
    assert done.exit_code == 2
    assert "[RF452]" in done.stderr
    assert "A0001" in done.stderr
    assert "rolefit score" in done.stderr
    outcomes[outcomes["role"] != "mentor"].to_csv(tmp_path / "outcomes.csv", index=False)
    assert "'mentor'" in call("evaluate", scored, "--truth", tmp_path).stderr
    outcomes.drop(index=3).to_csv(tmp_path / "outcomes.csv", index=False)
    assert "some pairs" in call("evaluate", scored, "--truth", tmp_path).stderr


def test_a_truth_that_cannot_be_read_is_refused(call, scored, tmp_path):
    (tmp_path / "outcomes.csv").write_text("agent_id,role\nA0001,mentor\n", "utf-8")
    done = call("evaluate", scored, "--truth", tmp_path)
    assert "no column 'outcome'" in done.stderr
    (tmp_path / "outcomes.csv").write_text('agent_id,role\n"A,b\nA,b,c,d\n', "utf-8")
    assert "[RF451]" in call("evaluate", scored, "--truth", tmp_path).stderr
    (tmp_path / "outcomes.parquet").write_bytes(b"PAR1 and no more")
    assert "[RF451]" in call("evaluate", scored, "--truth", tmp_path).stderr


def test_the_truth_of_another_draw_is_noticed(call, scored, tmp_path):
    done = call("simulate", tmp_path / "ws", "--agents", 60, "--seed", 6, "--stories", "--quiet")
    assert done.exit_code == 0
    shown = call("evaluate", scored, "--truth", tmp_path / "ws" / "truth")
    assert shown.exit_code == 0
    assert "Take care" in shown.output


def test_the_page_defines_every_measure(repository):
    page = (repository / "docs" / "evaluation.md").read_text("utf-8")
    defined = re.findall(r"(?m)^\| `(\w+)` \| ([^|]+) \|", page)
    assert {name: label for name, label in defined if name in LABELS} == LABELS
