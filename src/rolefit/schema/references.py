"""Names in a config that point at other parts of it: every one of them must lead somewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rolefit.errors import Problem
from rolefit.schema import tables as contract
from rolefit.schema.problems import dotted, unknown_key, unknown_name
from rolefit.schema.questionnaires import KINDS

if TYPE_CHECKING:
    from rolefit.schema.surveys import Instrument

GROUPS_TABLE = "groups"
RESERVED_ROLES = (contract.OUTSIDE, contract.STEP_BACK)
_COLUMNS = {
    "agents": contract.AGENTS, "metrics": contract.METRIC_KEYS, "strengths": contract.SURVEY_KEYS,
    "interests": contract.SURVEY_KEYS, "contributions": contract.CONTRIBUTIONS,
    "ratings": contract.RATINGS, "wishes": contract.WISH_ROWS, "history": contract.HISTORY,
    "placements": contract.PLACEMENTS, "replies": contract.REPLIES,
}  # fmt: skip


def reference_problems(
    tables: Mapping[str, Any], instruments: Mapping[str, Instrument], place: str
) -> list[Problem]:
    """All names that lead nowhere, and all pairs of values that contradict each other.

    Args:
        tables: the merged config; may hold anything a user can write.
        instruments: the resolved instruments.
        place: the file, for the problems.

    Returns:
        problems RF101, RF102 and RF106.
    """
    return [
        *_names_of_tables(tables, place),
        *_columns(tables, instruments, place),
        *_sources(tables, place),
        *_applicability(tables, place),
        *_roles(tables, place),
        *_scales(tables, instruments, place),
    ]


def section(tables: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A section, empty where it is absent or not a table."""
    found = tables.get(name)
    return found if isinstance(found, Mapping) else {}


