"""Nested Arrow columns as JSON text, column by column and without an object a row."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.compute as pc

SPECIAL = {chr(k): json.dumps(chr(k))[1:-1] for k in (0x5C, 0x22, *range(0x20))}
"""Characters that JSON writes otherwise; the backslash first, because the others use it."""
ANY_SPECIAL = r'[\x00-\x1f"\\]'


def json_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A list or struct column as JSON; null stays null.

    Args:
        column: lists, structs, text, numbers and booleans, nested to any depth.

    Example:
        >>> import pyarrow as pa
        >>> json_text(pa.chunked_array([[["a"], []]])).to_pylist()
        ['["a"]', '[]']
    """
    chunks = [_or_null(chunk, _encoded(chunk)) for chunk in column.chunks]
    return pa.chunked_array(chunks, pa.string())


def lists_as_text(table: pa.Table) -> pa.Table:
    """The same table with its nested columns as JSON text.

    Example:
        >>> lists_as_text(pa.table({"n": [1], "notes": [["a"]]})).to_pylist()
        [{'n': 1, 'notes': '["a"]'}]
    """
    columns = [
        json_text(column) if pa.types.is_nested(column.type) else column
        for column in table.itercolumns()
    ]
    return pa.table(columns, names=table.column_names)


def _or_null(array: pa.Array, text: pa.Array) -> pa.Array:
    return pc.if_else(pc.is_valid(array), text, None)


def _encoded(array: pa.Array) -> pa.Array:
    """JSON of every value; the word `null` where it is missing."""
    kind = array.type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        text = _list(array)
    elif pa.types.is_struct(kind):
        text = _struct(array)
    elif pa.types.is_floating(kind):
        text = pc.if_else(pc.is_finite(array), array.cast(pa.string()), None)
    elif pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        text = array.cast(pa.string())
    else:
        text = pc.binary_join_element_wise('"', _escaped(array.cast(pa.string())), '"', "")
    return pc.fill_null(_or_null(array, text), "null")


def _list(array: pa.ListArray) -> pa.Array:
    values = _encoded(array.flatten())
    sizes = pc.fill_null(pc.list_value_length(array), 0)
    ends = pc.cumulative_sum(sizes.cast(pa.int32()))
    offsets = pa.concat_arrays([pa.array([0], pa.int32()), ends])
    joined = pc.binary_join(pa.ListArray.from_arrays(offsets, values), ",")
    return pc.binary_join_element_wise("[", joined, "]", "")


def _struct(array: pa.StructArray) -> pa.Array:
    parts: list[pa.Array | str] = []
    for k, field in enumerate(array.type):
        comma = "," if k else ""
        parts += [f"{comma}{json.dumps(field.name)}:", _encoded(pc.struct_field(array, field.name))]
    return pc.binary_join_element_wise("{", *parts, "}", "")


def _escaped(text: pa.Array) -> pa.Array:
    if not pc.any(pc.match_substring_regex(text, ANY_SPECIAL)).as_py():
        return text
    for sign, written in SPECIAL.items():
        text = pc.replace_substring(text, sign, written)
    return text
