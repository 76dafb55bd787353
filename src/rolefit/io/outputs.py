"""Reads what a run wrote, one agent at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from rolefit.errors import Problem, UsageError, did_you_mean
from rolefit.io.run_folder import decoded, no_table, read_csv

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
        found = read_csv(csv, table)
        return decoded(found.filter(_is(found, agent_id)), table)
    raise no_table(out, table)


def unknown_agent(out: Path, agent_id: str) -> UsageError:
    """What to say of an id that has no suggestion, with the closest one that has."""
    parquet = out / "suggestions.parquet"
    if parquet.is_file():
        ids = pq.read_table(parquet, columns=["agent_id"])["agent_id"]
    else:
        ids = read_csv(out / "suggestions.csv", "suggestions")["agent_id"]
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
