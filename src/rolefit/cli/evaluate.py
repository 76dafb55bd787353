"""`rolefit evaluate`: what a run's suggestions are worth on a centre whose truth is known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rolefit.cli.options import Json


def evaluate(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder of a run.")],
    truth: Annotated[
        Path,
        typer.Option(metavar="DIR", help="Folder `truth` of the simulated centre that was scored."),
    ],
    before: Annotated[
        Path | None,
        typer.Option(metavar="OUT0", help="Folder of an earlier run: how much changed since."),
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Say what suggestions are worth on a simulated centre, beside metrics alone and an oracle."""
    from rolefit.batch.evaluate import evaluate as hold_against
    from rolefit.cli.screen import Screen

    found = hold_against(out, truth, before=before)
    screen = Screen(as_json=as_json)
    screen.show(found)
    screen.give({"ok": True, **found.to_dict()})
