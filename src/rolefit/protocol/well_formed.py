"""Whether an entry makes sense by itself, whatever was said before."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import TYPE_CHECKING

from rolefit.errors import Problem, did_you_mean
from rolefit.protocol.entry import (
    ABOUT,
    AGENT,
    AGENT_WORDS,
    BY_HAND,
    FACTS,
    HUMANS,
    LEADER,
    OFFER,
    SIGN_OFF,
    WEIGHTS,
    WISHES,
    same_person,
)
from rolefit.schema.tables import DIRECTIONS, REPLY_STATES
from rolefit.schema.tables import WISHES as WISH_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolefit.protocol.entry import Entry

CORRECTABLE = ("agents", "metrics", "strengths", "interests", "contributions", "ratings")
"""Tables of which an agent may correct a row; a wish is not corrected but said anew."""
FREE_TEXT = 4000
"""Longest text, so that one entry is one quick write."""


def form_problems(entry: Entry) -> list[Problem]:
    """Everything that is wrong with an entry in itself (RF430)."""
    checks = (_words, _day, _texts, _about, _wish, _correction, _helper, _suggestion)
    return [problem for check in checks for problem in check(entry)]


def at(entry: Entry) -> str:
    """Where a problem with an entry is."""
    return f"reply '{entry.state}' of {entry.agent_id} on {entry.run}"


def _wrong(entry: Entry, message: str, expected: str = "", hint: str = "") -> Problem:
    return Problem(at(entry), message, "RF430", expected, hint)


def _words(entry: Entry) -> Iterator[Problem]:
    """Names, and words of a fixed vocabulary."""
    for name in ("agent_id", "run", "by"):
        if not getattr(entry, name).strip():
            yield _wrong(entry, f"no {name} is given")
    vocabularies = (
        ("state", entry.state, REPLY_STATES), ("role_of_by", entry.role_of_by, (AGENT, *HUMANS)),
        ("about", entry.about, ("", *ABOUT)), ("wish", entry.wish, ("", *WISH_WORDS)),
    )  # fmt: skip
    for name, value, words in vocabularies:
        if value not in words:
            expected = ", ".join(word for word in words if word)
            hint = did_you_mean(value, words)
            yield _wrong(entry, f"unknown {name} '{value}'", expected, hint)


def _day(entry: Entry) -> Iterator[Problem]:
    try:
        fits = date.fromisoformat(entry.on).isoformat() == entry.on
    except ValueError:
        fits = False
    if not fits:
        yield _wrong(entry, f"'{entry.on}' is no date", "an ISO date such as 2026-05-31")


def _texts(entry: Entry) -> Iterator[Problem]:
    """Who answers, offers, adds or takes back says so in words."""
    speaks = entry.state == "human_replied" and entry.about != SIGN_OFF
    takes_back = entry.state == "withdrawn" and entry.role_of_by in HUMANS
    if (speaks or takes_back or entry.state == "evidence_added") and not entry.text.strip():
        yield _wrong(entry, "there is no text", "a sentence that the other side can read")
    if len(entry.text) > FREE_TEXT:
        yield _wrong(entry, "the text is too long", f"at most {FREE_TEXT:,} letters")
    if any(_holds_control(text) for text in _all_texts(entry)):
        yield _wrong(entry, "a text holds control characters", "letters, blanks and line breaks")


def _all_texts(entry: Entry) -> Iterator[str]:
    """Everything in an entry that a person typed."""
    fix = entry.correction
    yield from (entry.text, entry.by, entry.written_by, entry.run, entry.agent_id, entry.role)
    if fix is not None:
        yield from (fix.column, fix.old, fix.value, *fix.row.keys(), *fix.row.values())


def _holds_control(text: str) -> bool:
    """Codes that no screen shows, and halves of letters that no file can hold."""
    return any(c not in "\n\t" and unicodedata.category(c) in ("Cc", "Cs") for c in text)


def _about(entry: Entry) -> Iterator[Problem]:
    """What each state may be about."""
    allowed = {"contested": (FACTS, WEIGHTS, WISHES, OFFER), "human_replied": ABOUT}
    agent_words = (WISHES, OFFER) if entry.state in AGENT_WORDS else ()
    fits = ("", *allowed.get(entry.state, agent_words))
    if entry.about in ABOUT and entry.about not in fits:
        expected = ", ".join(word for word in fits if word) or "nothing"
        yield _wrong(entry, f"'{entry.state}' cannot be about {entry.about}", expected)
    if entry.about == OFFER and entry.state == "human_replied" and entry.role_of_by != LEADER:
        yield _wrong(entry, "only the leader makes a development offer", "role_of_by leader")
    if entry.about == WEIGHTS and entry.state == "contested" and not entry.role:
        yield _wrong(entry, "it does not say whose weights", "the role whose profile is contested")


def _wish(entry: Entry) -> Iterator[Problem]:
    """A word on wishes says which; no other word does."""
    tells = entry.state in AGENT_WORDS and entry.about == WISHES
    if tells and not (entry.wish and entry.role):
        yield _wrong(entry, "a word on wishes needs a wish and a role", ", ".join(WISH_WORDS))
    if entry.wish and not tells:
        yield _wrong(entry, "only an agent's word on wishes carries a wish", "about wishes")


def _correction(entry: Entry) -> Iterator[Problem]:
    """A correction names a cell of a table that agents may correct."""
    correction = entry.correction
    if entry.grants and not (entry.state == "human_replied" and entry.about in ("", FACTS)):
        yield _wrong(entry, "only a human reply on facts grants a correction", "human_replied")
    if correction is None:
        return
    if not (entry.state == "contested" and entry.about == FACTS):
        yield _wrong(entry, "only a contest on facts carries a correction", "about facts")
    if correction.table not in CORRECTABLE:
        hint = did_you_mean(correction.table, CORRECTABLE)
        expected = ", ".join(CORRECTABLE)
        yield _wrong(entry, f"rows of '{correction.table}' are not corrected", expected, hint)
    if not correction.column or "agent_id" in (correction.column, *correction.row):
        expected = "another column; the row is one of the agent's own"
        yield _wrong(entry, "agent_id is not corrected, and not named", expected)
    if correction.old == correction.value:
        yield _wrong(entry, "the file says so already", "another value than the old one")


def _helper(entry: Entry) -> Iterator[Problem]:
    """Somebody may write down what the agent says; taking it back they do themself."""
    if not entry.written_by:
        return
    if entry.role_of_by != AGENT or entry.state not in AGENT_WORDS:
        yield _wrong(entry, "written_by is for what an agent agrees, contests, defers or adds")
    if same_person(entry.written_by, entry.by) or same_person(entry.written_by, entry.agent_id):
        yield _wrong(entry, "written_by names the agent", "who wrote it down for them, or nothing")


def _suggestion(entry: Entry) -> Iterator[Problem]:
    """What was shown is known, so that later steps know what they act on."""
    if entry.state == "shown" and entry.direction not in DIRECTIONS:
        yield _wrong(entry, "the suggestion that was shown is not known", ", ".join(DIRECTIONS))
    if entry.state != "shown" and (entry.direction or entry.target_role or entry.source):
        yield _wrong(entry, "only 'shown' carries the suggestion's direction and target")
    if entry.source not in ("", BY_HAND):
        yield _wrong(entry, f"unknown source '{entry.source}'", f"{BY_HAND}, or nothing")
