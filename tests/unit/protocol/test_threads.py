"""What follows from a log for the next run: wishes, and moves that were deferred."""

from __future__ import annotations

import pytest

from rolefit.protocol.entry import Entry
from rolefit.protocol.threads import begun, replayed, side_by_side, told_wishes


def said(state, by="A1", role_of_by="agent", run="r", **more):
    return Entry("A1", run, state, by, role_of_by, "2026-07-01", **more)


def shown(direction="up", target_role="mentor", run="r"):
    return said("shown", "Lee", "leader", run, direction=direction, target_role=target_role)


def wishes(*entries):
    threads, refused = replayed(entries)
    assert not refused
    return {entry.role: entry.wish for entry in told_wishes(entries, threads)}


DEFERRED, AGREED = said("deferred"), said("agreed")
WANTED = said("agreed", about="wishes", role="mentor", wish="want")
ANSWERED = said("human_replied", "Lee", "leader", text="I see.")


@pytest.mark.parametrize(
    ("direction", "roles"),
    [
        ("up", ["mentor"]), ("sideways", ["mentor"]), ("stay", []),
        ("step_back", ["mentor", "step_back"]), ("out", ["mentor", "outside"]),
    ],
)  # fmt: skip
def test_a_deferred_move_is_a_wish_not_now_for_its_target(direction, roles):
    assert wishes(shown(direction), DEFERRED) == dict.fromkeys(roles, "not_now")
    assert "outside" in wishes(shown("out", ""), DEFERRED)


def test_a_deferral_holds_until_the_agent_agrees_or_tells_another_wish():
    assert wishes(shown(), WANTED, DEFERRED) == {"mentor": "not_now"}
    assert wishes(shown(), WANTED, DEFERRED, AGREED) == {"mentor": "want"}
    assert wishes(shown(), DEFERRED, WANTED) == {"mentor": "want"}
    assert wishes(shown(), DEFERRED, AGREED) == {}
    assert wishes(shown(), AGREED, DEFERRED) == {"mentor": "not_now"}
    later = (shown(run="r2"), said("agreed", run="r2"))
    assert wishes(shown(), DEFERRED, *later) == {}
    elsewhere = (shown("out", "", run="r2"), said("agreed", run="r2"))
    assert wishes(shown(), DEFERRED, *elsewhere) == {"mentor": "not_now"}


@pytest.mark.parametrize(
    "after",
    [
        (said("evidence_added", text="A course."),),
        (said("contested", text="No."), ANSWERED),
        (ANSWERED, said("closed_stay", "Lee", "leader")),
        (said("withdrawn"),),
    ],
)
def test_other_words_and_the_end_of_the_talk_lift_no_deferral(after):
    assert wishes(shown(), DEFERRED, *after) == {"mentor": "not_now"}


def test_an_offer_that_is_deferred_is_no_wish():
    offer = said("human_replied", "Lee", "leader", text="A course.", about="development_offer")
    assert wishes(shown(), offer, said("deferred", about="development_offer")) == {}


def test_a_contest_on_wishes_is_a_wish():
    contest = said("contested", about="wishes", role="mentor", wish="no")
    assert wishes(shown(), contest) == {"mentor": "no"}


def test_a_contest_of_one_run_holds_the_end_of_every_talk():
    both = (shown(), said("contested", text="No."), shown(run="r2"), said("agreed", run="r2"))
    threads, _ = replayed(both)
    assert begun(threads, "A1", "r2").elsewhere == ("r",)
    assert [thread.elsewhere for thread in side_by_side(threads)] == [(), ("r",)]
    for end in ("closed_stay", "closed_move", "withdrawn"):
        last = said(end, "Lee", "leader", run="r2", text="So be it." * (end == "withdrawn"))
        ((line, problem),) = replayed((*both, last))[1]
        assert (line, problem.code) == (5, "RF433")
        assert "--run r" in problem.hint
        assert not replayed((*both, ANSWERED, last))[1]
        assert not replayed((*both, said("withdrawn"), last))[1]


def test_nobody_signs_while_a_contest_of_another_run_waits():
    offer = said("human_replied", "Lee", "leader", "r2", text="A.", about="development_offer")
    ready = (
        shown(), said("contested", text="No."), shown("out", "", "r2"),
        said("agreed", run="r2", text="I go."), offer,
        said("deferred", run="r2", about="development_offer"),
    )  # fmt: skip
    signed = said("human_replied", "Lee", "leader", "r2", about="sign_off")
    assert [problem.code for _, problem in replayed((*ready, signed))[1]] == ["RF433"]
    assert not replayed((*ready, ANSWERED, signed))[1]


def test_contests_of_others_hold_nothing():
    other = Entry("A2", "r", "shown", "Lee", "leader", "2026-07-01", direction="stay")
    contest = Entry("A2", "r", "contested", "A2", "agent", "2026-07-01", "No.")
    end = said("closed_stay", "Lee", "leader")
    assert not replayed((other, contest, shown(), AGREED, end))[1]
