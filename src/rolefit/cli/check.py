"""`rolefit check`: reads a workspace and says what was understood, what was not, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rolefit.cli.options import Json, Quiet, Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rich.console import RenderableType

    from rolefit.io.workspace import Workspace as Checked
    from rolefit.quality.page import Quality


def check(ws: Workspace, *, quiet: Quiet = False, as_json: Json = False) -> None:
    """Read a workspace, say what can be used, how good it is and what would help most."""
    from rolefit.batch.check import check as judge
    from rolefit.cli.failures import StoppedRunError
    from rolefit.cli.quality import proposed_rules
    from rolefit.cli.screen import Screen
    from rolefit.io.workspace import load

    screen = Screen(quiet=quiet, as_json=as_json, stages=2)
    quality = None
    with screen.progress():
        with screen.stage("read", f"Reading {ws}"):
            checked = load(ws)
        if not checked.stopped:
            with screen.stage("quality", "Judging the evidence"):
                quality = judge(checked)
    screen.show(*_findings(checked, ws, quality))
    if checked.stopped or quality is None:
        raise StoppedRunError(checked.stopped, seen(checked))
    rules = proposed_rules(quality.proposals, checked.config)
    told = {**quality.to_dict(), "proposed_toml": rules}
    screen.give({"ok": True, **seen(checked), "quality": told})


def seen(checked: Checked) -> dict[str, Any]:
    """What was read, as numbers."""
    from rolefit.cli.summary import tally

    return {
        "centre": checked.config.centre.name,
        "as_of": str(checked.config.centre.as_of),
        "counts": {table: dict(count) for table, count in checked.counts.items()},
        "rejects": tally(checked.rejects_table, "table", "code"),
        "reports": list(checked.reports),
    }


def _findings(checked: Checked, ws: Path, quality: Quality | None) -> Iterator[RenderableType]:
    """The screen, top to bottom."""
    from rich.table import Table

    from rolefit.cli.findings import heading, indented, worth_knowing
    from rolefit.cli.quality import quality_page
    from rolefit.cli.screen import command

    centre = checked.config.centre
    yield heading(f"{centre.name}, as of {centre.as_of}")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("table")
    for column in ("rows", "kept", "set aside"):
        table.add_column(column, justify="right")
    for name, count in checked.counts.items():
        table.add_row(name, *(f"{count[key]:,}" for key in ("rows", "kept", "rejected")))
    yield indented(table)
    yield from _examples(checked)
    yield from worth_knowing(checked.reports)
    if quality is not None:
        yield from quality_page(quality, checked.config)
        yield heading("Ready")
        yield f"  {command('score', ws, '--out', 'out')}"


def _examples(checked: Checked) -> Iterator[RenderableType]:
    """Each kind of reject, with how often it was found and the first place."""
    import pyarrow.compute as pc
    from rich.text import Text

    from rolefit.cli.findings import heading, indented
    from rolefit.cli.summary import tally

    rejects = checked.rejects_table
    if not rejects.num_rows:
        return
    yield heading("Set aside")
    for kind in tally(rejects, "file", "column", "code"):
        same = rejects
        for column in ("file", "column", "code"):
            same = same.filter(pc.equal(same[column], kind[column]))
        row, message = same["row"][0].as_py(), same["message"][0].as_py()
        where = f"{kind['file']}, {kind['column']}" if kind["column"] else kind["file"]
        told = f"{kind['count']:,} x {kind['code']} in {where}; first in row {row}: {message}"
        yield indented(Text(told))
