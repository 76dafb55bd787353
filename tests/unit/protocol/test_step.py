"""Each rule of the reply machine: what it refuses, and what the refusal tells."""

from __future__ import annotations

import pytest

from rolefit.errors import Problem
from rolefit.protocol.entry import Correction, Entry
from rolefit.protocol.next_steps import next_steps
from rolefit.protocol.step import lacking, step
from rolefit.protocol.thread import Thread

AGENT, LEE, MO = ("A1", "agent"), ("Lee", "leader"), ("Mo", "second")
WRONG = Correction("metrics", {"period": "2026-05"}, "aht", "401", "301")


def entry(who, state, on="2026-07-01", **more):
    return Entry("A1", "r", state, *who, on, **more)


SHOWN = entry(LEE, "shown", direction="up", target_role="mentor")
ELSEWHERE = entry(LEE, "shown", direction="out", target_role="selling")
CONTESTED = entry(AGENT, "contested", text="no")
ANSWERED = entry(LEE, "human_replied", text="Let us look.")
READY_TO_SIGN = (
    ELSEWHERE,
    entry(AGENT, "agreed", text="I want to sell."),
    entry(LEE, "human_replied", text="A course.", about="development_offer"),
    entry(AGENT, "deferred", about="development_offer"),
)


def thread(*entries):
    talk = Thread("A1", "r")
    for one in entries:
        after = step(talk, one)
        assert isinstance(after, Thread), after
        talk = after
    return talk


def refused(talk, one, code, *words):
    problem = step(talk, one)
    assert isinstance(problem, Problem), problem
    assert problem.code == code
    assert all(word in str(problem) for word in words), problem
    return problem


def test_the_usual_way():
    talk = thread(SHOWN, entry(AGENT, "agreed"), ANSWERED, entry(LEE, "closed_move"))
    assert (talk.state, talk.direction, talk.target_role) == ("closed_move", "up", "mentor")
    assert Thread("A1", "r").state == "proposed"


def test_a_refusal_leaves_the_thread_as_it_was():
    talk = thread(SHOWN, CONTESTED)
    refused(talk, entry(LEE, "closed_stay"), "RF433", "waits", "human_replied")
    assert talk.entries == (SHOWN, CONTESTED)


@pytest.mark.parametrize("state", ["agreed", "contested", "deferred", "evidence_added"])
@pytest.mark.parametrize("who", [LEE, MO])
def test_nobody_speaks_for_the_agent_in_their_own_name(state, who):
    refused(thread(SHOWN), entry(who, state, text="yes"), "RF431", "entered as the agent's")


@pytest.mark.parametrize("state", ["human_replied", "closed_move", "closed_stay"])
def test_the_agent_neither_answers_nor_closes(state):
    refused(thread(SHOWN, CONTESTED), entry(AGENT, state, text="yes"), "RF431")


def test_somebody_may_write_down_what_the_agent_says():
    talk = thread(SHOWN, entry(AGENT, "contested", text="no", written_by="Lee"))
    assert talk.contested
    assert talk.spoken
    assert not talk.stated
    helped = entry(AGENT, "withdrawn", written_by="Lee")
    refused(talk, helped, "RF430", "written_by")
    refused(talk, entry(AGENT, "agreed", written_by="a1"), "RF430", "names the agent")


def test_shown_comes_first_and_once():
    refused(Thread("A1", "r"), CONTESTED, "RF432", "not shown")
    refused(thread(SHOWN), SHOWN, "RF432", "shown before")
    refused(Thread("A1", "r"), entry(LEE, "shown"), "RF430", "not known")


def test_nothing_closes_before_the_agent_has_spoken():
    refused(thread(SHOWN, ANSWERED), entry(LEE, "closed_stay"), "RF432", "has not spoken")


@pytest.mark.parametrize("last", ["closed_move", "closed_stay", "withdrawn"])
def test_after_the_end_there_is_nothing(last):
    talk = thread(SHOWN, entry(AGENT, "agreed"), entry(LEE, last, text="done"))
    refused(talk, entry(AGENT, "contested", text="no"), "RF432", f"ended with '{last}'")


def test_every_contest_needs_an_answer_of_its_own():
    talk = thread(SHOWN, CONTESTED, ANSWERED, CONTESTED)
    refused(talk, entry(LEE, "closed_stay"), "RF433")
    refused(talk, entry(LEE, "withdrawn", text="never mind"), "RF433")
    changed_mind = thread(SHOWN, CONTESTED, entry(AGENT, "agreed"))
    refused(changed_mind, entry(LEE, "closed_move"), "RF433")
    assert step(thread(SHOWN, CONTESTED, ANSWERED), entry(MO, "closed_stay")).closed


def test_both_sides_may_withdraw():
    assert step(Thread("A1", "r"), entry(LEE, "withdrawn", text="a mistake")).closed
    assert step(thread(SHOWN, CONTESTED), entry(AGENT, "withdrawn")).closed
    refused(thread(SHOWN), entry(LEE, "withdrawn"), "RF430", "no text")


