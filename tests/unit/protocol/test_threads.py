"""What follows from a log for the next run: wishes, and moves that were deferred."""

from __future__ import annotations

import pytest

from rolefit.protocol.entry import Entry
from rolefit.protocol.threads import replayed, told_wishes


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
