"""Instruments: shipped by name, or a centre's own from TOML text."""

from __future__ import annotations

import json
from collections import Counter
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from rolefit.errors import ConfigError, Problem, did_you_mean
from rolefit.schema.problems import problems_of, unknown_name
from rolefit.schema.refusals import is_protected
from rolefit.schema.surveys import Instrument
from rolefit.schema.tables import SURVEY_KEYS
from rolefit.schema.toml import read_toml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

BUILTIN = "builtin:"
KINDS = ("strengths", "interests")


def builtin_instrument(name: str) -> Instrument:
    """A shipped instrument.

    Args:
        name: `strengths` or `interests`, with or without `builtin:`.

    Raises:
        ConfigError: RF101 where no such instrument is shipped.

    Example:
        >>> len(builtin_instrument("builtin:strengths").scales)
        12
    """
    return instrument_from_toml(builtin_text(name), f"{BUILTIN}{name.removeprefix(BUILTIN)}")


def builtin_text(name: str) -> str:
    """The TOML text of a shipped instrument, comments and all.

    Raises:
        ConfigError: RF101 where no such instrument is shipped.
    """
    short = name.removeprefix(BUILTIN)
    if short not in KINDS:
        known = [f"{BUILTIN}{kind}" for kind in KINDS]
        hint = did_you_mean(short, KINDS)
        problem = Problem(
            name, f"unknown instrument '{name}'", "RF101", f"one of {', '.join(known)}", hint
        )
        raise ConfigError([problem])
    return files("rolefit.schema").joinpath("instruments", f"{short}.toml").read_text("utf-8")


def instrument_from_toml(text: str, place: str) -> Instrument:
    """The instrument of a TOML text (contract: instrument files).

    Args:
        text: the TOML.
        place: the file, for errors.

    Raises:
        ConfigError: RF101-RF107, all problems at once.
    """
    return instrument_from_tables(read_toml(text, place), place)


def instrument_from_tables(tables: Mapping[str, Any], place: str) -> Instrument:
    """The instrument of plain tables.

    Raises:
        ConfigError: RF101-RF107, all problems at once.
    """
    plain = json.dumps(tables, default=str)
    try:
        instrument = Instrument.model_validate_json(plain, strict=True)
    except ValidationError as error:
        raise ConfigError(problems_of(error, Instrument, place)) from None
    problems = [
        *_item_problems(instrument, place),
        *_scale_problems(instrument, place),
        *_wording_problems(instrument, place),
    ]
    if problems:
        raise ConfigError(problems)
    return instrument


def resolve(kind: str, key: str, place: str, reader: Callable[[str], str] | None) -> Instrument:
    """The instrument that a config names.

    Args:
        kind: `strengths` or `interests`.
        key: `builtin:NAME` or a path.
        place: the config, for errors.
        reader: gives the text of a path; raises OSError where it cannot.

    Raises:
        ConfigError: RF101 (no such built-in), RF106 (unreadable, or of another kind), or what the
            instrument file itself has wrong.
    """
    where = f"{place}: instruments.{kind}.key"
    if key.startswith(BUILTIN):
        instrument = builtin_instrument(key)
    else:
        instrument = instrument_from_toml(_text(key, where, reader), key)
    return of_kind(instrument, kind, where)


def of_kind(instrument: Instrument, kind: str, where: str) -> Instrument:
    """The instrument, if it is of the kind its table asks for.

    Raises:
        ConfigError: RF106 where it is of the other kind.
    """
    head = instrument.instrument
    if head.kind == kind:
        return instrument
    message = f"'{head.id}' is an instrument of kind '{head.kind}'"
    raise ConfigError([Problem(where, message, "RF106", f"an instrument of kind '{kind}'")])


def _text(key: str, where: str, reader: Callable[[str], str] | None) -> str:
    """The text of an instrument file."""
    if reader is None:
        hint = "score from a workspace folder, or name a built-in instrument"
        raise ConfigError([Problem(where, f"no file '{key}' can be read here", "RF106", hint=hint)])
    try:
        return reader(key)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        expected = "builtin:strengths, builtin:interests, or the path of an instrument TOML"
        problem = Problem(where, f"cannot read '{key}': {reason}", "RF106", expected)
        raise ConfigError([problem]) from None


def _item_problems(instrument: Instrument, place: str) -> list[Problem]:
    """Items that appear twice, carry a reserved name, or name what may not count."""
    problems = []
    places = Counter(item for scale in instrument.scales.values() for item in scale.items)
    for name, scale in instrument.scales.items():
        where = f"{place}: scales.{name}.items"
        for item in dict.fromkeys(scale.items):
            if places[item] > 1:
                hint = "an item belongs to one scale: name it once, or give it another id"
                message = f"item '{item}' is named {places[item]} times"
                problems.append(Problem(where, message, "RF106", hint=hint))
            if item in SURVEY_KEYS.names:
                expected = f"any name but {', '.join(SURVEY_KEYS.names)}"
                problems.append(Problem(where, f"'{item}' is no item", "RF106", expected))
            if is_protected(item):
                message = f"'{item}' names a protected characteristic"
                hint = "rolefit never counts it: take it out"
                problems.append(Problem(where, message, "RF107", hint=hint))
    return problems


def _scale_problems(instrument: Instrument, place: str) -> list[Problem]:
    """Reversed items that are no items; norms of no scale."""
    problems = [
        unknown_name(f"{place}: scales.{name}.reversed", "item", item, scale.items)
        for name, scale in instrument.scales.items()
        for item in scale.reversed
        if item not in scale.items
    ]
    return problems + [
        unknown_name(f"{place}: norms.{name}", "scale", name, list(instrument.scales))
        for name in instrument.norms
        if name not in instrument.scales
    ]


def _wording_problems(instrument: Instrument, place: str) -> list[Problem]:
    """Wording of no item."""
    items = [item for scale in instrument.scales.values() for item in scale.items]
    return [
        unknown_name(f"{place}: items.{item}", "item", item, items)
        for item in instrument.items
        if item not in items
    ]
