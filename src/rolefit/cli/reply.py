"""`rolefit reply`: what agents and leaders say of suggestions: show, add, list, verify."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from rolefit.cli.failures import guarded
from rolefit.cli.options import Json, Quiet, Workspace
from rolefit.cli.reply_add import add

Run = Annotated[
    str | None, typer.Option(metavar="RUN", help="Name of a run, as in run.json; default: all.")
]


def show(
    ws: Workspace,
    agent_id: Annotated[str, typer.Argument(metavar="AGENT", help="Whose talk.")],
    out: Annotated[
        Path | None, typer.Option(metavar="OUT", help="Folder of a run: its suggestion, too.")
    ] = None,
    run: Run = None,
    *,
    as_json: Json = False,
) -> None:
    """Show what was said of an agent's suggestions, and what may be said next."""
    from rolefit import replies
    from rolefit.cli.reply_screen import as_data, thread_page
    from rolefit.cli.screen import Screen
    from rolefit.errors import Problem, UsageError, did_you_mean
    from rolefit.io.suggested import suggested
    from rolefit.protocol.thread import Thread

    log = replies.open(ws)
    threads = {thread.run: thread for thread in log.of(agent_id)}
    if out is not None:
        told = suggested(out, agent_id)
        new = Thread(agent_id, told.run, told.direction, told.target_role)
        threads.setdefault(told.run, new)
    chosen = [thread for thread in threads.values() if run in (None, thread.run)]
    if not chosen:
        known = [thread.agent_id for thread in log.threads]
        hint = did_you_mean(agent_id, known) or "--out OUT shows a suggestion nobody spoke of yet"
        message = f"nothing was said of '{agent_id}'" + (f" in run '{run}'" if run else "")
        raise UsageError([Problem("reply show", message, "RF438", hint=hint)])
    screen = Screen(as_json=as_json)
    for thread in chosen:
        screen.show(*thread_page(thread))
    screen.give({"ok": True, "threads": [as_data(thread) for thread in chosen]})


def list_threads(
    ws: Workspace,
    about: Annotated[
        str | None, typer.Option(help="Only where the agent spoke about this: weights, ...")
    ] = None,
    owner: Annotated[
        str | None, typer.Option(help="Only contests on the weights of roles this person owns.")
    ] = None,
    *,
    only_open: Annotated[bool, typer.Option("--open", help="Only threads that go on.")] = False,
    as_json: Json = False,
) -> None:
    """List the talks on suggestions, contests that wait for an answer first."""
    from rolefit import replies
    from rolefit.cli.reply_screen import list_page, list_rows
    from rolefit.cli.screen import Screen
    from rolefit.errors import Problem, UsageError, did_you_mean, listed
    from rolefit.io.config_file import CONFIG_NAME, load_config
    from rolefit.protocol.entry import ABOUT

    if about is not None and about not in ABOUT:
        raise UsageError([Problem(
            "--about", f"unknown word '{about}'", "RF430", listed(ABOUT), did_you_mean(about, ABOUT)
        )])  # fmt: skip
    log = replies.open(ws)
    config = load_config(ws / CONFIG_NAME)
    rows = list_rows(log.threads, config, about=about, owner=owner, only_open=only_open)
    screen = Screen(as_json=as_json)
    screen.show(*list_page(rows))
    screen.give({"ok": True, "threads": rows})


def verify(
    ws: Workspace,
    head: Annotated[
        str | None, typer.Option(metavar="HASH", help="Head of the log, kept elsewhere before.")
    ] = None,
    *,
    mend: Annotated[
        bool, typer.Option("--mend", help="Keep a torn end aside, and write the table anew.")
    ] = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Check the log: every line, every link, every step, and the table beside it."""
    from rolefit import replies
    from rolefit.cli.failures import StoppedRunError
    from rolefit.cli.screen import Screen
    from rolefit.io.reply_file import TORN_NAME
    from rolefit.io.reply_file import mend as put_right

    kept = put_right(ws) if mend else ()
    found = replies.verify(ws, head=head)
    told = {"entries": found.entries, "head": found.head, "since_kept": found.since_kept}
    torn = next((name for name in kept if name.startswith(TORN_NAME)), None)
    told |= {"torn_piece": torn, "kept": list(kept)} if mend else {}
    screen = Screen(quiet=quiet, as_json=as_json)
    for name in kept:
        what = "The torn end" if name == torn else "The table, which knew more than the log,"
        screen.show(f"{what} is kept in {ws / name}")
    screen.show(*found.remarks)
    if found.problems:
        raise StoppedRunError(found.problems, told)
    screen.show(f"{found.entries} entries, each as it was written. Head: {found.head}")
    if found.since_kept is not None:
        screen.show(f"{found.since_kept} of them were added since the head that was kept")
    screen.give({"ok": True, **told, "remarks": list(found.remarks)})


COMMANDS: dict[str, Callable[..., None]] = {
    "show": show,
    "add": add,
    "list": list_threads,
    "verify": verify,
}
app = typer.Typer(
    help="Say, answer, list and verify what people say of suggestions.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
for name, command in COMMANDS.items():
    app.command(name)(guarded(command))
