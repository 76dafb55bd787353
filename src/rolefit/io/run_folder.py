"""Reads the folder that a run wrote: its tables as Arrow, its config."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolefit.io.config_file import load_config
from rolefit.io.run_table import read_table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pyarrow as pa

    from rolefit.schema.config import Config


def read_run(out: Path, tables: Iterable[str]) -> tuple[dict[str, pa.Table], Config]:
    """The tables of a run, lists as lists whatever the format, and its effective config.

    Args:
        out: folder of a run.
        tables: names of output tables.

    Raises:
        UsageError: RF402 when the run did not write one of them, RF424 when one is damaged.
    """
    found = {name: read_table(out, name) for name in tables}
    return found, load_config(out / "config.toml")
