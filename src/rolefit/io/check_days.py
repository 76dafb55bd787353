"""Dates and periods: ISO 8601, or set aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from rolefit.io.check_text import Coded, as_codes

if TYPE_CHECKING:
    from rolefit.schema.arrays import Bools

Days: TypeAlias = NDArray[np.datetime64]
"""Days, NaT where missing."""

DAY = r"^(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?:[T ]\d{2}:\d{2}.*)?$"
MONTH = r"^(?P<y>\d{4})-(?P<m>\d{2})$"
WEEK = r"^(?P<y>\d{4})-W(?P<w>\d{2})$"
FIRST_YEAR, LAST_YEAR = 1900, 2200
FIRST_DAY, LAST_DAY = np.datetime64("1900-01-01", "D"), np.datetime64("2200-12-31", "D")
"""Dates outside are stand-ins (0001-01-01, 9999-12-31) or slips, and would become "today"."""
NEVER = np.datetime64("NaT", "D")
ONE_DAY, ONE_WEEK = np.timedelta64(1, "D"), np.timedelta64(7, "D")


@dataclass(frozen=True)
class Dates:
    """A date column, and where a cell was something else."""

    days: Days
    bad: Bools


@dataclass(frozen=True)
class Periods:
    """A period column: its text, the first and last day of each, and where it was no period."""

    text: Coded
    start: Days
    end: Days
    bad: Bools


def as_days(column: pa.ChunkedArray) -> Dates:
    """Dates, timestamps (their date) or ISO text as days."""
    if pa.types.is_temporal(column.type):
        days = np.asarray(_dates(column)).astype("datetime64[D]")
        believable = (days >= FIRST_DAY) & (days <= LAST_DAY)
        return Dates(np.where(believable, days, NEVER), ~believable & ~np.isnat(days))
    coded = as_codes(column)
    per_value = _days(coded.values)
    days = coded.spread(per_value, NEVER)
    return Dates(days, np.isnat(days) & ~coded.empty)


def as_periods(column: pa.ChunkedArray) -> Periods:
    """Months (2026-05), ISO weeks (2026-W07) or dates as spans of days."""
    coded = as_codes(_dates(column) if pa.types.is_temporal(column.type) else column)
    day = _days(coded.values)
    month = _numbers(coded.values, MONTH, ("y", "m"))
    next_month = _month(month["y"], month["m"] + 1)
    first_of_month = np.where(np.isnat(next_month), NEVER, _month(month["y"], month["m"]))
    monday = _monday(coded.values)
    start = _first_known(day, first_of_month, monday)
    end = _first_known(day, next_month - ONE_DAY, monday + 6 * ONE_DAY)
    bad = coded.spread(np.isnat(start), missing=False)
    return Periods(coded, coded.spread(start, NEVER), coded.spread(end, NEVER), bad)


def _dates(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The date of dates and timestamps, in their own time zone."""
    return column.cast(pa.date32(), safe=False)


def _numbers(text: pa.Array, pattern: str, names: tuple[str, ...]) -> dict[str, np.ndarray]:
    """The named groups of a pattern as integers, -1 where the text is not of that form."""
    found = pc.extract_regex(text, pattern)
    parts = {name: pc.struct_field(found, name) for name in names}
    return {n: np.asarray(pc.fill_null(p.cast(pa.int64()), -1)) for n, p in parts.items()}


def _month(year: np.ndarray, month: np.ndarray) -> Days:
    """First day of a month; month 13 is the January after."""
    known = (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (month >= 1) & (month <= 13)  # noqa: PLR2004
    months = np.where(known, (year - 1970) * 12 + month - 1, 0)
    return np.where(known, months.astype("datetime64[M]").astype("datetime64[D]"), NEVER)


def _days(text: pa.Array) -> Days:
    """Days of ISO dates, NaT where the text is none or the calendar has no such day."""
    part = _numbers(text, DAY, ("y", "m", "d"))
    first, after = _month(part["y"], part["m"]), _month(part["y"], part["m"] + 1)
    day = first + (part["d"] - 1) * ONE_DAY
    return np.where((part["d"] >= 1) & (day < after), day, NEVER)


def _monday(text: pa.Array) -> Days:
    """First day of ISO weeks; week 53 only in the years that have one."""
    part = _numbers(text, WEEK, ("y", "w"))
    first = _first_monday(part["y"])
    monday = first + (part["w"] - 1) * ONE_WEEK
    return np.where((part["w"] >= 1) & (monday < _first_monday(part["y"] + 1)), monday, NEVER)


def _first_monday(year: np.ndarray) -> Days:
    """Monday of ISO week 1: the week of 4 January."""
    fourth = _month(year, np.ones_like(year)) + 3 * ONE_DAY
    weekday = (np.where(np.isnat(fourth), 0, fourth.astype(np.int64)) + 3) % 7
    return fourth - weekday * ONE_DAY


def _first_known(*candidates: Days) -> Days:
    """The first of several that is a date, place by place."""
    known = candidates[0]
    for other in candidates[1:]:
        known = np.where(np.isnat(known), other, known)
    return known
