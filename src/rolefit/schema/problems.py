"""Pydantic's findings as problems: place, value, what was expected, what to do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from rolefit.errors import Problem, did_you_mean, listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic_core import ErrorDetails

MAX_VALUE_SHOWN = 60
BOOLEANS = ("true", "false")
WANTED = {
    "string": ("text", 'text in quotes: "..."'),
    "float": ("a number", "a number"),
    "finite": ("a finite number", "a finite number"),
    "int": ("a whole number", "a whole number"),
    "bool": ("true or false", "true or false"),
    "date": ("a date", "a date such as 2026-06-30"),
    "tuple": ("a list", "a list in square brackets: [1, 2]"),
    "dict": ("a table", "a table: keys and values under a heading, or in { }"),
    "model": ("a table", "a table: keys and values under a heading, or in { }"),
}
"""Beginning of pydantic's error type -> what it should have been, in short and in full."""
BOUNDS = {
    "greater_than": ("gt", "a number above {}"),
    "greater_than_equal": ("ge", "a number of at least {}"),
    "less_than": ("lt", "a number below {}"),
    "less_than_equal": ("le", "a number of at most {}"),
    "too_short": ("min_length", "at least {}"),
    "too_long": ("max_length", "at most {}"),
}


def problems_of(
    error: ValidationError,
    model: type[BaseModel],
    place: str,
    names: Mapping[str, Sequence[str]] | None = None,
) -> list[Problem]:
    """All findings of one validation as problems.

    Args:
        error: what pydantic raised.
        model: the record that was validated, whose fields are the known keys.
        place: the file.
        names: section -> built-in names, to recognise a misspelt one by the keys it lacks.

    Returns:
        problems RF102 (unknown key), RF103 (wrong value), RF104 (missing keys of one table).
    """
    found: list[Problem] = []
    missing: dict[tuple[int | str, ...], list[str]] = {}
    for detail in error.errors(include_url=False):
        *table, key = detail["loc"] or ("",)
        if detail["type"] == "missing" and isinstance(key, str):
            missing.setdefault(tuple(table), []).append(key)
        elif detail["type"] == "extra_forbidden":
            found.append(_unknown_key(detail, model, place))
        else:
            found.append(_wrong_value(detail, place))
    return found + [_missing(table, keys, place, names or {}) for table, keys in missing.items()]


def dotted(place: str, loc: Sequence[int | str]) -> str:
    """The place of a value: `rolefit.toml: roles.mentor.bar`; list positions count from 1."""
    steps = [f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in loc]
    return f"{place}: {''.join(steps).lstrip('.')}" if steps else place


def shown(value: object) -> str:
    """A value as TOML would write it, shortened."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= MAX_VALUE_SHOWN else f"{text[: MAX_VALUE_SHOWN - 3]}..."


def unknown_name(place: str, what: str, name: str, known: Sequence[str]) -> Problem:
    """Problem RF101: a name that nothing carries."""
    some = f"one of {listed(known)}" if known else f"no {what} is known here"
    return Problem(place, f"unknown {what} '{name}'", "RF101", some, did_you_mean(name, known))


def unknown_key(place: str, key: str, known: Sequence[str]) -> Problem:
    """Problem RF102: a key that nothing reads."""
    some = f"one of {listed(known)}" if known else ""
    return Problem(place, f"unknown key '{key}'", "RF102", some, did_you_mean(key, known))


def _unknown_key(detail: ErrorDetails, model: type[BaseModel], place: str) -> Problem:
    *table, key = detail["loc"]
    return unknown_key(dotted(place, detail["loc"]), str(key), _known_keys(model, table))


def _missing(
    table: tuple[int | str, ...],
    keys: Sequence[str],
    place: str,
    names: Mapping[str, Sequence[str]],
) -> Problem:
    """One problem for all missing keys of a table."""
    noun = "keys" if len(keys) > 1 else "key"
    quoted = ", ".join(f"'{key}'" for key in keys)
    hint = ""
    if len(table) > 1 and table[0] in names:
        hint = did_you_mean(str(table[1]), names[str(table[0])])
    hint = hint or f"add {quoted}"
    return Problem(dotted(place, table), f"missing {noun} {quoted}", "RF104", "", hint)


def _wrong_value(detail: ErrorDetails, place: str) -> Problem:
    """A value of the wrong type or out of bounds."""
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    where = dotted(place, detail["loc"])
    if kind == "value_error":
        return Problem(where, str(context["error"]), "RF103")
    if kind == "literal_error":
        choices = str(context["expected"]).replace("'", "")
        hint = did_you_mean(str(value), choices.replace(" or ", ", ").split(", "))
        return Problem(where, f"{shown(value)} is not known", "RF103", choices, hint)
    if kind in BOUNDS:
        name, pattern = BOUNDS[kind]
        expected = pattern.format(context[name])
        return Problem(where, f"{shown(value)} is out of bounds", "RF103", expected)
    if kind == "missing":
        return Problem(where, "a value is missing in the list", "RF103", detail["msg"])
    wanted = kind.split("_")[0]
    short, expected = WANTED.get(wanted, ("right", detail["msg"]))
    hint = _quotes_hint(value, wanted)
    return Problem(where, f"{shown(value)} is not {short}", "RF103", expected, hint)


def _quotes_hint(value: object, wanted: str) -> str:
    """Says so where only the quotes, or the decimal sign, are wrong."""
    if wanted == "string" and isinstance(value, int | float):
        return f"write {shown(str(value))}"
    if not isinstance(value, str):
        return ""
    plain = value.strip().lower().replace(",", ".")
    digits = plain.removeprefix("-").replace(".", "", 1)
    if wanted in {"float", "int"} and digits.isdecimal():
        return f"write {plain} without quotes"
    return f"write {plain} without quotes" if wanted == "bool" and plain in BOOLEANS else ""


def _known_keys(model: type[BaseModel], loc: Sequence[int | str]) -> tuple[str, ...]:
    """Keys of the record at a location, found by walking the annotations."""
    annotation: Any = model
    for step in loc:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            field = annotation.model_fields.get(str(step))
            annotation = field.annotation if field else None
        elif get_origin(annotation) is dict:
            annotation = get_args(annotation)[1]
        elif get_origin(annotation) is tuple:
            annotation = get_args(annotation)[0]
        else:
            return ()
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return tuple(annotation.model_fields)
    return ()
