"""What rolefit refuses to count as evidence: protected characteristics and group membership."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rolefit.errors import Problem

PROTECTED = (
    "age", "birth", "birthday", "birthdate", "dob", "date birth", "year birth",
    "gender", "sex", "sexual orientation", "gender identity", "pronouns",
    "race", "ethnicity", "ethnic", "ethnic origin", "skin color", "skin colour",
    "nationality", "national origin", "citizenship", "country birth",
    "religion", "faith", "disability", "disabled", "health", "sick leave", "pregnancy", "pregnant",
    "maternity", "paternity", "parental leave", "marital", "marital status", "veteran",
    "trade union", "union member", "union membership", "political opinion",
)  # fmt: skip
NEUTRAL = frozenset((
    "a", "agent", "agents", "average", "band", "bonus", "category", "code", "employee", "flag",
    "group", "groups", "id", "in", "index", "is", "mean", "of", "person", "points", "rank",
    "rating", "s", "score", "share", "the", "value", "years",
))  # fmt: skip
"""Words that leave the meaning as it is: an `agent_age_band` is an age."""
_WORDS = frozenset(frozenset(name.split()) for name in PROTECTED)


def is_protected(name: str) -> bool:
    """Whether a name stands for a protected characteristic; `ticket_age` does not.

    Example:
        >>> is_protected("AgentGender"), is_protected("ticket_age")
        (True, False)
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    words = frozenset(re.findall(r"[a-z]+", spaced.lower()))
    return words - NEUTRAL in _WORDS


def refusals(tables: Mapping[str, Any], place: str) -> list[Problem]:
    """Problems of a config that would make group membership count.

    Args:
        tables: the user's config.
        place: the file, for the problems.
    """
    found = [
        Problem(
            f"{place}: {key}", f"'{name}' names a protected characteristic", "RF107",
            "evidence of work, strengths and interests only",
            "keep it in groups.*, which `rolefit audit` reads and scoring never sees",
        )
        for key, name in _names(tables)
        if is_protected(name)
    ]  # fmt: skip
    return found + list(_groups_as_evidence(tables, place))


def _names(tables: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every name under which something could become evidence, with its dotted key."""
    for section in ("attributes", "metrics", "contributions"):
        for name, spec in _table(tables, section).items():
            yield f"{section}.{name}", name
            if isinstance(spec, Mapping) and isinstance(spec.get("volume"), str):
                yield f"{section}.{name}.volume", spec["volume"]
    for table, names in _table(tables, "columns").items():
        if table == "groups" or not isinstance(names, Mapping):
            continue
        for ours, theirs in names.items():
            yield f"columns.{table}.{ours}", ours
            if isinstance(theirs, str):
                yield f"columns.{table}.{ours}", theirs


def _groups_as_evidence(tables: Mapping[str, Any], place: str) -> Iterator[Problem]:
    """Problems of input tables that are read from the groups file."""
    inputs = _table(tables, "inputs")
    groups = inputs.get("groups")
    for table, file in inputs.items():
        if table == "groups" or not isinstance(file, str):
            continue
        stem = file.replace("\\", "/").rsplit("/", 1)[-1].split(".")[0]
        if stem == "groups" or file == groups:
            yield Problem(
                f"{place}: inputs.{table}", f"'{file}' holds group membership", "RF107",
                "a file of work, strengths, interests or wishes",
                "groups are read by `rolefit audit` only, never by scoring",
            )  # fmt: skip


def _table(tables: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A section, empty where it is absent or not a table."""
    section = tables.get(name)
    return section if isinstance(section, Mapping) else {}
