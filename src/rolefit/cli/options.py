"""Arguments and options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """File format of tables."""

    parquet = "parquet"
    csv = "csv"


Workspace = Annotated[Path, typer.Argument(metavar="WS", help="Folder of a centre.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON object for machines instead of a screen.")
]
