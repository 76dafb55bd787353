"""Languages: shipped by name, or a centre's own from TOML text; same keys, same placeholders."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from rolefit.errors import ConfigError, Problem, did_you_mean
from rolefit.schema.language import Forms, Language
from rolefit.schema.problems import problems_of, unknown_key, unknown_name
from rolefit.schema.toml import read_toml

if TYPE_CHECKING:
    from rolefit.schema.merge import Tables

ENGLISH = "en"
SUFFIX = ".toml"
TEMPLATES = ("grammar", "phrases", "sentences", "notes", "answers", "labels")
"""Sections whose keys and placeholders are those of the English file."""
READERS = tuple(Forms.model_fields)
NAMES = ("attributes", "metrics", "contributions", "roles")


def builtin_languages() -> tuple[str, ...]:
    """Ids of the shipped languages.

    Example:
        >>> builtin_languages()
        ('de', 'en')
    """
    names = (file.name for file in _folder().iterdir())
    return tuple(sorted(n.removesuffix(SUFFIX) for n in names if n.endswith(SUFFIX)))


def language_text(name: str) -> str:
    """The TOML text of a shipped language, comments and all: what a new one starts from.

    Raises:
        ConfigError: RF101 where no such language is shipped.
    """
    if name not in builtin_languages():
        raise ConfigError([_unknown("language", name)])
    return _folder().joinpath(f"{name}{SUFFIX}").read_text("utf-8")


@cache
def builtin_language(name: str) -> Language:
    """A shipped language.

    Raises:
        ConfigError: RF101 where no such language is shipped.

    Example:
        >>> builtin_language("en").grammar.last
        ' and '
    """
    place = f"{name}{SUFFIX}"
    return language_from_tables(read_toml(language_text(name), place), place)


def language_from_tables(tables: Mapping[str, Any], place: str) -> Language:
    """The language of plain tables, if it has the keys and placeholders of the English one.

    Args:
        tables: as TOML gives them.
        place: the file, for errors.

    Raises:
        ConfigError: RF102-RF104 (unknown keys, wrong values, missing keys), RF108 (placeholders),
            all problems at once.
    """
    problems = _template_problems(_templates(tables), _english(), place)
    try:
        language = Language.model_validate_json(json.dumps(tables, default=str), strict=True)
    except ValidationError as error:
        told = {problem.place for problem in problems}
        found = problems_of(error, Language, place)
        problems += [problem for problem in found if problem.place not in told]
    if problems:
        raise ConfigError(problems)
    return language


def resolve_language(
    written: object, key: object, place: str, reader: Callable[[str], str] | None
) -> Language:
    """The language that a config names, or that it holds.

    Args:
        written: the config's own `language` tables; None where it holds none.
        key: `centre.language`: the id of a shipped one, or the path of a TOML file.
        place: the config, for errors.
        reader: gives the text of a path; raises OSError where it cannot.

    Raises:
        ConfigError: RF101 (no such language), RF106 (unreadable), or what the file has wrong.
    """
    where = f"{place}: centre.language"
    if isinstance(written, Mapping):
        return language_from_tables(written, f"{place}: language")
    if not isinstance(key, str) or key in builtin_languages():
        return builtin_language(key if isinstance(key, str) else ENGLISH)
    if not key.endswith(SUFFIX):
        raise ConfigError([_unknown(where, key)])
    return language_from_tables(read_toml(_text(key, where, reader), key), key)


def is_builtin(key: str) -> bool:
    """Whether `centre.language` names a shipped language rather than a file."""
    return key in builtin_languages()


def vocabulary_problems(
    language: Language, defaults: Mapping[str, Any], place: str
) -> list[Problem]:
    """Names of nothing that is built in."""
    return [
        unknown_name(f"{place}: vocabulary.{part}.{name}", part[:-1], name, list(defaults[part]))
        for part in NAMES
        for name in getattr(language.vocabulary, part)
        if name not in defaults[part]
    ]


def named_in(tables: Tables, defaults: Mapping[str, Any], language: Language) -> Tables:
    """The config's tables with the language's names, where it still has the built-in English ones.

    Args:
        tables: the merged config; may hold anything a user can write.
        defaults: the packaged config.
        language: its vocabulary.
    """
    named = dict(tables)
    for part in NAMES:
        specs = tables.get(part)
        if isinstance(specs, Mapping):
            known = getattr(language.vocabulary, part)
            named[part] = {
                name: _named(spec, defaults[part].get(name, {}), known[name].model_dump())
                if name in known and isinstance(spec, Mapping)
                else spec
                for name, spec in specs.items()
            }
    return named


def placeholders(template: str) -> frozenset[str] | None:
    """Names in braces, in small letters; None where a template cannot be filled.

    Example:
        >>> sorted(placeholders("{Role} asks for {what}."))
        ['role', 'what']
        >>> placeholders("{role.__class__}") is None
        True
    """
    try:
        parts = list(Formatter().parse(template))
    except ValueError:
        return None
    fields = [(name, form, how) for _, name, form, how in parts if name is not None]
    plain = all(name.isidentifier() and not form and not how for name, form, how in fields)
    return frozenset(name.lower() for name, _, _ in fields) if plain else None


def _named(spec: Mapping[str, Any], built_in: Mapping[str, Any], name: Tables) -> Tables:
    """One thing's tables with its label and phrase in the language."""
    return {
        key: name[key] if name.get(key) and value == built_in.get(key) else value
        for key, value in spec.items()
    }


