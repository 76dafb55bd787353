"""Finds our columns in a header: mapped, missing, doubled, unknown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rolefit.errors import Problem, did_you_mean, listed
from rolefit.io.source import Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rolefit.io.rules import Rules

PANDAS_INDEX = "__index_level_"
"""Row labels that pandas stores as a column: they mean nothing to anybody."""


@dataclass(frozen=True)
class Layout:
    """Which of our columns the file has, and what is worth saying about the rest."""

    wanted: dict[str, Wanted]
    problems: tuple[Problem, ...] = ()
    reports: tuple[str, ...] = ()


def find_columns(
    header: Sequence[str], rules: Rules, mapping: Mapping[str, str], file: str
) -> Layout:
    """Finds the columns of a table's rules in a file's header.

    Args:
        header: column names of the file.
        rules: what the table may hold.
        mapping: our name -> their name, from `[columns.TABLE]`.
        file: the file's name, for messages.

    Returns:
        Layout; with problems, the wanted columns are those that were found.
    """
    ours = {column.name: column for column in rules.columns}
    theirs = {name: mapping.get(name, name) for name in ours}
    wanted = {
        name: Wanted(list(header).index(theirs[name]), column.kind)
        for name, column in ours.items()
        if theirs[name] in header
    }
    problems = [
        *_doubled(header, set(theirs.values()), file),
        *_missing(header, rules, mapping, wanted, file),
        *_without_volume(rules, wanted, theirs, file),
    ]
    reports = [*_ignored(header, rules, set(theirs.values()), file), *_absent(rules, wanted, file)]
    return Layout(wanted, tuple(problems), tuple(reports))


def _doubled(header: Sequence[str], used: set[str], file: str) -> list[Problem]:
    return [
        Problem(
            file,
            f"column '{name}' is there {times} times",
            "RF207",
            expected="each column once",
            hint="delete or rename all but one",
        )
        for name, times in Counter(header).items()
        if times > 1 and name in used
    ]


def _missing(
    header: Sequence[str],
    rules: Rules,
    mapping: Mapping[str, str],
    wanted: Mapping[str, Wanted],
    file: str,
) -> list[Problem]:
    """Mapped or required columns that the file does not have."""
    problems = []
    for column in rules.columns:
        name = column.name
        if name in wanted or not (column.required or name in mapping):
            continue
        theirs = mapping.get(name, name)
        guess = did_you_mean(theirs, header) or _one_column(header)
        if name in mapping:
            message = f"column '{theirs}' is not there ([columns.{rules.name}] {name} names it)"
            hint, code = guess, "RF208"
        else:
            message, code = f"required column '{name}' is missing", "RF206"
            way = f'[columns.{rules.name}] {name} = "their name" in rolefit.toml maps another name'
            hint = f"{guess} {way}".strip()
        found = f"the file has: {listed(name for name in header if name)}"
        problems.append(
            Problem(file, message, code, expected=f"it under this name; {found}", hint=hint)
        )
    return problems


def _one_column(header: Sequence[str]) -> str:
    """A header of one long name usually has a separator we do not know."""
    if len(header) == 1 and any(mark in header[0] for mark in "|:^"):
        return "the separator must be a comma, a semicolon or a tab."
    return ""


def _without_volume(
    rules: Rules, wanted: Mapping[str, Wanted], theirs: Mapping[str, str], file: str
) -> list[Problem]:
    return [
        Problem(
            file,
            f"metric '{metric}' has no volume column '{theirs[volume]}'",
            "RF210",
            expected="a column that says how much each value rests on",
            hint=f'[metrics.{metric}] volume = "column" in rolefit.toml names another one',
        )
        for metric, volume in rules.volumes.items()
        if metric in wanted and volume not in wanted
    ]


def _ignored(header: Sequence[str], rules: Rules, used: set[str], file: str) -> list[str]:
    known = {*used, *rules.known}
    rest = {n for n in header if n and n not in known and not n.startswith(PANDAS_INDEX)}
    if not rest:
        return []
    noun = "column" if len(rest) == 1 else "columns"
    return [f"{file}: {noun} not known and ignored: {listed(rest)}."]


def _absent(rules: Rules, wanted: Mapping[str, Wanted], file: str) -> list[str]:
    rest = [name for name in rules.expected if name not in wanted]
    return [f"{file}: no column for {listed(rest)}."] if rest else []
