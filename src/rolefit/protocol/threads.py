"""All entries of a log as threads, and what follows from them for the next run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rolefit.errors import Problem
from rolefit.protocol.entry import AGREED, DEFERRED, WEIGHTS
from rolefit.protocol.step import step
from rolefit.protocol.thread import NOT_NOW, Thread, is_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rolefit.protocol.entry import Correction, Entry

Threads = dict[tuple[str, str], Thread]
"""Agent and run -> thread, in the order in which the threads began."""


@dataclass(frozen=True)
class Granted:
    """A correction that a person of the centre agreed to."""

    agent_id: str
    correction: Correction
    on: str
    """ISO 8601 day on which the agent asked for it."""


def begun(threads: Mapping[tuple[str, str], Thread], agent_id: str, run: str) -> Thread:
    """The thread on one suggestion, with contests that wait in others; a new one at the start."""
    waits = [key[1] for key, thread in threads.items() if key[0] == agent_id and thread.contested]
    return _beside(threads.get((agent_id, run), Thread(agent_id, run)), waits)


def side_by_side(threads: Mapping[tuple[str, str], Thread]) -> tuple[Thread, ...]:
    """All threads, each with the contests that wait in others of the same agent."""
    waits: dict[str, list[str]] = {}
    for (agent_id, run), thread in threads.items():
        if thread.contested:
            waits.setdefault(agent_id, []).append(run)
    return tuple(_beside(thread, waits.get(thread.agent_id, ())) for thread in threads.values())


def _beside(thread: Thread, waits: Iterable[str]) -> Thread:
    return replace(thread, elsewhere=tuple(run for run in waits if run != thread.run))


def replayed(entries: Iterable[Entry]) -> tuple[Threads, tuple[tuple[int, Problem], ...]]:
    """Walks a log through the machine.

    Args:
        entries: in the order of the log.

    Returns:
        the threads, and for every entry that may not stand where it stands its number (1 = the
        first entry of the log) and why.
    """
    threads: Threads = {}
    refused = []
    waits: dict[str, dict[str, None]] = {}
    for number, entry in enumerate(entries, 1):
        key = (entry.agent_id, entry.run)
        mine = waits.setdefault(entry.agent_id, {})
        after = step(_beside(threads.get(key, Thread(*key)), mine), entry)
        if isinstance(after, Problem):
            refused.append((number, after))
            continue
        threads[key] = after
        mine.pop(entry.run, None)
        mine.update(dict.fromkeys([entry.run] if after.contested else []))
    return threads, tuple(refused)


def granted_corrections(entries: Iterable[Entry]) -> tuple[Granted, ...]:
    """Corrections that were granted, in the order in which they were granted."""
    said: dict[tuple[str, str], list[Entry]] = {}
    granted = []
    for entry in entries:
        thread = said.setdefault((entry.agent_id, entry.run), [])
        thread.append(entry)
        for number in entry.grants:
            asked = thread[number - 1]
            if asked.correction is not None:
                granted.append(Granted(entry.agent_id, asked.correction, asked.on))
    return tuple(granted)


def told_wishes(entries: Iterable[Entry], threads: Threads) -> tuple[Entry, ...]:
    """The newest wish of each agent for each role, as told, or as a deferral says it.

    The day counts, and of one day the later line: an older word written down later ends nothing.

    Who defers a move wishes `not_now` for its target from that day on, until they agree to such a
    move or tell another wish for it: neither the end of the talk nor other words lift it.

    Args:
        entries: in the order of the log.
        threads: the same, as threads.

    Returns:
        entries that say a role and a wish.
    """
    told: dict[tuple[str, str], Entry] = {}
    deferred: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        if entry.wish:
            known = told.get((entry.agent_id, entry.role))
            if known is None or entry.on >= known.on:
                told[entry.agent_id, entry.role] = entry
                deferred.pop((entry.agent_id, entry.role), None)
        elif is_word(entry):
            for role in threads[entry.agent_id, entry.run].subjects:
                if entry.state == AGREED:
                    deferred.pop((entry.agent_id, role), None)
                if entry.state == DEFERRED:
                    deferred[entry.agent_id, role] = replace(entry, role=role, wish=NOT_NOW)
    return tuple({**told, **deferred}.values())


def contested_weights(threads: Iterable[Thread]) -> tuple[tuple[Thread, Entry], ...]:
    """Contests on the weights of a role, for its owner, answered or not."""
    return tuple(
        (thread, entry)
        for thread in threads
        for entry in thread.entries
        if entry.state == "contested" and entry.about == WEIGHTS
    )
