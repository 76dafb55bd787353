"""`rolefit simulate`: a centre whose truth is known, to try rolefit on or to test it with."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from rolefit.cli.options import Format, Json, Quiet
from rolefit.errors import Problem, UsageError

TRUTH = "truth"


def simulate(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write.")],
    agents: Annotated[int, typer.Option(help="How many agents.")],
    seed: Annotated[int, typer.Option(help="The same seed gives the same centre.")],
    world: Annotated[str, typer.Option(metavar="NAME", help="plain or sorted.")] = "sorted",
    file_format: Annotated[Format, typer.Option("--format", help="Of the tables.")] = "csv",
    *,
    stories: Annotated[
        bool, typer.Option("--stories", help="Let the story characters be among the agents.")
    ] = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Write a simulated centre, and in `truth/` what is true of everybody in it."""
    from rolefit.cli.screen import Screen, command
    from rolefit.simulate.centre import simulate as make
    from rolefit.simulate.write import write_workspace

    earlier = (folder / TRUTH).is_dir()
    if folder.exists() and not earlier and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError([_taken(folder)])
    screen = Screen(quiet=quiet, as_json=as_json, stages=2)
    with screen.progress():
        with screen.stage("simulate", f"Simulating {agents:,} agents"):
            centre = make(agents, seed, world, stories=stories)
        with screen.stage("write", f"Writing {folder}"):
            if earlier:
                shutil.rmtree(folder)
            files = write_workspace(centre, folder, file_format=file_format)
    names = [file.relative_to(folder).as_posix() for file in files]
    screen.show(f"{folder} holds {', '.join(names)}", command("score", folder, "--out", "out"))
    screen.give({"ok": True, "folder": str(folder), "files": names, "settings": centre.settings})


def _taken(folder: Path) -> Problem:
    """A folder that a simulated centre must not replace."""
    return Problem(
        place=str(folder), message="there is something in it already", code="RF422",
        expected="a new or empty folder, or an earlier simulated centre",
    )  # fmt: skip
