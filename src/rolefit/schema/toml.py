"""TOML text to tables, with errors a person can act on, and tables to TOML text."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from rolefit.errors import ConfigError, Problem
from rolefit.schema.merge import REPLACED, Tables

BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
HINTS = {
    "Unescaped '\\'": "write a path in single quotes: 'C:\\exports\\metrics.csv'",
    "Cannot overwrite a value": "a key may be given only once",
    "Cannot declare": "a table may be declared only once: put all its keys under one heading",
    "Invalid value": 'text needs quotes: label = "Mentor"',
    "Expected '=' after a key": "a line is `key = value`, a table starts with [name]",
}


def read_toml(text: str, place: str) -> Tables:
    """The tables of a TOML text.

    Args:
        text: the TOML; a byte order mark is ignored.
        place: the file, for the error.

    Raises:
        ConfigError: RF105 where the text is not TOML, with line and column.
    """
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        hint = next((hint for start, hint in HINTS.items() if message.startswith(start)), "")
        problem = Problem(place, f"not TOML: {message}", "RF105", hint=hint)
        raise ConfigError([problem]) from None


def write_toml(tables: Mapping[str, Any], origins: Mapping[str, str] | None = None) -> str:
    """The tables as TOML text that reads back to the same values.

    Args:
        tables: keys to text, numbers, booleans, dates, lists or tables; None is left out.
        origins: dotted key -> where the value comes from; written behind each value.

    Example:
        >>> print(write_toml({"centre": {"name": "Northwind"}}), end="")
        [centre]
        name = "Northwind"
    """
    return "\n".join(_sections(tables, (), origins)).lstrip("\n") + "\n"


def _sections(
    tables: Mapping[str, Any], path: tuple[str, ...], origins: Mapping[str, str] | None
) -> list[str]:
    """Lines of one table and the tables below it."""
    lines, below = [], []
    for key, value in tables.items():
        here = (*path, key)
        if value is None:
            continue
        if isinstance(value, Mapping) and key not in REPLACED:
            below += _sections(value, here, origins)
        elif _is_rows(value):
            for row in value:
                below += ["", f"[[{_dotted(here)}]]", *_pairs(row)]
        else:
            origin = f"  # {origins.get('.'.join(here), 'default')}" if origins is not None else ""
            lines.append(f"{_key(key)} = {_value(value)}{origin}")
    heading = ["", f"[{_dotted(path)}]"] if path and (lines or not below) else []
    return heading + lines + below


def _is_rows(value: object) -> bool:
    """True for a list of tables, one or more."""
    if not isinstance(value, list | tuple) or not value:
        return False
    return all(isinstance(row, Mapping) for row in value)


def _pairs(table: Mapping[str, Any]) -> list[str]:
    """`key = value` for all that is there."""
    return [f"{_key(key)} = {_value(inner)}" for key, inner in table.items() if inner is not None]


def _value(value: object) -> str:
    """One value in TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        inside = ", ".join(_pairs(value))
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, Sequence):
        return f"[{', '.join(_value(inner) for inner in value)}]"
    return repr(value)


def _key(key: str) -> str:
    """A key, quoted where TOML asks for it."""
    return key if BARE_KEY.fullmatch(key) else _value(key)


def _dotted(path: Sequence[str]) -> str:
    """The heading of a table."""
    return ".".join(_key(key) for key in path)
