"""Corrections that agents were granted: one cell each, read anew; the file stays as it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rolefit.io.check_numbers import COMMA, POINT, decimal_mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.io.rules import Rules
    from rolefit.io.source import Body
    from rolefit.protocol.entry import Correction
    from rolefit.protocol.threads import Granted
    from rolefit.schema.arrays import Ints

APPLIED = "applied"
WHY_NOT = {
    "no_table": "there is no such table any more",
    "no_column": "the file has no such column any more",
    "no_row": "no row is the one that was corrected",
    "several_rows": "more than one row may be meant",
    "other_value": "the file says something else now than when it was corrected",
    "already_so": "the file itself says so by now",
}


@dataclass(frozen=True)
class Outcome:
    """What became of a granted correction."""

    granted: Granted
    code: str
    """`applied`, or a key of WHY_NOT."""

    def report(self, file: str) -> str:
        """One line that names agent and column, never a value."""
        fix = self.granted.correction
        what = f"the correction of {fix.column} that {self.granted.agent_id} was granted"
        return f"{file}: {what} is not applied: {WHY_NOT[self.code]}."


def correct(body: Body, rules: Rules, granted: Sequence[Granted]) -> tuple[Body, list[Outcome]]:
    """Puts corrections in place of what a file says, one after another.

    Args:
        body: rows as they came in; a new body is made, this one stays.
        rules: of the table.
        granted: corrections of this table, in the order in which they were granted.

    Returns:
        the rows to check, and what became of each correction.
    """
    outcomes = []
    for one in granted:
        body, code = _corrected(body, rules, one)
        outcomes.append(Outcome(one, code))
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


def _corrected(body: Body, rules: Rules, granted: Granted) -> tuple[Body, str]:
    """The rows with one correction, and what became of it."""
    fix = granted.correction
    if not {fix.column, *fix.row} <= set(body.table.column_names):
        return body, "no_column"
    at = rows_meant(body, granted.agent_id, dict(fix.row))
    if len(at) != 1:
        return body, "several_rows" if len(at) else "no_row"
    said = cell_texts(body.table[fix.column]).take(pa.array(at))[0].as_py() or ""
    if same_value(said, fix.value):
        return body, "already_so"
    if not same_value(said, fix.old):
        return body, "other_value"
    numeric = [c.name for c in rules.columns if c.kind == "number"]
    mark = decimal_mark(body, [name for name in numeric if name in body.table.column_names])
    column = _with_cell(body.table[fix.column], int(at[0]), fix, mark if fix.column in numeric
                        else POINT)  # fmt: skip
    position = body.table.column_names.index(fix.column)
    return replace(body, table=body.table.set_column(position, fix.column, column)), APPLIED


def _with_cell(column: pa.ChunkedArray, at: int, fix: Correction, mark: str) -> pa.Array:
    """The column with one other cell; it becomes text where the value has no place in its type."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_integer(column.type):
        column = column.cast(pa.float64())
    try:
        value = _typed(fix.value, column.type, mark)
    except (ValueError, pa.ArrowInvalid, pa.ArrowNotImplementedError):
        column = column.cast(pa.string())
        value = pa.array([fix.value or None], pa.string())
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
    if pa.types.is_floating(kind):
        return pa.array([float(value)], kind)
    return pa.array([date.fromisoformat(value)]).cast(kind)
