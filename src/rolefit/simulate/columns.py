"""Arrow columns from arrays: names by position, numbers with gaps, days before a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from rolefit.schema.arrays import Floats, Ints

Column: TypeAlias = "pa.Array[Any]"


def named(names: Sequence[str], position: Ints) -> Column:
    """The name at each position; missing where the position is negative."""
    known = pa.array(list(names), pa.string())
    return known.take(pa.array(position, pa.int64(), mask=position < 0))


def gapped(values: Floats) -> Column:
    """Numbers, missing where NaN."""
    return pa.array(values, pa.float64(), from_pandas=True)


def whole(values: Floats) -> Column:
    """Whole numbers, missing where NaN."""
    return gapped(values).cast(pa.int64())


def before(as_of: date, days: Floats) -> Column:
    """The date so many days before `as_of`, part days dropped; missing where NaN."""
    unknown = np.isnan(days)
    back = np.where(unknown, 0.0, days).astype(np.int64).astype("timedelta64[D]")
    return pa.array(np.datetime64(as_of, "D") - back, pa.date32(), mask=unknown)
