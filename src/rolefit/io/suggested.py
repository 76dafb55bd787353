"""Which suggestion a reply is about: of a run's output, or of the workspace's history."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from rolefit.errors import Problem, UsageError
from rolefit.io.config_file import CONFIG_NAME, load_config
from rolefit.io.corrected import cell_texts, rows_meant
from rolefit.io.noted import read_rows
from rolefit.io.outputs import rows_of, unknown_agent
from rolefit.protocol.entry import BY_HAND
from rolefit.protocol.run_name import run_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True)
class Suggested:
    """One suggestion, as far as a reply has to know it."""

    run: str
    direction: str
    target_role: str
    source: str = ""
    """BY_HAND where only the caller says so."""


def checked(ws: Path, agent_id: str, told: Suggested, out: Path | None) -> Suggested:
    """What was shown, as a run or the history knows it, and not as it is told.

    Args:
        ws: the workspace.
        agent_id: whom it is about.
        told: what the caller says of it; an empty direction = nothing.
        out: folder of the run; None = looked for in the workspace: its history, runs inside it.

    Returns:
        the suggestion; with the source BY_HAND where nothing that could be looked at knows it.

    Raises:
        UsageError: RF401, RF402 as `suggested`; RF438, it is another run, or another suggestion.
    """
    known = suggested(out, agent_id) if out is not None else _known(ws, agent_id, told.run)
    if known is None:
        return replace(told, source=BY_HAND)
    wanted = (told.run, told.direction or known.direction, told.target_role or known.target_role)
    if wanted == (known.run, known.direction, known.target_role):
        return known
    expected = f"{known.direction} {known.target_role} of run {known.run}".replace("  ", " ")
    message = "this is not what was suggested"
    hint = "leave direction and target out: they are read"
    raise UsageError([Problem(f"shown to {agent_id}", message, "RF438", expected, hint)])


def _known(ws: Path, agent_id: str, run: str) -> Suggested | None:
    """The suggestion in the history, or in a run's output inside the workspace."""
    outputs = sorted(record.parent for record in ws.glob("*/run.json"))
    ways: list[Callable[[], Suggested]] = [partial(suggested_before, ws, agent_id, run)]
    ways += [partial(suggested, out, agent_id) for out in outputs]
    for way in ways:
        with suppress(UsageError):
            found = way()
            if found.run == run:
                return found
    return None


def suggested(out: Path, agent_id: str) -> Suggested:
    """The suggestion of an agent in a run's output.

    Raises:
        UsageError: RF401 unknown agent, RF402 no suggestions or no record of the run.
    """
    rows = rows_of(out, "suggestions", agent_id, ("agent_id", "direction", "target_role"))
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
