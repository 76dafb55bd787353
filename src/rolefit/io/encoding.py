"""Text must be UTF-8; anything else is an error that says where and what to do."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

import numpy as np

from rolefit.errors import InputError, Problem

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK = 1 << 24
LAST_ASCII = 127
SAVE_AS = 'save it as "CSV UTF-8" (Excel: Save As, CSV UTF-8)'
FOREIGN = {
    b"PK\x03\x04": "an Excel workbook or a zip archive, not a CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook, not a CSV",
    b"PAR1": "a Parquet file under the name of a CSV",
    b"\x1f\x8b": "gzip-packed, but not named .csv.gz",
    codecs.BOM_UTF16_LE: "UTF-16 text, not UTF-8",
    codecs.BOM_UTF16_BE: "UTF-16 text, not UTF-8",
}


def checked_text(raw: pa.Buffer, name: str) -> pa.Buffer:
    """The same bytes without a byte order mark.

    Raises:
        InputError: RF204, with the byte and the line of the first byte that is not UTF-8.
    """
    start = memoryview(raw)[:4096].tobytes()
    for sign, what in FOREIGN.items():
        if start.startswith(sign):
            raise InputError([_not_text(name, f"the file is {what}")])
    if b"\x00" in start:
        raise InputError([_not_text(name, "the file has zero bytes: UTF-16, or no text at all")])
    at = _first_bad_byte(raw)
    if at is not None:
        before = np.frombuffer(raw, np.uint8, at)
        line = 1 + np.count_nonzero(before == ord("\n"))
        seen = f"byte {at + 1} (line {line}) is not UTF-8"
        if (before > LAST_ASCII).any():
            seen += "; letters before it are, so the file mixes encodings"
        raise InputError([_not_text(name, seen)])
    return raw.slice(len(codecs.BOM_UTF8)) if start.startswith(codecs.BOM_UTF8) else raw


def _not_text(name: str, message: str) -> Problem:
    return Problem(name, message, "RF204", expected="UTF-8 text", hint=SAVE_AS)


def _first_bad_byte(raw: pa.Buffer) -> int | None:
    """Position of the first byte that cannot be UTF-8, found in one pass of bounded memory."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    view, done = memoryview(raw), 0
    while done < len(view) or done == 0:
        pending = len(decoder.getstate()[0])
        chunk = view[done : done + CHUNK].tobytes()
        try:
            decoder.decode(chunk, final=done + CHUNK >= len(view))
        except UnicodeDecodeError as error:
            return done - pending + error.start
        done += max(len(chunk), 1)
    return None
