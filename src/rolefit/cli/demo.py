"""`rolefit demo`: the main job on the synthetic centre that comes with rolefit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rolefit.cli.options import Json, Quiet
from rolefit.errors import Problem, UsageError

SHIPPED_IN_PACKAGE = Path(__file__).parents[1] / "synthetic"
SHIPPED_IN_REPOSITORY = Path(__file__).parents[3] / "data" / "synthetic"


def demo(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Folder to write.")] = Path(
        "out/demo"
    ),
    *,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Score the synthetic centre that comes with rolefit."""
    from rolefit.cli.run import Order, carry_out
    from rolefit.cli.score import chosen_tables
    from rolefit.cli.screen import Screen

    order = Order(
        workspace=shipped_centre(), out=folder, norms=None, model=None,
        tables=chosen_tables(None, terms=False), file_format="parquet",
    )  # fmt: skip
    carry_out(order, Screen(quiet=quiet, as_json=as_json, stages=4))


def shipped_centre() -> Path:
    """Where the synthetic centre is: inside an installed package, or in the repository.

    Raises:
        UsageError: RF423 when it is in neither place.
    """
    for folder in (SHIPPED_IN_PACKAGE, SHIPPED_IN_REPOSITORY):
        if (folder / "rolefit.toml").is_file():
            return folder
    raise UsageError([
        Problem(
            place="demo",
            message="the synthetic centre is not installed",
            code="RF423",
            hint="make one: rolefit simulate my-centre --agents 300 --seed 1",
        )
    ])  # fmt: skip
