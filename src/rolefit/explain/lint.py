"""What no text may hold, and what every text must: findings on one text, with codes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from rolefit.explain.reading import SENTENCES, school_grade
from rolefit.explain.text import MOST_WORDS

if TYPE_CHECKING:
    from rolefit.schema.language import Language

CODES = (
    "banned_word", "promise", "jargon", "too_long", "hard_to_read", "strength_not_first",
    "questions", "no_last_word", "unseen_as_gap", "gap_out_of_place",
)  # fmt: skip
NO_GAPS = ("out", "gather")
"""Nobody hears of gaps when leaving, or while little is known."""
QUOTES = "\"'\u201c\u201d\u00bb)"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a text."""

    code: str
    """One of CODES."""
    found: str
    """The words, or the number, that broke the rule."""


@dataclass(frozen=True)
class Facts:
    """What a text is about, as far as the rules ask."""

    direction: str
    status: str
    reader: str = "agent"
    unseen: tuple[str, ...] = ()
    """Phrases of attributes without any evidence."""


def lint(text: str, facts: Facts, language: Language) -> tuple[Finding, ...]:
    """Everything that is wrong with a text to an agent or to a leader.

    Args:
        text: the whole text.
        facts: what it is about.
        language: the language it is written in, with its words and limits.

    Returns:
        Findings, in the order of CODES; empty where all is well.

    Limits:
        knows words, not meaning: a new way to say a hard thing has to be added to the language.

    Example:
        >>> from rolefit.schema.languages import builtin_language
        >>> said = lint("You are weak.", Facts("stay", "firm"), builtin_language("en"))
        >>> [finding.code for finding in said]
        ['banned_word', 'strength_not_first', 'questions', 'no_last_word']
    """
    return (
        *lint_sentence(text, language),
        *_length(text),
        *_reading(text, language),
        *_opening(text, facts, language),
        *_question(text),
        *_gaps(text, facts, language),
    )


def lint_sentence(text: str, language: Language) -> tuple[Finding, ...]:
    """What is wrong with any sentence, wherever it stands: banned words, promises, jargon."""
    rules = language.lint
    lists = (("banned_word", rules.banned), ("promise", rules.promises), ("jargon", rules.jargon))
    return tuple(Finding(code, word) for code, words in lists for word in _held(text, words))


def _held(text: str, words: tuple[str, ...]) -> list[str]:
    """Which of some words a text holds, as whole words, in the order of the text."""
    return list(dict.fromkeys(_any_of(words).findall(text.lower()))) if words else []


@cache
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Finds any of some words."""
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(w.lower()) for w in longest_first)})(?!\w)")


def _length(text: str) -> tuple[Finding, ...]:
    """At most MOST_WORDS words."""
    words = len(text.split())
    return (Finding("too_long", f"{words}"),) if words > MOST_WORDS else ()


def _reading(text: str, language: Language) -> tuple[Finding, ...]:
    """No higher school grade than the language allows."""
    grade = school_grade(text, language.lint.reading)
    return (Finding("hard_to_read", f"{grade:.1f}"),) if grade > language.lint.hardest else ()


def _opening(text: str, facts: Facts, language: Language) -> tuple[Finding, ...]:
    """A strength, an interest or thanks come first."""
    forms = language.sentences["bring"].values()
    openings = tuple(getattr(form, facts.reader).split("{")[0] for form in forms)
    return () if text.startswith(openings) else (Finding("strength_not_first", text[:20]),)


def _question(text: str) -> tuple[Finding, ...]:
    """Exactly one question, and it is the last word."""
    found, count = [], text.count("?")
    if count != 1:
        found.append(Finding("questions", f"{count}"))
    if not text.rstrip(f"{QUOTES} \n").endswith("?"):
        found.append(Finding("no_last_word", text[-20:]))
    return tuple(found)


def _gaps(text: str, facts: Facts, language: Language) -> tuple[Finding, ...]:
    """No unseen attribute is told as a gap, and no gap where none belongs."""
    gaps = language.lint.gaps
    units = re.split(r"(?<=[.?!])\s+", text)
    found = [
        Finding("unseen_as_gap", phrase)
        for unit, after in zip(units, [*units[1:], ""], strict=True)
        for phrase in facts.unseen
        if phrase in unit
        and (_held(unit, gaps) or (_names_last(unit, phrase) and _held(after, gaps)))
    ]
    if facts.direction in NO_GAPS or facts.status in NO_GAPS:
        found += [Finding("gap_out_of_place", gap) for gap in _held(text, gaps)]
    return tuple(found)


def _names_last(unit: str, phrase: str) -> bool:
    """A sentence ends by naming an attribute, so that the next one is about it."""
    return bool(SENTENCES.sub("", unit).endswith(phrase))
