"""Keys of the metrics table that name single contacts, or the agent again, instead of a place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from rolefit.evidence.shared import is_private

if TYPE_CHECKING:
    import pyarrow as pa

PLACES = {"client_id": "the client", "channel": "the channel or queue"}


def private_keys(table: pa.Table, file: str) -> list[str]:
    """What to say of keys of which agents share next to nothing.

    Args:
        table: checked metrics table.
        file: its name.

    Returns:
        one sentence a column; metrics compare nobody by it.
    """
    said = []
    agent = _codes(table, "agent_id")
    for column, place in PLACES.items():
        if column in table.column_names and is_private(_codes(table, column), agent):
            values = pc.count_distinct(table[column]).as_py()
            said.append(
                f"{file}: {column} has {values:,} values in {table.num_rows:,} rows, and hardly "
                "one of them with two agents. Is it the number of a ticket, or the agent again? "
                f"Metrics can compare nobody by it: write {place} there."
            )
    return said


def _codes(table: pa.Table, column: str) -> np.ndarray:
    """A key column as codes."""
    text = pc.fill_null(table[column].cast("string"), "").combine_chunks()
    return np.asarray(text.dictionary_encode().indices, np.int64)
