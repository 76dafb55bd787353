"""A correction on trial: what the checks of the border would set aside if it were read."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from rolefit.errors import listed
from rolefit.io.check_columns import Known
from rolefit.io.check_numbers import NUMBER
from rolefit.io.check_table import check_table

if TYPE_CHECKING:
    from rolefit.io.rules import Column, Rules
    from rolefit.io.source import Body
    from rolefit.protocol.threads import Granted
    from rolefit.schema.arrays import Ints

DATED = ("day", "period")
NO_NUMBER = "not a number with a point"


def objection(
    before: Body, after: Body, rules: Rules, granted: Granted, as_of: date | None, mark: str
) -> str:
    """Why the border would not take a correction; empty where it takes it.

    Only the agent's own rows are looked at: `agent_id` is part of every key, and is not corrected.

    Args:
        before: the table without the correction.
        after: the same rows with it.
        rules: of the table.
        granted: the correction and whose it is.
        as_of: "today" of the run; where it is not known yet, no day after the contest is taken.
        mark: decimal mark of the whole table.

    Returns:
        what is wrong with the value, in the words of the rejects.

    Example:
        >>> from rolefit.io.rules import rules_of
        >>> from rolefit.io.source import Body
        >>> from rolefit.protocol.entry import Correction
        >>> from rolefit.protocol.threads import Granted
        >>> from rolefit.schema.build import build_config
        >>> rows = pa.table({"agent_id": ["A1"], "current_role": ["frontline"]})
        >>> body = Body(rows, np.array([1]), np.zeros(0, np.int64))
        >>> other = replace(body, table=rows.set_column(1, "current_role", [["nobody"]]))
        >>> fix = Correction("agents", {}, "current_role", "frontline", "nobody")
        >>> rules = rules_of("agents", build_config({}))
        >>> objection(body, other, rules, Granted("A1", fix, "2026-07-01"), None, ".")
        "unknown role 'nobody'"
    """
    column = next((c for c in rules.columns if c.name == granted.correction.column), None)
    value = granted.correction.value
    if column is None:
        return ""
    if column.kind == "number" and value and not re.fullmatch(NUMBER, value):
        return NO_NUMBER
    if as_of is None and column.kind in DATED:
        as_of = date.fromisoformat(granted.on)
    known = Known(as_of)
    (old, new) = (_set_aside(body, rules, known, mark) for body in (before, after))
    at = _row(before, after, column.name)
    of_cell = [why for (row, name, _), why in new.items() if (row, name) == (at, column.name)]
    follows = [why for place, why in new.items() if place not in old]
    return next(iter((*of_cell, *follows)), "")


def own_rows(body: Body, at: Ints) -> Body:
    """The rows at some places."""
    return replace(
        body, table=body.table.take(pa.array(at)), row=body.row[at], ragged=body.ragged[:0], blank=0
    )


def expected_of(column: Column) -> str:
    """What a cell may hold, in words.

    Example:
        >>> from rolefit.io.rules import Column
        >>> expected_of(Column("aht", "number", span=(0.0, 60.0), scale=60.0, positive=True))
        'a number above 0, up to 3600, in the unit of the file'
    """
    if column.words is not None:
        return listed(column.words.words)
    if column.kind == "number":
        return _number_expected(column)
    dates = {"day": "an ISO date such as 2026-05-31", "period": "YYYY-MM, YYYY-Www or YYYY-MM-DD"}
    return dates.get(column.kind, "a value that leaves the row as good as it was")


def _number_expected(column: Column) -> str:
    if column.span is None:
        return "digits with a point, in the unit of the file"
    low, high = (end * column.scale for end in column.span)
    above = "above 0" if column.positive and low <= 0 else f"from {low:g}"
    below = "" if np.isinf(high) else f", up to {high:.6g}"
    return f"a number {above}{below}, in the unit of the file"


def _set_aside(
    body: Body, rules: Rules, known: Known, mark: str
) -> dict[tuple[int, str, str], str]:
    """Row, column and code of everything the border sets aside, and its words."""
    rejects = check_table(rules, body, "", known, mark).rejects.to_pylist()
    return {(r["row"], r["column"], r["code"]): r["message"] for r in rejects}


def _row(before: Body, after: Body, column: str) -> int:
    """Number of the row in which two bodies differ."""
    texts = [body.table[column].cast(pa.string()).to_pylist() for body in (before, after)]
    differ = [k for k, (a, b) in enumerate(zip(*texts, strict=True)) if a != b]
    return int(before.row[differ[0]]) if differ else -1
