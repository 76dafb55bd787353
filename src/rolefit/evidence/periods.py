"""Periods as numbers: months, or weeks where nothing is by month."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.dates import DAYS_A_MONTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.schema.arrays import Floats, Ints

MONTH = re.compile(r"(\d{4})-(\d{2})")
WEEK = re.compile(r"(\d{4})-W(\d{2})")
THURSDAY, SUNDAY = 4, 7
"""Thursday says to which month a week belongs."""
UNKNOWN = -1


def by_month(names: Sequence[str]) -> bool:
    """Whether any period is a month; days and weeks alone are counted in weeks.

    Example:
        >>> by_month(("2026-01", "2026-02")), by_month(("2026-W05", "2026-02-03"))
        (True, False)
    """
    return any(MONTH.fullmatch(name) for name in names)


def period_numbers(names: Sequence[str], *, monthly: bool) -> Ints:
    """Consecutive numbers of periods, so that a difference is a number of periods.

    Args:
        names: `YYYY-MM`, `YYYY-Www` or ISO dates.
        monthly: count in months, else in weeks (Monday to Sunday).

    Returns:
        months since year 0, or weeks since year 1; -1 where a name is no period.

    Example:
        >>> month = period_numbers(("2025-12", "2026-01-31", ""), monthly=True)
        >>> int(month[1] - month[0]), int(month[2])
        (1, -1)
    """
    days = [_day(name) for name in names]
    return np.array([UNKNOWN if d is None else day_period(d, monthly=monthly) for d in days],
                    np.int64)  # fmt: skip


def day_period(day: date, *, monthly: bool) -> int:
    """Number of the month or week of a day, as in `period_numbers`.

    Example:
        >>> ends = date(2025, 12, 31), date(2026, 3, 1)
        >>> months = [day_period(day, monthly=True) for day in ends]
        >>> weeks = [day_period(date(2026, 3, day), monthly=False) for day in (1, 2)]
        >>> months[1] - months[0], weeks[1] - weeks[0]
        (3, 1)
    """
    return day.year * 12 + day.month - 1 if monthly else (day.toordinal() - 1) // 7


def months_since(names: Sequence[str], as_of: date) -> Floats:
    """Months (of 30.44 days) from the last day of each period to a day.

    Args:
        names: `YYYY-MM`, `YYYY-Www` or ISO dates.
        as_of: the day.

    Returns:
        shape (names,), never below 0; 0 where a name is no period: nobody can say.

    Example:
        >>> months_since(("2025-12", "2026-06", "?"), date(2026, 6, 30)).round(1).tolist()
        [5.9, 0.0, 0.0]
    """
    days = [0 if (last := last_day(name)) is None else (as_of - last).days for name in names]
    return np.maximum(np.array(days, np.float64), 0.0) / DAYS_A_MONTH


def last_day(name: str) -> date | None:
    """The last day of a period; None where a name is no period.

    Example:
        >>> last_day("2026-02"), last_day("2026-W01"), last_day("?")
        (datetime.date(2026, 2, 28), datetime.date(2026, 1, 4), None)
    """
    first = _day(name)
    if first is None or not (MONTH.fullmatch(name) or WEEK.fullmatch(name)):
        return first
    if WEEK.fullmatch(name):
        return first + timedelta(days=SUNDAY - THURSDAY)
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _day(name: str) -> date | None:
    """A day of the period: the first of a month, the Thursday of a week."""
    try:
        if found := MONTH.fullmatch(name):
            return date(int(found[1]), int(found[2]), 1)
        if found := WEEK.fullmatch(name):
            return date.fromisocalendar(int(found[1]), int(found[2]), THURSDAY)
        return date.fromisoformat(name)
    except ValueError:
        return None