def _specs(tables: Mapping[str, Any], name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The named tables of a section, those that are tables."""
    for key, spec in section(tables, name).items():
        if isinstance(spec, Mapping):
            yield key, spec


def _attributes(tables: Mapping[str, Any], *, interests: bool) -> list[str]:
    """Ids of the interests, or of all other attributes."""
    specs = _specs(tables, "attributes")
    return [name for name, spec in specs if (spec.get("group") == "interest") == interests]


def _attribute_problem(
    tables: Mapping[str, Any], place: str, name: object, *, interests: bool
) -> Iterator[Problem]:
    """A problem where the name is not an attribute of the right group."""
    known = _attributes(tables, interests=interests)
    if not isinstance(name, str) or name in known:
        return
    if name in section(tables, "attributes"):
        is_a = "no interest" if interests else "an interest"
        wanted = "interest" if interests else "result or capability"
        message = f"attribute '{name}' is {is_a}"
        yield Problem(place, message, "RF106", f"an attribute of group {wanted}")
    else:
        yield unknown_name(place, "attribute", name, known)


def _names_of_tables(tables: Mapping[str, Any], place: str) -> Iterator[Problem]:
    """Tables that the contract does not know."""
    inputs = (*contract.INPUT_TABLES, GROUPS_TABLE)
    known = {"instruments": KINDS, "questionnaires": KINDS, "inputs": inputs, "columns": inputs}
    for part, names in known.items():
        for name in section(tables, part):
            if name not in names:
                yield unknown_key(f"{place}: {part}.{name}", name, names)


def _columns(
    tables: Mapping[str, Any], instruments: Mapping[str, Instrument], place: str
) -> Iterator[Problem]:
    """Columns that neither the contract nor the config knows."""
    for table, names in _specs(tables, "columns"):
        if table not in _COLUMNS:
            continue
        columns = [*_COLUMNS[table].names, *_own_columns(table, tables, instruments)]
        for ours in names:
            if ours not in columns:
                yield unknown_key(f"{place}: columns.{table}.{ours}", ours, columns)


def _own_columns(
    table: str, tables: Mapping[str, Any], instruments: Mapping[str, Instrument]
) -> list[str]:
    """Columns that the config itself brings: metrics and volumes, items."""
    if table == "metrics":
        volumes = {spec.get("volume", "contacts") for _, spec in _specs(tables, "metrics")}
        return [*section(tables, "metrics"), *sorted(v for v in volumes if isinstance(v, str))]
    if table in instruments:
        return [item for scale in instruments[table].scales.values() for item in scale.items]
    return []


def _sources(tables: Mapping[str, Any], place: str) -> Iterator[Problem]:
    """Metrics and contributions: their attributes, names and ranges."""
    for part in ("metrics", "contributions"):
        for name, spec in _specs(tables, part):
            where = f"{place}: {part}.{name}.attribute"
            yield from _attribute_problem(tables, where, spec.get("attribute"), interests=False)
    for name, spec in _specs(tables, "metrics"):
        keys = contract.METRIC_KEYS.names
        for key, column in ((name, name), (f"{name}.volume", spec.get("volume"))):
            if column in keys:
                expected = f"any name but {', '.join(keys)}"
                where = f"{place}: metrics.{key}"
                yield Problem(where, f"'{column}' is a key column", "RF106", expected)
        yield from _rate_range(name, spec, place)
        guard, others = spec.get("guard"), [m for m in section(tables, "metrics") if m != name]
        if isinstance(guard, str) and guard not in others:
            yield unknown_name(f"{place}: metrics.{name}.guard", "metric", guard, others)
    span = _low_high(section(tables, "evidence").get("rating_range"))
    if span and span[0] >= span[1]:
        where, message = f"{place}: evidence.rating_range", "lowest is not below highest"
        yield Problem(where, message, "RF106", "[lowest, highest]")


def _rate_range(name: str, spec: Mapping[str, Any], place: str) -> Iterator[Problem]:
    """A rate lies between 0 and 1 once it is scaled."""
    span = _low_high(spec.get("range"))
    if span and spec.get("kind") == "rate" and (span[0] < 0 or span[1] > 1):
        yield Problem(
            f"{place}: metrics.{name}.range", "a rate lies between 0 and 1", "RF106",
            "a range within [0, 1], after division by `scale`",
            "scale = 100 reads per cent; then range = [0, 1]",
        )  # fmt: skip


def _low_high(value: object) -> tuple[float, float] | None:
    """Lowest and highest, where the value is two numbers."""
    numbers = [x for x in value if isinstance(x, int | float)] if isinstance(value, list) else []
    return (numbers[0], numbers[1]) if len(numbers) == len(("low", "high")) else None


def _applicability(tables: Mapping[str, Any], place: str) -> Iterator[Problem]:
    """Rules about metrics that nobody defined."""
    rules = tables.get("applicability", ())
    metrics = list(section(tables, "metrics"))
    for position, rule in enumerate(rules if isinstance(rules, list | tuple) else ()):
        metric = rule.get("metric") if isinstance(rule, Mapping) else None
        if isinstance(metric, str) and metric not in metrics:
            where = dotted(place, ("applicability", position, "metric"))
            yield unknown_name(where, "metric", metric, metrics)


def _roles(tables: Mapping[str, Any], place: str) -> Iterator[Problem]:
    """Profiles that ask for or offer what is no attribute; a centre without roles."""
    for name, spec in _specs(tables, "roles"):
        where = f"{place}: roles.{name}"
        if name in RESERVED_ROLES:
            message = f"'{name}' is a word of the wishes table"
            yield Problem(where, message, "RF106", "another role id")
        demands, must_have = section(spec, "demands"), section(spec, "must_have")
        for attribute in demands:
            yield from _attribute_problem(tables, f"{where}.demands", attribute, interests=False)
        for attribute in section(spec, "supplies"):
            yield from _attribute_problem(tables, f"{where}.supplies", attribute, interests=True)
        for attribute in must_have:
            if not demands.get(attribute):
                yield Problem(
                    f"{where}.must_have", f"'{attribute}' is not among the demands", "RF106",
                    "an attribute the role demands with an importance above 0",
                    "add it to demands: a must-have that does not count cannot be explained",
                )  # fmt: skip
    inside = [name for name, spec in _specs(tables, "roles") if not spec.get("outward")]
    if not inside and isinstance(tables.get("roles"), Mapping):
        hint = "agents need a current role: keep or define one with a level and a bar"
        yield Problem(f"{place}: roles", "no role inside the centre is left", "RF106", hint=hint)


def _scales(
    tables: Mapping[str, Any], instruments: Mapping[str, Instrument], place: str
) -> Iterator[Problem]:
    """Scales of no attribute, or of an attribute of the other kind."""
    keys = section(tables, "instruments")
    for kind, instrument in instruments.items():
        file = section(keys, kind).get("key")
        for name, scale in instrument.scales.items():
            where = f"{file or place}: scales.{name}.attribute"
            yield from _attribute_problem(
                tables, where, scale.attribute, interests=kind == "interests"
            )
