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
