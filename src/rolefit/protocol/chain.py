r"""The hash chain: each line of the log carries the hash of everything before it.

    hash_0 = SHA-256(b"rolefit replies, version 1")
    hash_k = SHA-256(hash_(k-1) in hexadecimal + canonical JSON of entry k, as UTF-8)
    line_k = canonical JSON of {"entry": ..., "hash": hash_k, "previous": hash_(k-1)} + "\n"

Canonical JSON has sorted keys, no blanks, and letters as themselves, so that an entry has one form.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from rolefit.protocol.entry import Entry

GENESIS = hashlib.sha256(b"rolefit replies, version 1").hexdigest()
LINE_KEYS = {"entry", "hash", "previous"}


@dataclass(frozen=True)
class Fault:
    """Something that is wrong with a log."""

    line: int
    """1 = the first; 0 = the log as a whole."""
    what: str
    torn: bool = False
    """The last line was not written to its end, as after a crash."""


@dataclass(frozen=True)
class Chain:
    """A log that was read: its entries, and what is wrong with it."""

    entries: tuple[Entry, ...] = ()
    hashes: tuple[str, ...] = ()
    """Hash of each line that could be read."""
    faults: tuple[Fault, ...] = ()
    whole: int = 0
    """Bytes up to the end of the last line that was written to its end."""

    @property
    def head(self) -> str:
        """Hash of the newest entry; of an empty log the genesis hash."""
        return self.hashes[-1] if self.hashes else GENESIS


def canonical(value: object) -> str:
    """JSON in its one form."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def linked(entry: Entry, previous: str) -> tuple[str, bytes]:
    """The hash of an entry after a given one, and its line.

    Example:
        >>> entry = Entry("A1", "r", "shown", "Lee", "leader", "2026-07-01")
        >>> first, line = linked(entry, GENESIS)
        >>> read_chain(line).head == first
        True
    """
    record = entry.as_record()
    digest = hashlib.sha256(f"{previous}{canonical(record)}".encode()).hexdigest()
    line = canonical({"entry": record, "hash": digest, "previous": previous})
    return digest, f"{line}\n".encode()


def read_chain(content: bytes) -> Chain:
    """Reads and checks a log; every byte of it is accounted for.

    Args:
        content: the bytes of the file.

    Returns:
        Chain; without faults each line is exactly what `linked` writes after the one before it.

    Limits:
        lines cut from the end leave a shorter log that is whole in itself: only a head kept
        elsewhere shows that. Whoever rewrites all lines from one on has a whole log, too.
    """
    *lines, rest = content.split(b"\n")
    entries: list[Entry] = []
    hashes: list[str] = []
    faults: list[Fault] = []
    previous = GENESIS
    for number, line in enumerate(lines, 1):
        entry, digest, wrong = _read_line(line, previous, hashes)
        faults += [Fault(number, what) for what in wrong]
        if entry is not None:
            entries.append(entry)
            hashes.append(digest)
            previous = digest
    if rest:
        faults.append(Fault(len(lines) + 1, "the line was not written to its end", torn=True))
    return Chain(tuple(entries), tuple(hashes), tuple(faults), len(content) - len(rest))


def _read_line(line: bytes, previous: str, known: list[str]) -> tuple[Entry | None, str, list[str]]:
    """Entry, hash as written, and what is wrong with the line."""
    try:
        record = json.loads(line.decode())
        entry = Entry.from_record(record["entry"])
        written, before = record["hash"], record["previous"]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None, "", ["this is not a line of a reply log: it was changed"]
    if set(record) != LINE_KEYS or not isinstance(written, str) or not isinstance(before, str):
        return None, "", ["this is not a line of a reply log: it was changed"]
    digest, exact = _linked_if_it_can_be(entry, before)
    wrong = []
    if before != previous:
        wrong.append(_misplaced(before, known))
    if written != digest:
        wrong.append("the line was changed: its hash is not that of what it says")
    elif exact != line + b"\n":
        wrong.append("the line was changed: it is not written as rolefit writes it")
    return entry, written, wrong


def _linked_if_it_can_be(entry: Entry, previous: str) -> tuple[str, bytes]:
    """As `linked`; halves of letters, which no file can hold, have no hash."""
    try:
        return linked(entry, previous)
    except UnicodeEncodeError:
        return "", b""


def _misplaced(before: str, known: list[str]) -> str:
    """What a wrong link to the line before may mean."""
    if before in (GENESIS, *known):
        return "the line does not follow the one before it: a line was inserted, or moved"
    return "the line does not follow the one before it: a line was removed, changed or moved"
