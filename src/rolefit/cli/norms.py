"""`rolefit norms`: what the population teaches, kept so that later nights are comparable."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rolefit.cli.options import Json, Quiet, Workspace


def norms(
    ws: Workspace,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write the norms.")],
    *,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Learn norms from a workspace and write them to a file."""
    from rolefit.batch.local import calibrate
    from rolefit.cli.norms_file import check_place, write_norms
    from rolefit.cli.screen import Screen, command
    from rolefit.errors import DataStoppedError
    from rolefit.io.workspace import load

    check_place(out)
    screen = Screen(quiet=quiet, as_json=as_json, stages=3)
    with screen.progress():
        with screen.stage("read", f"Reading {ws}"):
            checked = load(ws)
        if checked.stopped:
            raise DataStoppedError(checked.stopped)
        with screen.stage("calibrate", "Learning from the population"):
            learned = calibrate(checked)
        with screen.stage("write", f"Writing {out}"):
            written = write_norms(learned, out)
    agents = checked.inputs.agents.num_rows
    screen.show(f"Norms of {agents:,} agents: {', '.join(map(str, written))}")
    screen.show(command("score", ws, "--norms", out, "--out", "out"))
    screen.give({"ok": True, "agents": agents, "files": [str(file) for file in written]})
