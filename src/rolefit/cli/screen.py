"""Two channels: results to standard output, progress to standard error."""

from __future__ import annotations

import contextlib
import json
import math
import os
import shlex
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

PLAIN_WIDTH = 100


def command(*words: object) -> str:
    """A call of rolefit as a shell takes it: by name, or by path where it is not on PATH."""
    program = "rolefit"
    if shutil.which("rolefit") is None and Path(sys.argv[0]).name == "rolefit":
        program = os.path.relpath(sys.argv[0])
    return shlex.join([program, *map(str, words)])


class Screen:
    """Where a command writes: a progress bar on a terminal, one line a stage otherwise.

    Args:
        quiet: print nothing.
        as_json: print nothing but one JSON object.
        stages: how many stages the progress bar counts.
        markup: square brackets in plain text mean colours; otherwise they are brackets.
    """

    def __init__(
        self,
        *,
        quiet: bool = False,
        as_json: bool = False,
        stages: int = 1,
        markup: bool = False,
    ) -> None:
        self.as_json = as_json
        self.silent = quiet or as_json
        self.seconds: dict[str, float] = {}
        self._stages = stages
        self._progress: Progress | None = None
        self._task: TaskID | None = None
        self.console = Console(
            quiet=self.silent,
            width=None if sys.stdout.isatty() else PLAIN_WIDTH,
            highlight=False,
            markup=markup,
        )

    @contextlib.contextmanager
    def progress(self) -> Iterator[Screen]:
        """Shows progress while the block runs."""
        errors = Console(stderr=True, quiet=self.silent, markup=False)
        if self.silent or not errors.is_terminal:
            yield self
            return
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=errors, transient=True) as progress:
            self._progress, self._task = progress, progress.add_task("", total=self._stages)
            yield self
        self._progress = self._task = None

    @contextlib.contextmanager
    def stage(self, key: str, what: str) -> Iterator[None]:
        """Says what is being done, and notes under `key` how long it took."""
        began = time.perf_counter()
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, description=what)
        yield
        self.seconds[key] = time.perf_counter() - began
        if self._progress is not None and self._task is not None:
            self._progress.advance(self._task)
        elif not self.silent:
            print(f"{what}: {self.seconds[key]:.1f} s", file=sys.stderr, flush=True)  # noqa: T201 - one line a stage

    def tick(self, what: str, done: int, total: int) -> None:
        """Says on the bar how far a long stage has come."""
        if self._progress is not None and self._task is not None and total:
            told = f"{what.capitalize()}: {done:,} of {total:,}"
            self._progress.update(self._task, description=told)

    def show(self, *parts: RenderableType) -> None:
        """Prints a result for people; plain text is never broken, so that commands can be copied.

        Without a terminal there are no spaces at the end of lines.
        """
        if self.console.is_terminal:
            self._print(parts)
        elif not self.silent:
            with self.console.capture() as capture:
                self._print(parts)
            lines = capture.get().splitlines()
            print("\n".join(line.rstrip() for line in lines))  # noqa: T201 - the result itself

    def _print(self, parts: tuple[RenderableType, ...]) -> None:
        """Prints one part after another."""
        for part in parts:
            self.console.print(part, soft_wrap=isinstance(part, str))

    def give(self, payload: dict[str, Any]) -> None:
        """Prints a result for machines, when that was asked for."""
        if self.as_json:
            text = json.dumps(_known(payload), indent=2, ensure_ascii=False, default=str)
            print(text)  # noqa: T201 - the result itself


def _known(value: object) -> object:
    """The same with null for numbers that are not known, which JSON has no word for."""
    if isinstance(value, dict):
        return {key: _known(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_known(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
