"""The `rolefit` command: registers the commands, which import what they need only when they run."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from rolefit.cli.check import check
from rolefit.cli.compare import compare
from rolefit.cli.config import config
from rolefit.cli.demo import demo
from rolefit.cli.diff import diff
from rolefit.cli.evaluate import evaluate
from rolefit.cli.explain import explain
from rolefit.cli.failures import guarded
from rolefit.cli.init import init
from rolefit.cli.instrument import instrument
from rolefit.cli.norms import norms
from rolefit.cli.reply import app as reply
from rolefit.cli.score import score
from rolefit.cli.simulate import simulate
from rolefit.version import __version__

COMMANDS = (
    demo, init, check, config, instrument, norms, score, explain, diff, simulate, evaluate,
    compare,
)  # fmt: skip
ABOUT = """Role-fit suggestions for contact centres, explained to the single piece of evidence.

Start with `rolefit demo`. Then `rolefit init my-centre`, put your exports in, and
`rolefit check my-centre`.

Exit codes: 0 done; 1 the data stopped it; 2 the call or the config is wrong.
"""

app = typer.Typer(
    name="rolefit",
    help=ABOUT,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def show_version(*, wanted: bool) -> None:
    """Prints the version and ends."""
    if wanted:
        typer.echo(f"rolefit {__version__}")
        raise typer.Exit


def version_asked(value: bool) -> None:  # noqa: FBT001 - typer hands an option's value by position
    """Typer's callback of `--version`."""
    show_version(wanted=value)


@app.callback()
def start(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", callback=version_asked, is_eager=True),
    ] = False,
) -> None:
    """Options of rolefit itself."""


for command in COMMANDS:
    app.command(command.__name__)(guarded(command))
app.add_typer(reply, name="reply")


def main() -> None:
    """Runs the command line.

    The systems solved here are many and small: threads inside each would mostly wait for each
    other, ten times as long as the work where other programs share the machine. Whoever sets
    OPENBLAS_NUM_THREADS knows better; numpy reads it when it is first imported, after this.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    app(prog_name="rolefit")
