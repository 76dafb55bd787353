"""Norms as files: one JSON, and beside it the large arrays where there are many."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rolefit.cli.writing import write_bytes
from rolefit.errors import InputError, Problem, UsageError
from rolefit.norms import ARROW_NAME, Norms

if TYPE_CHECKING:
    from pathlib import Path

MOST_NUMBERS_INSIDE = 200_000


def write_norms(norms: Norms, file: Path) -> tuple[Path, ...]:
    """Writes norms; returns the files written."""
    numbers = sum(array.size for array in norms.covariances().values())
    if numbers <= MOST_NUMBERS_INSIDE:
        write_bytes(file, norms.to_json().encode())
        return (file,)
    beside = file.with_name(ARROW_NAME)
    write_bytes(beside, norms.to_arrow())
    write_bytes(file, norms.to_json(with_arrays=False).encode())
    return (file, beside)


def check_place(file: Path) -> None:
    """Refuses to write norms over anything else.

    Raises:
        UsageError: RF410, the file is there and holds no norms.
    """
    if not file.is_file():
        return
    try:
        earlier = {"version", "arrays"} <= json.loads(file.read_bytes()).keys()
    except (ValueError, AttributeError):
        earlier = False
    if not earlier:
        raise UsageError([Problem(
            place=str(file), message="the file holds something else than norms", code="RF410",
            expected="a new file, or earlier norms", hint="name another file",
        )])  # fmt: skip


def read_norms(file: Path) -> Norms:
    """Norms of an earlier run.

    Raises:
        InputError: RF220 when the file is not there or not text.
        ConfigError: RF140, RF141 when these are not norms, or their arrays are missing.
    """
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not text"
        hint = "`rolefit norms WS --out norms.json` writes one"
        raise InputError([Problem(str(file), reason.lower(), "RF220", hint=hint)]) from None
    return Norms.from_json(text, _arrays_beside(file, text))


def _arrays_beside(file: Path, text: str) -> bytes | None:
    """The array file that the JSON names, if it names one and it is there."""
    try:
        name = json.loads(text)["arrays"]["file"]
    except (ValueError, KeyError, TypeError):
        return None
    beside = file.with_name(str(name))
    return beside.read_bytes() if beside.is_file() else None
