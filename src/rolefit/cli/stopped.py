"""A run that the data stopped: its rejects are written, earlier suggestions stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolefit.cli.check import seen
from rolefit.cli.findings import heading, rejected
from rolefit.io.write import MARKER, write_json, write_table, write_whole
from rolefit.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from rolefit.cli.options import Format
    from rolefit.cli.screen import Screen
    from rolefit.io.workspace import Workspace


def write_stopped(workspace: Workspace, out: Path, file_format: Format, screen: Screen) -> Path:
    """Writes the rejects of a run that goes no further, and says where they are.

    They go to `out`, or beside it (`out` + "-stopped") where `out` holds an earlier run's
    suggestions, which a bad night must not take away.

    Returns:
        the folder written.
    """
    holds_suggestions = any(out.glob("suggestions.*")) if out.is_dir() else False
    folder = out.with_name(f"{out.name}-stopped") if holds_suggestions else out
    record = {
        "version": __version__,
        "stopped": [vars(problem) for problem in workspace.stopped],
        **seen(workspace),
    }

    def build(aside: Path) -> None:
        write_table(workspace.rejects_table, aside / "rejects", file_format)
        write_json(record, aside / MARKER)

    write_whole(folder, build)
    screen.show(*rejected(record["rejects"], record["counts"]))
    screen.show(heading(f"Stopped; the rows and reasons are in {folder}"))
    return folder