def _template_problems(
    own: Mapping[str, str], english: Mapping[str, str], place: str
) -> list[Problem]:
    """Keys that are missing or unknown, and placeholders that are not those of the English text."""
    problems = []
    missing = [key for key in english if key not in own]
    if missing:
        named = ", ".join(f"'{key}'" for key in missing)
        hint = f"copy them from the English file and translate: {', '.join(missing)}"
        message = f"missing keys {named}" if len(missing) > 1 else f"missing key {named}"
        problems.append(Problem(place, message, "RF104", hint=hint))
    for key, template in own.items():
        where = f"{place}: {key}"
        if key not in english:
            problems.append(unknown_key(where, key, list(english)))
        elif placeholders(template) != placeholders(english[key]):
            wanted = placeholders(english[key]) or frozenset()
            told = ", ".join(f"{{{name}}}" for name in sorted(wanted)) or "none"
            message = f"the placeholders of '{template}' are not those of the English text"
            hint = "braces hold a plain name; a capital puts it at the head of a sentence"
            problems.append(Problem(where, message, "RF108", told, hint))
    return problems


def _templates(tables: Mapping[str, Any]) -> dict[str, str]:
    """Dotted key -> template, of every text that is filled; one for each reader where there are."""
    found: dict[str, str] = {}
    for section in TEMPLATES:
        found |= dict(_texts(tables.get(section), section))
    return found


def _texts(value: object, key: str) -> Iterator[tuple[str, str]]:
    """Texts below a key; one text for both readers is two."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts(inner, f"{key}.{name}")
    elif isinstance(value, str):
        two = key.startswith(("phrases.", "sentences.")) and key.rsplit(".", 1)[-1] not in READERS
        yield from ((f"{key}.{reader}", value) for reader in READERS) if two else [(key, value)]


@cache
def _english() -> dict[str, str]:
    """The templates that every language has."""
    return _templates(read_toml(language_text(ENGLISH), f"{ENGLISH}{SUFFIX}"))


def _folder() -> Any:  # noqa: ANN401 - a Traversable, whose module moved between Python versions
    """Where the shipped languages lie, beside the code that speaks them."""
    return files("rolefit").joinpath("explain", "languages")


def _unknown(where: str, name: str) -> Problem:
    """Problem RF101: no such language."""
    known = builtin_languages()
    expected = f"one of {', '.join(known)}, or the path of a language TOML"
    hint = did_you_mean(name, known) or f"shipped: {', '.join(known)}; a file ends in {SUFFIX}"
    return Problem(where, f"unknown language '{name}'", "RF101", expected, hint)


def _text(key: str, where: str, reader: Callable[[str], str] | None) -> str:
    """The text of a language file."""
    expected = f"one of {', '.join(builtin_languages())}, or the path of a language TOML"
    if reader is None:
        hint = "score from a workspace folder, or name a shipped language"
        message = f"no file '{key}' can be read here"
        raise ConfigError([Problem(where, message, "RF106", expected, hint)])
    try:
        return reader(key)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise ConfigError(
            [Problem(where, f"cannot read '{key}': {reason}", "RF106", expected)]
        ) from None
