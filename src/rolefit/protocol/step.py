"""The machine: which entry may follow which, and why one may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolefit.errors import Problem
from rolefit.protocol.entry import (
    AGENT,
    AGENT_WORDS,
    AGREED,
    HUMANS,
    LEADER,
    OFFER,
    SECOND,
    SIGN_OFF,
)
from rolefit.protocol.well_formed import at, form_problems

if TYPE_CHECKING:
    from rolefit.protocol.entry import Entry
    from rolefit.protocol.thread import Thread

WHO = {
    "shown": (AGENT, *HUMANS),
    **dict.fromkeys(AGENT_WORDS, (AGENT,)),
    "human_replied": HUMANS,
    "closed_move": HUMANS,
    "closed_stay": HUMANS,
    "withdrawn": (AGENT, *HUMANS),
}
"""State -> who may enter it."""


def step(thread: Thread, entry: Entry) -> Thread | Problem:
    """Adds an entry to a thread, or says why it cannot be added.

    Args:
        thread: what was said of the suggestion so far; it stays as it is.
        entry: what is said now.

    Returns:
        the thread with the entry, or a Problem: RF430 the entry makes no sense, RF431 not this
        person's word, RF432 not now, RF433 a contest waits, RF434 a move lacks
        something, RF435 one person twice, RF436 a grant without a correction, RF437 dates.

    Limits:
        names are compared, people are not known: who is at the keyboard must be settled elsewhere.

    Example:
        >>> from rolefit.protocol.entry import Entry
        >>> from rolefit.protocol.thread import Thread
        >>> words = Entry("A1", "2026-06-30-0f", "agreed", "A1", "agent", "2026-07-01")
        >>> step(Thread("A1", "2026-06-30-0f"), words).code
        'RF432'
    """
    for problem in form_problems(entry):
        return problem
    for rule in RULES:
        broken = rule(thread, entry)
        if broken is not None:
            return broken
    return thread.also(entry)


def lacking(thread: Thread) -> tuple[str, ...]:
    """What acting on an `out` suggestion still lacks, signatures left out."""
    lacks = (
        (
            thread.stated,
            "the agent's own statement: agreed, in their own words",
        ),
        (thread.offered, "a development offer by the leader"),
        (thread.offer_answered or not thread.offered, "the agent's answer to the offer"),
    )
    return tuple(what for there, what in lacks if not there)


def _belongs(thread: Thread, entry: Entry) -> Problem | None:
    if (entry.agent_id, entry.run) == (thread.agent_id, thread.run):
        return None
    expected = f"one of {thread.agent_id} on {thread.run}"
    return Problem(at(entry), "the entry is about another suggestion", "RF432", expected)


def _not_closed(thread: Thread, entry: Entry) -> Problem | None:
    if not thread.closed:
        return None
    message = f"the thread ended with '{thread.state}' on {thread.entries[-1].on}"
    hint = "speak on the suggestion of a later run"
    return Problem(at(entry), message, "RF432", "a thread that is open", hint)


def _entitled(_thread: Thread, entry: Entry) -> Problem | None:
    if entry.role_of_by in WHO[entry.state]:
        return None
    message = f"the {entry.role_of_by} cannot say '{entry.state}'"
    hint = "what the agent says is entered as the agent's, with the name of who wrote it down"
    expected = " or ".join(WHO[entry.state])
    return Problem(at(entry), message, "RF431", expected, hint if expected == AGENT else "")


def _one_role_each(thread: Thread, entry: Entry) -> Problem | None:
    known = thread.role_of(entry.by)
    if known == entry.role_of_by or (known is None and entry.role_of_by != AGENT):
        return None
    if known is None:
        message = f"{entry.by} is not {thread.agent_id}, who alone speaks here as the agent"
        hint = "the agent speaks under their agent_id; written_by names who wrote it down for them"
        return Problem(at(entry), message, "RF435", f"by {thread.agent_id}", hint)
    message = f"{entry.by} speaks here as {known}"
    hint = "the agent speaks under their agent_id; leader and second are two people"
    return Problem(at(entry), message, "RF435", f"another person as {entry.role_of_by}", hint)


def _in_time(thread: Thread, entry: Entry) -> Problem | None:
    if not thread.entries or entry.on >= thread.entries[-1].on:
        return None
    message = f"{entry.on} is before the newest entry of this thread"
    return Problem(at(entry), message, "RF437", f"{thread.entries[-1].on} or later")


def _in_order(thread: Thread, entry: Entry) -> Problem | None:
    """Shown first and once; nothing closes before the agent has spoken."""
    begins = entry.state == "shown"
    takes_back = entry.state == "withdrawn" and entry.role_of_by in HUMANS
    if begins and thread.entries:
        return Problem(at(entry), "it was shown before", "RF432", "any other state")
    if not (begins or takes_back or thread.entries):
        hint = "enter 'shown' when the agent has seen it"
        return Problem(at(entry), "the agent was not shown the suggestion", "RF432", "shown", hint)
    if entry.state in ("closed_move", "closed_stay") and not thread.spoken:
        hint = "ask; a suggestion that nobody wants to discuss is withdrawn"
        return Problem(at(entry), "the agent has not spoken", "RF432", ", ".join(AGENT_WORDS), hint)
    return None


def _answers(thread: Thread, entry: Entry) -> Problem | None:
    """An answer needs an offer; a grant needs a correction that waits."""
    if entry.about == OFFER and entry.state in AGENT_WORDS and not thread.offered:
        return Problem(at(entry), "there is no development offer", "RF432", "an offer first")
    waiting = set(thread.corrections) - set(thread.granted)
    strange = [number for number in entry.grants if number not in waiting]
    if strange or len(set(entry.grants)) < len(entry.grants):
        expected = ", ".join(map(str, sorted(waiting))) or "no correction waits in this thread"
        message = f"entry {strange[0] if strange else entry.grants[0]} has none to be granted"
        return Problem(at(entry), message, "RF436", f"one of: {expected}")
    return None


def _heard(thread: Thread, entry: Entry) -> Problem | None:
    """Every contest, of any run, gets an answer before anybody but the agent ends a thread."""
    ends = entry.state in ("closed_move", "closed_stay")
    ends = ends or (entry.state == "withdrawn" and entry.role_of_by in HUMANS)
    return _unanswered(thread, entry) if ends else None


def _unanswered(thread: Thread, entry: Entry) -> Problem | None:
    """A contest that waits, in this talk or in another one of the agent."""
    expected, message = "a human reply to it", "the agent's contest waits for an answer"
    if thread.contested:
        about = thread.entries[thread.waiting[0] - 1].about
        hint = "answer it first: human_replied, by the leader or the second"
        hint += f", about {about} or without a subject" if about else ""
        return Problem(at(entry), message, "RF433", expected, hint)
    if thread.elsewhere:
        hint = f"answer it first, in the talk on that suggestion: --run {thread.elsewhere[0]}"
        message += f" on {', '.join(thread.elsewhere)}"
        return Problem(at(entry), message, "RF433", expected, hint)
    return None


def _agreed_to(thread: Thread, entry: Entry) -> Problem | None:
    """A move is the agent's newest word, and no wish they told here speaks against it."""
    if entry.state != "closed_move":
        return None
    if not thread.agrees:
        message = "the agent's newest word on the suggestion is not that they agree"
        hint = "closed_stay ends the talk as it is; a move needs the agent to agree"
        return Problem(at(entry), message, "RF434", AGREED, hint)
    for role, wish in thread.unwished:
        message = f"the agent's newest wish for {role} is '{wish}'"
        hint = "closed_stay ends the talk as it is; a move needs the agent to tell another wish"
        return Problem(at(entry), message, "RF434", "a newer wish: open or want", hint)
    return None


