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
    merged = {k: merge(v, {}) if isinstance(v, Mapping) else v for k, v in base.items()}
    for key, value in over.items():
        old = {} if key in REPLACED else merged.get(key)
        if isinstance(value, Mapping):
            merged[key] = merge(old if isinstance(old, Mapping) else {}, value)
        else:
            merged[key] = value
    return merged


def leave_out(tables: Mapping[str, Any]) -> Tables:
    """Drops what is set to false: `[roles]` with `specialist = false`.

    A metric loses a guard that is left out, so that nobody has to mend what they did not write.
    """
    kept = dict(tables)
    for section, name in left_out(tables):
        kept[section] = {k: spec for k, spec in kept[section].items() if k != name}
        if section == "metrics":
            kept[section] = {k: _unguarded(spec, name) for k, spec in kept[section].items()}
    return kept


def _unguarded(spec: object, guard: str) -> object:
    """A metric's table without a guard of that name."""
    if not isinstance(spec, Mapping) or spec.get("guard") != guard:
        return spec
    return {k: v for k, v in spec.items() if k != "guard"}


def left_out(tables: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Section and name of everything that is set to false."""
    sections = [(s, tables[s]) for s in NAMED if isinstance(tables.get(s), Mapping)]
    return [(s, name) for s, named in sections for name, spec in named.items() if spec is False]


def origins(defaults: Mapping[str, Any], user: Mapping[str, Any]) -> dict[str, str]:
    """Where each value comes from, by dotted key.

    Args:
        defaults: the packaged tables.
        user: what the user wrote.

    Returns:
        dotted key -> `default` or `rolefit.toml`; a profile or a list is one value.
    """
    found = dict.fromkeys(leaves(defaults), DEFAULT)
    return found | dict.fromkeys(leaves(user), USER)


def leaves(tables: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Dotted keys of all values, each after `prefix`."""
    keys: list[str] = []
    for key, value in tables.items():
        deeper = isinstance(value, Mapping) and key not in REPLACED
        keys += leaves(value, f"{prefix}{key}.") if deeper else [f"{prefix}{key}"]
    return keys
