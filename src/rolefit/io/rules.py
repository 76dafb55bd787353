"""What each input table may hold: its columns, their types, ranges, vocabularies and key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from rolefit.schema.tables import (
    DIRECTIONS,
    OUTSIDE,
    RATER_KINDS,
    REPLY_STATES,
    STATUSES,
    STEP_BACK,
    SUGGESTIONS,
    WISHES,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from rolefit.schema.config import Config

Kind = Literal["text", "number", "day", "period", "json"]
REFUSALS = ("not_now", "no")
REPLIERS = ("agent", "leader", "second")
NOT_NEGATIVE = (0.0, float("inf"))
ONE_ROW = (0.0, 1e6)
"""What one row may record of a contribution: minutes of a year go in, slips of the pen do not."""


@dataclass(frozen=True)
class Vocabulary:
    """The words a text column may hold."""

    code: str
    """Reject code of any other word."""
    what: str
    """What the words are: `role`, `contribution kind`."""
    words: tuple[str, ...]
    spoken: bool = False
    """People type them: case, blanks and hyphens do not matter."""


@dataclass(frozen=True)
class Column:
    """One column: what it must be, and what happens to a cell that is not."""

    name: str
    kind: Kind = "text"
    required: bool = False
    """The file must have it."""
    needed: bool = False
    """A row is of no use without it: a bad or empty cell rejects the row, not only the cell."""
    if_empty: str = "missing_key"
    """Reject code of an empty cell, where the column is needed."""
    words: Vocabulary | None = None
    span: tuple[float, float] | None = None
    """Lowest and highest number after `scale`."""
    scale: float = 1.0
    """Numbers are divided by this."""
    positive: bool = False
    """Zero is out of range too: its logarithm is taken."""
    may_run_ahead: bool = False
    """People speak after the newest data: such days are heard, and do not set "today"."""


@dataclass(frozen=True)
class Rules:
    """One table: columns, key, and which rows belong to whom."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    """Columns that together name a row once; empty = every row is an event of its own."""
    newest: str = ""
    """Of rows with the same key the one with the newest date here counts."""
    appended: bool = False
    """Of rows with the same key the one furthest down counts: people add to the end."""
    stands: Vocabulary | None = None
    """Words of `stands.what` that count even where a newer row of the same key cannot be read."""
    firmer: Vocabulary | None = None
    """Words in rising order: of rows of one key and one day the firmer word counts."""
    volumes: dict[str, str] = field(default_factory=dict)
    """Metric -> the column that says how much it rests on."""
    expected: tuple[str, ...] = ()
    """Optional columns whose absence is worth a word: items, metrics."""
    known: tuple[str, ...] = ()
    """Further columns that belong in the table and are not read here."""
    keeps_leavers: bool = False
    """The table is a record of the past: rows of people who left do not count as damage."""


def rules_of(table: str, config: Config) -> Rules:
    """The rules of one input table under a config."""
    return MAKERS[table](config)


def _key(name: str, kind: Kind = "text", words: Vocabulary | None = None) -> Column:
    return Column(name, kind, required=True, needed=True, words=words)


def _roles(names: tuple[str, ...]) -> Vocabulary:
    return Vocabulary("unknown_role", "role", names)


def _agents(config: Config) -> Rules:
    inside = _roles(config.inside_ids)
    columns = (
        _key("agent_id"), Column("team_id"),
        Column("current_role", required=True, needed=True, if_empty=inside.code, words=inside),
        Column("hired_on", "day"), Column("site"), Column("in_role_since", "day"),
        Column("fte", "number", span=(0.0, 2.0), positive=True),
    )  # fmt: skip
    return Rules("agents", columns, key=("agent_id",), expected=("team_id", "hired_on"))


def _metrics(config: Config) -> Rules:
    keys = (_key("agent_id"), _key("client_id"), _key("channel"), _key("period", "period"))
    volumes = {metric: spec.volume for metric, spec in config.metrics.items()}
    measures = [
        Column(
            metric, "number", span=spec.range, scale=spec.scale, positive=spec.kind == "duration"
        )
        for metric, spec in config.metrics.items()
    ]
    rests_on = [
        Column(name, "number", span=NOT_NEGATIVE) for name in dict.fromkeys(volumes.values())
    ]
    return Rules(
        "metrics",
        (*keys, *rests_on, *measures),
        key=tuple(column.name for column in keys),
        volumes=volumes,
        expected=tuple(volumes),
    )


def _survey(table: str) -> Callable[[Config], Rules]:
    def make(config: Config) -> Rules:
        instrument = config.questionnaires[table]
        answers = (instrument.instrument.min, instrument.instrument.max)
        items = tuple(dict.fromkeys(i for scale in instrument.scales.values() for i in scale.items))
        columns = (
            _key("agent_id"), Column("answered_on", "day"),
            Column("seconds", "number", span=NOT_NEGATIVE),
            *(Column(item, "number", span=answers) for item in items),
        )  # fmt: skip
        return Rules(table, columns, key=("agent_id",), expected=items, newest="answered_on")

    return make


def _contributions(config: Config) -> Rules:
    kinds = Vocabulary("unknown_kind", "contribution kind", tuple(config.contributions))
    columns = (
        _key("agent_id"), _key("kind", words=kinds), _key("on", "day"),
        Column("quantity", "number", required=True, needed=True, span=ONE_ROW),
        Column("by"), Column("client_id"), Column("opportunity", "number", span=ONE_ROW),
    )  # fmt: skip
    return Rules("contributions", columns)


def _ratings(config: Config) -> Rules:
    attributes = Vocabulary("unknown_attribute", "attribute", config.attribute_ids)
    raters = Vocabulary("unknown_rater_kind", "kind of rater", RATER_KINDS)
    span = config.evidence.rating_range
    columns = (
        _key("agent_id"), _key("attribute", words=attributes), _key("rater_id"),
        _key("rater_kind", words=raters),
        Column("value", "number", required=True, needed=True, span=span), _key("on", "day"),
    )  # fmt: skip
    return Rules("ratings", columns, key=("agent_id", "attribute", "rater_id", "rater_kind", "on"))


def _wishes(config: Config) -> Rules:
    roles = _roles((*config.role_ids, OUTSIDE, STEP_BACK))
    wishes = Vocabulary("unknown_wish", "wish", WISHES, spoken=True)
    columns = (
        _key("agent_id"), _key("role", words=roles), _key("wish", words=wishes), _key("on", "day"),
    )  # fmt: skip
    refusals = Vocabulary(wishes.code, "wish", REFUSALS)
    return Rules(
        "wishes", columns, key=("agent_id", "role"), newest="on", stands=refusals, firmer=wishes
    )


def _history(_config: Config) -> Rules:
    directions = Vocabulary("unknown_direction", "direction", DIRECTIONS)
    statuses = Vocabulary("unknown_status", "status", STATUSES)
    columns = (
        _key("agent_id"), _key("direction", words=directions), Column("status", words=statuses),
        Column("target_role"), _key("as_of", "day"), Column("gates", "json"),
        Column("current_role"), Column("proposed_direction", words=directions),
        Column("proposed_role"),
    )  # fmt: skip
    key = ("agent_id", "as_of")
    known = tuple(SUGGESTIONS.names)
    return Rules("history", columns, key, appended=True, known=known, keeps_leavers=True)


def _placements(config: Config) -> Rules:
    columns = (
        _key("agent_id"), _key("role", words=_roles(config.role_ids)), _key("placed_on", "day"),
        Column("outcome", "number", required=True, span=(0.0, 1.0)), Column("observed_on", "day"),
    )  # fmt: skip
    key = ("agent_id", "role", "placed_on")
    return Rules("placements", columns, key, keeps_leavers=True)


def _replies(_config: Config) -> Rules:
    states = Vocabulary("unknown_state", "state", REPLY_STATES)
    repliers = Vocabulary("unknown_replier", "role of the person replying", REPLIERS)
    columns = (
        _key("agent_id"), Column("run"), _key("state", words=states), Column("by"),
        Column("role_of_by", words=repliers),
        Column("on", "day", required=True, needed=True, may_run_ahead=True), Column("text"),
        Column("about"), Column("line", "number", span=NOT_NEGATIVE),
    )  # fmt: skip
    return Rules("replies", columns, keeps_leavers=True)


MAKERS: dict[str, Callable[[Config], Rules]] = {
    "agents": _agents,
    "metrics": _metrics,
    "strengths": _survey("strengths"),
    "interests": _survey("interests"),
    "contributions": _contributions,
    "ratings": _ratings,
    "wishes": _wishes,
    "history": _history,
    "placements": _placements,
    "replies": _replies,
}
