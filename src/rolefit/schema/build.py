"""The effective config: what a user wrote over the packaged defaults, checked as a whole."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from rolefit.errors import ConfigError, Problem
from rolefit.schema.config import Config
from rolefit.schema.languages import (
    ENGLISH,
    builtin_language,
    is_builtin,
    named_in,
    resolve_language,
    vocabulary_problems,
)
from rolefit.schema.merge import NAMED, Tables, leave_out, leaves, left_out, merge, origins
from rolefit.schema.problems import problems_of, unknown_name
from rolefit.schema.questionnaires import BUILTIN, KINDS, instrument_from_tables, of_kind, resolve
from rolefit.schema.references import reference_problems, section
from rolefit.schema.refusals import refusals
from rolefit.schema.toml import read_toml, write_toml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rolefit.schema.language import Language
    from rolefit.schema.surveys import Instrument

MIDNIGHT = " 00:00:00"
PARTS = ("attributes", "metrics", "contributions", "roles", "outward", "policy", "evidence")


def build_config(
    user: Mapping[str, Any],
    *,
    place: str = "rolefit.toml",
    file_reader: Callable[[str], str] | None = None,
) -> Config:
    """The effective config of what a user wrote; `{}` gives the built-in one.

    Args:
        user: tables as TOML gives them. Values override piece by piece; lists, and a role's
            `demands`, `supplies` and `must_have`, replace as a whole; `name = false` under
            attributes, metrics, contributions, instruments or roles leaves a built-in one out.
        place: the file, for errors.
        file_reader: gives the text of an instrument's or a language's path; raises OSError where
            it cannot.

    Returns:
        Config, with the instruments resolved into `questionnaires`, and the language.

    Raises:
        ConfigError: RF101-RF109, all problems at once.

    Example:
        >>> build_config({"roles": {"mentor": {"seats": 12}}}).roles["mentor"].seats
        12
    """
    defaults = packaged_defaults()
    merged = leave_out(merge(defaults, user))
    problems = refusals(user, place)
    questionnaires, unresolved = _questionnaires(merged, place, file_reader)
    language, unspoken = _language(merged, defaults, place, file_reader)
    merged = named_in(merged, defaults, language)
    try:
        resolved = {"questionnaires": {}, "language": language.model_dump()}
        plain = json.dumps({**merged, **resolved}, default=_plain)
        config = Config.model_validate_json(plain, strict=True)
    except ValidationError as error:
        names = {name: list(defaults[name]) for name in NAMED}
        problems += problems_of(error, Config, place, names)
    problems += _never_built_in(user, defaults, place) + unresolved + unspoken
    problems += reference_problems(merged, questionnaires, place)
    if problems:
        raise ConfigError(problems)
    return config.model_copy(update={"questionnaires": questionnaires})


def packaged_defaults() -> Tables:
    """The built-in config as plain tables, instruments by name."""
    return merge(_packaged(), {})


def provenance(user: Mapping[str, Any]) -> dict[str, str]:
    """Where each value of the effective config comes from.

    Args:
        user: what the user wrote.

    Returns:
        dotted key -> `default` or `rolefit.toml`. A key that is absent keeps the default of its
        record.
    """
    return origins(packaged_defaults(), user)


def effective_toml(config: Config, user: Mapping[str, Any] | None = None) -> str:
    """The whole config as TOML that builds the same config again, on its own.

    Args:
        config: the effective config. An instrument or a language that came from a file is written
            out, so that the text needs no other file.
        user: what the user wrote; if given, every value says where it comes from.
    """
    tables = config.model_dump(exclude={"questionnaires", "language"})
    defaults = packaged_defaults()
    for name in NAMED:
        tables[name] |= dict.fromkeys(set(defaults[name]) - set(tables[name]), False)
    tables["questionnaires"] = {
        kind: instrument.model_dump()
        for kind, instrument in config.questionnaires.items()
        if not config.instruments[kind].key.startswith(BUILTIN)
    }
    own = not is_builtin(config.centre.language)
    tables["language"] = config.language.model_dump() if own else {}
    filled = {name: table for name, table in tables.items() if table}
    return write_toml(filled, None if user is None else _origins(config, tables, user))


def _origins(config: Config, tables: Mapping[str, Any], user: Mapping[str, Any]) -> dict[str, str]:
    """Where each value comes from; what is written out or translated comes from its file."""
    found = provenance(user) | _translated(config, user)
    for kind, instrument in tables["questionnaires"].items():
        keys = leaves(instrument, f"questionnaires.{kind}.")
        found |= dict.fromkeys(keys, config.instruments[kind].key)
    return found | dict.fromkeys(leaves(tables["language"], "language."), config.centre.language)


def _translated(config: Config, user: Mapping[str, Any]) -> dict[str, str]:
    """Labels and phrases that are the language's, by dotted key."""
    english = leave_out(merge(packaged_defaults(), user))
    named = named_in(english, packaged_defaults(), config.language)
    return {
        f"{part}.{name}.{key}": f"language {config.language.language.id}"
        for part in ("attributes", "metrics", "contributions", "roles")
        for name, spec in named[part].items()
        for key in ("label", "phrase")
        if spec.get(key) != english[part][name].get(key)
    }


@cache
def _packaged() -> Tables:
    """The packaged TOML files, merged once."""
    merged: Tables = {"instruments": {kind: {"key": f"{BUILTIN}{kind}"} for kind in KINDS}}
    for part in PARTS:
        file = files("rolefit.schema").joinpath("defaults", f"{part}.toml")
        merged = merge(merged, read_toml(file.read_text("utf-8"), f"{part}.toml"))
    return merged


def _questionnaires(
    merged: Mapping[str, Any], place: str, reader: Callable[[str], str] | None
) -> tuple[dict[str, Instrument], list[Problem]]:
    """Every instrument that is named: as written out in the config, else by its key."""
    found: dict[str, Instrument] = {}
    problems: list[Problem] = []
    written = section(merged, "questionnaires")
    for kind in KINDS:
        key = section(section(merged, "instruments"), kind).get("key")
        if not isinstance(key, str):
            continue
        try:
            if kind in written:
                where = f"{place}: questionnaires.{kind}"
                found[kind] = of_kind(instrument_from_tables(written[kind], where), kind, where)
            else:
                found[kind] = resolve(kind, key, place, reader)
        except ConfigError as error:
            problems += error.problems
    return found, problems


def _language(
    merged: Mapping[str, Any],
    defaults: Mapping[str, Any],
    place: str,
    reader: Callable[[str], str] | None,
) -> tuple[Language, list[Problem]]:
    """The language of the config; English, and what is wrong, where it cannot be had."""
    key = section(merged, "centre").get("language")
    try:
        language = resolve_language(merged.get("language"), key, place, reader)
    except ConfigError as error:
        return builtin_language(ENGLISH), list(error.problems)
    return language, vocabulary_problems(language, defaults, key if isinstance(key, str) else place)


def _never_built_in(
    user: Mapping[str, Any], defaults: Mapping[str, Any], place: str
) -> list[Problem]:
    """Names that are left out although nothing built in carries them."""
    return [
        unknown_name(f"{place}: {part}.{name}", f"built-in {part[:-1]}", name, list(defaults[part]))
        for part, name in left_out(user)
        if name not in defaults[part]
    ]


def _plain(value: object) -> object:
    """Numbers of array libraries as numbers, days as text."""
    as_list = getattr(value, "tolist", None)
    return as_list() if callable(as_list) else str(value).removesuffix(MIDNIGHT)
