"""The reply log on disk: one line appended at a time, under a lock, and a table beside it."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rolefit.errors import DataStoppedError, Problem, UsageError
from rolefit.io.reply_table import LOG_NAME, MEND, TABLE_NAME, TableThere, knows_more, table_of
from rolefit.io.reply_traces import foreign
from rolefit.io.write import write_table
from rolefit.protocol.chain import GENESIS, linked, read_chain
from rolefit.protocol.step import step
from rolefit.protocol.threads import begun, replayed
from rolefit.protocol.well_formed import form_problems

try:
    import fcntl
except ImportError:  # Windows has no advisory locks of this kind
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from rolefit.protocol.chain import Fault
    from rolefit.protocol.entry import Entry
    from rolefit.protocol.thread import Thread
    from rolefit.protocol.threads import Threads

TORN_NAME = "replies.torn"
KEPT_NAME = "replies.table"
PATIENCE = 10.0
"""Seconds to wait for somebody else who is writing."""
TORN = f"{MEND} keeps the torn piece aside and ends the log before it"


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


def append(folder: Path, entry: Entry, outs: Iterable[Path] = ()) -> tuple[Thread, CheckedLog]:
    """Adds an entry to the log of a workspace, then writes the table anew.

    The line is on the disk before the table is touched: a crash in between leaves an old table,
    which `verify` finds and the next entry renews.

    Args:
        folder: the workspace.
        entry: what is said.
        outs: folders of runs, whose records may know of a log that is gone.

    Returns:
        the thread with the entry, and the log with it.

    Raises:
        UsageError: RF43x, the machine refuses it; RF439, a table that no log made is in the way.
        DataStoppedError: RF31x, the log does not verify; RF313, it is lost; RF314, somebody else
            keeps writing; RF316, the table knows more than the log.
    """
    log = folder / LOG_NAME
    if not log.is_file():
        rehearse(folder, entry, outs)
    with _held(log) as handle:
        after, before = rehearse(folder, entry)
        digest, line = linked(entry, before.head)
        _write(handle, line)
        threads = {**before.threads, (entry.agent_id, entry.run): after}
        entries, hashes = (*before.entries, entry), (*before.hashes, digest)
        now = CheckedLog(entries, hashes, threads, whole=before.whole + len(line))
        write_replies_table(folder, now)
    return after, now


def rehearse(folder: Path, entry: Entry, outs: Iterable[Path] = ()) -> tuple[Thread, CheckedLog]:
    """What adding an entry would lead to; nothing is written.

    A table that knows more than the log may be the last proof of what was cut from it, so it is not
    written over before a person has looked.

    Returns:
        the thread with the entry, and the log without it.

    Raises:
        UsageError, DataStoppedError: as `append`.
    """
    refuse_without_log(folder, outs)
    table, log = TableThere.of(folder), read_log(folder)
    more = knows_more(table, log.entries)
    if more:
        raise DataStoppedError(more)
    after = step(begun(log.threads, entry.agent_id, entry.run), entry)
    if isinstance(after, Problem):
        raise UsageError(form_problems(entry) or [after])
    return after, log


def refuse_without_log(folder: Path, outs: Iterable[Path] = ()) -> None:
    """Refuses to begin a log where one was lost, or beside a table that it would pass over.

    Raises:
        DataStoppedError: RF313.
        UsageError: RF439.
    """
    problems = () if (folder / LOG_NAME).exists() else foreign(folder, outs)
    if any(problem.code == "RF313" for problem in problems):
        raise DataStoppedError(problems)
    if problems:
        raise UsageError(problems)


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


def mend(folder: Path) -> tuple[str, ...]:
    """Ends the log after its last whole line, and writes the table anew.

    What was torn is kept in a file of its own, and so is a table that knows more than the log.

    Returns:
        names of those files.
    """
    log = folder / LOG_NAME
    if not log.is_file():
        return ()
    kept = []
    with _held(log) as handle:
        content = log.read_bytes()
        whole = read_chain(content).whole
        if content[whole:]:
            kept.append(_keep(folder, TORN_NAME, content[whole:]))
            os.ftruncate(handle, whole)
            os.fsync(handle)
        checked = check_log(content[:whole])
        if not checked.problems:
            if knows_more(TableThere.of(folder), checked.entries):
                kept.append(_keep(folder, KEPT_NAME, (folder / TABLE_NAME).read_bytes()))
            write_replies_table(folder, checked)
    return tuple(kept)


def _keep(folder: Path, name: str, content: bytes) -> str:
    """Writes a piece under the first free number; never over another one."""
    numbers = [int(p.suffix[1:].rpartition("-")[2] or 0) for p in folder.glob(f"{name}-*")
               if p.suffix.rpartition("-")[2].isdecimal()]  # fmt: skip
    file = folder / f"{name}-{max(numbers, default=0) + 1}"
    with file.open("xb") as piece:
        piece.write(content)
        piece.flush()
        os.fsync(piece.fileno())
    return file.name


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
        return Problem(place, fault.what, "RF312", "a line that ends", TORN)
    return Problem(
        place, fault.what, "RF311", "the line that was written here",
        "bring back a copy of the log from before the change; nothing in it is ever rewritten",
    )  # fmt: skip
