"""Text columns as codes over their distinct values: every check costs the distinct values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rolefit.errors import did_you_mean

if TYPE_CHECKING:
    from rolefit.io.rules import Vocabulary
    from rolefit.schema.arrays import Bools, Ints

EMPTY = -1
MAX_HINTS = 50
EXACT = 2.0**53
"""Below it a float holds every whole number."""
MAX_SHOWN = 40
NOTHING_TOLD = "[]"
_WORD = r'"(?:[^"\\]|\\.)*"'
_VALUE = rf"(?:{_WORD}|-?[0-9][0-9.eE+-]*|true|false|null|NaN|-?Infinity)"
_PAIRS = rf"{_WORD}\s*:\s*{_VALUE}(?:\s*,\s*{_WORD}\s*:\s*{_VALUE})*"
_OBJECT = rf"\{{\s*(?:{_PAIRS})?\s*\}}"
JSON_LIST = rf"^\s*\[\s*(?:{_OBJECT}(?:\s*,\s*{_OBJECT})*)?\s*\]\s*$"
"""A list of flat objects, as the `gates` of a run are written."""


@dataclass(frozen=True)
class Coded:
    """A text column: row -> position in `values`, -1 where the cell is empty."""

    codes: Ints
    values: pa.Array

    @property
    def empty(self) -> Bools:
        """True where nothing is written."""
        empty: Bools = self.codes == EMPTY
        return empty

    def texts(self) -> pa.Array:
        """The column as plain text, null where empty."""
        return self.values.take(pa.array(self.codes, mask=self.empty))

    def blank(self, at: Bools) -> Coded:
        """The same with the cells at these places empty."""
        return Coded(np.where(at, EMPTY, self.codes), self.values)

    def put(self, at: Bools, text: str) -> Coded:
        """The same with one text in the cells at these places."""
        values = pa.concat_arrays([self.values, pa.array([text], self.values.type)])
        return Coded(np.where(at, len(self.values), self.codes), values)

    def spread(self, per_value: np.ndarray, missing: object) -> np.ndarray:
        """A result per distinct value as one per row, `missing` where the cell is empty."""
        return np.append(per_value, np.array([missing], per_value.dtype))[self.codes]


def as_codes(column: pa.ChunkedArray, *, spoken: bool = False) -> Coded:
    """Any column as trimmed text; blanks only means empty.

    Args:
        column: text, dictionary, number, date or boolean column.
        spoken: words that people type: `Not now` is read as `not_now`.
    """
    encoded = _as_text(column)
    if not pa.types.is_dictionary(encoded.type):
        encoded = encoded.dictionary_encode()
    whole = _one_piece(encoded)
    trimmed = pc.utf8_trim_whitespace(whole.dictionary)
    if spoken:
        trimmed = pc.replace_substring_regex(pc.utf8_lower(trimmed), r"[\s-]+", "_")
    trimmed = pc.if_else(pc.equal(trimmed, ""), None, trimmed).dictionary_encode()
    position = np.asarray(pc.fill_null(trimmed.indices.cast(pa.int64()), EMPTY))
    codes = np.asarray(pc.fill_null(whole.indices.cast(pa.int64()), EMPTY))
    return Coded(np.append(position, EMPTY)[codes], trimmed.dictionary)


def _one_piece(encoded: pa.ChunkedArray) -> pa.DictionaryArray:
    if encoded.num_chunks == 0:
        return pa.array([], pa.string()).dictionary_encode()
    if encoded.num_chunks == 1:
        return encoded.chunk(0)
    return pa.concat_arrays(encoded.unify_dictionaries().chunks)


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Numbers and dates as a person writes them: 1001, not 1001.0."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return column
    if pa.types.is_floating(kind):
        column = pc.if_else(pc.is_nan(column), None, column)
        whole = pc.and_(pc.equal(pc.round(column), column), pc.less(pc.abs(column), EXACT))
        column = column if pc.all(whole).as_py() is False else column.cast(pa.int64())
    return column.cast(pa.string())


def not_json(coded: Coded) -> Bools:
    """True where something is written that is no list of flat objects in JSON.

    Example:
        >>> cells = ['[{"gate": "wish", "value": null}]', "[{'gate': 'wish'}]", None, "[{"]
        >>> not_json(as_codes(pa.chunked_array([cells]))).tolist()
        [False, True, False, True]
    """
    fits = pc.match_substring_regex(coded.values, JSON_LIST)
    return coded.spread(~np.asarray(fits, bool), missing=False)


def outside(coded: Coded, words: Vocabulary) -> Bools:
    """True where a value is written that is none of the words."""
    known = pc.is_in(coded.values, value_set=pa.array(words.words, pa.string()))
    return coded.spread(~np.asarray(known, bool), missing=False)


def name_unknown(coded: Coded, at: Ints, words: Vocabulary) -> pa.Array:
    """Messages for unknown words: the word itself is an id; long ones may be free text."""
    used, back = np.unique(coded.codes[at], return_inverse=True)
    messages = []
    for k, value in enumerate(coded.values.take(pa.array(used)).to_pylist()):
        shown = (
            f"unknown {words.what} '{value}'"
            if len(value) <= MAX_SHOWN
            else (f"unknown {words.what}")
        )
        guess = did_you_mean(value, words.words) if k < MAX_HINTS else ""
        messages.append(f"{shown}; {guess}" if guess else shown)
    return pa.array(messages, pa.string()).take(pa.array(back))
