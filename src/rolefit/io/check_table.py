"""One table: every column checked, rows and cells set aside, the rest in the contract's types."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rolefit.io.aside import SetAside
from rolefit.io.check_days import as_days, as_periods
from rolefit.io.check_keys import drop_doubles, older_rows
from rolefit.io.check_numbers import as_numbers, check_numbers, decimal_mark
from rolefit.io.check_text import Coded, as_codes, name_unknown, outside

if TYPE_CHECKING:
    from datetime import date

    from rolefit.io.aside import Words
    from rolefit.io.check_days import Days
    from rolefit.io.rules import Column, Rules
    from rolefit.io.source import Body
    from rolefit.schema.arrays import Floats, Ints

NO_ZONE = "an ISO date such as 2026-05-31"


@dataclass(frozen=True)
class Known:
    """What a table is checked against besides its own rules."""

    as_of: date | None = None
    """Dates after it are in the future; None = not known yet, so no date is."""
    agents: pa.Array | None = None
    """Ids of the agents that were kept; None for the agents table itself."""
    rejected_agents: pa.Array | None = None
    """Ids whose agents row was rejected."""


@dataclass(frozen=True)
class Checked:
    """What became of a table."""

    table: pa.Table
    rejects: pa.Table
    rows: int
    lost: int
    share: float
    newest: np.datetime64
    """Newest date in the kept rows, period ends included; NaT without any."""
    reports: tuple[str, ...]
    rejected_ids: pa.Array


@dataclass
class _Work:
    """The columns of one table while they are checked."""

    body: Body
    aside: SetAside
    mark: str
    text: dict[str, Coded] = field(default_factory=dict)
    number: dict[str, Floats] = field(default_factory=dict)
    day: dict[str, Days] = field(default_factory=dict)
    last: dict[str, Days] = field(default_factory=dict)
    reports: list[str] = field(default_factory=list)

    def column(self, name: str) -> pa.Array:
        """The column as it will be kept."""
        if name in self.text:
            return self.text[name].texts()
        if name in self.number:
            return pa.array(self.number[name], pa.float64(), from_pandas=True)
        return pa.array(self.day[name], pa.date32())

    def codes(self, name: str) -> Ints:
        """The column as integers: equal exactly where the values are."""
        if name in self.text:
            return self.text[name].codes
        days = self.day[name].astype("datetime64[D]").astype(np.int64)
        return np.where(
            np.isnat(self.day[name]), -1, days - np.datetime64("1800-01-01").astype(int)
        )


def check_table(rules: Rules, body: Body, file: str, known: Known) -> Checked:
    """Checks a table; kept and rejected rows together are all rows.

    Args:
        rules: what the table may hold.
        body: its rows as they came in.
        file: file name, for the rejects.
        known: agents and "today".

    Returns:
        Checked tables and what was set aside.
    """
    present = [column for column in rules.columns if column.name in body.table.column_names]
    mark = decimal_mark(body, [c.name for c in present if c.kind == "number"])
    work = _Work(body, SetAside(rules.name, file, body), mark)
    for column in sorted(present, key=lambda c: not c.needed):
        _CHECKS[column.kind](column, work, known)
        if column.name == "agent_id":
            _check_agents(work, known, counts=not rules.keeps_leavers)
    _check_volumes(rules, file, work)
    superseded = _check_key(rules, file, work)
    return _finished(rules, file, work, superseded)


def _check_text(column: Column, work: _Work, _known: Known) -> None:
    coded = as_codes(work.body.table[column.name])
    work.text[column.name] = coded
    if column.needed:
        code = (
            column.words.code if column.words and column.name == "current_role" else "missing_key"
        )
        work.aside.rows(coded.empty, column.name, code, f"no {column.name} is given")
    if column.words is None:
        return
    words = column.words
    unknown = outside(coded, words)
    set_aside = work.aside.rows if column.needed else work.aside.cells
    set_aside(unknown, column.name, words.code, lambda at: name_unknown(coded, at, words))
    work.text[column.name] = coded.blank(unknown)


def _check_number(column: Column, work: _Work, _known: Known) -> None:
    nan_is_missing = work.body.nan_is_missing
    raw = work.body.table[column.name]
    numbers = as_numbers(raw, mark=work.mark, nan_is_missing=nan_is_missing)
    values = check_numbers(numbers, column, work.mark, work.aside)
    work.number[column.name] = values
    if column.needed:
        work.aside.rows(np.isnan(values), column.name, "missing_value", "no number is given")


def _check_day(column: Column, work: _Work, known: Known) -> None:
    dates = as_days(work.body.table[column.name])
    set_aside = work.aside.rows if column.needed else work.aside.cells
    set_aside(dates.bad, column.name, "bad_date", f"not {NO_ZONE}")
    if column.needed:
        work.aside.rows(np.isnat(dates.days), column.name, "missing_key", "no date is given")
    future = _after(dates.days, known)
    set_aside(future, column.name, "future_date", f"after {known.as_of}, the day of this run")
    work.day[column.name] = np.where(future, np.datetime64("NaT", "D"), dates.days)
    work.last[column.name] = work.day[column.name]


def _check_period(column: Column, work: _Work, known: Known) -> None:
    periods = as_periods(work.body.table[column.name])
    name, aside = column.name, work.aside
    work.text[name], work.last[name] = periods.text, periods.end
    aside.rows(periods.text.empty, name, "missing_key", f"no {name} is given")
    aside.rows(periods.bad, name, "bad_period", "not YYYY-MM, YYYY-Www or YYYY-MM-DD")
    future = _after(periods.start, known)
    aside.rows(future, name, "future_date", f"begins after {known.as_of}, the day of this run")


_CHECKS = {
    "text": _check_text,
    "number": _check_number,
    "day": _check_day,
    "period": _check_period,
}


def _after(days: Days, known: Known) -> np.ndarray:
    """True where a day is after "today"."""
    if known.as_of is None:
        return np.zeros(len(days), bool)
    return days > np.datetime64(known.as_of, "D")


def _check_agents(work: _Work, known: Known, *, counts: bool) -> None:
    """Rows of people whom the agents table does not have."""
    if known.agents is None:
        return
    coded = work.text["agent_id"]
    kept = coded.spread(_among(coded.values, known.agents), missing=True)
    rejected = coded.spread(_among(coded.values, known.rejected_agents), missing=False)

    def said(text: str) -> Words:
        return lambda at: pc.binary_join_element_wise(
            "agent ", coded.values.take(pa.array(coded.codes[at])), text, ""
        )

    unknown = said(" is not in the agents table")
    work.aside.rows(~kept & ~rejected, "agent_id", "unknown_agent", unknown, counts=counts)
    gone = said(" is in the agents table, but that row was rejected")
    work.aside.rows(~kept & rejected, "agent_id", "rejected_agent", gone, counts=False)


def _among(values: pa.Array, ids: pa.Array | None) -> np.ndarray:
    if ids is None:
        return np.zeros(len(values), bool)
    return np.asarray(pc.is_in(values, value_set=ids), bool)


def _check_volumes(rules: Rules, file: str, work: _Work) -> None:
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
                f"{file}: {idle_rows} values of {metric} rest on {volume} = 0 "
                "and are read as not measured."
            )
        work.number[metric] = np.where(bare | idle, np.nan, value)


def _check_key(rules: Rules, file: str, work: _Work) -> np.ndarray:
    """Doubled keys; returns where an older row gives way to a newer one."""
    older = np.zeros(len(work.body.row), bool)
    if not rules.key:
        return older
    key = [work.codes(name) for name in rules.key]
    if rules.newest:
        older = older_rows(key, work.day[rules.newest], work.aside.dropped)
        key = [*key, work.codes(rules.newest)]
    columns = {c.name: None for c in rules.columns if c.name in work.body.table.column_names}
    drop_doubles({name: work.column(name) for name in columns}, key, rules.key, work.aside)
    older &= ~work.aside.dropped
    if older.any():
        work.reports.append(f"{file}: {int(older.sum())} older rows give way to newer ones.")
    return older


def _finished(rules: Rules, file: str, work: _Work, superseded: np.ndarray) -> Checked:
    """The kept rows in the contract's types, and the account of all rows."""
    keep = ~work.aside.dropped & ~superseded
    whole = pa.table({c.name: _typed(c, work) for c in rules.columns if _is_kept(c, work)})
    if work.body.blank:
        work.reports.append(f"{file}: {work.body.blank} blank rows skipped.")
    if work.body.free_decimals:
        name = "comma" if work.mark == "," else "point"
        work.reports.append(f"{file}: read with the decimal {name}; its separator is no comma.")
    ends = [days[keep & ~np.isnat(days)] for days in work.last.values()]
    newest = max((days.max() for days in ends if len(days)), default=np.datetime64("NaT", "D"))
    ids = work.text["agent_id"].blank(~work.aside.dropped)
    return Checked(
        table=whole if keep.all() else whole.filter(pa.array(keep)),
        rejects=work.aside.rejects(),
        rows=work.body.rows,
        lost=work.aside.lost,
        share=work.aside.share,
        newest=newest,
        reports=tuple(work.reports),
        rejected_ids=ids.values.take(pa.array(np.unique(ids.codes[~ids.empty]))),
    )


def _is_kept(column: Column, work: _Work) -> bool:
    """Metrics and items only where the file has them; other columns always."""
    return column.kind != "number" or column.name in work.number or column.name in ALWAYS


ALWAYS = ("seconds", "quantity", "opportunity", "value", "outcome")
_TYPES = {"text": pa.string(), "period": pa.string(), "number": pa.float64(), "day": pa.date32()}


def _typed(column: Column, work: _Work) -> pa.Array:
    if column.name in work.body.table.column_names:
        return work.column(column.name)
    return pa.nulls(len(work.body.row), _TYPES[column.kind])
