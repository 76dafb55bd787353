"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

Format = Literal["parquet", "csv"]
"""File format of tables."""

Workspace = Annotated[Path, typer.Argument(metavar="WS", help="Folder of a centre.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON object for machines instead of a screen.")
]
