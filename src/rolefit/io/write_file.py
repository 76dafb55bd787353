"""Writes one table to one file, whole or not at all; the name says the format."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from rolefit.errors import Problem, UsageError
from rolefit.io.write import write_table

if TYPE_CHECKING:
    import pyarrow as pa

    from rolefit.io.write import Format

FORMATS: dict[str, Format] = {".parquet": "parquet", ".csv": "csv"}


def write_file(table: pa.Table, path: Path) -> None:
    """Writes a table beside its place and renames it.

    Args:
        table: any table; lists become JSON text in a CSV file.
        path: ends with .parquet or .csv; an earlier file is replaced.

    Raises:
        UsageError: RF430 another ending, RF431 the folder is not there.
    """
    form = FORMATS.get(path.suffix)
    if form is None:
        raise UsageError([
            Problem(str(path), "the name does not say a format", "RF430",
                    expected="a file that ends with .parquet or .csv")
        ])  # fmt: skip
    if not path.parent.is_dir():
        raise UsageError([
            Problem(str(path), f"there is no folder {path.parent}", "RF431",
                    hint=f"mkdir -p {path.parent}")
        ])  # fmt: skip
    with tempfile.TemporaryDirectory(prefix=f".{path.name}", dir=path.parent) as aside:
        write_table(table, Path(aside) / path.stem, form).replace(path)
