"""`rolefit reply add`: one line more in the log."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from rolefit.cli.options import Json, Quiet, Workspace
from rolefit.errors import Problem, UsageError

STATES = (
    "shown, agreed, contested, deferred, evidence_added, human_replied, closed_move, closed_stay "
    "or withdrawn."
)
CORRECTION = "Correction"


def add(
    ws: Workspace,
    agent_id: Annotated[str, typer.Argument(metavar="AGENT", help="Whose suggestion.")],
    state: Annotated[str, typer.Argument(metavar="STATE", help=STATES)],
    by: Annotated[str, typer.Option(metavar="NAME", help="Who says it; agents by their id.")],
    role_of_by: Annotated[str, typer.Option("--as", help="agent, leader or second.")],
    text: Annotated[str, typer.Option(help="What is said.")] = "",
    out: Annotated[
        Path | None, typer.Option(metavar="OUT", help="Folder of the run it is about.")
    ] = None,
    run: Annotated[
        str | None,
        typer.Option(metavar="RUN", help="Its name; default: the agent's only open talk."),
    ] = None,
    on: Annotated[str, typer.Option(metavar="DATE", help="The day; default: today.")] = "",
    about: Annotated[
        str, typer.Option(help="facts, weights, wishes, development_offer or sign_off.")
    ] = "",
    written_by: Annotated[
        str, typer.Option(metavar="NAME", help="Who wrote it down for the agent.")
    ] = "",
    role: Annotated[
        str, typer.Option(metavar="R", help="Whose weights, or wish for what; default: target.")
    ] = "",
    wish: Annotated[str, typer.Option(help="want, open, not_now or no.")] = "",
    grant: Annotated[
        list[int] | None, typer.Option(metavar="N", help="Grant the correction in entry N.")
    ] = None,
    table: Annotated[
        str, typer.Option(help="Table of a wrong cell.", rich_help_panel=CORRECTION)
    ] = "",
    row: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN=VALUE", help="Which row.", rich_help_panel=CORRECTION),
    ] = None,
    column: Annotated[str, typer.Option(help="Which column.", rich_help_panel=CORRECTION)] = "",
    value: Annotated[
        str | None,
        typer.Option(help='What is right; "" = not measured.', rich_help_panel=CORRECTION),
    ] = None,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check, say what would be added, write nothing.")
    ] = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Say something of a suggestion; it is added to the log and never changed."""
    from rolefit import replies
    from rolefit.cli.reply_screen import as_data, thread_page
    from rolefit.cli.screen import Screen

    given: dict[str, Any] = about_which(ws, agent_id, state, out, run)
    thread = replies.add(
        ws, agent_id, state, by=by, role_of_by=role_of_by, on=day_of(on), text=text, about=about,
        written_by=written_by, role=role, wish=wish, grants=tuple(grant or ()), dry_run=dry_run,
        correction=correction_of(table, row or [], column, value), **given,
    )  # fmt: skip
    screen = Screen(quiet=quiet, as_json=as_json)
    screen.show(*thread_page(thread))
    if dry_run:
        screen.show("Nothing was written.")
    head = replies.open(ws).head
    screen.give({"ok": True, "dry_run": dry_run, "head": head, "thread": as_data(thread)})


def about_which(
    ws: Path, agent_id: str, state: str, out: Path | None, run: str | None
) -> dict[str, Any]:
    """The run a reply is about, and its folder where that is given.

    Raises:
        UsageError: RF401, RF402, RF438.
    """
    from rolefit.io.suggested import suggested, suggested_before

    shown = state == "shown"
    if out is None:
        if not shown:
            return {"run": run}
        if run is None:
            raise UsageError([Problem(
                "reply add", "it is not said which suggestion was shown", "RF438",
                "--out OUT, the folder of the run", "--run DAY names one of the history table",
            )])  # fmt: skip
        found = suggested_before(ws, agent_id, run)
    else:
        found = suggested(out, agent_id)
    if run not in (None, found.run):
        message = f"{out} holds run {found.run}, not {run}"
        raise UsageError([Problem("--run", message, "RF438", "either of the two options")])
    return {"run": found.run, "out": out}


def day_of(on: str) -> str:
    """The day of a reply: what was given, or today; the only look at the clock.

    Raises:
        UsageError: RF437, a day to come.
    """
    today = datetime.now().astimezone().date().isoformat()
    if on > today and len(on) == len(today):
        raise UsageError([Problem("--on", f"{on} is yet to come", "RF437", f"{today} or earlier")])
    return on or today


def correction_of(
    table: str, row: list[str], column: str, value: str | None
) -> dict[str, object] | None:
    """A correction, where one is given.

    Raises:
        UsageError: RF430, parts of it are missing.
    """
    if not (table or row or column or value is not None):
        return None
    parts = dict(part.partition("=")[::2] for part in row)
    problems = [
        Problem("--row", f"'{part}' is no pair", "RF430", "COLUMN=VALUE") for part in row
        if "=" not in part
    ]  # fmt: skip
    asked = {"--table": table, "--column": column, "--value": value is not None}
    problems += [
        Problem(option, "a correction needs it", "RF430", "--table, --row, --column and --value")
        for option, there in asked.items()
        if not there
    ]
    if problems:
        raise UsageError(problems)
    return {"table": table, "row": parts, "column": column, "value": value}
