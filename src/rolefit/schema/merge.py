"""A user's tables over the packaged ones, piece by piece, and where each value comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

Tables: TypeAlias = dict[str, Any]
"""Plain tables as TOML gives them: keys to values, lists or further tables."""

REPLACED = ("demands", "supplies", "must_have")
"""Mappings that a user replaces as a whole: half a profile would be nobody's profile."""
NAMED = ("attributes", "metrics", "contributions", "instruments", "roles")
"""Sections that name things; `name = false` leaves a built-in one out."""
DEFAULT, USER = "default", "rolefit.toml"


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> Tables:
    """Puts `over` on top of `base`, table by table; lists and profiles replace as a whole.

    Args:
        base: tables that hold where `over` says nothing.
        over: tables that win.

    Returns:
        new tables; keys of `base` first, in its order.

    Example:
        >>> merge({"policy": {"record": 0.5, "margin": 0.1}}, {"policy": {"record": 0.6}})
        {'policy': {'record': 0.6, 'margin': 0.1}}
    """
    merged = {key: _copied(value) for key, value in base.items()}
    for key, value in over.items():
        old = merged.get(key)
        both = isinstance(old, Mapping) and isinstance(value, Mapping)
        merged[key] = merge(old, value) if both and key not in REPLACED else _copied(value)
    return merged


def leave_out(tables: Mapping[str, Any], known: Mapping[str, Any]) -> Tables:
    """Drops what is set to false: `[roles]` with `specialist = false`.

    Args:
        tables: merged tables.
        known: the packaged tables; a name that is not among them stays, to be complained of.
    """
    kept = dict(tables)
    for section in NAMED:
        if isinstance(kept.get(section), Mapping):
            kept[section] = {
                name: value
                for name, value in kept[section].items()
                if value is not False or name not in known[section]
            }
    return kept


def origins(defaults: Mapping[str, Any], user: Mapping[str, Any]) -> dict[str, str]:
    """Where each value comes from, by dotted key.

    Args:
        defaults: the packaged tables.
        user: what the user wrote.

    Returns:
        dotted key -> `default` or `rolefit.toml`; a profile or a list is one value.
    """
    found = dict.fromkeys(_leaves(defaults), DEFAULT)
    return found | dict.fromkeys(_leaves(user), USER)


def _leaves(tables: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Dotted keys of all values."""
    keys: list[str] = []
    for key, value in tables.items():
        deeper = isinstance(value, Mapping) and key not in REPLACED
        keys += _leaves(value, f"{prefix}{key}.") if deeper else [f"{prefix}{key}"]
    return keys


def _copied(value: object) -> object:
    """The value, with tables copied, so that nobody's argument is changed later."""
    return merge(value, {}) if isinstance(value, Mapping) else value
