"""`rolefit simulate`: a centre whose truth is known, to try rolefit on or to test it with."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rolefit.cli.options import Format, Json, Quiet
from rolefit.errors import InputError, Problem, UsageError

if TYPE_CHECKING:
    from rolefit.schema.merge import Tables

TRUTH = "truth"


def show_knobs(world: str | None) -> None:
    """Typer's callback of `--show`: prints the knobs of a world and ends."""
    if world is None:
        return
    from rolefit.cli.failures import tell
    from rolefit.simulate.worlds import knobs_toml, world_named

    try:
        typer.echo(knobs_toml(world_named(world)), nl=False)
    except UsageError as error:
        tell(error, as_json=False)
        raise typer.Exit(error.exit_code) from None
    raise typer.Exit


def simulate(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write.")],
    agents: Annotated[int, typer.Option(help="How many agents.")],
    seed: Annotated[int, typer.Option(help="The same seed gives the same centre.")],
    world: Annotated[
        str,
        typer.Option(metavar="NAME", help="Kind of centre; docs/worlds.md says which are there."),
    ] = "sorted",
    knobs: Annotated[
        Path | None, typer.Option(metavar="FILE", help="TOML with knobs that win over the world's.")
    ] = None,
    file_format: Annotated[Format, typer.Option("--format", help="Of the tables.")] = "csv",
    *,
    stories: Annotated[
        bool, typer.Option("--stories", help="Let the story characters be among the agents.")
    ] = False,
    _show: Annotated[
        str | None,
        typer.Option(
            "--show",
            metavar="WORLD",
            is_eager=True,
            callback=show_knobs,
            help="Print the knobs of a world as TOML, and end.",
        ),
    ] = None,
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
    turned = {} if knobs is None else _read(knobs)
    screen = Screen(quiet=quiet, as_json=as_json, stages=2)
    with screen.progress():
        with screen.stage("simulate", f"Simulating {agents:,} agents"):
            centre = make(agents, seed, world, stories=stories, knobs=turned, place=str(knobs))
        with screen.stage("write", f"Writing {folder}"):
            if earlier:
                shutil.rmtree(folder)
            files = write_workspace(centre, folder, file_format=file_format)
    names = [file.relative_to(folder).as_posix() for file in files]
    screen.show(f"{folder} holds {', '.join(names)}", command("score", folder, "--out", "out"))
    told = {"settings": centre.settings, "knobs": centre.world.model_dump()}
    screen.give({"ok": True, "folder": str(folder), "files": names, **told})


def _read(file: Path) -> Tables:
    """The knobs in a file.

    Raises:
        InputError: RF203 when it is not there, or not text.
        ConfigError: RF105 when it is not TOML.
    """
    from rolefit.schema.toml import read_toml

    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not text"
        hint = "`rolefit simulate --show sorted` prints all knobs"
        problem = Problem(str(file), f"cannot be opened: {reason.lower()}", "RF203", hint=hint)
        raise InputError([problem]) from None
    return read_toml(text, str(file))


def _taken(folder: Path) -> Problem:
    """A folder that a simulated centre must not replace."""
    return Problem(
        place=str(folder), message="there is something in it already", code="RF422",
        expected="a new or empty folder, or an earlier simulated centre",
    )  # fmt: skip
