"""Reads what a run wrote, one agent at a time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from rolefit.errors import Problem, UsageError, did_you_mean
from rolefit.schema.tables import OUTPUT_TABLES

if TYPE_CHECKING:
    from pathlib import Path

MOST_IDS_COMPARED = 20_000


def rows_of(out: Path, table: str, agent_id: str) -> list[dict[str, Any]]:
    """The rows of one agent in an output table, lists as objects.

    Raises:
        UsageError: RF402 when the run did not write that table.
    """
    parquet, csv = out / f"{table}.parquet", out / f"{table}.csv"
    if parquet.is_file():
        return pq.read_table(parquet, filters=[("agent_id", "=", agent_id)]).to_pylist()
    if csv.is_file():
        found = _read_csv(csv, table)
        return _decoded(found.filter(_is(found, agent_id)), table)
    raise UsageError([
        Problem(
            place=str(out),
            message=f"this folder has no {table} table",
            code="RF402",
            expected="the output of `rolefit score`, with suggestions, fits and evidence",
        )
    ])  # fmt: skip


def unknown_agent(out: Path, agent_id: str) -> UsageError:
    """What to say of an id that has no suggestion, with the closest one that has."""
    parquet = out / "suggestions.parquet"
    if parquet.is_file():
        ids = pq.read_table(parquet, columns=["agent_id"])["agent_id"]
    else:
        ids = _read_csv(out / "suggestions.csv", "suggestions")["agent_id"]
    known = ids.slice(0, MOST_IDS_COMPARED).to_pylist()
    return UsageError([
        Problem(
            place="explain",
            message=f"no agent '{agent_id}' in {out}",
            code="RF401",
            expected=f"one of {len(ids):,} agents, such as {known[0]}" if known else "",
            hint=did_you_mean(agent_id, known),
        )
    ])  # fmt: skip


def _is(rows: pa.Table, agent_id: str) -> pa.ChunkedArray:
    """Where the rows are of one agent; CSV ids that look like a formula carry an apostrophe."""
    return pc.is_in(rows["agent_id"], pa.array([agent_id, f"'{agent_id}"]))


def _read_csv(path: Path, table: str) -> pa.Table:
    """A CSV output table with the types of the contract; lists stay JSON text."""
    types = {
        field.name: pa.string() if pa.types.is_list(field.type) else field.type
        for field in OUTPUT_TABLES[table]
    }
    convert = pa_csv.ConvertOptions(column_types=types, strings_can_be_null=True, null_values=[""])
    parse = pa_csv.ParseOptions(newlines_in_values=True)
    return pa_csv.read_csv(path, convert_options=convert, parse_options=parse)


def _decoded(rows: pa.Table, table: str) -> list[dict[str, Any]]:
    """Rows as objects; JSON text becomes lists again."""
    lists = {field.name for field in OUTPUT_TABLES[table] if pa.types.is_list(field.type)}
    return [
        {key: json.loads(value or "[]") if key in lists else value for key, value in row.items()}
        for row in rows.to_pylist()
    ]
