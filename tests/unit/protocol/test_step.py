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


SIGNED = entry(LEE, "human_replied", about="sign_off")
MOVED = entry(MO, "closed_move")


ENDS = (
    entry(LEE, "closed_stay"),
    entry(LEE, "closed_move"),
    entry(LEE, "withdrawn", text="A mistake."),
)
OFFER = "development_offer"


def answer(about="", **more):
    return entry(LEE, "human_replied", text="Let us look.", about=about, **more)


@pytest.mark.parametrize(
    ("about", "others", "own"),
    [
        ("", (OFFER,), ("", "facts", "weights", "wishes")),
        ("facts", (OFFER, "weights", "wishes"), ("", "facts")),
        ("weights", (OFFER, "facts", "wishes"), ("", "weights")),
        (OFFER, ("facts", "weights"), ("", OFFER)),
    ],
)
def test_a_contest_needs_an_answer_to_the_contest(about, others, own):
    role = {"role": "mentor"} if about == "weights" else {}
    contest = entry(AGENT, "contested", text="No.", about=about, **role)
    before = (SHOWN, entry(AGENT, "agreed"), answer(OFFER), contest)
    talk = thread(*before, *(answer(other) for other in others))
    for end in ENDS:
        refused(talk, end, "RF433", "waits", about)
    for word in own:
        assert not thread(*before, answer(word)).contested
    assert step(thread(*before, answer(own[-1])), ENDS[0]).closed
    assert not step(talk, entry(AGENT, "withdrawn")).contested


def test_every_contest_needs_an_answer():
    facts = entry(AGENT, "contested", about="facts", correction=WRONG)
    talk = thread(SHOWN, facts, CONTESTED, answer("facts"))
    assert talk.waiting == ()
    weights = entry(AGENT, "contested", about="weights", role="mentor")
    talk = thread(SHOWN, facts, weights, answer("facts", grants=(2,)))
    assert talk.waiting == (3,)
    refused(talk, ENDS[0], "RF433", "about weights or without a subject")
    assert step(thread(SHOWN, facts, weights, ANSWERED), ENDS[0]).closed


def test_out_is_not_closed_against_the_agent_s_last_word():
    stays = entry(AGENT, "contested", text="I stay.", about="wishes", wish="no", role="outside")
    offer, later = READY_TO_SIGN[2:]
    refused(thread(ELSEWHERE, stays, offer, later), SIGNED, "RF433", "waits")
    talk = thread(ELSEWHERE, stays, offer, later, ANSWERED)
    refused(talk, SIGNED, "RF434", "statement")
    refused(talk, MOVED, "RF434", "not that they agree", "closed_stay")
    assert step(talk, entry(MO, "closed_stay")).closed
    helped = entry(AGENT, "agreed", text="Yes.", written_by="Lee")
    back = thread(*READY_TO_SIGN, CONTESTED, ANSWERED, helped)
    assert "statement" in lacking(back)[0]


@pytest.mark.parametrize("role", ["outside", "selling"])
@pytest.mark.parametrize("wish", ["no", "not_now"])
def test_out_is_not_closed_against_a_wish(role, wish):
    told = entry(AGENT, "agreed", about="wishes", wish=wish, role=role)
    talk = thread(*READY_TO_SIGN, told, SIGNED)
    refused(talk, MOVED, "RF434", f"wish for {role} is '{wish}'")
    anew = entry(AGENT, "agreed", about="wishes", wish="open", role=role)
    assert step(thread(*READY_TO_SIGN, told, anew, SIGNED), MOVED).closed


@pytest.mark.parametrize(("direction", "role"), [("up", "mentor"), ("step_back", "step_back")])
def test_one_leader_closes_no_move_against_a_wish(direction, role):
    shown = entry(LEE, "shown", direction=direction, target_role="mentor")
    told = entry(AGENT, "agreed", about="wishes", wish="no", role=role)
    refused(thread(shown, told), entry(LEE, "closed_move"), "RF434", "not that they agree")
    agreed = thread(shown, entry(AGENT, "agreed"), told)
    refused(agreed, entry(LEE, "closed_move"), "RF434", f"wish for {role} is 'no'")
    other = entry(AGENT, "agreed", about="wishes", wish="no", role="outside")
    assert step(thread(shown, entry(AGENT, "agreed"), other), entry(LEE, "closed_move")).closed


@pytest.mark.parametrize("word", ["contested", "deferred", "evidence_added"])
def test_a_move_is_the_agent_s_newest_word(word):
    talk = thread(SHOWN, entry(AGENT, "agreed"), entry(AGENT, word, text="Wait."), ANSWERED)
    refused(talk, entry(LEE, "closed_move"), "RF434", "not that they agree")
    assert step(step(talk, entry(AGENT, "agreed")), entry(LEE, "closed_move")).closed


@pytest.mark.parametrize("name", ["LEE", " lee ", "L e e", "\uff2cee", "Le\u200be"])
def test_one_name_written_in_another_way_is_one_person(name):
    signed = step(thread(*READY_TO_SIGN), SIGNED)
    refused(signed, entry((name, "second"), "closed_move"), "RF435", "leader")


@pytest.mark.parametrize("name", ["a1", "A 1", "\uff21\uff11", "A\u200b1"])
def test_the_agent_s_id_written_in_another_way_signs_nothing(name):
    refused(thread(*READY_TO_SIGN), entry((name, "second"), "human_replied", text="x"), "RF435")


def test_what_nobody_checked_is_acted_on_as_if_it_were_out():
    by_hand = entry(LEE, "shown", direction="up", target_role="selling", source="by_hand")
    talk = thread(by_hand, entry(AGENT, "agreed"))
    refused(talk, entry(LEE, "closed_move"), "RF434", "offer", "as if it were 'out'")
    assert step(thread(by_hand, *READY_TO_SIGN[1:], SIGNED), MOVED).closed
    stays = entry(AGENT, "agreed", about="wishes", wish="no", role="outside")
    refused(thread(by_hand, *READY_TO_SIGN[1:], stays, SIGNED), MOVED, "RF434", "outside")
    refused(thread(SHOWN), entry(AGENT, "agreed", source="by_hand"), "RF430", "only 'shown'")
    strange = entry(LEE, "shown", direction="up", source="run")
    refused(Thread("A1", "r"), strange, "RF430", "source")


def test_nobody_speaks_as_the_agent_under_another_name():
    refused(thread(SHOWN), entry(("Kim", "agent"), "agreed"), "RF435", "agent_id")


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
