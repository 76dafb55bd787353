"""Text that a spreadsheet would run as a formula is made text again."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

FORMULA = r"^[=+\-@\t\r\n\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}]"
"""A leading formula sign, in its full-width form too."""
PLAIN_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"


def neutralised(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column with an apostrophe before every formula; numbers such as -1.5 stay numbers.

    Args:
        column: any column without nesting; only text is touched.
    """
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if not pa.types.is_string(column.type) and not pa.types.is_large_string(column.type):
        return column
    runs = pc.and_(
        pc.match_substring_regex(column, FORMULA),
        pc.invert(pc.match_substring_regex(column, PLAIN_NUMBER)),
    )
    return pc.if_else(runs, pc.binary_join_element_wise("'", column, ""), column)
