"""The table form of the reply log, and what a table says that no line of the log does."""

from __future__ import annotations

import csv
import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from rolefit.errors import Problem
from rolefit.io.write import write_table
from rolefit.schema.tables import REPLIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.protocol.entry import Entry

LOG_NAME = "replies.jsonl"
TABLE_NAME = "replies.csv"
MEND = "rolefit reply verify WS --mend"
Row = tuple[str, ...]


def table_of(entries: Sequence[Entry]) -> pa.Table:
    """The table form of a log: the columns of the contract, then `about` and `line`."""
    rows = [
        {
            **{name: getattr(e, name) or None for name in REPLIES.names if name != "line"},
            "on": date.fromisoformat(e.on),
            "line": float(number),
        }
        for number, e in enumerate(entries, 1)
    ]
    return pa.Table.from_pylist(rows, schema=REPLIES)


@dataclass(frozen=True)
class TableThere:
    """The table beside a log; read it before the log: who writes adds the line first."""

    there: bool
    rows: tuple[Row, ...] | None
    """Header and rows; None where the file is no CSV."""

    @classmethod
    def of(cls, folder: Path) -> TableThere:
        """Reads the table of a workspace."""
        table = folder / TABLE_NAME
        if not table.is_file():
            return cls(there=False, rows=None)
        try:
            return cls(there=True, rows=_rows(table))
        except csv.Error:
            return cls(there=True, rows=None)

    def strange_to(self, entries: Sequence[Entry]) -> tuple[Row, ...] | None:
        """Rows that no line of the log says; None where the table cannot be read."""
        if not self.there:
            return ()
        if not self.rows or not is_table_form(self.rows[0]):
            return None
        known = Counter(_rows_of(entries)[1:])
        found = []
        for row in self.rows[1:]:
            known[row] -= 1
            if known[row] < 0:
                found.append(row)
        return tuple(found)


def table_problems(table: TableThere, entries: Sequence[Entry]) -> list[Problem]:
    """The first row in which the table says something else than the log (RF313)."""
    hint = f"the log counts; {MEND} keeps this table aside and writes it anew"
    if table.rows is None:
        message = "the file is no CSV" if table.there else "the table is not there"
        return [Problem(TABLE_NAME, message, "RF313", "one row a line", hint)]
    for number, (row, wanted) in enumerate(zip_longest(table.rows, _rows_of(entries))):
        if row != wanted:
            what = "the header" if number == 0 else f"row {number}"
            message = f"{what} does not say what line {number} of {LOG_NAME} says"
            if number == 0 or wanted is None:
                message = f"{what} has no line in {LOG_NAME}"
            if row is None:
                message = f"the table ends before line {number} of {LOG_NAME}"
            return [Problem(TABLE_NAME, message, "RF313", "the table form of the log", hint)]
    return []


def knows_more(table: TableThere, entries: Sequence[Entry]) -> tuple[Problem, ...]:
    """A table that may be the last proof of lines that the log has lost (RF316).

    A table that only ends earlier is one that a crash left behind: it knows nothing more.
    """
    strange = table.strange_to(entries)
    if strange == ():
        return ()
    what = "the table says" if strange is None else f"{len(strange)} rows of the table say"
    message = f"{what} what no line of {LOG_NAME} says: lines of the log may be lost"
    hint = f"bring back a copy of the log; or, when you have looked, {MEND} keeps the table aside"
    return (Problem(TABLE_NAME, message, "RF316", "rows that are in the log", hint),)


def contests_among(rows: Sequence[Row]) -> pa.Table:
    """The contests among rows that a table alone has kept, as far as they can be read."""
    told = []
    for row in rows:
        cells = dict(zip(REPLIES.names, row, strict=False))
        if cells.get("state") != "contested" or len(cells) < len(REPLIES.names):
            continue
        with suppress(ValueError):
            typed = {"on": date.fromisoformat(cells["on"]), "line": float(cells["line"] or 0)}
            told.append({**{name: text or None for name, text in cells.items()}, **typed})
    return pa.Table.from_pylist(told, schema=REPLIES)


def is_table_form(names: Sequence[str]) -> bool:
    """Whether columns are those that only `rolefit reply` writes."""
    return list(names) == list(REPLIES.names)


def _rows_of(entries: Sequence[Entry]) -> tuple[Row, ...]:
    """Cells of the table form as text."""
    with tempfile.TemporaryDirectory() as folder:
        return _rows(write_table(table_of(entries), Path(folder) / "replies", "csv"))


def _rows(table: Path) -> tuple[Row, ...]:
    """Cells as text; bytes that are no text differ from all text."""
    with table.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        return tuple(map(tuple, csv.reader(file, strict=True)))
