"""One output table of a run, read with the types of the contract, or told why it cannot be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from rolefit.errors import Problem, UsageError
from rolefit.schema.tables import OUTPUT_TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ALWAYS_THERE = {
    "suggestions": ("agent_id", "current_role", "direction", "status", "text"),
    "fits": ("agent_id", "role", "fit"),
    "evidence": ("agent_id", "attribute", "family", "source", "z", "variance"),
}
"""Columns without which a row says nothing; lists may be empty, but are there."""
ADDED_LATER = ("note_codes", "text_leader")
"""Columns that a run of an earlier version may lack."""
UNREADABLE = (pa.ArrowException, OSError, ValueError, TypeError, KeyError)


def read_table(
    out: Path, name: str, agents: Sequence[str] | None = None, only: Sequence[str] = ()
) -> pa.Table:
    """One output table with the types of the contract, lists as lists whatever the format.

    Args:
        out: folder of a run.
        name: of an output table.
        agents: ids whose rows are wanted; None = all.
        only: columns wanted; none = all.

    Raises:
        UsageError: RF402 when the run did not write that table; RF424 when the file is damaged, or
            is none of a run.
    """
    parquet, csv = out / f"{name}.parquet", out / f"{name}.csv"
    if not (parquet.is_file() or csv.is_file()):
        raise no_table(out, name)
    file = parquet if parquet.is_file() else csv
    try:
        read = _read_parquet if file == parquet else _read_csv
        found = read(file, name, agents, only)
        found.validate(full=True)
    except UNREADABLE:
        _damaged(file, f"the file cannot be read as a {name} table: it is cut short, or damaged")
    return _sound(found, name, file)


def agent_ids(out: Path) -> list[str]:
    """All ids of a run's suggestions.

    Raises:
        UsageError: RF402, RF424, as `read_table`.
    """
    ids: list[str] = read_table(out, "suggestions", only=["agent_id"])["agent_id"].to_pylist()
    return ids


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


def _read_parquet(
    file: Path, name: str, agents: Sequence[str] | None, only: Sequence[str]
) -> pa.Table:
    """The columns of the contract in its types."""
    there = set(pq.read_schema(file).names)
    schema = OUTPUT_TABLES[name]
    lacking = [c for c in only or schema.names if c not in there | {*ADDED_LATER}]
    if lacking:
        _damaged(file, f"the file has no column {', '.join(lacking)}")
    wanted = pa.schema([f for f in schema if f.name in there and f.name in (only or there)])
    chosen = None if agents is None else [("agent_id", "in", list(agents))]
    return pq.read_table(file, columns=wanted.names, filters=chosen).cast(wanted)


def _read_csv(file: Path, name: str, agents: Sequence[str] | None, only: Sequence[str]) -> pa.Table:
    """The same from CSV; ids that look like a formula carry an apostrophe there."""
    schema = OUTPUT_TABLES[name]
    types = {f.name: pa.string() if pa.types.is_list(f.type) else f.type for f in schema}
    convert = pa_csv.ConvertOptions(column_types=types, strings_can_be_null=True, null_values=[""])
    parse = pa_csv.ParseOptions(newlines_in_values=True)
    found = pa_csv.read_csv(file, convert_options=convert, parse_options=parse)
    if agents is not None:
        ids = [form for agent in agents for form in (agent, f"'{agent}")]
        found = found.filter(pc.is_in(found["agent_id"], pa.array(ids)))
    whole = pa.Table.from_pylist(_decoded(found, schema), schema=schema)
    return whole.select(list(only)) if only else whole


def _decoded(rows: pa.Table, schema: pa.Schema) -> list[dict[str, Any]]:
    """Rows as objects; JSON text becomes lists again."""
    lists = {field.name for field in schema if pa.types.is_list(field.type)}
    return [
        {key: json.loads(value or "[]") if key in lists else value for key, value in row.items()}
        for row in rows.to_pylist()
    ]


def _sound(table: pa.Table, name: str, file: Path) -> pa.Table:
    """The table, if no row lacks what makes it a row of a run."""
    lists = [f.name for f in table.schema if pa.types.is_list(f.type)]
    needed = [*ALWAYS_THERE.get(name, ()), *(c for c in lists if c not in ADDED_LATER)]
    empty = [c for c in needed if c in table.column_names and table[c].null_count]
    if empty:
        _damaged(file, f"column {', '.join(empty)} has empty cells")
    return table


def _damaged(file: Path, message: str) -> NoReturn:
    hint = "score again into a new folder, or bring the folder back from a copy"
    raise UsageError([Problem(str(file), message, "RF424", "as `rolefit score` wrote it", hint)])
