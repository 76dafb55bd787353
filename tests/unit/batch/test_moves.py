"""Moves are told by what was known before them, whatever was written down afterwards."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

import rolefit as rf
from rolefit.batch.as_of import check_no_leak, cut_off
from rolefit.batch.moves import as_of_moves, past_moves
from rolefit.simulate.centre import simulate

AGENTS = 160
LAST_MONTH = date(2026, 4, 1)
"""In which anybody was moved."""


@pytest.fixture(scope="module")
def centre():
    return simulate(AGENTS, 3, "biased_history", knobs={"placed": 0.3})


def workspace(centre, **changed):
    tables = {name: table.to_pandas() for name, table in centre.tables.items()}
    return rf.Workspace(centre.config, **{**tables, **changed})


@pytest.fixture(scope="module")
def past(centre):
    return past_moves(workspace(centre))


def telling(centre):
    """Tables with rows from after every move that spell how it went."""
    tables = {name: table.to_pandas() for name, table in centre.tables.items()}
    moved = tables["placements"].set_index("agent_id")
    outcome, days = moved["outcome"], moved["placed_on"].clip(lower=LAST_MONTH)
    rows = tables["metrics"]
    late = rows["agent_id"].isin(outcome.index) & (rows["period"] >= f"{LAST_MONTH:%Y-%m}")
    told = rows["agent_id"].map(outcome)[late]
    rows.loc[late, "csat"], rows.loc[late, "aht"] = 1.0 + 4.0 * told, 900.0 - 800.0 * told
    assert late.sum() > len(outcome)
    found = {"metrics": rows}
    for name, value in (("contributions", "quantity"), ("ratings", "value")):
        extra = tables[name].iloc[: len(outcome)].copy()
        extra["agent_id"], extra["on"] = outcome.index, days.to_numpy()
        extra[value] = (1.0 + 4.0 * outcome.to_numpy()).round()
        if name == "ratings":
            extra["rater_id"] = "TELLTALE"
        found[name] = pd.concat([tables[name], extra])
    survey = tables["strengths"].copy()
    late = survey["answered_on"] >= LAST_MONTH
    assert late.any()
    survey.loc[late, survey.columns.drop(["agent_id", "answered_on", "seconds"])] = 5.0
    return {**found, "strengths": survey}


def test_rows_from_after_a_move_change_no_byte_of_its_features(centre, past):
    told = telling(centre)
    assert max(past.moves.placed_on) >= np.datetime64(LAST_MONTH)
    leaked = past_moves(workspace(centre, **told))
    for mine, theirs in (
        (past.moves.features, leaked.moves.features),
        (past.at_risk.features, leaked.at_risk.features),
    ):
        assert mine.names == theirs.names
        assert mine.values.tobytes() == theirs.values.tobytes()


def test_the_role_that_came_of_a_move_is_told_nowhere(centre, past):
    ws = workspace(centre)
    agents = cut_off(ws.inputs, ws.config, LAST_MONTH).inputs.agents
    assert len(set(agents["current_role"].to_pylist())) == 1
    assert agents["in_role_since"].null_count == agents.num_rows
    agents = centre.tables["agents"].to_pandas()
    other = agents.assign(current_role="frontline", in_role_since=agents["hired_on"])
    blind = as_of_moves(workspace(centre, agents=other))
    assert blind.features.values.tobytes() == past.moves.features.values.tobytes()


def test_earlier_evidence_does_change_them(centre, past):
    rows = centre.tables["metrics"].to_pandas()
    first = rows["period"] == "2026-01"
    rows.loc[first, "aht"] = np.arange(first.sum()) + 100.0
    other = as_of_moves(workspace(centre, metrics=rows))
    assert other.features.values.tobytes() != past.moves.features.values.tobytes()


def test_undated_sheets_are_left_out_and_said(centre):
    sheets = centre.tables["strengths"].to_pandas()
    sheets["answered_on"] = None
    undated = as_of_moves(workspace(centre, strengths=sheets))
    none = as_of_moves(workspace(centre, strengths=None))
    assert undated.features.values.tobytes() == none.features.values.tobytes()
    assert any(f"{len(sheets)} undated rows of strengths" in note for note in undated.notes)


def test_terms_sum_to_the_fit_and_blocks_repeat_the_mean(past):
    moves, config = past.moves, past.moves.config
    terms = moves.features.pick(f"term:{name}" for name in config.attribute_ids)
    fit = moves.features.pick(["fit"])[:, 0]
    assert np.abs(terms.sum(axis=1) - fit).max() < 1e-9
    bars = np.array([config.roles[role].bar for role in moves.role])
    assert np.allclose(moves.features.pick(["margin"])[:, 0], fit - bars)
    blocks = moves.features.pick(f"{role}*coaching" for role in config.inside_ids)
    assert np.allclose(blocks.sum(axis=1), moves.features.pick(["mean:coaching"])[:, 0])


def test_moves_keep_the_order_of_the_table(centre, past):
    table = centre.tables["placements"].to_pandas()
    assert past.moves.agent == tuple(table["agent_id"])
    assert past.moves.role == tuple(table["role"])
    assert np.allclose(past.moves.outcome, table["outcome"])
    assert (past.moves.placed_on == table["placed_on"].to_numpy("datetime64[D]")).all()


def test_who_was_at_risk_is_whom_the_policy_looked_at(centre, past):
    risk = past.at_risk
    looked_at = set(centre.truth["policy"]["agent_id"].to_pylist())
    assert looked_at <= set(risk.agent)
    assert len(set(risk.agent)) <= len(looked_at) + AGENTS // 8
    assert risk.placed.sum() == len(past.moves)
    agent = np.array(past.moves.agent)
    assert (agent[risk.moved[risk.placed]] == np.array(risk.agent)[risk.placed]).all()


def test_nobody_is_at_risk_again_after_a_move(past):
    moved = dict(zip(past.moves.agent, past.moves.placed_on, strict=True))
    for agent, month in zip(past.at_risk.agent, past.at_risk.month, strict=True):
        assert agent not in moved or month <= moved[agent].astype("datetime64[M]")


def test_placements_that_teach_nothing_are_left_out_and_said(centre):
    table = centre.tables["placements"].to_pandas()
    table.loc[0, "outcome"] = np.nan
    table.loc[1, "observed_on"] = date(2026, 1, 1)
    stranger = table.iloc[[2]].assign(agent_id="STRANGER")
    moves = as_of_moves(workspace(centre, placements=pd.concat([table, stranger])))
    assert moves.agent == tuple(table["agent_id"][2:])
    told = [note.split()[0] for note in moves.notes if "without strengths" not in note]
    assert told == ["1", "1"]


def test_without_placements_there_are_no_moves(centre):
    past = past_moves(workspace(centre, placements=None))
    assert len(past.moves) == len(past.at_risk.agent) == 0
    assert past.moves.features.pick(["fit"]).shape == (0, 1)


def test_a_move_before_all_evidence_and_one_to_the_outside_are_moves_too(centre):
    table = centre.tables["placements"].to_pandas().iloc[:3]
    table["placed_on"] = [date(2020, 2, 3), date(2026, 4, 1), date(2026, 4, 30)]
    table["role"] = ["mentor", "creative_work", "mentor"]
    sheets = centre.tables["interests"].to_pandas().sort_values("answered_on")
    table["agent_id"] = sheets["agent_id"].to_numpy()[:3]
    agents = centre.tables["agents"].to_pandas().assign(hired_on=date(2019, 1, 1))
    told = []
    ws = workspace(centre, placements=table, agents=agents)
    moves = past_moves(ws, progress=lambda *stage: told.append(stage)).moves
    assert told == [("months with moves", 0, 2), ("months with moves", 1, 2)]
    assert np.isfinite(moves.features.values).all()
    fit, margin = moves.features.pick(["fit", "margin"]).T
    assert fit[0] == 0.0
    assert margin[1] == fit[1] != 0.0


@pytest.mark.parametrize("table", ["metrics", "contributions", "ratings", "strengths"])
def test_the_guard_refuses_whatever_is_not_older(centre, table):
    ws = workspace(centre)
    day = date(2026, 4, 1)
    cut = cut_off(ws.inputs, ws.config, day)
    check_no_leak(cut.inputs, day)
    whole = type(cut.inputs)(**{**vars(cut.inputs), table: getattr(ws.inputs, table)})
    with pytest.raises(rf.UsageError, match=f"{table}: .*RF440"):
        check_no_leak(whole, day)


def test_who_was_hired_within_the_month_is_told_by_nobody_else_s_evidence(centre):
    table = centre.tables["placements"].to_pandas()
    agents = centre.tables["agents"].to_pandas()
    late = table["agent_id"].iloc[3]
    day = table["placed_on"].iloc[3].replace(day=1)
    agents.loc[agents["agent_id"] == late, "hired_on"] = day
    moves = as_of_moves(workspace(centre, agents=agents, placements=table))
    assert late not in moves.agent
    assert len(moves) == len(table) - 1
    assert any("hired within that month" in note for note in moves.notes)


def test_a_placement_before_anybody_was_there_is_left_out(centre):
    table = centre.tables["placements"].to_pandas()
    table.loc[0, "placed_on"] = date(1999, 1, 4)
    moves = as_of_moves(workspace(centre, placements=table))
    assert len(moves) == len(table) - 1


def test_answers_given_after_the_move_are_told_to_be_missing(centre):
    survey = centre.tables["strengths"].to_pandas()
    survey["answered_on"] = date(2026, 6, 30)
    moves = as_of_moves(workspace(centre, strengths=survey))
    (note,) = [note for note in moves.notes if "without strengths" in note]
    answered = set(survey["agent_id"]) & set(moves.agent)
    assert note.startswith(f"{sum(agent in answered for agent in moves.agent)} moves")
