"""A table as it came in, before any check: its header, and its rows with their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from rolefit.io.rules import Kind
    from rolefit.schema.arrays import Ints


@dataclass(frozen=True)
class Wanted:
    """Where a column of ours stands in the file, and how it will be read."""

    position: int
    kind: Kind


@dataclass(frozen=True)
class Body:
    """The rows of a table; columns have our names and whatever type the source gave them."""

    table: pa.Table
    row: Ints
    """Data row number of each row: 1 = the first row under the header."""
    ragged: Ints
    """Numbers of rows with more or fewer cells than the header; they are not in `table`."""
    blank: int = 0
    """Rows without any value, which are not counted as rows."""
    nan_is_missing: bool = True
    """True where NaN stands for "not there" (frames, Parquet); in a CSV it is a text."""
    free_decimals: bool = False
    """True where the separator leaves the comma free to be a decimal comma."""

    @property
    def rows(self) -> int:
        """Rows that must end as kept or rejected."""
        return len(self.row) + len(self.ragged)


class Source(Protocol):
    """A table that can be asked for its header first and for its wanted columns then."""

    @property
    def name(self) -> str:
        """What a person calls it: the file name, or the table's where there is no file."""

    @property
    def header(self) -> tuple[str, ...]:
        """Column names in file order, blanks at either end taken off."""

    @property
    def sha256(self) -> str:
        """Hash of the bytes it came from."""

    def read(self, wanted: Mapping[str, Wanted]) -> Body:
        """The rows, with the wanted columns under our names."""
