"""Reads the folder that a run wrote: its tables as Arrow, its config."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from rolefit.errors import Problem, UsageError
from rolefit.io.config_file import load_config
from rolefit.schema.tables import OUTPUT_TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rolefit.schema.config import Config


def read_run(out: Path, tables: Iterable[str]) -> tuple[dict[str, pa.Table], Config]:
    """The tables of a run, lists as lists whatever the format, and its effective config.

    Args:
        out: folder of a run.
        tables: names of output tables.

    Raises:
        UsageError: RF402 when the run did not write one of them.
    """
    found = {name: read_table(out, name) for name in tables}
    return found, load_config(out / "config.toml")


def read_table(out: Path, name: str) -> pa.Table:
    """One output table with the types of the contract.

    Raises:
        UsageError: RF402 when the run did not write that table.
    """
    parquet, csv = out / f"{name}.parquet", out / f"{name}.csv"
    if parquet.is_file():
        return pq.read_table(parquet)
    if csv.is_file():
        return pa.Table.from_pylist(decoded(read_csv(csv, name), name), schema=OUTPUT_TABLES[name])
    raise no_table(out, name)


def no_table(out: Path, name: str) -> UsageError:
    """What to say of a folder without a table."""
    return UsageError([
        Problem(
            place=str(out),
            message=f"this folder has no {name} table",
            code="RF402",
            expected="the output of `rolefit score`, with suggestions, fits and evidence",
        )
    ])  # fmt: skip


def read_csv(path: Path, table: str) -> pa.Table:
    """A CSV output table with the types of the contract; lists stay JSON text."""
    types = {
        field.name: pa.string() if pa.types.is_list(field.type) else field.type
        for field in OUTPUT_TABLES[table]
    }
    convert = pa_csv.ConvertOptions(column_types=types, strings_can_be_null=True, null_values=[""])
    parse = pa_csv.ParseOptions(newlines_in_values=True)
    return pa_csv.read_csv(path, convert_options=convert, parse_options=parse)


def decoded(rows: pa.Table, table: str) -> list[dict[str, Any]]:
    """Rows as objects; JSON text becomes lists again."""
    lists = {field.name for field in OUTPUT_TABLES[table] if pa.types.is_list(field.type)}
    return [
        {key: json.loads(value or "[]") if key in lists else value for key, value in row.items()}
        for row in rows.to_pylist()
    ]
