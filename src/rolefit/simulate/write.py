"""Writes a simulated centre: a workspace, its truth, and a datasheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pyarrow import csv, parquet

from rolefit.schema.toml import write_toml
from rolefit.simulate.datasheet import KNOBS, datasheet, plainly
from rolefit.simulate.worlds import knobs_toml

if TYPE_CHECKING:
    import pyarrow as pa

    from rolefit.simulate.centre import Simulated

FileFormat = Literal["csv", "parquet"]
TRUTH = "truth"


def write_workspace(
    simulated: Simulated, folder: str | Path, *, file_format: FileFormat = "csv"
) -> tuple[Path, ...]:
    """Writes every table, `rolefit.toml`, the truth and the knobs in `truth/`, and a README.

    Args:
        simulated: what `simulate` made.
        folder: made where it is not there; files of the same name are replaced.
        file_format: `csv`, which people can read, or `parquet`, for large centres.

    Returns:
        The files written; the same centre gives the same bytes.
    """
    root = Path(folder)
    (root / TRUTH).mkdir(parents=True, exist_ok=True)
    inputs = {**simulated.tables, **simulated.grouped}
    written = [_table(table, root / name, file_format) for name, table in inputs.items()]
    written += [
        _table(table, root / TRUTH / name, file_format) for name, table in simulated.truth.items()
    ]
    texts = {"rolefit.toml": write_toml(simulated.config), "README.md": datasheet(simulated)}
    if not plainly(simulated):
        texts[KNOBS] = knobs_toml(simulated.world)
    for name, text in texts.items():
        (root / name).write_text(text, encoding="utf-8", newline="\n")
    return (*written, *(root / name for name in texts))


def _table(table: pa.Table, path: Path, file_format: FileFormat) -> Path:
    """One table as one file."""
    target = path.with_name(f"{path.name}.{file_format}")
    if file_format == "parquet":
        parquet.write_table(table, target, compression="zstd")
    else:
        plain = csv.WriteOptions(include_header=False, quoting_style="none")
        with target.open("wb") as file:
            file.write((",".join(table.column_names) + "\n").encode())
            csv.write_csv(table, file, plain)
    return target
