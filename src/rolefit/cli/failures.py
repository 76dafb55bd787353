"""What is told when a command cannot be done: every problem, and no traceback."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

import typer

from rolefit.errors import DataStoppedError, Problem, RolefitError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


class StoppedRunError(DataStoppedError):
    """The data stopped a command; `told` is what it had found by then, for machines."""

    def __init__(self, problems: Iterable[Problem], told: Mapping[str, Any]) -> None:
        super().__init__(problems)
        self.told = told


def guarded(command: Callable[..., None]) -> Callable[..., None]:
    """The command, with errors that a user can cause told and turned into an exit code."""

    @functools.wraps(command)
    def run(**options: Any) -> None:  # noqa: ANN401 - whatever options the command has
        try:
            command(**options)
        except RolefitError as error:
            failure = error
        except BrokenPipeError:
            raise  # whoever reads has seen enough; typer ends quietly
        except OSError as error:
            failure = UsageError([_of_the_system(error)])
        else:
            return
        tell(failure, as_json=bool(options.get("as_json")))
        raise typer.Exit(failure.exit_code)

    return run


def tell(failure: RolefitError, *, as_json: bool) -> None:
    """Prints problems to standard error, and as JSON to standard output when that was asked for."""
    for problem in failure.problems:
        typer.echo(str(problem), err=True)
    if as_json:
        rows = [vars(problem) for problem in failure.problems]
        found = failure.told if isinstance(failure, StoppedRunError) else {}
        payload = {"ok": False, "problems": rows, **found}
        typer.echo(json.dumps(payload, indent=2, ensure_ascii=False))


def _of_the_system(error: OSError) -> Problem:
    """A refusal of the operating system, in words."""
    place = str(error.filename or "the file system")
    return Problem(
        place=place,
        message=(error.strerror or str(error)).lower(),
        code="RF490",
        hint="check that the path exists, is of the right kind and may be written",
    )
