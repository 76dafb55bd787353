"""What a file says now in the cell that an agent wants corrected."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa

from rolefit.errors import Problem, UsageError, did_you_mean, listed
from rolefit.io.check_numbers import NUMBER
from rolefit.io.corrected import REFUSED, cell_texts, correct, rows_meant
from rolefit.io.header import find_columns
from rolefit.io.read import find_files, open_source
from rolefit.io.rules import rules_of
from rolefit.io.trial import expected_of
from rolefit.protocol.well_formed import CORRECTABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from rolefit.io.rules import Rules
    from rolefit.io.source import Body
    from rolefit.protocol.entry import Correction
    from rolefit.protocol.threads import Granted
    from rolefit.schema.config import Config

PLACE = "correction"


def with_old_value(
    folder: Path, config: Config, asked: Granted, granted: Sequence[Granted]
) -> Correction:
    """The correction with what the file says now, earlier granted corrections included.

    It is tried before it is asked for: what the border would set aside is no correction.

    Args:
        folder: the workspace.
        config: effective config.
        asked: whose row it is, table, row, column and the right value, and the day.
        granted: all corrections that were granted so far.

    Raises:
        UsageError: RF436, where it does not name exactly one cell, or the checks of a run would
            set aside the value, or a row with it.
        InputError: RF2xx, when the file cannot be read.
    """
    agent_id, wanted = asked.agent_id, asked.correction
    if wanted.table not in CORRECTABLE:
        raise UsageError([_no_table(wanted.table, CORRECTABLE)])
    rules, body = read_rows(folder, config, wanted.table)
    column = next((c for c in rules.columns if c.name == wanted.column), None)
    names = [name for name in body.table.column_names if name != "agent_id"]
    problems = [_unknown(wanted.table, name, names) for name in (wanted.column, *wanted.row)
                if name not in names]  # fmt: skip
    if column is not None and column.kind == "number" and not _is_number(wanted.value):
        expected = "digits with a point, in the unit of the file; empty = never measured"
        problems.append(Problem(PLACE, f"'{wanted.value}' is no number", "RF436", expected))
    if problems:
        raise UsageError(problems)
    mine = [one for one in granted if one.correction.table == wanted.table]
    body, _ = correct(body, rules, mine, config.centre.as_of)
    at = rows_meant(body, agent_id, dict(wanted.row))
    if len(at) != 1:
        raise UsageError([_not_one(agent_id, wanted, rules, body, len(at))])
    old = cell_texts(body.table[wanted.column]).take(pa.array(at))[0].as_py()
    noted = replace(wanted, old=old or "")
    _hold(rules, body, replace(asked, correction=noted), config)
    return noted


def hold_grants(
    folder: Path, config: Config, wanted: Iterable[Granted], granted: Sequence[Granted]
) -> None:
    """Refuses to grant what the next run could not read.

    Args:
        folder: the workspace.
        config: effective config.
        wanted: corrections that are to be granted now.
        granted: all corrections that were granted so far.

    Raises:
        UsageError: RF436, the checks of a run would set aside the value, or a row with it.
        InputError: RF2xx, when the file cannot be read.
    """
    for one in wanted:
        table = one.correction.table
        rules, body = read_rows(folder, config, table)
        before = [other for other in granted if other.correction.table == table]
        body, _ = correct(body, rules, before, config.centre.as_of)
        _hold(rules, body, one, config)


def _hold(rules: Rules, body: Body, asked: Granted, config: Config) -> None:
    """Refuses a correction that the border would set aside.

    Raises:
        UsageError: RF436.
    """
    _, (outcome,) = correct(body, rules, [asked], config.centre.as_of)
    if outcome.code != REFUSED:
        return
    fix = asked.correction
    column = next(c for c in rules.columns if c.name == fix.column)
    hint = "with this value a run would set the cell or the row aside, so that it counted no more"
    raise UsageError([Problem(
        f"{PLACE} of {fix.table}, column {fix.column}", outcome.objection, "RF436",
        expected_of(column), hint,
    )])  # fmt: skip


def read_rows(folder: Path, config: Config, table: str) -> tuple[Rules, Body]:
    """The rows of one table as they came in.

    Raises:
        UsageError: RF436, there is no such table, or its columns cannot be found.
        InputError: RF2xx, when the file cannot be read.
    """
    found, problems = find_files(folder, config.inputs)
    if table not in found:
        problems = [problem for problem in problems if table in problem.place]
        raise UsageError(problems or [_no_table(table, found)])
    source = open_source(found[table], found[table].name)
    rules = rules_of(table, config)
    layout = find_columns(source.header, rules, config.columns.get(table, {}), source.name)
    if layout.problems:
        raise UsageError(layout.problems)
    return rules, source.read(layout.wanted)


def _no_table(table: str, known: Iterable[str]) -> Problem:
    message = f"there is no table '{table}' to look in"
    return Problem(PLACE, message, "RF436", listed(known), did_you_mean(table, known))


def _is_number(value: str) -> bool:
    return not value or re.fullmatch(NUMBER, value) is not None


def _unknown(table: str, column: str, known: list[str]) -> Problem:
    message = f"table {table} has no column '{column}' that can be named here"
    return Problem(PLACE, message, "RF436", listed(known), did_you_mean(column, known))


def _not_one(agent_id: str, wanted: Correction, rules: Rules, body: Body, rows: int) -> Problem:
    """No row, or several: which columns would tell them apart."""
    here = [name for name in rules.key if name in body.table.column_names and name != "agent_id"]
    hint = f"name the row by its {', '.join(here)}" if here else "name the row by more columns"
    message = f"{rows} rows of {agent_id} in {wanted.table} are meant" if rows else (
        f"no row of {agent_id} in {wanted.table} is meant"
    )  # fmt: skip
    return Problem(PLACE, message, "RF436", "exactly one row", hint)
