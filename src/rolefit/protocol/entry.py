"""One entry of the reply log: somebody says something of one suggestion."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

AGENT, LEADER, SECOND = "agent", "leader", "second"
HUMANS = (LEADER, SECOND)
"""The two people of the centre; the agent is the third voice."""
AGREED, DEFERRED = "agreed", "deferred"
AGENT_WORDS = (AGREED, "contested", DEFERRED, "evidence_added")
BY_HAND = "by_hand"
CLOSED = ("closed_move", "closed_stay", "withdrawn")

FACTS, WEIGHTS, WISHES = "facts", "weights", "wishes"
OFFER, SIGN_OFF = "development_offer", "sign_off"
ABOUT = (FACTS, WEIGHTS, WISHES, OFFER, SIGN_OFF)


@dataclass(frozen=True)
class Correction:
    """One cell of the agent's own rows that is wrong, and what is right."""

    table: str
    row: Mapping[str, str]
    """Column -> value: with the agent's id these name one row of the table."""
    column: str
    old: str
    """What the file said when this was written; empty = nothing."""
    value: str
    """What is right, as the file writes it; empty = it was never measured."""


@dataclass(frozen=True)
class Entry:
    """What one line of the log says; texts are empty where they do not apply."""

    agent_id: str
    run: str
    """The run whose suggestion this is about."""
    state: str
    by: str
    """Who says it."""
    role_of_by: str
    """agent, leader or second."""
    on: str
    """ISO 8601 date."""
    text: str = ""
    about: str = ""
    """What a word, an offer or a signature is about, one of ABOUT."""
    written_by: str = ""
    """Who wrote it down, where the agent did not do so themself."""
    direction: str = ""
    """`shown` only: the suggestion's direction."""
    target_role: str = ""
    """`shown` only: the suggestion's target; empty = none."""
    role: str = ""
    """Which role a word on weights or wishes is about."""
    wish: str = ""
    correction: Correction | None = None
    grants: tuple[int, ...] = field(default=())
    """Numbers of the thread's entries whose corrections a human reply grants."""
    source: str = ""
    """`shown` only: BY_HAND where neither a run nor the history told the suggestion."""

    def as_record(self) -> dict[str, Any]:
        """The entry for JSON: what does not apply is left out.

        Example:
            >>> Entry("A1", "r", "shown", "Lee", "leader", "2026-07-01").as_record()["state"]
            'shown'
        """
        record = {f.name: getattr(self, f.name) for f in fields(self)}
        if self.correction is not None:
            record["correction"] = {**vars(self.correction), "row": dict(self.correction.row)}
        record["grants"] = list(self.grants)
        return {key: value for key, value in record.items() if value not in ("", None, [])}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Entry:
        """The entry that `as_record` wrote.

        Raises:
            ValueError: the record is not one that `as_record` writes.
        """
        given = dict(record)
        _hold_text(given, {f.name for f in fields(cls)} - {"correction", "grants"})
        if "correction" in given:
            given["correction"] = _correction(given["correction"])
        grants = given.get("grants", [])
        if not isinstance(grants, list) or any(type(number) is not int for number in grants):
            message = "grants is not a list of numbers"
            raise ValueError(message)
        given["grants"] = tuple(grants)
        try:
            return cls(**given)
        except TypeError:
            message = "a field is missing, or is not one of an entry"
            raise ValueError(message) from None


def same_person(a: str, b: str) -> bool:
    """Whether two names are the same but for case, blanks and the way letters are coded.

    Example:
        >>> same_person("Lee  Park", "lee park")
        True
    """
    return person(a) == person(b)


def person(name: str) -> str:
    """A name as it is compared: without case, blanks, and letters that no screen shows.

    Example:
        >>> person("Lee\u200b \uff30ark") == person("leepark")
        True
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(c for c in folded if not c.isspace() and unicodedata.category(c) != "Cf")


def _correction(given: object) -> Correction:
    names = {f.name for f in fields(Correction)}
    if not isinstance(given, dict) or set(given) != names or not isinstance(given["row"], dict):
        message = "the correction is not one"
        raise ValueError(message)
    _hold_text(given, names - {"row"})
    _hold_text(given["row"], set(given["row"]))
    return Correction(**given)


def _hold_text(record: Mapping[str, Any], names: set[str]) -> None:
    """Refuses anything but text under some names."""
    for name in names & set(record):
        if not isinstance(record[name], str):
            message = f"{name} is not text"
            raise ValueError(message)  # noqa: TRY004 - a line that is wrong, not a call
