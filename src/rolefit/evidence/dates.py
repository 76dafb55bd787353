"""Dates as day numbers and ages in months."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.table import numbers

if TYPE_CHECKING:
    import pyarrow as pa

    from rolefit.schema.arrays import Floats

DAYS_A_MONTH = 365.2425 / 12
EPOCH = date(1970, 1, 1)
MOST_HALVINGS = 60.0
"""What is older counts 1e-18, which is nothing; the square of more would not be a number."""


def day_number(day: date) -> float:
    """Days since 1970-01-01.

    Example:
        >>> day_number(date(1970, 2, 1))
        31.0
    """
    return float((day - EPOCH).days)


def day_numbers(column: pa.ChunkedArray) -> Floats:
    """Days since 1970-01-01 of a date column, NaN where missing.

    Example:
        >>> import pyarrow as pa
        >>> day_numbers(pa.chunked_array([[date(1970, 2, 1), None]])).tolist()
        [31.0, nan]
    """
    return numbers(column.cast("int32"))


def months_before(column: pa.ChunkedArray, as_of: date) -> Floats:
    """Months (of 30.44 days) from each date to `as_of`, NaN where missing; negative in its future.

    Example:
        >>> import pyarrow as pa
        >>> days = pa.chunked_array([[date(2025, 6, 30), date(2026, 7, 30), None]])
        >>> months_before(days, date(2026, 6, 30)).round(2).tolist()
        [11.99, -0.99, nan]
    """
    return (day_number(as_of) - day_numbers(column)) / DAYS_A_MONTH


def fade(months: Floats, half_life: float) -> Floats:
    """How much something still counts after so many months: 2^(-months / half_life).

    Args:
        months: ages, at least 0.
        half_life: months after which it counts half, > 0.

    Returns:
        shape of `months`, in (0, 1]; never below 2^-60.

    Example:
        >>> fade(np.array([0.0, 12.0, 24.0, 1e9]), 12.0).round(3).tolist()
        [1.0, 0.5, 0.25, 0.0]
    """
    return np.asarray(2.0 ** -np.minimum(months / half_life, MOST_HALVINGS))
