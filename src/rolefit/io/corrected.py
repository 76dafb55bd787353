"""Corrections that agents were granted: one cell each, read anew; the file stays as it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rolefit.io.check_numbers import COMMA, POINT, decimal_mark
from rolefit.io.trial import objection, own_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.io.rules import Rules
    from rolefit.io.source import Body
    from rolefit.protocol.entry import Correction
    from rolefit.protocol.threads import Granted
    from rolefit.schema.arrays import Ints

APPLIED, REFUSED = "applied", "refused"
WHY_NOT = {
    "no_table": "there is no such table any more",
    "no_column": "the file has no such column any more",
    "no_row": "no row is the one that was corrected",
    "several_rows": "more than one row may be meant",
    "other_value": "the file says something else now than when it was corrected",
    "already_so": "the file itself says so by now",
    REFUSED: "the new value would be set aside, so the old one stays",
}


@dataclass(frozen=True)
class Outcome:
    """What became of a granted correction."""

    granted: Granted
    code: str
    """`applied`, or a key of WHY_NOT."""
    objection: str = ""
    """What is wrong with a value that is refused."""

    def report(self, file: str) -> str:
        """One line that names agent and column, never a value."""
        fix = self.granted.correction
        what = f"the correction of {fix.column} that {self.granted.agent_id} was granted"
        why = WHY_NOT[self.code] + (f" ({self.objection})" if self.objection else "")
        return f"{file}: {what} is not applied: {why}."


def correct(
    body: Body, rules: Rules, granted: Sequence[Granted], as_of: date | None = None
) -> tuple[Body, list[Outcome]]:
    """Puts corrections in place of what a file says, one after another.

    One that the checks of the border would set aside, alone or with its row, is not read: nobody
    loses what the file says to a correction.

    Args:
        body: rows as they came in; a new body is made, this one stays.
        rules: of the table.
        granted: corrections of this table, in the order in which they were granted.
        as_of: "today" of the run; None = not known yet.

    Returns:
        the rows to check, and what became of each correction.
    """
    outcomes = []
    for one in granted:
        body, outcome = _corrected(body, rules, one, as_of)
        outcomes.append(outcome)
    return body, outcomes


def rows_meant(body: Body, agent_id: str, row: dict[str, str]) -> Ints:
    """Places of an agent's rows that say what `row` says."""
    agents = cell_texts(body.table["agent_id"])
    at = np.flatnonzero(np.asarray(pc.fill_null(pc.equal(agents, agent_id), fill_value=False)))
    for column, value in row.items():
        said = cell_texts(body.table[column].take(pa.array(at))).to_pylist()
        at = at[[same_value(text or "", value) for text in said]]
    return at


def cell_texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Any column as text, blanks at either end taken off."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return pc.utf8_trim_whitespace(column.cast(pa.string()))


def same_value(a: str, b: str) -> bool:
    """Whether two cells say the same: as text, or as numbers with a comma or a point."""
    if a == b:
        return True
    numbers = (_number(a), _number(b))
    return None not in numbers and numbers[0] == numbers[1]


def _number(text: str) -> float | None:
    try:
        return float(text.replace(COMMA, POINT))
    except ValueError:
        return None


def _corrected(
    body: Body, rules: Rules, granted: Granted, as_of: date | None
) -> tuple[Body, Outcome]:
    """The rows with one correction, and what became of it."""
    fix = granted.correction
    code, at = _place(body, granted)
    if code != APPLIED:
        return body, Outcome(granted, code)
    numeric = [c.name for c in rules.columns if c.kind == "number"]
    mark = decimal_mark(body, [name for name in numeric if name in body.table.column_names])
    column = _with_cell(body.table[fix.column], at, fix, mark if fix.column in numeric else POINT)
    position = body.table.column_names.index(fix.column)
    after = replace(body, table=body.table.set_column(position, fix.column, column))
    mine = rows_meant(body, granted.agent_id, {})
    without, with_it = own_rows(body, mine), own_rows(after, mine)
    wrong = objection(without, with_it, rules, granted, as_of, mark)
    return (body, Outcome(granted, REFUSED, wrong)) if wrong else (after, Outcome(granted, APPLIED))


def _place(body: Body, granted: Granted) -> tuple[str, int]:
    """Whether a correction still has its cell, and the place of its row."""
    fix = granted.correction
    if not {fix.column, *fix.row} <= set(body.table.column_names):
        return "no_column", -1
    at = rows_meant(body, granted.agent_id, dict(fix.row))
    if len(at) != 1:
        return "several_rows" if len(at) else "no_row", -1
    said = cell_texts(body.table[fix.column]).take(pa.array(at))[0].as_py() or ""
    if same_value(said, fix.value):
        return "already_so", -1
    return (APPLIED if same_value(said, fix.old) else "other_value"), int(at[0])


def _with_cell(column: pa.ChunkedArray, at: int, fix: Correction, mark: str) -> pa.Array:
    """The column with one other cell, in the narrowest type that holds it: at last, as text."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    wider = pa.float64() if pa.types.is_integer(column.type) else column.type
    for kind in (column.type, wider, pa.string()):
        try:
            value = _typed(fix.value, kind, mark)
            column = column.cast(kind)
        except (ValueError, pa.ArrowInvalid, pa.ArrowNotImplementedError):
            continue
        break
    mask = np.zeros(len(column), bool)
    mask[at] = True
    return pc.replace_with_mask(column.combine_chunks(), pa.array(mask), value)


def _typed(value: str, kind: pa.DataType, mark: str) -> pa.Array:
    """A cell of a type of Arrow.

    Raises:
        ValueError: the value is none of that type.
    """
    if not value:
        return pa.nulls(1, kind)
    if pa.types.is_string(kind):
        return pa.array([value.replace(POINT, mark)], kind)
    if pa.types.is_integer(kind):
        return pa.array([int(value)], kind)
    if pa.types.is_floating(kind):
        return pa.array([float(value)], kind)
    return pa.array([date.fromisoformat(value)]).cast(kind)
