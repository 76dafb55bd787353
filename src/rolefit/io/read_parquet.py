"""Parquet: header and wanted columns, whatever wrote the file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from rolefit.errors import InputError, Problem
from rolefit.io.arrow_types import as_json, plain_table
from rolefit.io.source import Body

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rolefit.io.source import Wanted


@dataclass(frozen=True)
class ParquetSource:
    """A Parquet file whose footer could be read."""

    name: str
    path: Path
    stored: tuple[str, ...]
    """Column names exactly as stored."""
    sha256: str

    @property
    def header(self) -> tuple[str, ...]:
        """Column names without blanks at either end."""
        return tuple(name.strip() for name in self.stored)

    def read(self, wanted: Mapping[str, Wanted]) -> Body:
        """The wanted columns.

        Raises:
            InputError: RF203, when the data pages are damaged; RF211, where a column holds lists
                or records.
        """
        names = list(dict.fromkeys(self.stored[w.position] for w in wanted.values()))
        try:
            with pq.ParquetFile(self.path, memory_map=True) as file:
                table = file.read(columns=names)
        except (pa.ArrowException, OSError):
            raise InputError([_broken(self.name)]) from None
        columns = {ours: table[self.stored[w.position]] for ours, w in wanted.items()}
        row = np.arange(1, table.num_rows + 1)
        plain = plain_table(as_json(columns, wanted), self.name)
        return Body(plain, row, np.zeros(0, np.int64))


def open_parquet(path: Path, name: str) -> ParquetSource:
    """Opens a Parquet file and reads its footer.

    Raises:
        InputError: RF203, when it is not Parquet or cut short.
    """
    try:
        stored = tuple(pq.read_schema(path).names)
    except (pa.ArrowException, OSError):
        raise InputError([_broken(name)]) from None
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return ParquetSource(name, path, stored, digest)


def _broken(name: str) -> Problem:
    return Problem(
        name,
        "the file cannot be read as Parquet",
        "RF203",
        hint="it may be cut short or something else under this name: export it again",
    )
