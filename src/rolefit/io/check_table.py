"""One table: every column checked, rows and cells set aside, the rest in the contract's types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from rolefit.io.aside import SetAside
from rolefit.io.check_columns import Work, check_agents, check_column, is_after
from rolefit.io.check_days import as_days
from rolefit.io.check_keys import drop_doubles, older_rows, outdated_by
from rolefit.io.check_numbers import decimal_mark
from rolefit.io.check_text import outside

if TYPE_CHECKING:
    from rolefit.io.check_columns import Known
    from rolefit.io.rules import Column, Rules
    from rolefit.io.source import Body
    from rolefit.schema.arrays import Bools, Ints


@dataclass(frozen=True)
class Checked:
    """What became of a table."""

    table: pa.Table
    earlier: pa.Table
    """Of keys with several rows, the newest row but one; every other older row gives way."""
    rejects: pa.Table
    rows: int
    lost: int
    share: float
    newest: np.datetime64
    """Newest date in the kept rows, period ends included; NaT without any."""
    reports: tuple[str, ...]
    rejected_ids: pa.Array


def check_table(
    rules: Rules, body: Body, file: str, known: Known, mark: str | None = None
) -> Checked:
    """Checks a table; kept and rejected rows together are all rows.

    Args:
        rules: what the table may hold.
        body: its rows as they came in.
        file: file name, for the rejects.
        known: agents and "today".
        mark: decimal mark, where the rows are some of a table; None = read off the rows.

    Returns:
        Checked tables and what was set aside.
    """
    present = [column for column in rules.columns if column.name in body.table.column_names]
    if mark is None:
        mark = decimal_mark(body, [c.name for c in present if c.kind == "number"])
    work = Work(body, SetAside(rules.name, file, body), mark)
    for column in sorted(present, key=lambda c: not c.needed):
        check_column(column, work, known)
        if column.name == "agent_id":
            check_agents(work, known, counts=not rules.keeps_leavers)
    _check_volumes(rules, file, work)
    superseded = _check_key(rules, file, work, known)
    return _finished(rules, file, work, superseded, _newest_of(superseded, rules, work))


def _check_volumes(rules: Rules, file: str, work: Work) -> None:
    """A metric counts only with a volume above 0 beside it."""
    for metric, volume in rules.volumes.items():
        if metric not in work.number:
            continue
        value, rests_on = work.number[metric], work.number[volume]
        measured = ~np.isnan(value)
        bare, idle = measured & np.isnan(rests_on), measured & (rests_on == 0)
        message = f"the value has no usable volume in column {volume}"
        work.aside.cells(bare, metric, "missing_volume", message)
        idle_rows = int((idle & ~work.aside.dropped).sum())
        if idle_rows:
            work.reports.append(
                f"{file}: {metric} rests on {volume} = 0 in {idle_rows} rows, which are read as "
                "not measured."
            )
        work.number[metric] = np.where(bare | idle, np.nan, value)


def _check_key(rules: Rules, file: str, work: Work, known: Known) -> Bools:
    """Doubled keys; returns where an older row gives way to a newer one."""
    older = np.zeros(len(work.body.row), bool)
    if not rules.key:
        return older
    key = [work.codes(name) for name in rules.key]
    if rules.appended:
        older = older_rows(key, work.body.row, work.aside.dropped)
        _tell_older(older, file, work)
        return older
    if rules.newest in work.day:
        written = as_days(work.body.table[rules.newest]).days
        doubt = outdated_by(key, written, work.aside.dropped & ~is_after(written, known))
        if rules.stands is not None:
            doubt &= outside(work.text[rules.stands.what], rules.stands)
        message = "a row set aside has the same key and may be newer"
        work.aside.rows(doubt, ",".join(rules.key), "doubtful", message, counts=False)
        older = older_rows(key, _newness(rules, work), work.aside.dropped)
        key = [*key, work.codes(rules.newest)]
        if rules.firmer is not None:
            key.append(work.codes(rules.firmer.what))
    drop_doubles(key, work.told, rules.key, work.aside)
    older &= ~work.aside.dropped
    _tell_older(older, file, work)
    return older


def _tell_older(older: Bools, file: str, work: Work) -> None:
    if older.any():
        work.reports.append(f"{file}: {int(older.sum())} older rows give way to newer ones.")


def _newest_of(older: Bools, rules: Rules, work: Work) -> Bools:
    """Of the rows that give way, the newest of each key."""
    if rules.newest not in work.day or not older.any():
        return np.zeros(len(older), bool)
    key = [work.codes(name) for name in rules.key]
    dated = older & ~np.isnat(work.day[rules.newest])
    return dated & ~older_rows(key, _newness(rules, work), ~dated)


def _newness(rules: Rules, work: Work) -> Ints:
    """Day number of each row; of one day, the later a word stands in `firmer` the newer."""
    days = work.day[rules.newest]
    number = np.where(np.isnat(days), 0, days.astype("datetime64[D]").astype(np.int64))
    answers = [work.number[name] for name in rules.expected if name in work.number]
    if answers:  # a row without a single answer takes the place of nothing
        number = np.where(np.isfinite(answers).any(axis=0), number, NOTHING_SAID)
    if rules.firmer is None:
        return number
    coded, words = work.text[rules.firmer.what], rules.firmer.words
    place = np.array([words.index(w) if w in words else 0 for w in coded.values.to_pylist()] + [0])
    return number * len(words) + place[coded.codes]


def _finished(rules: Rules, file: str, work: Work, superseded: Bools, earlier: Bools) -> Checked:
    """The kept rows in the contract's types, and the account of all rows."""
    keep = ~work.aside.dropped & ~superseded
    whole = pa.table({c.name: _typed(c, work) for c in rules.columns if _is_kept(c, work)})
    if work.body.blank:
        work.reports.append(f"{file}: {work.body.blank} blank rows skipped.")
    if work.body.free_decimals and work.number:
        name = "comma" if work.mark == "," else "point"
        work.reports.append(f"{file}: not separated by commas; read with decimal {name}s.")
    ends = [days[keep & ~np.isnat(days)] for days in work.last.values()]
    newest = max((days.max() for days in ends if len(days)), default=np.datetime64("NaT", "D"))
    ids = work.text["agent_id"].blank(~work.aside.dropped)
    return Checked(
        table=whole if keep.all() else whole.filter(pa.array(keep)),
        earlier=whole.filter(pa.array(earlier)) if earlier.any() else whole.slice(0, 0),
        rejects=work.aside.rejects(),
        rows=work.body.rows,
        lost=work.aside.lost,
        share=work.aside.share,
        newest=newest,
        reports=tuple(work.reports),
        rejected_ids=ids.values.take(pa.array(np.unique(ids.codes[~ids.empty]))),
    )


def _is_kept(column: Column, work: Work) -> bool:
    """Metrics and items only where the file has them; other columns always."""
    return column.kind != "number" or column.name in work.number or column.name in ALWAYS


NOTHING_SAID = -1
ALWAYS = ("fte", "seconds", "quantity", "opportunity", "value", "outcome", "line")
_TYPES = {
    "text": pa.string(),
    "period": pa.string(),
    "json": pa.string(),
    "number": pa.float64(),
    "day": pa.date32(),
}


def _typed(column: Column, work: Work) -> pa.Array:
    if column.name in work.body.table.column_names:
        return work.column(column.name)
    return pa.nulls(len(work.body.row), _TYPES[column.kind])
