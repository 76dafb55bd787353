"""A language: every sentence, name and label that people read, as data; and its own lint."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from rolefit.schema.record import Record


class Forms(Record):
    """One template as the agent hears it, and as the agent's leader does."""

    agent: str
    leader: str

    @model_validator(mode="before")
    @classmethod
    def _one_for_both(cls, given: object) -> object:
        return {"agent": given, "leader": given} if isinstance(given, str) else given


class LanguageHead(Record):
    """What a language file says of itself."""

    id: str
    """Short name, as in `centre.language`."""
    name: str
    """As its speakers call it."""


class Grammar(Record):
    """How names become parts of a sentence."""

    separator: str
    """Between the members of a list."""
    last: str
    """Before the last member of a list."""
    no_phrase: str
    """A label that stands in for a missing phrase."""
    role: str
    destination: str
    """A role outside the centre."""
    metric: str
    small_letters: bool
    """Labels of roles and metrics lose their capital inside a sentence."""
    others: str
    """Last member of a list that was cut."""
    another_metric: str


class Labels(Record):
    """Words beside the numbers."""

    title: str
    sure: str
    match: str
    match_outside: str
    above: str
    by_choice: str
    not_yet_seen: str
    adds_up: str
    axis: str
    headings: dict[str, str]
    statuses: dict[str, str]
    directions: dict[str, str]
    gates: dict[str, str]


class LintRules(Record):
    """What no text of the language may hold."""

    reading: Literal["flesch_kincaid", "wiener", "none"] = "none"
    """Which formula says how hard a text is to read."""
    hardest: Annotated[float, Field(gt=0)] = 8.0
    """Highest school grade a text may need."""
    banned: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()
    jargon: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    """How a text says that there is room to grow: never of what is not yet seen."""


class Name(Record):
    """What the built-in vocabulary is called; what is empty keeps its English name."""

    label: str = ""
    phrase: str = ""


class Vocabulary(Record):
    """Names of what is built in, by id; a centre's own names come first."""

    attributes: dict[str, Name] = Field(default_factory=dict)
    metrics: dict[str, Name] = Field(default_factory=dict)
    contributions: dict[str, Name] = Field(default_factory=dict)
    roles: dict[str, Name] = Field(default_factory=dict)


class Language(Record):
    """A language file: templates by key, with the placeholders of the English ones."""

    language: LanguageHead
    grammar: Grammar
    phrases: dict[str, dict[str, Forms]]
    """Parts of sentences: who rated, how a thing can be shown, names of the surveys."""
    sentences: dict[str, dict[str, Forms]]
    """Sentences of a text, by part and key."""
    notes: dict[str, str]
    """Notes to the agent."""
    answers: dict[str, str]
    """Answers to `contrast` and `what_would_change`."""
    labels: Labels
    lint: LintRules = Field(default_factory=LintRules)
    vocabulary: Vocabulary = Field(default_factory=Vocabulary)
