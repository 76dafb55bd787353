"""Finds the files of a workspace and opens them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolefit.errors import InputError, Problem, did_you_mean
from rolefit.io.read_csv import open_csv
from rolefit.io.read_parquet import open_parquet
from rolefit.schema.tables import INPUT_TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rolefit.io.source import Source

ENDINGS = (".csv", ".csv.gz", ".parquet")
STRAY = (".csv", ".gz", ".parquet", ".xlsx", ".xls", ".txt", ".tsv")
NOT_SCORED = ("groups",)


def find_files(folder: Path, inputs: Mapping[str, str]) -> tuple[dict[str, Path], list[Problem]]:
    """The file of each table that is there.

    Args:
        folder: the workspace.
        inputs: table -> file relative to the workspace, from `[inputs]`.

    Returns:
        Table -> path, and what is wrong: two files for one table, a named file that is not there.
    """
    found: dict[str, Path] = {}
    problems: list[Problem] = []
    for table in INPUT_TABLES:
        if table in inputs:
            path = folder / inputs[table]
            found[table] = path
            if not path.is_file():
                problems.append(_named_but_absent(table, inputs[table]))
                del found[table]
            continue
        there = [folder / (table + end) for end in ENDINGS if (folder / (table + end)).is_file()]
        if there:
            found[table] = there[0]
        if len(there) > 1:
            problems.append(_two_files(table, there))
    if "agents" not in found and not any("agents" in problem.place for problem in problems):
        problems.append(_no_agents(folder))
    return found, problems


def open_source(path: Path, name: str) -> Source:
    """Opens a table by the ending of its name.

    Raises:
        InputError: RF2xx, when it cannot be read.
    """
    lower = path.name.lower()
    try:
        if lower.endswith(".parquet"):
            return open_parquet(path, name)
        if lower.endswith((".csv", ".csv.gz", ".tsv", ".txt")):
            return open_csv(path, name)
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise InputError([Problem(name, f"cannot be opened: {reason}", "RF203")]) from None
    raise InputError([_not_a_table(name)])


def stray_files(folder: Path, found: Mapping[str, Path]) -> tuple[str, ...]:
    """What to say of files that look like tables and are not read."""
    used = {path.resolve() for path in found.values()}
    names = [table + end for table in (*INPUT_TABLES, *NOT_SCORED) for end in ENDINGS]
    said = []
    for path in sorted(folder.iterdir()):
        alien = path.suffix.lower() in STRAY and path.name not in names
        if path.is_file() and alien and path.resolve() not in used:
            guess = did_you_mean(path.name.lower(), names)
            said.append(f"{path.name} is not read: no table has this name; {guess}".strip("; "))
    return tuple(said)


def _named_but_absent(table: str, file: str) -> Problem:
    hint = "the path is relative to the folder of rolefit.toml"
    return Problem(
        f"rolefit.toml: inputs.{table}", f"there is no file '{file}'", "RF201", hint=hint
    )


def _two_files(table: str, there: list[Path]) -> Problem:
    names = " and ".join(path.name for path in there)
    hint = f'delete all but one, or name the right one: [inputs] {table} = "{there[0].name}"'
    return Problem(table, f"both {names} are there", "RF202", expected="one file", hint=hint)


def _no_agents(folder: Path) -> Problem:
    names = [path.name for path in folder.iterdir() if path.is_file()]
    hint = did_you_mean("agents.csv", names) or "rolefit init writes an example"
    return Problem(
        "agents", f"there is no agents table in {folder}", "RF201",
        expected=" or ".join(f"agents{end}" for end in ENDINGS), hint=hint,
    )  # fmt: skip


def _not_a_table(name: str) -> Problem:
    hint = "Excel: Save As, CSV UTF-8"
    expected = f"a file that ends in {', '.join(ENDINGS)}"
    return Problem(name, "this kind of file is not read", "RF203", expected=expected, hint=hint)
