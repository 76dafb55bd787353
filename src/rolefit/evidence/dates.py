"""Dates as day numbers and ages in months."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from rolefit.evidence.table import numbers

if TYPE_CHECKING:
    import pyarrow as pa

    from rolefit.schema.arrays import Floats

DAYS_A_MONTH = 365.2425 / 12
EPOCH = date(1970, 1, 1)


def day_number(day: date) -> float:
    """Days since 1970-01-01."""
    return float((day - EPOCH).days)


def day_numbers(column: pa.ChunkedArray) -> Floats:
    """Days since 1970-01-01 of a date column, NaN where missing."""
    return numbers(column.cast("int32"))


def months_before(column: pa.ChunkedArray, as_of: date) -> Floats:
    """Months from each date to `as_of`, NaN where missing; negative in its future."""
    return (day_number(as_of) - day_numbers(column)) / DAYS_A_MONTH
