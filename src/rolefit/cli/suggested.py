"""Which suggestion a reply is about: of a run's output, or of the workspace's history."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rolefit.errors import Problem, UsageError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Suggested:
    """One suggestion, as far as a reply has to know it."""

    run: str
    direction: str
    target_role: str


def suggested(out: Path, agent_id: str) -> Suggested:
    """The suggestion of an agent in a run's output.

    Raises:
        UsageError: RF401 unknown agent, RF402 no suggestions or no record of the run.
    """
    from rolefit.cli.outputs import rows_of, unknown_agent
    from rolefit.protocol.run_name import run_name

    rows = rows_of(out, "suggestions", agent_id)
    if not rows:
        raise unknown_agent(out, agent_id)
    try:
        record = json.loads((out / "run.json").read_text("utf-8"))
        run = record.get("run") or run_name(record)
    except (OSError, ValueError, KeyError):
        raise UsageError([Problem(
            str(out / "run.json"), "the record of the run cannot be read", "RF402",
            "the output of `rolefit score`",
        )]) from None  # fmt: skip
    return Suggested(run, rows[0]["direction"], rows[0]["target_role"] or "")


def suggested_before(ws: Path, agent_id: str, run: str) -> Suggested:
    """The suggestion of an agent in the history of a workspace, whose runs are named by their day.

    Raises:
        UsageError: RF438, there is no such row.
    """
    from rolefit.io.config_file import CONFIG_NAME, load_config
    from rolefit.io.corrected import cell_texts, rows_meant
    from rolefit.io.noted import read_rows

    _, body = read_rows(ws, load_config(ws / CONFIG_NAME), "history")
    at = rows_meant(body, agent_id, {"as_of": run})
    if len(at) != 1:
        message = f"the history has no suggestion of {agent_id} as of '{run}'"
        hint = "name the folder of the run: --out OUT"
        raise UsageError([Problem("--run", message, "RF438", "a day of the history", hint)])
    row = {
        name: cell_texts(body.table[name])[int(at[0])].as_py() or ""
        for name in ("direction", "target_role")
        if name in body.table.column_names
    }
    return Suggested(run, row["direction"], row.get("target_role", ""))
