"""What a run takes from the reply log: the replies as a table, wishes, and granted corrections."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from rolefit.io.corrected import APPLIED, Outcome, correct
from rolefit.io.frames import FrameSource
from rolefit.io.reply_file import check_log
from rolefit.io.reply_table import (
    LOG_NAME,
    TABLE_NAME,
    TableThere,
    contests_among,
    table_of,
    table_problems,
)
from rolefit.io.reply_traces import lost_lines, lost_log, unproven
from rolefit.io.rules import rules_of
from rolefit.protocol.threads import granted_corrections, told_wishes
from rolefit.schema.tables import WISH_ROWS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rolefit.errors import Problem
    from rolefit.io.reply_file import CheckedLog
    from rolefit.io.source import Body, Source
    from rolefit.protocol.entry import Entry
    from rolefit.protocol.threads import Granted
    from rolefit.schema.config import Config


@dataclass(frozen=True)
class LogSource(FrameSource):
    """The replies table, made from the log."""

    digest: str = ""

    @property
    def sha256(self) -> str:
        """Hash of the bytes of the log."""
        return self.digest


@dataclass(frozen=True)
class Replied:
    """What agents and leaders said, as far as it bears on the next run."""

    source: Source | None = None
    """The replies table."""
    granted: tuple[Granted, ...] = ()
    wishes: tuple[Entry, ...] = ()
    reports: tuple[str, ...] = ()
    record: dict[str, str | int] = field(default_factory=dict)
    """What was heard, for the record of the run: entries and head of the log."""
    stopped: tuple[Problem, ...] = field(default=())
    """What is wrong with the log: nothing is scored on a log that does not verify."""

    @property
    def is_log(self) -> bool:
        """There is a log, whole or not: the table beside it is not read."""
        return self.source is not None or bool(self.stopped)


NOTHING_SAID = Replied()


def read_replied(folder: Path, table: Path | None) -> Replied:
    """Reads the log of a workspace, if there is one.

    Args:
        folder: the workspace.
        table: the file of the replies table, if there is one.
    """
    there, log = TableThere.of(folder), folder / LOG_NAME
    if not log.is_file():
        return _without_log(folder, table)
    content = log.read_bytes()
    checked = check_log(content)
    if checked.problems:
        return Replied(stopped=checked.problems)
    beside = _beside(there, table, checked)
    said = pa.concat_tables([table_of(checked.entries), beside.contests])
    digest = hashlib.sha256(content)
    if beside.contests.num_rows:
        digest.update((folder / TABLE_NAME).read_bytes())
    lost = lost_lines(folder, checked.hashes)
    return Replied(
        source=LogSource(LOG_NAME, said, digest.hexdigest()),
        granted=granted_corrections(checked.entries),
        wishes=told_wishes(checked.entries, checked.threads),
        reports=(*beside.reports, *(f"{p.place}: {p.message}." for p in lost)),
        record={"entries": len(checked.entries), "head": checked.head},
    )


def _without_log(folder: Path, table: Path | None) -> Replied:
    """What is heard without a log: the word of a table, as far as it goes; it is told as such."""
    lost = lost_log(folder, table)
    reports = [f"{p.place}: {p.message}. {p.hint[0].upper()}{p.hint[1:]}." for p in lost]
    if table is not None:
        reports.append(unproven(table))
    return Replied(reports=tuple(reports))


@dataclass(frozen=True)
class _Beside:
    """What the table beside a log says that the log does not."""

    contests: pa.Table
    reports: tuple[str, ...] = ()


def _beside(there: TableThere, table: Path | None, log: CheckedLog) -> _Beside:
    """The log counts; a contest that only the table has kept holds all the same."""
    none = table_of(())
    if table is not None and table.name != TABLE_NAME:
        return _Beside(none, (f"{table.name} is not read: {LOG_NAME} says what was replied.",))
    differs = table_problems(there, log.entries)
    reports = [f"{p.place}: {p.message}; the log counts." for p in differs]
    contests = contests_among((there.strange_to(log.entries) or ()) if differs else ())
    if contests.num_rows:
        reports.append(
            f"{TABLE_NAME}: {contests.num_rows} contests in it are in no line of {LOG_NAME}, which "
            "may have lost them; they are heard, until `rolefit reply verify --mend` keeps the "
            "table aside."
        )
    return _Beside(contests, tuple(reports))


def apply_corrections(
    bodies: Mapping[str, Body], sources: Mapping[str, Source], replied: Replied, config: Config
) -> tuple[dict[str, Body], tuple[Outcome, ...], tuple[str, ...]]:
    """The rows of all tables with every granted correction that still has its place.

    Returns:
        table -> rows, what became of each correction, and what is worth saying of them.
    """
    changed, outcomes, reports = dict(bodies), [], []
    for table in dict.fromkeys(one.correction.table for one in replied.granted):
        mine = [one for one in replied.granted if one.correction.table == table]
        if table in bodies:
            rules, as_of = rules_of(table, config), config.centre.as_of
            changed[table], found = correct(bodies[table], rules, mine, as_of)
        else:
            found = [Outcome(one, "no_table") for one in mine]
        name = sources[table].name if table in sources else table
        reports += [outcome.report(name) for outcome in found if outcome.code != APPLIED]
        outcomes += found
    applied = sum(outcome.code == APPLIED for outcome in outcomes)
    if applied:
        count = f"{applied} of {len(outcomes)} corrections that agents were granted"
        reports.append(f"{LOG_NAME}: {count} are read in place of what the files say.")
    return changed, tuple(outcomes), tuple(reports)


def with_wishes(
    wishes: pa.Table | None, told: tuple[Entry, ...], agents: pa.Table
) -> pa.Table | None:
    """The wishes table, and after its rows what agents said of wishes in their replies.

    A move that an agent deferred is a wish `not_now`, too.

    Of one day a reply counts as newer than the file; a newer row of the file counts more.

    Args:
        wishes: checked wishes; None = there is no such table.
        told: newest wish of each agent for each role.
        agents: checked agents; people who left are passed over.
    """
    rows = [(e.agent_id, e.role, e.wish, date.fromisoformat(e.on)) for e in told]
    columns = [dict(zip(WISH_ROWS.names, row, strict=True)) for row in rows]
    said = pa.Table.from_pylist(columns, schema=WISH_ROWS)
    said = said.filter(pc.is_in(said["agent_id"], agents["agent_id"].combine_chunks()))
    if not said.num_rows:
        return wishes
    return said if wishes is None else pa.concat_tables([wishes, said])