def _acts_on_out(thread: Thread, entry: Entry) -> Problem | None:
    """Out, by choice too: own statement, answered offer, and two people who both sign."""
    if entry.about != SIGN_OFF and not _acts(thread, entry):
        return None
    if not thread.strict:
        return Problem(at(entry), "only acting on 'out' is signed off", "RF434", "a human reply")
    waits = _unanswered(thread, entry)
    if waits is not None:
        return waits
    lacks = lacking(thread)
    if lacks:
        message, hint = "it is too early to act on 'out'", ""
        if thread.by_hand:
            message = "it is too early for a move: no run and no history told what was shown"
            hint = "such a suggestion is acted on as if it were 'out'"
        return Problem(at(entry), message, "RF434", "; ".join(lacks), hint)
    return None


def _two_people(thread: Thread, entry: Entry) -> Problem | None:
    """The leader and the second sign what the agent said last, each once."""
    other = SECOND if entry.role_of_by == LEADER else LEADER
    if entry.about == SIGN_OFF and entry.role_of_by in thread.signed:
        message = f"{thread.signed[entry.role_of_by]} has signed as {entry.role_of_by}"
        return Problem(at(entry), message, "RF435", f"the signature of a {other}")
    if _acts(thread, entry) and other not in thread.signed:
        message = "two people act on 'out', never one"
        hint = f"the {other} enters human_replied about {SIGN_OFF}, after the agent's newest word"
        return Problem(at(entry), message, "RF434", f"the {other}'s sign-off", hint)
    return None


def _acts(thread: Thread, entry: Entry) -> bool:
    """The entry acts on a suggestion to leave, or on one that may be that for all we know."""
    return thread.strict and entry.state == "closed_move"


RULES = (
    _belongs, _not_closed, _entitled, _one_role_each, _in_time, _in_order, _answers, _heard,
    _agreed_to, _acts_on_out, _two_people,
)  # fmt: skip
