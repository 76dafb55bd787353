"""Rows that say the same thing twice, and rows that contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rolefit.io.aside import SetAside
    from rolefit.io.check_days import Days
    from rolefit.schema.arrays import Bools, Ints

CONFLICT = "another row has the same key and says something else; all of them are set aside"
REPEATED = "the row repeats another one; one of them is kept"
MAX_CODE = 2**62
EMPTY_CODE = -1


def row_codes(columns: Sequence[Ints]) -> Ints:
    """One number a row, equal exactly where all columns are equal.

    Args:
        columns: integer columns of equal length, each value at least -1.
    """
    combined = np.zeros(len(columns[0]), np.int64)
    size = 1
    for column in columns:
        wide = int(column.max(initial=EMPTY_CODE)) + 2
        if size > MAX_CODE // wide:
            distinct, combined = np.unique(combined, return_inverse=True)
            size = len(distinct)
        combined = combined * wide + column + 1
        size *= wide
    return combined


def drop_doubles(
    codes: Sequence[Ints], told: Callable[[Ints], Ints], key: Sequence[str], aside: SetAside
) -> None:
    """Keeps one of identical rows and none of contradicting ones, whatever their order.

    Args:
        codes: integer codes of the key columns.
        told: one number for all that the rows at some places say, equal where they say the same.
        key: names of the key columns, for the rejects.
        aside: rows dropped already do not take part.
    """
    group, at = _shared(row_codes(codes), ~aside.dropped)
    if not len(at):
        return
    same = told(at)
    order = np.lexsort([at, same, group])
    group, same, at = group[order], same[order], at[order]
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    one_voice = np.minimum.reduceat(same, starts) == np.maximum.reduceat(same, starts)
    agreed = np.repeat(one_voice, np.diff(np.r_[starts, len(group)]))
    first = np.zeros(len(group), bool)
    first[starts] = True
    name = ",".join(key)
    aside.rows(_at(at[~agreed], aside), name, "duplicate_key", CONFLICT)
    aside.rows(_at(at[agreed & ~first], aside), name, "duplicate_key", REPEATED)


def older_rows(codes: Sequence[Ints], age: Ints, dropped: Bools) -> Bools:
    """True where a kept row of the same key stands higher in `age` (a day number)."""
    combined, at = _shared(row_codes(codes), ~dropped)
    older = np.zeros(len(dropped), bool)
    if len(at):
        _, group = np.unique(combined, return_inverse=True)
        newest = np.full(group.max() + 1, np.iinfo(np.int64).min)
        np.maximum.at(newest, group, age[at])
        older[at] = age[at] < newest[group]
    return older


def outdated_by(codes: Sequence[Ints], days: Days, lost: Bools) -> Bools:
    """True where a lost row of the same key is as new, or of no known day, so that it may count.

    Args:
        codes: integer codes of the key columns; -1 = not readable.
        days: date of each row, NaT where it cannot be read.
        lost: rows that were set aside.
    """
    lost = lost & np.all([code != EMPTY_CODE for code in codes], axis=0)
    if not lost.any():
        return np.zeros(len(lost), bool)
    _, group = np.unique(row_codes(codes), return_inverse=True)
    always = np.iinfo(np.int64).max
    day = np.where(np.isnat(days), always, days.astype("datetime64[D]").astype(np.int64))
    newest = np.full(group.max() + 1, np.iinfo(np.int64).min)
    np.maximum.at(newest, group[lost], day[lost])
    return ~lost & (day <= newest[group])


def _shared(combined: Ints, takes_part: Bools) -> tuple[Ints, Ints]:
    """Codes and places of the rows whose code occurs more than once."""
    at = np.flatnonzero(takes_part)
    codes = combined[at]
    ordered = np.sort(codes)
    twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if not len(twice):
        return codes[:0], at[:0]
    found = np.minimum(np.searchsorted(twice, codes), len(twice) - 1)
    shared = twice[found] == codes
    return codes[shared], at[shared]


def _at(places: Ints, aside: SetAside) -> Bools:
    mask = np.zeros(len(aside.dropped), bool)
    mask[places] = True
    return mask
