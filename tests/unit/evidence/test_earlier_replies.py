"""What earlier replies say of each agent: contests that wait, and notes."""

from __future__ import annotations

import pandas as pd
import pytest

import rolefit as rf
import small_centre as centre
from rolefit.engine import calibrate, hear

WORD = {
    "agreed": "reply_agreed",
    "deferred": "reply_deferred",
    "evidence_added": "reply_evidence",
    "contested": "reply_contested",
}


def heard(*rows, **columns):
    """Contests and remarks of agent A0000 after rows of run, state, day."""
    replies = pd.DataFrame(rows, columns=["run", "state", "on"])
    replies = replies.assign(agent_id="A0000", **columns)
    ws = centre.workspace(agents=centre.agents(2), replies=replies)
    found = hear(ws.inputs, ws.config, calibrate(ws.inputs, ws.config))
    told = [r.code for r in found.remarks if 0 in r.agent and r.code.startswith("reply_")]
    assert all(set(remark.agent) <= {0} for remark in found.remarks)
    return int(found.situation.contests[0]), told


@pytest.mark.parametrize(("state", "code"), WORD.items())
def test_the_agent_s_word_is_told_until_the_talk_ends(state, code):
    said, answered = ("r1", state, "2026-01-02"), ("r1", "human_replied", "2026-01-03")
    assert heard(said) == (int(state == "contested"), [code])
    after = [] if state == "contested" else [code]
    assert heard(said, answered) == (0, after)
    assert heard(said, answered, ("r1", "closed_stay", "2026-01-04")) == (0, [])
    assert heard(said, ("r1", "withdrawn", "2026-01-04")) == (0, [])


def test_an_answer_to_one_suggestion_answers_no_other():
    contest, elsewhere = ("r1", "contested", "2026-01-02"), ("r2", "human_replied", "2026-01-03")
    assert heard(contest, elsewhere) == (1, ["reply_contested"])


CONTEST, ANSWER = ("r1", "contested", "2026-01-02"), ("r1", "human_replied", "2026-01-03")


@pytest.mark.parametrize(
    ("contest", "answer", "waits"),
    [
        (None, "development_offer", 1), (None, "sign_off", 1), ("facts", "development_offer", 1),
        ("facts", "weights", 1), ("development_offer", "facts", 1), (None, None, 0),
        ("facts", "facts", 0), ("facts", None, 0), (None, "wishes", 0), ("weights", "strange", 0),
        ("development_offer", "development_offer", 0), ("development_offer", None, 0),
    ],
)  # fmt: skip
def test_a_contest_waits_for_an_answer_to_it(contest, answer, waits):
    said = heard(CONTEST, ANSWER, about=[contest, answer])
    assert said == (waits, ["reply_contested"] * waits)


def test_each_of_two_contests_waits_for_its_answer():
    rows = (CONTEST, ("r1", "contested", "2026-01-02"), ANSWER)
    assert heard(*rows, about=["facts", "weights", "facts"])[0] == 1
    assert heard(*rows, about=["facts", "weights", None])[0] == 0


@pytest.mark.parametrize("end", ["closed_stay", "closed_move", "withdrawn"])
def test_only_the_agent_ends_a_contest_without_an_answer(end):
    ended = ("r1", end, "2026-01-04")
    assert heard(CONTEST, ended, role_of_by=["agent", "leader"])[0] == 1
    assert heard(CONTEST, ANSWER, ended, role_of_by=["agent", "leader", "leader"])[0] == 0
    assert heard(CONTEST, ended, role_of_by=["agent", "agent"])[0] == int(end != "withdrawn")


def test_of_several_talks_the_newest_open_one_is_told():
    old, new = ("r1", "agreed", "2026-01-02"), ("r2", "deferred", "2026-01-03")
    assert heard(new, old) == (0, ["reply_deferred"])
    assert heard(new, old, ("r2", "closed_stay", "2026-01-04")) == (0, ["reply_agreed"])


def test_on_one_day_lines_of_the_log_tell_what_came_first():
    answer, contest = ("r1", "human_replied", "2026-01-02"), ("r1", "contested", "2026-01-02")
    assert heard(answer, contest)[0] == 0
    assert heard(answer, contest, line=[1, 2])[0] == 1
    assert heard(answer, contest, line=[2, 1])[0] == 0


def test_an_answer_to_an_offer_is_no_word_on_the_suggestion():
    rows = ("r1", "deferred", "2026-01-02"), ("r1", "agreed", "2026-01-03")
    assert heard(*rows, about=[None, "development_offer"])[1] == ["reply_deferred"]


def test_the_note_stands_beside_the_suggestion():
    replies = centre.replies(2).assign(state=["contested", "shown"])
    told = rf.score(centre.workspace(agents=centre.agents(2), replies=replies)).suggestions
    assert "disagreed" in told.loc[0, "notes"][0]
    assert not any("earlier suggestion" in note for note in told.loc[1, "notes"])


def test_speaking_does_not_set_the_day_of_a_run():
    late = centre.replies().assign(on="2031-01-01", state="contested")
    for config in (None, {"centre": {"as_of": "2026-06-30"}}):
        ws = centre.workspace(config, wishes=centre.wishes(), replies=late)
        assert ws.config.centre.as_of.year == 2026
        assert ws.inputs.replies.num_rows == centre.AGENTS
        assert not ws.rejects_table.num_rows
