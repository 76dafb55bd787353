"""What has been said of one suggestion so far, and what that means for the next step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rolefit.protocol.entry import (
    AGENT,
    AGENT_WORDS,
    AGREED,
    BY_HAND,
    CLOSED,
    LEADER,
    OFFER,
    SIGN_OFF,
    WISHES,
    Entry,
    person,
)
from rolefit.schema.tables import OUTSIDE, STEP_BACK

if TYPE_CHECKING:
    from collections.abc import Callable

PROPOSED = "proposed"
OUT, STAY = "out", "stay"
NOT_NOW = "not_now"
AGAINST = ("no", NOT_NOW)
"""Wishes against which nobody is moved."""


@dataclass(frozen=True)
class Thread:
    """All entries on one suggestion, in the order in which they were said."""

    agent_id: str
    run: str
    direction: str = ""
    """Of the suggestion; known once it was shown."""
    target_role: str = ""
    entries: tuple[Entry, ...] = ()
    elsewhere: tuple[str, ...] = ()
    """Runs in whose talks contests of the same agent wait, as far as `threads` has looked."""

    @property
    def state(self) -> str:
        """proposed, or the state of the newest entry."""
        return self.entries[-1].state if self.entries else PROPOSED

    @property
    def closed(self) -> bool:
        """Nothing can be said any more; a later run's suggestion has a thread of its own."""
        return self.state in CLOSED

    @property
    def contested(self) -> bool:
        """A contest waits for a human reply to it: none was given after it was raised."""
        return bool(self.waiting)

    @property
    def waiting(self) -> tuple[int, ...]:
        """Numbers of the contests that nobody has answered; none of a talk that has ended."""
        if self.closed:
            return ()
        said = tuple(enumerate(self.entries, 1))
        contests = [(number, e) for number, e in said if e.state == "contested"]
        return tuple(
            number for number, contest in contests
            if not any(answers(e, contest) for e in self.entries[number:])
        )  # fmt: skip

    @property
    def spoken(self) -> bool:
        """The agent has said something of the suggestion, by themself or through somebody."""
        return any(e.state in AGENT_WORDS and e.about != OFFER for e in self.entries)

    @property
    def by_hand(self) -> bool:
        """What was shown was not checked: neither a run nor the history told the suggestion."""
        return any(entry.source == BY_HAND for entry in self.entries)

    @property
    def strict(self) -> bool:
        """A move needs all that acting on `out` needs: it is `out`, or may be, for all we know."""
        return self.direction == OUT or self.by_hand

    @property
    def agrees(self) -> bool:
        """The agent's newest word on the suggestion is that they agree to it."""
        newest = _last(self, is_word)
        return newest >= 0 and self.entries[newest].state == AGREED

    @property
    def stated(self) -> bool:
        """The agent has agreed in words that nobody wrote down for them, and kept to it since."""
        other = _last(self, lambda e: is_word(e) and e.state != AGREED)
        return any(
            is_word(e) and e.text.strip() and not e.written_by for e in self.entries[other + 1 :]
        )

    @property
    def subjects(self) -> tuple[str, ...]:
        """What a wish that bears on the move is about: its target, leaving, a lower level."""
        if self.direction == STAY:
            return ()
        also = {OUT: (OUTSIDE,), STEP_BACK: (STEP_BACK,)}.get(self.direction, ())
        return tuple(dict.fromkeys(role for role in (self.target_role, *also) if role))

    @property
    def unwished(self) -> tuple[tuple[str, str], ...]:
        """Subject and wish where the newest wish that the agent told here speaks against it."""
        told = {e.role: e.wish for e in self.entries if e.wish}
        leaving = (OUTSIDE,) if self.strict else ()
        subjects = dict.fromkeys((*self.subjects, *leaving))
        return tuple((role, told[role]) for role in subjects if told.get(role) in AGAINST)

    @property
    def offered(self) -> bool:
        """A leader has made a development offer."""
        return _last(self, is_offer) >= 0

    @property
    def offer_answered(self) -> bool:
        """The agent has answered the newest development offer of a leader."""
        return self.offered and _last(self, is_offer) < _last(
            self, lambda e: e.state in AGENT_WORDS and e.about == OFFER
        )

    @property
    def signed(self) -> dict[str, str]:
        """Role -> name of those who signed off what the agent said last; more words void it."""
        spoke = _last(self, lambda e: e.role_of_by == AGENT)
        signatures = [e for e in self.entries[spoke + 1 :] if e.about == SIGN_OFF]
        return {e.role_of_by: e.by for e in signatures}

    @property
    def granted(self) -> dict[int, int]:
        """Number of an entry with a correction -> number of the human reply that granted it."""
        return {
            correction: number
            for number, entry in enumerate(self.entries, 1)
            for correction in entry.grants
        }

    @property
    def corrections(self) -> tuple[int, ...]:
        """Numbers of the entries that propose a correction, granted or not."""
        return tuple(k for k, e in enumerate(self.entries, 1) if e.correction is not None)

    def role_of(self, name: str) -> str | None:
        """As what a person has spoken here; the agent is known by id, too."""
        if person(name) == person(self.agent_id):
            return AGENT
        known = {person(e.by): e.role_of_by for e in self.entries}
        return known.get(person(name))

    def also(self, entry: Entry) -> Thread:
        """The thread with one more entry; only `step` may call this."""
        after = replace(self, entries=(*self.entries, entry))
        if entry.state != "shown":
            return after
        return replace(after, direction=entry.direction, target_role=entry.target_role)


def is_word(entry: Entry) -> bool:
    """The agent's word on the suggestion itself.

    Not on an offer; and to agree about a wish is to tell the wish, not to agree to the suggestion.
    """
    elsewhere = (OFFER, WISHES) if entry.state == AGREED else (OFFER,)
    return entry.state in AGENT_WORDS and entry.about not in elsewhere


def answers(entry: Entry, contest: Entry) -> bool:
    """Whether an entry is a human reply to a contest, were it said after it.

    An offer is no answer to anything but a contest on the offer, a signature to nothing; an answer
    on one subject leaves contests on others waiting, and one without a subject answers all.

    Example:
        >>> contest = Entry("A1", "r", "contested", "A1", "agent", "2026-07-01", about="weights")
        >>> said = ("A1", "r", "human_replied", "Lee", "leader", "2026-07-02", "Here is why.")
        >>> [answers(Entry(*said, about=about), contest) for about in ("", "weights", OFFER)]
        [True, True, False]
    """
    if entry.state != "human_replied":
        return False
    of_talk = entry.about not in (OFFER, SIGN_OFF)
    return entry.about == contest.about or (of_talk and "" in (entry.about, contest.about))


def is_offer(entry: Entry) -> bool:
    """A leader's offer to help the agent grow."""
    said = entry.state == "human_replied" and entry.about == OFFER
    return said and entry.role_of_by == LEADER


def _last(thread: Thread, holds: Callable[[Entry], bool]) -> int:
    """Place of the newest entry of a kind; -1 = there is none."""
    places = [k for k, entry in enumerate(thread.entries) if holds(entry)]
    return places[-1] if places else -1
