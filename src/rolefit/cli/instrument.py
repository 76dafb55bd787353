"""`rolefit instrument`: prints a survey instrument, ready to be copied and changed."""

from __future__ import annotations

from importlib.resources import files
from typing import Annotated

import typer

from rolefit.errors import Problem, UsageError, did_you_mean, listed

BUILTIN = "builtin:"


def instrument(
    name: Annotated[str, typer.Argument(help="`builtin:strengths` or `builtin:interests`.")],
) -> None:
    """Print a shipped survey instrument as TOML."""
    shipped = {
        entry.name.removesuffix(".toml"): entry
        for entry in files("rolefit.schema").joinpath("instruments").iterdir()
        if entry.name.endswith(".toml")
    }
    wanted = name.removeprefix(BUILTIN)
    if wanted not in shipped:
        raise UsageError([
            Problem(
                place="instrument",
                message=f"unknown instrument '{name}'",
                code="RF404",
                expected=listed(BUILTIN + known for known in shipped),
                hint=did_you_mean(wanted, shipped),
            )
        ])  # fmt: skip
    typer.echo(shipped[wanted].read_text("utf-8"), nl=False)
