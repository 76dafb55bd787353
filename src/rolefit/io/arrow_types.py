"""The many Arrow types of DataFrames and Parquet files brought to the few that the checks know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from rolefit.errors import InputError, Problem
from rolefit.io.json_text import json_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolefit.io.source import Wanted

KNOWN = (
    pa.types.is_string,
    pa.types.is_integer,
    pa.types.is_boolean,
    pa.types.is_date,
    pa.types.is_timestamp,
)
AS_NUMBER = (pa.types.is_floating, pa.types.is_decimal)


def as_json(
    columns: Mapping[str, pa.ChunkedArray], wanted: Mapping[str, Wanted]
) -> dict[str, pa.ChunkedArray]:
    """The columns, lists and records of those that may hold them as JSON text."""
    return {
        name: json_text(column)
        if wanted[name].kind == "json" and pa.types.is_nested(column.type)
        else column
        for name, column in columns.items()
    }


def plain_table(columns: Mapping[str, pa.ChunkedArray], file: str) -> pa.Table:
    """Columns of text, whole numbers, floats, booleans, dates and timestamps, coded or not.

    Raises:
        InputError: RF211, where a column holds lists, records, bytes that are no text, ...
    """
    plain, problems = {}, []
    for name, column in columns.items():
        try:
            plain[name] = _plain(column)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            expected = "one text, number or date a cell"
            problem = Problem(file, f"column '{name}' holds {column.type}", "RF211", expected)
            problems.append(problem)
    if problems:
        raise InputError(problems)
    return pa.table(plain)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return (
            column if pa.types.is_string(kind.value_type) else _plain(column.cast(kind.value_type))
        )
    if any(known(kind) for known in KNOWN):
        return column
    return column.cast(pa.float64() if any(known(kind) for known in AS_NUMBER) else pa.string())
