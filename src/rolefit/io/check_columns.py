"""The columns of one table, each checked for what it must be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rolefit.io.check_days import as_days, as_periods
from rolefit.io.check_keys import row_codes
from rolefit.io.check_numbers import as_numbers, check_numbers
from rolefit.io.check_text import (
    NOTHING_TOLD,
    Coded,
    as_codes,
    name_unknown,
    not_json,
    outside,
)

if TYPE_CHECKING:
    from datetime import date

    from rolefit.io.aside import SetAside, Words
    from rolefit.io.check_days import Days
    from rolefit.io.rules import Column
    from rolefit.io.source import Body
    from rolefit.schema.arrays import Bools, Floats, Ints

ISO_DATE = "an ISO date such as 2026-05-31"


@dataclass(frozen=True)
class Known:
    """What a table is checked against besides its own rules."""

    as_of: date | None = None
    """Dates after it are in the future; None = not known yet, so no date is."""
    agents: pa.Array | None = None
    """Ids of the agents that were kept; None for the agents table itself."""
    rejected_agents: pa.Array | None = None
    """Ids whose agents row was rejected."""


@dataclass
class Work:
    """The columns of one table while they are checked, by what they hold."""

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

    def told(self, at: Ints) -> Ints:
        """One number for all that the rows at some places say, equal where they say the same."""
        chosen = pa.array(at)
        columns = [self.column(name).take(chosen) for name in self.body.table.column_names]
        return row_codes([as_codes(pa.chunked_array([column])).codes for column in columns])

    def codes(self, name: str) -> Ints:
        """The column as integers: equal exactly where the values are."""
        if name in self.text:
            return self.text[name].codes
        days = self.day[name].astype("datetime64[D]").astype(np.int64)
        return np.where(
            np.isnat(self.day[name]), -1, days - np.datetime64("1800-01-01").astype(int)
        )


def check_column(column: Column, work: Work, known: Known) -> None:
    """Checks one column: what cannot be used is set aside, the rest is in `work`."""
    _CHECKS[column.kind](column, work, known)


def check_agents(work: Work, known: Known, *, counts: bool) -> None:
    """Sets aside the rows of people whom the agents table does not have.

    Args:
        work: with the checked `agent_id`.
        known: agents that were kept, and those that were not.
        counts: such rows count as damage.
    """
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


def _check_text(column: Column, work: Work, _known: Known) -> None:
    spoken = column.words is not None and column.words.spoken
    coded = as_codes(work.body.table[column.name], spoken=spoken)
    work.text[column.name] = coded
    if column.needed:
        work.aside.rows(coded.empty, column.name, column.if_empty, f"no {column.name} is given")
    if column.words is None:
        return
    words = column.words
    unknown = outside(coded, words)
    set_aside = work.aside.rows if column.needed else work.aside.cells
    set_aside(unknown, column.name, words.code, lambda at: name_unknown(coded, at, words))
    work.text[column.name] = coded.blank(unknown)


def _check_number(column: Column, work: Work, _known: Known) -> None:
    nan_is_missing = work.body.nan_is_missing
    raw = work.body.table[column.name]
    numbers = as_numbers(raw, mark=work.mark, nan_is_missing=nan_is_missing)
    values = check_numbers(numbers, column, work.mark, work.aside)
    work.number[column.name] = values
    if column.needed:
        work.aside.rows(np.isnan(values), column.name, "missing_value", "no number is given")


def _check_day(column: Column, work: Work, known: Known) -> None:
    dates = as_days(work.body.table[column.name])
    set_aside = work.aside.rows if column.needed else work.aside.cells
    set_aside(dates.bad, column.name, "bad_date", f"not {ISO_DATE}")
    if column.needed:
        work.aside.rows(np.isnat(dates.days), column.name, "missing_key", "no date is given")
    work.day[column.name] = dates.days
    if column.may_run_ahead:
        return
    future = is_after(dates.days, known)
    set_aside(future, column.name, "future_date", f"after {known.as_of}, the day of this run")
    work.day[column.name] = np.where(future, np.datetime64("NaT", "D"), dates.days)
    work.last[column.name] = work.day[column.name]


def _check_period(column: Column, work: Work, known: Known) -> None:
    periods = as_periods(work.body.table[column.name])
    name, aside = column.name, work.aside
    work.text[name], work.last[name] = periods.text, periods.end
    aside.rows(periods.text.empty, name, "missing_key", f"no {name} is given")
    aside.rows(periods.bad, name, "bad_period", "not YYYY-MM, YYYY-Www or YYYY-MM-DD")
    future = is_after(periods.start, known)
    aside.rows(future, name, "future_date", f"begins after {known.as_of}, the day of this run")


def _check_json(column: Column, work: Work, _known: Known) -> None:
    """Cells that are no JSON tell nothing, which is not the same as a run that kept nothing."""
    coded = as_codes(work.body.table[column.name])
    bad = not_json(coded)
    work.aside.cells(bad, column.name, "bad_json", "not a list of objects in JSON")
    work.text[column.name] = coded.put(bad, NOTHING_TOLD)


_CHECKS = {
    "text": _check_text,
    "number": _check_number,
    "day": _check_day,
    "period": _check_period,
    "json": _check_json,
}


def is_after(days: Days, known: Known) -> Bools:
    """True where a day is after "today"."""
    if known.as_of is None:
        return np.zeros(len(days), bool)
    return days > np.datetime64(known.as_of, "D")


def _among(values: pa.Array, ids: pa.Array | None) -> Bools:
    if ids is None:
        return np.zeros(len(values), bool)
    return np.asarray(pc.is_in(values, value_set=ids), bool)
