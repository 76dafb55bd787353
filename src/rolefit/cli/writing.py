"""Where output may go: folders that hold something else are never replaced, files appear whole."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rolefit.errors import Problem, UsageError
from rolefit.io.write import check_target

if TYPE_CHECKING:
    from pathlib import Path


def writable(out: Path, workspace: Path | None = None) -> None:
    """Refuses a folder that a run must not replace.

    Args:
        out: where the run is to be written; it is replaced as a whole.
        workspace: the folder the run reads.

    Raises:
        UsageError: RF410 when `out` is a file or holds anything but an earlier run, RF421 when
            the workspace lies in it.
    """
    if workspace is not None and out.resolve() in (
        workspace.resolve(),
        *workspace.resolve().parents,
    ):
        raise UsageError([
            Problem(
                place=f"--out {out}",
                message="the output would replace the workspace it comes from",
                code="RF421",
                hint=f"name a folder of its own: --out {workspace / 'out'}",
            )
        ])  # fmt: skip
    check_target(out)


def write_bytes(file: Path, content: bytes) -> None:
    """Writes a file aside, then renames it: it is there as a whole, or as it was before."""
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        aside.write_bytes(content)
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)
