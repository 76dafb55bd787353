"""Reads the truth of a simulated centre: a folder of tables, or the tables themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from rolefit.errors import Problem, UsageError
from rolefit.io.frames import from_frame

TRUTH = "truth"
OUTCOMES = "outcomes"
COLUMNS = {
    OUTCOMES: ("agent_id", "role", "outcome"),
    "agents_truth": ("agent_id",),
    "effects_truth": ("agent_id", "metric", "effect"),
}
"""Tables that are read, and columns that they must have."""
HINT = "`rolefit simulate DIR --agents N --seed S` writes a centre and its truth, in DIR/truth"

TYPES = {
    "agent_id": pa.string(), "role": pa.string(), "metric": pa.string(),
    "outcome": pa.float64(), "effect": pa.float64(),
}  # fmt: skip
"""Of the columns that truth tables share."""


def read_truth(truth: Mapping[str, object] | Path | str) -> dict[str, pa.Table]:
    """The tables of a truth that are there; `outcomes` always is.

    Args:
        truth: a `truth` folder, the folder of the centre it is in, or tables by name (Arrow,
            pandas or polars).

    Returns:
        Arrow tables by name, out of `outcomes`, `agents_truth`, `effects_truth`.

    Raises:
        UsageError: RF450, there is no truth there; RF451, a table cannot be read or lacks a column.
    """
    if isinstance(truth, Mapping):
        place = TRUTH
        found = {name: from_frame(truth[name], name).frame for name in COLUMNS if name in truth}
    else:
        folder = truth_folder(Path(truth))
        place = str(folder)
        found = {name: table for name in COLUMNS if (table := _read(folder, name)) is not None}
    if OUTCOMES not in found:
        raise UsageError([_none(place)])
    problems = [
        Problem(f"{place}: {name}", f"there is no column '{column}'", "RF451", hint=HINT)
        for name, table in found.items()
        for column in COLUMNS[name]
        if column not in table.column_names
    ]
    if problems:
        raise UsageError(problems)
    return found


def truth_folder(folder: Path) -> Path:
    """The folder itself, or `truth` in the folder of a centre."""
    inner = folder / TRUTH
    return inner if inner.is_dir() and not any(folder.glob(f"{OUTCOMES}.*")) else folder


def agents_hash(truth: Path) -> str | None:
    """sha256 of the agents table of the centre that a truth folder lies in; None without one."""
    centre = truth_folder(truth).resolve().parent
    for ending in ("csv", "parquet"):
        file = centre / f"agents.{ending}"
        if file.is_file():
            return hashlib.sha256(file.read_bytes()).hexdigest()
    return None


def _read(folder: Path, name: str) -> pa.Table | None:
    """One table as Parquet or CSV; None where there is neither."""
    parquet, csv = folder / f"{name}.parquet", folder / f"{name}.csv"
    try:
        if parquet.is_file():
            return pq.read_table(parquet)
        text = pa_csv.ConvertOptions(column_types=TYPES)
        return pa_csv.read_csv(csv, convert_options=text) if csv.is_file() else None
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        told = (str(error) or type(error).__name__).splitlines()[0]
        message = f"this cannot be read: {told}"
        place = str(parquet if parquet.is_file() else csv)
        raise UsageError([Problem(place, message, "RF451", hint=HINT)]) from None


def _none(place: str) -> Problem:
    """A folder, or tables, without outcomes."""
    return Problem(
        place, "there is no truth here: no table `outcomes`", "RF450",
        expected="the folder `truth` of a simulated centre", hint=HINT,
    )  # fmt: skip
