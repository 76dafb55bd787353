"""Rows and cells set aside, with their reasons: nothing is lost, no value is copied."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rolefit.schema.tables import REJECTS

if TYPE_CHECKING:
    from rolefit.io.source import Body
    from rolefit.schema.arrays import Bools, Ints

Words: TypeAlias = str | Callable[["Ints"], pa.Array]
"""One message for all, or the messages of the rows at these places."""


class SetAside:
    """What one table loses. A row is dropped once, for the first reason found.

    Args:
        table: name of the table.
        file: name of the file it came from.
        body: the rows as they came in.
    """

    def __init__(self, table: str, file: str, body: Body) -> None:
        self._table, self._file, self._body = table, file, body
        n = len(body.row)
        self.dropped: Bools = np.zeros(n, bool)
        self.damaged: Bools = np.zeros(n, bool)
        """Rows, dropped or kept, that count against `max_reject_share`."""
        self._parts: list[pa.Table] = []
        message = "the row has more or fewer cells than the header"
        self._note(body.ragged, "", "ragged_row", pa.repeat(message, len(body.ragged)))

    def rows(
        self, bad: Bools, column: str, code: str, words: Words, *, counts: bool = True
    ) -> None:
        """Drops the rows where `bad`; `counts` = False keeps them out of the share."""
        new = bad & ~self.dropped
        self.dropped |= new
        if counts:
            self.damaged |= new
        self._found(np.flatnonzero(new), column, code, words)

    def cells(self, bad: Bools, column: str, code: str, words: Words) -> None:
        """Notes the cells where `bad`; the caller makes them missing."""
        new = bad & ~self.dropped
        self.damaged |= new
        self._found(np.flatnonzero(new), column, code, words)

    @property
    def lost(self) -> int:
        """Rows dropped, ragged ones included."""
        return int(self.dropped.sum()) + len(self._body.ragged)

    @property
    def share(self) -> float:
        """Share of all rows that is dropped or damaged."""
        rows = self._body.rows
        return (int(self.damaged.sum()) + len(self._body.ragged)) / rows if rows else 0.0

    def rejects(self) -> pa.Table:
        """One row a reason, sorted by row and column."""
        found = pa.concat_tables([REJECTS.empty_table(), *self._parts])
        return found.sort_by([("row", "ascending"), ("column", "ascending"), ("code", "ascending")])

    def _found(self, at: Ints, column: str, code: str, words: Words) -> None:
        if len(at):
            text = pa.repeat(words, len(at)) if isinstance(words, str) else words(at)
            self._note(self._body.row[at], column, code, text)

    def _note(self, row: Ints, column: str, code: str, text: pa.Array) -> None:
        n = len(row)
        columns = [
            pa.repeat(self._table, n), pa.repeat(self._file, n), pa.array(row, pa.int64()),
            pa.repeat(column, n), pa.repeat(code, n), pc.cast(text, pa.string()),
        ]  # fmt: skip
        self._parts.append(pa.Table.from_arrays(columns, schema=REJECTS))
