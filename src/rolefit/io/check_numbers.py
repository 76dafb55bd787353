"""Number columns: what is a number, what is finite, what is in range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rolefit.io.aside import SetAside
    from rolefit.io.rules import Column
    from rolefit.io.source import Body
    from rolefit.schema.arrays import Bools, Floats

NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
NOT_FINITE = r"(?i)^[+-]?(nan|inf|infinity)$"
WITH_COMMA = r"^[+-]?[0-9]*,[0-9]+$"
WITH_POINT = r"^[+-]?[0-9]*\.[0-9]+$"
POINT, COMMA = ".", ","


@dataclass(frozen=True)
class Numbers:
    """A number column: NaN where missing, and which cells were something else."""

    values: Floats
    not_number: Bools
    not_finite: Bools


def decimal_mark(body: Body, names: Iterable[str]) -> str:
    """Comma or point: in a file whose separator leaves both free, the more frequent one.

    The answer holds for the whole file, so it does not depend on row order; cells written the
    other way are set aside, because 1.234 and 1,234 mean different things in different countries.
    """
    if not body.free_decimals:
        return POINT
    seen = dict.fromkeys((COMMA, POINT), 0)
    for name in names:
        text = body.table[name]
        if pa.types.is_string(text.type):
            trimmed = pc.utf8_trim_whitespace(text)
            for mark, pattern in ((COMMA, WITH_COMMA), (POINT, WITH_POINT)):
                seen[mark] += pc.sum(pc.match_substring_regex(trimmed, pattern)).as_py() or 0
    return COMMA if seen[COMMA] >= seen[POINT] else POINT


def as_numbers(column: pa.ChunkedArray, *, mark: str, nan_is_missing: bool) -> Numbers:
    """Any column as floats.

    Args:
        column: numbers, booleans or text.
        mark: decimal mark of text.
        nan_is_missing: NaN in a float column stands for "not there".
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_string(kind):
        return _from_text(column, mark)
    try:
        column = column.cast(pa.float64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        filled = np.asarray(pc.is_valid(column))
        return Numbers(np.full(len(filled), np.nan), filled, np.zeros(len(filled), bool))
    null = np.asarray(pc.is_null(column))
    values = np.asarray(pc.fill_null(column, 0.0), np.float64)
    not_finite = np.isinf(values) if nan_is_missing else ~np.isfinite(values)
    values = np.where(null | not_finite, np.nan, values)
    return Numbers(values, np.zeros(len(values), bool), not_finite)


def _from_text(column: pa.ChunkedArray, mark: str) -> Numbers:
    text = pc.utf8_trim_whitespace(column)
    filled = np.asarray(pc.fill_null(pc.not_equal(text, ""), fill_value=False))
    if mark == COMMA:
        pointed = pc.match_substring(text, POINT)
        text = pc.if_else(pointed, "x", pc.replace_substring(text, COMMA, POINT))
    number = pc.fill_null(pc.match_substring_regex(text, NUMBER), fill_value=False)
    text_of_numbers = pc.if_else(
        number, pc.replace_substring(text, "+", "", max_replacements=1), None
    )
    values = np.asarray(pc.fill_null(text_of_numbers.cast(pa.float64()), np.nan), np.float64)
    named = np.asarray(pc.fill_null(pc.match_substring_regex(text, NOT_FINITE), fill_value=False))
    not_finite = named | np.isinf(values)
    values = np.where(not_finite, np.nan, values)
    return Numbers(values, filled & ~np.asarray(number) & ~named, not_finite)


def check_numbers(numbers: Numbers, column: Column, mark: str, aside: SetAside) -> Floats:
    """Sets aside what is no number, not finite, negative or out of range; the rest, scaled.

    Returns:
        The numbers after `scale`; NaN where missing or set aside.
    """
    set_aside = aside.rows if column.needed else aside.cells
    values = numbers.values / column.scale
    wants = f"; decimals are written with a {'comma' if mark == COMMA else 'point'} here"
    set_aside(numbers.not_number, column.name, "not_a_number", f"not a number{wants}")
    set_aside(numbers.not_finite, column.name, "not_finite", "NaN or infinity; leave it empty")
    if column.span is None:
        return values
    low, high = column.span
    negative = (values < 0) & (low >= 0)
    set_aside(negative, column.name, "negative", "below 0")
    unfit = (values < low) | (values > high) | (column.positive & (values <= 0))
    set_aside(unfit & ~negative, column.name, "out_of_range", _expected(column))
    return np.where(negative | unfit, np.nan, values)


def _expected(column: Column) -> str:
    low, high = column.span or (-np.inf, np.inf)
    text = f"outside {low:g} to {high:g}"
    if column.positive and low <= 0:
        text += ", or 0, which a duration cannot be"
    return f"{text} (after dividing by {column.scale:g})" if column.scale != 1 else text
