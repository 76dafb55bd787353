"""Whether a reply log is whole: its lines, its table, and a head that was kept elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rolefit.errors import Problem
from rolefit.io.reply_file import check_log
from rolefit.io.reply_table import LOG_NAME, TableThere, table_problems
from rolefit.io.reply_traces import lost_lines, lost_log, table_there, unproven
from rolefit.protocol.chain import GENESIS

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Verified:
    """What the check of a log found."""

    entries: int
    head: str
    """Hash of the newest entry: keep it elsewhere to find lines cut from the end."""
    problems: tuple[Problem, ...]
    since_kept: int | None = None
    """Entries added since the head that was kept elsewhere; None = none was given, or not found."""
    remarks: tuple[str, ...] = ()
    """What is worth saying though it is no fault: a table that no log stands behind."""

    @property
    def ok(self) -> bool:
        """Nothing is wrong."""
        return not self.problems


def verify_replies(folder: Path, head: str | None = None) -> Verified:
    """Checks the log of a workspace, and its table against it.

    Args:
        folder: the workspace.
        head: hash of the newest entry at an earlier time, kept elsewhere.

    Returns:
        Verified, with problems RF311 (a line), RF312 (a torn end), RF313 (the table, or a log that
        is gone) and RF315 (a head, kept elsewhere or by a run inside the workspace), each with its
        place.

    Limits:
        without a head kept elsewhere or by a run, lines cut from the end together with their rows
        of the table cannot be found, nor a log rewritten from some line on.
    """
    beside, log = TableThere.of(folder), folder / LOG_NAME
    checked = check_log(log.read_bytes() if log.is_file() else b"")
    table = None if log.is_file() else table_there(folder)
    problems = [*checked.problems, *lost_log(folder, table)]
    remarks = () if problems or table is None else (unproven(table),)
    if not problems and log.is_file():
        problems += table_problems(beside, checked.entries)
        problems += lost_lines(folder, checked.hashes)
    since = None
    if head is not None:
        known = [GENESIS, *checked.hashes]
        if head in known:
            since = len(known) - 1 - known.index(head)
        else:
            problems.append(_lost_head(head))
    return Verified(len(checked.entries), checked.head, tuple(problems), since, remarks)


def _lost_head(head: str) -> Problem:
    return Problem(
        LOG_NAME, f"no line has the hash {head[:12]}..., which was kept elsewhere", "RF315",
        "the same log with more lines",
        "lines were cut from its end, or it was rewritten; compare with a copy",
    )  # fmt: skip
