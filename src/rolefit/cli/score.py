"""`rolefit score`: from a workspace to explained suggestions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from rolefit.cli.options import Format, Json, Quiet, Workspace
from rolefit.errors import Problem, UsageError, did_you_mean, listed

Engine = Literal["local", "spark"]
"""What a run is computed with."""


def score(
    ws: Workspace,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write.")],
    norms: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Score against earlier norms.")
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Shipped, a folder, or models:/rolefit@champion."),
    ] = None,
    tables: Annotated[
        str | None, typer.Option(metavar="suggestions,fits,...", help="Write only these tables.")
    ] = None,
    engine: Annotated[Engine, typer.Option(help="What computes.")] = "local",
    file_format: Annotated[Format, typer.Option("--format", help="Of the tables.")] = "parquet",
    *,
    terms: Annotated[bool, typer.Option("--terms", help="Also write every additive term.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check, say what would be done, write nothing.")
    ] = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Score a workspace and write suggestions with their reasons."""
    if engine == "spark":
        raise UsageError([_no_spark()])
    from rolefit.cli.run import Order, carry_out
    from rolefit.cli.screen import Screen

    order = Order(
        workspace=ws, out=out, norms=norms, model=model, tables=chosen_tables(tables, terms=terms),
        file_format=file_format,
    )  # fmt: skip
    carry_out(order, Screen(quiet=quiet, as_json=as_json, stages=4), dry_run=dry_run)


def chosen_tables(names: str | None, *, terms: bool) -> tuple[str, ...]:
    """Output tables to write, in the order of the contract.

    Args:
        names: comma-separated names; None = all but `terms`, which is large.
        terms: add `terms`.

    Raises:
        UsageError: RF411 for every name that is not an output table.
    """
    from rolefit.schema.tables import OUTPUT_TABLES

    asked = [name.strip() for name in names.split(",")] if names is not None else None
    unknown = [name for name in asked or () if name not in OUTPUT_TABLES]
    if unknown:
        raise UsageError([_unknown_table(name, OUTPUT_TABLES) for name in unknown])
    wanted = set(asked if asked is not None else set(OUTPUT_TABLES) - {"terms"})
    wanted |= {"rejects"} | ({"terms"} if terms else set())
    return tuple(name for name in OUTPUT_TABLES if name in wanted)


def _unknown_table(name: str, known: dict[str, object]) -> Problem:
    """A name in --tables that no output table has."""
    return Problem(
        place="--tables", message=f"unknown table '{name}'", code="RF411",
        expected=listed(known), hint=did_you_mean(name, known),
    )  # fmt: skip


def _no_spark() -> Problem:
    """The Spark engine is not part of this version."""
    return Problem(
        place="--engine spark", message="this version has no Spark engine", code="RF408",
        expected="--engine local", hint="the local engine scores in chunks on one machine",
    )  # fmt: skip
