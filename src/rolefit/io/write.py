"""Output appears whole or not at all: written aside, then put in place."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from rolefit.errors import Problem, UsageError
from rolefit.io.json_text import lists_as_text
from rolefit.io.spreadsheet import neutralised
from rolefit.io.swap import restore, swap
from rolefit.schema.tables import OUTPUT_TABLES

try:
    import fcntl
except ImportError:  # Windows has no advisory locks of this kind
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Format = Literal["parquet", "csv"]
MARKER = "run.json"
PARTIAL = ".partial-"
OWNED = {MARKER, "norms.json", "norms.arrow", "config.toml"} | {
    f"{table}.{ending}" for table in OUTPUT_TABLES for ending in ("parquet", "csv")
}
"""What a run writes; anything else in an output folder belongs to somebody and is kept."""


def write_whole(target: Path, build: Callable[[Path], None], *, marker: str = MARKER) -> None:
    """Lets `build` fill a folder and puts it in place of `target` when it is complete.

    An earlier output is replaced; files in it that no run writes are carried over. When `build`
    fails or the process is killed, the earlier output stays as it was.

    Args:
        target: the output folder.
        build: writes everything into the folder that it is given.
        marker: a file by which an earlier output is known.

    Raises:
        UsageError: RF410, when `target` holds something else.
    """
    restore(target)
    check_target(target, marker=marker)
    target.parent.mkdir(parents=True, exist_ok=True)
    with _partial(target) as aside:
        build(aside)
        if target.exists():
            _carry_over(target, aside)
        _settle(aside)
        if target.exists():
            swap(aside, target)
        else:
            aside.rename(target)


def check_target(target: Path, *, marker: str = MARKER) -> None:
    """Refuses a folder that is neither new, nor empty, nor an earlier output.

    Raises:
        UsageError: RF410.
    """
    if not target.exists():
        return
    if not target.is_dir():
        hint = "name a folder"
        raise UsageError([Problem(str(target), "this is a file, not a folder", "RF410", hint=hint)])
    if any(target.iterdir()) and not (target / marker).is_file():
        raise UsageError([
            Problem(
                str(target), "the folder holds something that rolefit did not write", "RF410",
                expected=f"a new or empty folder, or an earlier output (with {marker})",
                hint="name another folder",
            )
        ])  # fmt: skip


@contextmanager
def _partial(target: Path) -> Iterator[Path]:
    """A folder beside the target, locked while we live and removed afterwards."""
    prefix = f".{target.name}{PARTIAL}"
    _remove_abandoned(target.parent, prefix)
    aside = Path(tempfile.mkdtemp(prefix=prefix, dir=target.parent))
    lock = _lock(aside)
    try:
        aside.chmod(0o777 & ~_umask())
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def _remove_abandoned(folder: Path, prefix: str) -> None:
    """Removes what killed runs left: the system has released their locks."""
    for path in folder.glob(f"{prefix}*"):
        lock = _lock(path)
        if lock is not None:
            shutil.rmtree(path, ignore_errors=True)
            os.close(lock)


def _lock(folder: Path) -> int | None:
    """A lock on a folder, or None where somebody holds it or the system has none."""
    if fcntl is None:
        return None
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def _umask() -> int:
    """The mask of new files, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _carry_over(old: Path, new: Path) -> None:
    for path in old.iterdir():
        if path.name not in OWNED and not (new / path.name).exists():
            copy = shutil.copytree if path.is_dir() else shutil.copy2
            copy(path, new / path.name)


def _settle(folder: Path) -> None:
    """Asks the system to put every file on the disk before the folder gets its name."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("r+b") as file:
                os.fsync(file.fileno())


def write_table(table: pa.Table, path: Path, form: Format = "parquet") -> Path:
    """Writes one table; the same table gives the same bytes.

    CSV holds lists as JSON text, and cells that a spreadsheet would run as a formula begin with an
    apostrophe.

    Args:
        table: any table.
        path: where, without the ending.
        form: `parquet` or `csv`.

    Returns:
        The path written, with its ending.
    """
    table = table.replace_schema_metadata(None).combine_chunks()
    file = path.with_name(f"{path.name}.{form}")
    if form == "parquet":
        pq.write_table(table, file, compression="zstd", row_group_size=1 << 17)
    else:
        pacsv.write_csv(_flat(table), file)
    return file


def _flat(table: pa.Table) -> pa.Table:
    """Every column as a spreadsheet can hold it."""
    columns = [neutralised(column) for column in lists_as_text(table).itercolumns()]
    return pa.table(columns, names=table.column_names)


def write_json(data: object, path: Path) -> None:
    """Writes JSON with sorted keys, so that the same data give the same bytes.

    Raises:
        ValueError: a number that is not finite.
    """
    text = json.dumps(data, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", "utf-8")