def test_one_person_has_one_role():
    refused(thread(SHOWN), entry(("lee ", "second"), "human_replied", text="x"), "RF435")
    refused(thread(SHOWN), entry(("A1", "second"), "human_replied", text="x"), "RF435")
    refused(thread(SHOWN), entry(("Lee", "agent"), "agreed"), "RF435", "agent_id")


def test_days_do_not_go_back():
    refused(thread(SHOWN), entry(AGENT, "agreed", on="2026-06-30"), "RF437", "2026-07-01")


def test_an_entry_belongs_to_its_thread():
    stray = Entry("A2", "r", "agreed", "A2", "agent", "2026-07-01")
    refused(thread(SHOWN), stray, "RF432", "another suggestion")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"state": "agred"}, "did you mean 'agreed'?"),
        ({"on": "1.7.2026"}, "no date"),
        ({"by": " "}, "no by"),
        ({"about": "sign_off"}, "cannot be about sign_off"),
        ({"about": "wishes"}, "needs a wish and a role"),
        ({"wish": "want", "role": "mentor"}, "about wishes"),
        ({"correction": WRONG}, "contest on facts"),
        ({"grants": (1,)}, "only a human reply"),
        ({"direction": "up"}, "only 'shown'"),
        ({"text": "x" * 5000}, "too long"),
        ({"text": "a\x07b"}, "control characters"),
    ],
)
def test_an_entry_makes_sense_by_itself(changed, words):
    one = entry(AGENT, "agreed")
    refused(thread(SHOWN), Entry(**{**vars(one), **changed}), "RF430", words)


@pytest.mark.parametrize(
    ("fix", "words"),
    [
        (Correction("wishes", {}, "wish", "no", "want"), "not corrected"),
        (Correction("metrics", {}, "agent_id", "A1", "A2"), "agent_id"),
        (Correction("metrics", {"agent_id": "A2"}, "aht", "1", "2"), "agent_id"),
        (Correction("metrics", {}, "aht", "1", "1"), "says so already"),
    ],
)
def test_a_correction_is_of_the_agent_s_own_evidence(fix, words):
    refused(thread(SHOWN), entry(AGENT, "contested", about="facts", correction=fix), "RF430", words)


def test_a_correction_is_granted_once_and_by_its_number():
    talk = thread(SHOWN, entry(AGENT, "contested", about="facts", correction=WRONG))
    grant = entry(LEE, "human_replied", text="right", grants=(2,))
    refused(talk, entry(LEE, "human_replied", text="right", grants=(1,)), "RF436", "one of: 2")
    refused(talk, entry(LEE, "human_replied", text="right", grants=(2, 2)), "RF436")
    refused(step(talk, grant), grant, "RF436", "no correction waits")


def test_out_needs_the_agent_s_own_statement():
    spoken = thread(ELSEWHERE, entry(AGENT, "agreed", text="yes", written_by="Lee"))
    assert "statement" in lacking(spoken)[0]
    refused(spoken, entry(LEE, "closed_move"), "RF434", "statement", "development offer")


def test_out_needs_the_newest_offer_answered():
    again = entry(LEE, "human_replied", text="Another.", about="development_offer")
    refused(thread(*READY_TO_SIGN, again), entry(LEE, "closed_move"), "RF434", "answer")
    refused(thread(ELSEWHERE), entry(AGENT, "agreed", about="development_offer"), "RF432", "offer")
    second = entry(MO, "human_replied", text="A course.", about="development_offer")
    refused(thread(ELSEWHERE), second, "RF430", "only the leader")


def test_out_needs_two_people_who_sign_what_the_agent_said_last():
    talk = thread(*READY_TO_SIGN)
    refused(talk, entry(LEE, "closed_move"), "RF434", "the second's sign-off")
    signed = step(talk, entry(LEE, "human_replied", about="sign_off"))
    refused(signed, entry(LEE, "human_replied", about="sign_off"), "RF435", "has signed")
    refused(signed, entry(LEE, "closed_move"), "RF434", "two people")
    refused(signed, entry(("Kim", "leader"), "closed_move"), "RF434", "two people")
    assert step(signed, entry(MO, "closed_move")).state == "closed_move"
    both = step(signed, entry(MO, "human_replied", about="sign_off"))
    assert step(both, entry(LEE, "closed_move")).state == "closed_move"
    spoke_again = step(both, entry(AGENT, "agreed", text="still"))
    refused(spoke_again, entry(LEE, "closed_move"), "RF434", "two people")
    assert step(both, entry(LEE, "closed_stay")).state == "closed_stay"


def test_other_directions_are_not_signed_off():
    talk = thread(SHOWN, entry(AGENT, "agreed"))
    refused(talk, entry(LEE, "human_replied", about="sign_off"), "RF434", "only acting on 'out'")


def test_what_may_follow_is_asked_of_the_machine():
    assert ("agent", "agreed") in next_steps(thread(SHOWN))
    waits = next_steps(thread(SHOWN, CONTESTED))
    assert ("leader", "closed_stay") not in waits
    assert ("leader", "human_replied") in waits
    assert ("second", "sign_off") in next_steps(thread(*READY_TO_SIGN))
    assert next_steps(thread(SHOWN, CONTESTED, entry(AGENT, "withdrawn"))) == ()
