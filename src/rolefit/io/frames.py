"""DataFrames in (pandas, polars, Arrow) and pandas out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from rolefit.errors import InputError, Problem
from rolefit.io.arrow_types import as_json, plain_table
from rolefit.io.source import Body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolefit.io.source import Wanted


@dataclass(frozen=True)
class FrameSource:
    """A table that came in as a DataFrame."""

    name: str
    """The table's name: a frame has no file."""
    frame: pa.Table

    @property
    def header(self) -> tuple[str, ...]:
        """Column names without blanks at either end."""
        return tuple(name.strip() for name in self.frame.column_names)

    @property
    def sha256(self) -> str:
        """Hash of the Arrow IPC stream of the columns."""
        sink = _Hasher()
        table = self.frame.replace_schema_metadata(None).combine_chunks()
        with pa.ipc.new_stream(pa.PythonFile(sink, mode="w"), table.schema) as stream:
            stream.write_table(table)
        return sink.digest.hexdigest()

    def read(self, wanted: Mapping[str, Wanted]) -> Body:
        """The wanted columns.

        Raises:
            InputError: RF211, where one holds lists or records.
        """
        columns = {ours: self.frame.column(w.position) for ours, w in wanted.items()}
        row = np.arange(1, self.frame.num_rows + 1)
        plain = plain_table(as_json(columns, wanted), self.name)
        return Body(plain, row, np.zeros(0, np.int64))


class _Hasher:
    """A file that keeps only the hash of what is written to it."""

    closed = False

    def __init__(self) -> None:
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        self.closed = True


def from_frame(data: Any, table: str) -> FrameSource:  # noqa: ANN401 - any eager frame
    """A source of a pandas, polars or Arrow table.

    Raises:
        InputError: RF203, when it is none of these or has a column name twice.
    """
    if isinstance(data, pd.DataFrame):
        return FrameSource(table, _from_pandas(data))
    try:
        arrow = nw.from_native(data, eager_only=True).to_arrow()
    except TypeError:
        raise InputError([_no_frame(data, table)]) from None
    return FrameSource(table, arrow)


def _from_pandas(frame: pd.DataFrame) -> pa.Table:
    """Column by column, so that a column of mixed types becomes text and not an error."""
    named = [name for name in frame.index.names if name is not None and name not in frame.columns]
    if named:
        frame = frame.reset_index(level=named)
    columns = [_series(frame.iloc[:, k]) for k in range(frame.shape[1])]
    return pa.Table.from_arrays(columns, names=[str(name) for name in frame.columns])


def _series(series: pd.Series[Any]) -> pa.ChunkedArray:
    if isinstance(series.dtype, pd.PeriodDtype):
        series = series.astype("string")
    if isinstance(series.dtype, pd.DatetimeTZDtype):
        return _zoned(series)
    try:
        values = pa.array(series, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        values = pa.array(series.astype("string"), from_pandas=True)
    return values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([values])


def _zoned(series: pd.Series[Any]) -> pa.ChunkedArray:
    """Times with a zone: instants, and the zone beside them."""
    instants = pa.array(series.dt.tz_convert(None), from_pandas=True)
    zone = pa.lib.tzinfo_to_string(series.dt.tz)
    zoned = pc.assume_timezone(instants, "UTC").cast(pa.timestamp(instants.type.unit, zone))
    return pa.chunked_array([zoned])


def _no_frame(data: object, table: str) -> Problem:
    hint = "call .collect() first" if type(data).__name__ == "LazyFrame" else ""
    return Problem(
        table,
        f"{type(data).__name__} is not a table",
        "RF203",
        expected="a pandas or polars DataFrame or a pyarrow Table",
        hint=hint,
    )


def to_pandas(table: pa.Table) -> pd.DataFrame:
    """A pandas frame; lists become lists of dicts, texts stay text, missing numbers NaN."""
    frame: pd.DataFrame = table.to_pandas(date_as_object=False)
    for k, field in enumerate(table.schema):
        if pa.types.is_list(field.type):
            frame[field.name] = pd.Series(table.column(k).to_pylist(), dtype=object)
    return frame
