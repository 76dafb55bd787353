"""What else knows of replies, where the log is gone or shorter: tables, and records of runs."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from rolefit.errors import InputError, Problem, RolefitError
from rolefit.io.config_file import CONFIG_NAME, load_config
from rolefit.io.read import find_files, open_source
from rolefit.io.reply_table import LOG_NAME, TABLE_NAME, is_table_form

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

BACK = "bring the log back from a copy; wishes and corrections that were granted are only in it"


def lost_log(folder: Path, table: Path | None, outs: Iterable[Path] = ()) -> tuple[Problem, ...]:
    """What shows that there was a log, where there is none (RF313).

    Args:
        folder: the workspace.
        table: the file of the replies table, if there is one.
        outs: folders of runs outside the workspace, whose records are looked at, too.
    """
    if (folder / LOG_NAME).exists():
        return ()
    found = []
    if table is not None and is_table_form(_header(table)):
        message = f"the table was written from a {LOG_NAME}, which is not there"
        found.append(Problem(table.name, message, "RF313", f"{LOG_NAME} beside it", BACK))
    for record, kept in kept_heads(folder, outs).items():
        message = f"this run read a {LOG_NAME} of {kept[1]} entries, which is not there"
        found.append(Problem(record, message, "RF313", f"{LOG_NAME} in {folder}", BACK))
    return tuple(found)


def lost_lines(folder: Path, hashes: Sequence[str]) -> tuple[Problem, ...]:
    """Runs inside the workspace that read lines which the log does not have any more (RF315).

    Args:
        folder: the workspace.
        hashes: of all lines of the log.
    """
    known = set(hashes)
    hint = "lines were cut from its end, or it was rewritten; compare with a copy of the log"
    return tuple(
        Problem(
            record, f"no line of {LOG_NAME} has the hash {head[:12]}..., up to which this run read",
            "RF315", f"the same {LOG_NAME}, or one with more lines", hint,
        )
        for record, (head, _) in kept_heads(folder).items()
        if head not in known
    )  # fmt: skip


def kept_heads(folder: Path, outs: Iterable[Path] = ()) -> dict[str, tuple[str, int]]:
    """Record of a run -> head of the log, and number of entries, that the run read.

    Args:
        folder: the workspace; runs inside it are found.
        outs: folders of other runs.
    """
    records = {path.resolve(): path for path in sorted(folder.glob("*/run.json"))}
    records |= {(out / "run.json").resolve(): out / "run.json" for out in outs}
    kept = {}
    for path in records.values():
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            told: Mapping[str, object] = json.loads(path.read_text("utf-8"))["replies"]
            head, entries = told["head"], told["entries"]
            if isinstance(head, str) and isinstance(entries, int) and entries:
                kept[f"{path.parent.name}/{path.name}"] = (head, entries)
    return kept


def unproven(table: Path) -> str:
    """What it means that a table of replies has no log."""
    return (
        f"{table.name}: no {LOG_NAME} stands behind it, so nothing shows who wrote its rows, or "
        "whether some are missing. It is heard all the same: a contest in it holds every move."
    )


def table_there(folder: Path) -> Path | None:
    """The file of the replies table, by its name or as the config names it."""
    try:
        inputs = load_config(folder / CONFIG_NAME).inputs
    except RolefitError:
        inputs = {}
    found, _ = find_files(folder, inputs)
    return found.get("replies")


def foreign(folder: Path, outs: Iterable[Path] = ()) -> tuple[Problem, ...]:
    """Why no log may be begun: one is lost (RF313), or a table would be passed over (RF439)."""
    table = table_there(folder)
    lost = lost_log(folder, table, outs)
    if lost or table is None or (folder / LOG_NAME).exists():
        return lost
    would = "replace" if table.name == TABLE_NAME else "pass over"
    message = f"the table was not written by `rolefit reply`, which would {would} it"
    hint = "keep it under another name; its rows are not part of the log"
    return (Problem(str(table), message, "RF439", f"{LOG_NAME} beside it", hint),)


def _header(table: Path) -> tuple[str, ...]:
    try:
        return open_source(table, table.name).header
    except InputError:
        return ()
