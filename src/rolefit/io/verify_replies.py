"""Whether a reply log is whole: its lines, its table, and a head that was kept elsewhere."""

from __future__ import annotations

import csv
import tempfile
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from rolefit.errors import Problem
from rolefit.io.reply_file import (
    LOG_NAME,
    MEND,
    TABLE_NAME,
    CheckedLog,
    check_log,
    orphaned,
    table_of,
)
from rolefit.io.write import write_table
from rolefit.protocol.chain import GENESIS


@dataclass(frozen=True)
class Verified:
    """What the check of a log found."""

    entries: int
    head: str
    """Hash of the newest entry: keep it elsewhere to find lines cut from the end."""
    problems: tuple[Problem, ...]
    since_kept: int | None = None
    """Entries added since the head that was kept elsewhere; None = none was given, or not found."""

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
        Verified, with problems RF311 (a line), RF312 (a torn end), RF313 (the table) and
        RF315 (the head), each with its place.

    Limits:
        without a head kept elsewhere, lines cut from the end together with their rows of the
        table cannot be found, nor a log rewritten from some line on.
    """
    log = folder / LOG_NAME
    checked = check_log(log.read_bytes() if log.is_file() else b"")
    problems = [*checked.problems, *orphaned(folder)]
    if not problems and log.is_file():
        problems += table_problems(folder / TABLE_NAME, checked)
    since = None
    if head is not None:
        known = [GENESIS, *checked.hashes]
        if head in known:
            since = len(known) - 1 - known.index(head)
        else:
            problems.append(_lost_head(head))
    return Verified(len(checked.entries), checked.head, tuple(problems), since)


def table_problems(table: Path, log: CheckedLog) -> list[Problem]:
    """The first row in which the table says something else than the log (RF313)."""
    hint = f"the log counts; {MEND.split(' keeps')[0]} writes the table anew"
    if not table.is_file():
        return [Problem(TABLE_NAME, "the table is not there", "RF313", "one row a line", hint)]
    with tempfile.TemporaryDirectory() as folder:
        right = _rows(write_table(table_of(log.entries), Path(folder) / "replies", "csv"))
    try:
        rows = _rows(table)
    except csv.Error:
        return [Problem(TABLE_NAME, "the file is no CSV", "RF313", "one row a line", hint)]
    for number, (row, wanted) in enumerate(zip_longest(rows, right)):
        if row != wanted:
            what = "the header" if number == 0 else f"row {number}"
            message = f"{what} does not say what line {number} of {LOG_NAME} says"
            if number == 0 or wanted is None:
                message = f"{what} has no line in {LOG_NAME}"
            if row is None:
                message = f"the table ends before line {number} of {LOG_NAME}"
            return [Problem(TABLE_NAME, message, "RF313", "the table form of the log", hint)]
    return []


def _rows(table: Path) -> list[list[str]]:
    """Cells as text; bytes that are no text differ from all text."""
    with table.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        return list(csv.reader(file, strict=True))


def _lost_head(head: str) -> Problem:
    return Problem(
        LOG_NAME, f"no line has the hash {head[:12]}..., which was kept elsewhere", "RF315",
        "the same log with more lines",
        "lines were cut from its end, or it was rewritten; compare with a copy",
    )  # fmt: skip
