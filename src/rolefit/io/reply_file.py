"""The reply log on disk: one line appended at a time, under a lock, and a table beside it."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from rolefit.errors import DataStoppedError, Problem, UsageError
from rolefit.io.write import write_table
from rolefit.protocol.chain import GENESIS, linked, read_chain
from rolefit.protocol.step import step
from rolefit.protocol.threads import begun, replayed
from rolefit.protocol.well_formed import form_problems
from rolefit.schema.tables import REPLIES

try:
    import fcntl
except ImportError:  # Windows has no advisory locks of this kind
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rolefit.protocol.chain import Fault
    from rolefit.protocol.entry import Entry
    from rolefit.protocol.thread import Thread
    from rolefit.protocol.threads import Threads

LOG_NAME = "replies.jsonl"
TABLE_NAME = "replies.csv"
TORN_NAME = "replies.torn"
PATIENCE = 10.0
"""Seconds to wait for somebody else who is writing."""
MEND = "rolefit reply verify WS --mend keeps the torn piece aside and ends the log before it"


@dataclass(frozen=True)
class CheckedLog:
    """A log that was read, checked line by line and walked through the machine."""

    entries: tuple[Entry, ...] = ()
    hashes: tuple[str, ...] = ()
    threads: Threads = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    whole: int = 0
    """Bytes up to the end of the last line that was written to its end."""

    @property
    def head(self) -> str:
        """Hash of the newest entry; of an empty log the genesis hash."""
        return self.hashes[-1] if self.hashes else GENESIS


def check_log(content: bytes) -> CheckedLog:
    """Checks the bytes of a log: every line, every link, every step."""
    chain = read_chain(content)
    problems = [_fault(fault) for fault in chain.faults]
    threads, refused = replayed(chain.entries)
    if not problems:
        problems = [
            Problem(f"{LOG_NAME} line {number}", f"this cannot follow: {problem.message}", "RF311",
                    problem.expected)
            for number, problem in refused
        ]  # fmt: skip
    return CheckedLog(chain.entries, chain.hashes, threads, tuple(problems), chain.whole)


def read_log(folder: Path) -> CheckedLog:
    """The log of a workspace; empty where nothing was replied yet.

    Raises:
        DataStoppedError: RF311, RF312, when it does not verify.
    """
    log = folder / LOG_NAME
    checked = check_log(log.read_bytes() if log.is_file() else b"")
    if checked.problems:
        raise DataStoppedError(checked.problems)
    return checked


def table_of(entries: Sequence[Entry]) -> pa.Table:
    """The table form of a log: the columns of the contract, then `about` and `line`."""
    rows = [
        {
            **{name: getattr(e, name) or None for name in REPLIES.names if name != "line"},
            "on": date.fromisoformat(e.on),
            "line": float(number),
        }
        for number, e in enumerate(entries, 1)
    ]
    return pa.Table.from_pylist(rows, schema=REPLIES)


def append(folder: Path, entry: Entry) -> tuple[Thread, CheckedLog]:
    """Adds an entry to the log of a workspace, then writes the table anew.

    The line is on the disk before the table is touched: a crash in between leaves an old table,
    which `verify` finds and the next entry renews.

    Args:
        folder: the workspace.
        entry: what is said.

    Returns:
        the thread with the entry, and the log with it.

    Raises:
        UsageError: RF43x, the machine refuses it; RF439, a table that no log made is in the way.
        DataStoppedError: RF31x, the log does not verify; RF313, somebody else keeps writing.
    """
    log = folder / LOG_NAME
    if not log.is_file():
        rehearse(folder, entry)
    with _held(log) as handle:
        after, before = rehearse(folder, entry)
        digest, line = linked(entry, before.head)
        _write(handle, line)
        threads = {**before.threads, (entry.agent_id, entry.run): after}
        entries, hashes = (*before.entries, entry), (*before.hashes, digest)
        now = CheckedLog(entries, hashes, threads, whole=before.whole + len(line))
        write_replies_table(folder, now)
    return after, now


def rehearse(folder: Path, entry: Entry) -> tuple[Thread, CheckedLog]:
    """What adding an entry would lead to; nothing is written.

    Returns:
        the thread with the entry, and the log without it.

    Raises:
        UsageError, DataStoppedError: as `append`.
    """
    refuse_foreign_table(folder)
    log = read_log(folder)
    after = step(begun(log.threads, entry.agent_id, entry.run), entry)
    if isinstance(after, Problem):
        raise UsageError(form_problems(entry) or [after])
    return after, log


def orphaned(folder: Path) -> tuple[Problem, ...]:
    """A table that was written from a log which is not there any more (RF313)."""
    table = folder / TABLE_NAME
    if (folder / LOG_NAME).exists() or not table.is_file():
        return ()
    with table.open("rb") as file:
        header = file.readline().decode("utf-8", "replace").strip().replace('"', "")
    if header != ",".join(REPLIES.names):
        return ()
    hint = "bring the log back from a copy; corrections that were granted are in it"
    message = f"the table was written from a {LOG_NAME}, which is not there"
    return (Problem(TABLE_NAME, message, "RF313", f"{LOG_NAME} beside it", hint),)


def refuse_foreign_table(folder: Path) -> None:
    """Refuses to write over a table of replies that no log stands behind.

    Raises:
        UsageError: RF439.
    """
    if (folder / TABLE_NAME).exists() and not (folder / LOG_NAME).exists():
        raise UsageError([Problem(
            place=str(folder / TABLE_NAME), code="RF439", expected=f"{LOG_NAME} beside it",
            message="the table was not written by `rolefit reply`, which would replace it",
            hint="keep it under another name; its rows are not part of the log",
        )])  # fmt: skip


def write_replies_table(folder: Path, log: CheckedLog) -> None:
    """Writes the table form aside, then puts it in its place; pieces of killed writers go."""
    for piece in folder.glob(f".{TABLE_NAME}.*"):
        piece.unlink(missing_ok=True)
    aside = folder / f".{TABLE_NAME}.{os.getpid()}"
    written = write_table(table_of(log.entries), aside, "csv")
    try:
        written.replace(folder / TABLE_NAME)
    finally:
        written.unlink(missing_ok=True)


def mend(folder: Path) -> str | None:
    """Ends the log after its last whole line; the torn piece is kept in a file of its own.

    Returns:
        name of that file; None where nothing is torn.
    """
    log = folder / LOG_NAME
    if not log.is_file():
        return None
    with _held(log) as handle:
        content = log.read_bytes()
        whole = read_chain(content).whole
        torn = content[whole:]
        if torn:
            number = sum(1 for _ in folder.glob(f"{TORN_NAME}-*")) + 1
            (folder / f"{TORN_NAME}-{number}").write_bytes(torn)
            os.ftruncate(handle, whole)
            os.fsync(handle)
        checked = check_log(content[:whole])
        if not checked.problems:
            write_replies_table(folder, checked)
    return f"{TORN_NAME}-{number}" if torn else None


@contextmanager
def _held(log: Path) -> Iterator[int]:
    """The log, open to be appended to, while nobody else writes.

    Raises:
        DataStoppedError: RF314, somebody else keeps it.
    """
    handle = os.open(log, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o666)
    try:
        _wait_for(handle, log)
        yield handle
    finally:
        os.close(handle)


def _wait_for(handle: int, log: Path) -> None:
    """Waits until the lock is ours; without locks two writers make a fork, which verify finds."""
    if fcntl is None:
        return
    until = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() > until:
                message, hint = "somebody else is writing", "try again"
                raise DataStoppedError([Problem(str(log), message, "RF314", hint=hint)]) from None
            time.sleep(0.02)
        else:
            return


def _write(handle: int, line: bytes) -> None:
    """One line, whole in one call where the system takes it so, and on the disk."""
    while line:
        line = line[os.write(handle, line) :]
    os.fsync(handle)


def _fault(fault: Fault) -> Problem:
    """A fault of the chain, as people are told."""
    place = f"{LOG_NAME} line {fault.line}"
    if fault.torn:
        return Problem(place, fault.what, "RF312", "a line that ends", MEND)
    return Problem(
        place, fault.what, "RF311", "the line that was written here",
        "bring back a copy of the log from before the change; nothing in it is ever rewritten",
    )  # fmt: skip
