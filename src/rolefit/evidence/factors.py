"""Side factors that follow from the keys: seasons, nested factors, months of service."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.dates import DAYS_A_MONTH, EPOCH, day_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from rolefit.schema.arrays import Floats, Ints

NESTED = ":"
SEASON = "season"
MONTH_PARTS, WEEK_MARK = 2, "-W"


def derive_factors(
    codes: Mapping[str, Ints], levels: Mapping[str, tuple[str, ...]], wanted: Sequence[str]
) -> tuple[dict[str, Ints], dict[str, tuple[str, ...]]]:
    """The factors asked for that are not keys: `season`, and nested ones such as `client:period`.

    Args:
        codes: key -> level code of each row.
        levels: key -> level names.
        wanted: names of factors; keys among them are left as they are.

    Returns:
        codes and levels of keys and derived factors.

    Example:
        >>> codes = {"client": np.array([0, 0, 1]), "period": np.array([0, 1, 1])}
        >>> levels = {"client": ("acme", "globex"), "period": ("2026-01", "2026-06")}
        >>> found, names = derive_factors(codes, levels, ("client", "season", "client:period"))
        >>> found["season"].tolist(), names["client:period"]
        ([0, 5, 5], ('acme:2026-01', 'acme:2026-06', 'globex:2026-06'))
    """
    found, names = dict(codes), dict(levels)
    for factor in wanted:
        if factor == SEASON:
            months = np.array([first_day(period).month for period in levels["period"]])
            names[factor] = tuple(f"{month:02d}" for month in range(1, 13))
            found[factor] = (months - 1)[codes["period"]]
        elif NESTED in factor:
            outer, inner = factor.split(NESTED)
            key = codes[outer] * len(levels[inner]) + codes[inner]
            used, found[factor] = np.unique(key, return_inverse=True)
            pairs = [divmod(k, len(levels[inner])) for k in used.tolist()]
            names[factor] = tuple(f"{levels[outer][o]}{NESTED}{levels[inner][i]}" for o, i in pairs)
    return found, names


def first_day(period: str) -> date:
    """First day of a period `YYYY-MM`, `YYYY-Www` or `YYYY-MM-DD`; the epoch where it is none.

    Example:
        >>> first_day("2026-03"), first_day("2026-W10")
        (datetime.date(2026, 3, 1), datetime.date(2026, 3, 2))
    """
    try:
        if WEEK_MARK in period:
            year, week = period.split(WEEK_MARK)
            return date.fromisocalendar(int(year), int(week), 1)
        whole = period if period.count("-") == MONTH_PARTS else f"{period}-01"
        return date.fromisoformat(whole)
    except ValueError:
        return EPOCH


def service(
    table: pa.Table, agents: pa.Table, row: Ints, periods: tuple[str, ...], period: Ints
) -> Floats:
    """log(1 + months from hiring to the period) of each row; the median where it is unknown.

    Args:
        table: metrics table, for its number of rows.
        agents: agents table with `hired_on`.
        row: row of the agents table, shape (rows,).
        periods: period names.
        period: position in `periods`, shape (rows,).

    Returns:
        shape (rows,), >= 0; all 0 without `hired_on`.

    Example:
        Hired in January, 0 and 3 months in; of the second agent nobody knows since when.

        >>> from datetime import date
        >>> import pyarrow as pa
        >>> agents = pa.table({"hired_on": [date(2026, 1, 1), None]})
        >>> row, rows = np.array([0, 0, 1]), pa.table({"contacts": [10.0, 10.0, 10.0]})
        >>> served = service(rows, agents, row, ("2026-01", "2026-04"), np.array([0, 1, 1]))
        >>> np.expm1(served).round(2).tolist()
        [0.0, 2.96, 1.48]
    """
    if "hired_on" not in agents.column_names or not table.num_rows:
        return np.zeros(table.num_rows)
    starts = np.array([(first_day(name) - EPOCH).days for name in periods], np.float64)
    hired = day_numbers(agents["hired_on"])[row]
    months = np.maximum((starts[period] - hired) / DAYS_A_MONTH, 0.0)
    known = months[np.isfinite(months)]
    middle = float(np.median(known)) if len(known) else 0.0
    served: Floats = np.log1p(np.where(np.isfinite(months), months, middle))
    return served
