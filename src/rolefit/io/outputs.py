"""Reads what a run wrote, one agent at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rolefit.errors import Problem, UsageError, did_you_mean
from rolefit.io.run_table import agent_ids, read_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MOST_IDS_COMPARED = 20_000


def rows_of(out: Path, table: str, agent_id: str, only: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The rows of one agent in an output table, lists as objects; some columns, or all.

    Raises:
        UsageError: RF402 when the run did not write that table, RF424 when it is damaged.
    """
    return read_table(out, table, [agent_id], only).to_pylist()


def unknown_agent(out: Path, agent_id: str) -> UsageError:
    """What to say of an id that has no suggestion, with the closest one that has."""
    ids = agent_ids(out)
    known = ids[:MOST_IDS_COMPARED]
    return UsageError([
        Problem(
            place="explain",
            message=f"no agent '{agent_id}' in {out}",
            code="RF401",
            expected=f"one of {len(ids):,} agents, such as {known[0]}" if known else "",
            hint=did_you_mean(agent_id, known),
        )
    ])  # fmt: skip
