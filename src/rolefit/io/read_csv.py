"""CSV as contact centres export it: separators, encodings, blank lines and ragged rows."""

from __future__ import annotations

import csv
import gzip
import hashlib
import re
import zlib
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from rolefit.errors import InputError, Problem
from rolefit.io.encoding import checked_text
from rolefit.io.source import Body

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from rolefit.io.source import Wanted
    from rolefit.schema.arrays import Ints

SEPARATORS = (",", ";", "\t")
BLOCK = 1 << 23
CODED = pa.dictionary(pa.int32(), pa.string())


@dataclass(frozen=True)
class CsvSource:
    """A CSV file, decoded and split into header and rows."""

    name: str
    header: tuple[str, ...]
    sha256: str
    separator: str
    body: pa.Buffer
    """Bytes below the header."""
    quoted: bool
    """A cell may hold a line break, because quotes occur."""

    def read(self, wanted: Mapping[str, Wanted]) -> Body:
        """The wanted columns; numbers are floats when every cell is one, text otherwise."""
        free = self.separator != ","
        number = pa.string() if free else pa.float64()
        types = {str(w.position): number if w.kind == "number" else CODED for w in wanted.values()}
        table, ragged = self._parse(types)
        empty = _empty_rows(table)
        if empty.any():
            everything, _ = self._parse({str(k): pa.string() for k in range(len(self.header))})
            empty = _empty_rows(everything)
        row = np.delete(np.arange(1, len(empty) + len(ragged) + 1), ragged - 1)
        if empty.any():
            table, row = table.filter(pa.array(~empty)), row[~empty]
        named = {ours: table[str(w.position)] for ours, w in wanted.items()}
        return Body(
            pa.table(named), row, ragged, int(empty.sum()), nan_is_missing=False, free_decimals=free
        )

    def _parse(self, types: dict[str, pa.DataType]) -> tuple[pa.Table, Ints]:
        """Rows and the numbers of ragged ones: fast if all is well, row by row if not."""
        as_text = {k: pa.string() if t == pa.float64() else t for k, t in types.items()}
        try:
            return self._parse_once(types, threads=True)
        except pa.ArrowInvalid:
            pass
        try:
            return self._parse_once(as_text, threads=False)
        except pa.ArrowInvalid:
            raise InputError([_broken(self.name)]) from None

    def _parse_once(self, types: dict[str, pa.DataType], *, threads: bool) -> tuple[pa.Table, Ints]:
        """One pass; with threads a ragged row is an error, because its number is not known."""
        if not self.body.size:
            return pa.table({k: pa.array([], t) for k, t in types.items()}), np.zeros(0, np.int64)
        ragged: list[int] = []

        def note(found: pacsv.InvalidRow) -> str:
            ragged.append(found.number)
            return "skip"

        table = pacsv.read_csv(
            pa.BufferReader(self.body),
            read_options=pacsv.ReadOptions(
                column_names=[str(k) for k in range(len(self.header))],
                use_threads=threads,
                block_size=BLOCK,
            ),
            parse_options=pacsv.ParseOptions(
                delimiter=self.separator,
                newlines_in_values=self.quoted,
                ignore_empty_lines=False,
                invalid_row_handler=None if threads else note,
            ),
            convert_options=pacsv.ConvertOptions(
                check_utf8=False,
                column_types=types,
                include_columns=list(types),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
        return table, np.array(sorted(ragged), np.int64)


def open_csv(path: Path, name: str) -> CsvSource:
    """Opens a `.csv` or `.csv.gz` and reads its header.

    Raises:
        InputError: not text, not UTF-8, empty or without a header.
    """
    raw = pa.memory_map(str(path)).read_buffer() if path.stat().st_size else pa.py_buffer(b"")
    digest = hashlib.sha256(raw).hexdigest()
    if name.endswith(".gz"):
        raw = _unpacked(raw, name)
    text = checked_text(raw, name)
    separator, header, end = _header(text, name)
    body = text.slice(end)
    return CsvSource(name, header, digest, separator, body, _has_quote(body))


def _has_quote(body: pa.Buffer) -> bool:
    """True where a quote occurs anywhere."""
    view = np.frombuffer(body, np.uint8)
    return any(bool((view[k : k + BLOCK] == ord('"')).any()) for k in range(0, len(view), BLOCK))


def _unpacked(raw: pa.Buffer, name: str) -> pa.Buffer:
    try:
        return pa.py_buffer(gzip.decompress(memoryview(raw)))
    except (OSError, EOFError, zlib.error):
        problem = Problem(
            name, "the file is not a complete gzip archive", "RF203", hint="export it again"
        )
        raise InputError([problem]) from None


def _header(text: pa.Buffer, name: str) -> tuple[str, tuple[str, ...], int]:
    """Separator, column names, and where the rows begin."""
    start, separator = 0, ""
    lines = _lines(text)
    first = next(lines, "")
    told = re.fullmatch(r'"?sep=(.)"?\r?\n?', first)
    if told:
        start, separator = len(first.encode()), told.group(1)
        first = next(lines, "")
    while first and not first.strip():
        start += len(first.encode())
        first = next(lines, "")
    if not first.strip(' \t\r\n;,"'):
        problem = Problem(
            name, "the file is empty", "RF205", expected="a header line with column names"
        )
        raise InputError([problem])
    separator = separator or max(SEPARATORS, key=first.count)
    used = [first]

    def taken() -> Iterator[str]:
        yield first
        for line in lines:
            used.append(line)
            yield line

    names = next(csv.reader(taken(), delimiter=separator))
    end = start + sum(len(line.encode()) for line in used)
    return separator, tuple(cell.strip() for cell in names), end


def _lines(text: pa.Buffer) -> Iterator[str]:
    """The first lines, each with its line end."""
    head = memoryview(text)[: 1 << 20].tobytes().decode("utf-8", "ignore")
    yield from re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", head)


def _empty_rows(table: pa.Table) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """True where no column has a value."""
    nothing = [np.asarray(pc.is_null(column)) for column in table.itercolumns()]
    return reduce(np.logical_and, nothing) if nothing else np.zeros(table.num_rows, bool)


def _broken(name: str) -> Problem:
    return Problem(
        name,
        "the file cannot be split into rows and cells",
        "RF203",
        expected="CSV with every quote closed",
        hint="look for a cell that opens a quote and never closes it",
    )
