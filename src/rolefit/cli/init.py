"""`rolefit init`: a workspace to start from, with a commented config and example rows."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from rolefit.cli.options import Json, Quiet
from rolefit.errors import Problem, UsageError

AGREES, AGREES_WHEN_REVERSED = "4", "2"
EXAMPLE_AGENT, EXAMPLE_DAY, EXAMPLE_SECONDS = "A0001", "2026-06-01", "310"


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make.")],
    *,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Make a workspace to start from."""
    from rolefit.cli.screen import Screen, command

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError([
            Problem(
                place=str(folder),
                message="there is something in it already",
                code="RF422",
                expected="a new or empty folder",
            )
        ])  # fmt: skip
    texts = {**_shipped(), **_surveys()}
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    screen = Screen(quiet=quiet, as_json=as_json)
    screen.show(f"{folder} is ready: {', '.join(sorted(texts))}")
    screen.show(
        f"Read {folder / 'README.md'}, put your exports in, then: {command('check', folder)}"
    )
    screen.give({"ok": True, "folder": str(folder), "files": sorted(texts)})


def _shipped() -> dict[str, str]:
    """The files that are the same for everybody."""
    folder = files("rolefit.cli").joinpath("starter")
    return {entry.name: entry.read_text("utf-8") for entry in folder.iterdir() if entry.is_file()}


def _surveys() -> dict[str, str]:
    """A header and one example row for each shipped instrument."""
    from rolefit.schema.questionnaires import builtin_instrument

    texts = {}
    for name in ("strengths", "interests"):
        scales = builtin_instrument(name).scales.values()
        answers = {
            item: AGREES_WHEN_REVERSED if item in scale.reversed else AGREES
            for scale in scales
            for item in scale.items
        }
        head = ["agent_id", "answered_on", "seconds", *answers]
        row = [EXAMPLE_AGENT, EXAMPLE_DAY, EXAMPLE_SECONDS, *answers.values()]
        texts[f"{name}.csv"] = f"{','.join(head)}\n{','.join(row)}\n"
    return texts
