"""Carries a scoring order out: read, learn, score, write, tell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rolefit.batch.local import calibrate, score
from rolefit.cli.check import seen
from rolefit.cli.chosen_model import choose_model
from rolefit.cli.failures import StoppedRunError
from rolefit.cli.findings import findings, heading, indented, rejected
from rolefit.cli.norms_file import read_norms
from rolefit.cli.stopped import write_stopped
from rolefit.cli.summary import summarise
from rolefit.cli.trust import trust_rows
from rolefit.cli.writing import writable
from rolefit.io.workspace import load

if TYPE_CHECKING:
    from pathlib import Path

    from rolefit.cli.options import Format
    from rolefit.cli.screen import Screen
    from rolefit.io.workspace import Workspace


@dataclass(frozen=True)
class Order:
    """What is to be scored, against what, and where it goes."""

    workspace: Path
    out: Path
    norms: Path | None
    model: str | None
    """A shipped model, a folder, or an address in a model registry."""
    tables: tuple[str, ...]
    file_format: Format


def carry_out(order: Order, screen: Screen, *, dry_run: bool = False) -> None:
    """Scores a workspace, writes the output as a whole, and tells what was found.

    Raises:
        DataStoppedError: RF301 when too large a share of a table was rejected; the rejects are
            written all the same.
        UsageError: RF410, RF421 when the output would replace something else.
    """
    writable(order.out, order.workspace)
    with screen.progress():
        norms = None if order.norms is None else read_norms(order.norms)
        chosen = None if order.model is None else choose_model(order.model)
        if norms is None and chosen is not None:
            norms = chosen.norms
        with screen.stage("read", f"Reading {order.workspace}"):
            workspace = load(order.workspace)
            if chosen is not None:
                workspace = workspace.with_model(chosen.model)
        if workspace.stopped:
            told = seen(workspace)
            if not dry_run:
                folder = write_stopped(workspace, order.out, order.file_format, screen)
                told["out"] = str(folder)
            raise StoppedRunError(workspace.stopped, told)
        if dry_run:
            _tell_plan(order, workspace, screen)
            return
        if norms is None:
            with screen.stage("calibrate", "Learning from the population"):
                norms = calibrate(workspace)
        with screen.stage("score", "Scoring"):
            result = score(
                workspace, norms, with_terms="terms" in order.tables, progress=screen.tick
            )
        before = {key: round(spent, 3) for key, spent in screen.seconds.items() if key != "score"}
        result.run = replace(result.run, seconds=before | result.run.seconds)
        with screen.stage("write", f"Writing {order.out}"):
            files = result.write(order.out, tables=order.tables, fmt=order.file_format)
    summary: dict[str, Any] = {
        "ok": True,
        **seen(workspace),
        "reports": list(result.run.reports),
        **summarise(result.tables, workspace.inputs, workspace.config, result.norms),
        "trust": trust_rows(result.norms),
        "out": str(order.out),
        "files": files,
        "seconds": {what: round(taken, 3) for what, taken in screen.seconds.items()},
    }
    screen.show(*findings(summary, workspace.config, str(order.out)))
    screen.give(summary)


def _tell_plan(order: Order, workspace: Workspace, screen: Screen) -> None:
    """What would be scored and written."""
    plan = {**seen(workspace), "agents": workspace.inputs.agents.num_rows}
    files = [f"{name}.{order.file_format}" for name in order.tables]
    centre = workspace.config.centre
    screen.show(
        heading(f"{centre.name}: {plan['agents']:,} agents would be scored as of {centre.as_of}")
    )
    screen.show(*rejected(plan["rejects"], plan["counts"]))
    screen.show(heading(f"{order.out} would hold"), indented(", ".join(files)))
    screen.show(heading("Nothing was written"))
    screen.give({"ok": True, "dry_run": True, **plan, "out": str(order.out), "files": files})
