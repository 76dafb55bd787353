"""`rolefit compare`: every model on a centre's own past moves, in MLflow where it is installed."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rolefit.cli.options import Json, Quiet, Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType
    from rich.table import Table

    from rolefit.batch.comparison import Comparison
    from rolefit.io.workspace import Workspace as Checked

MEASURES = {"ece": "cal. error", "calibration_slope": "slope"}
"""Beside AUC, with their short names."""


def compare(
    ws: Workspace,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write.")],
    tracking_uri: Annotated[
        str | None,
        typer.Option(metavar="URI", help="MLflow's store or server; default: MLflow's own."),
    ] = None,
    models: Annotated[
        str | None, typer.Option(metavar="profile,ebm,...", help="Compare only these.")
    ] = None,
    folds: Annotated[int, typer.Option(min=2, max=20, help="Folds by team.")] = 5,
    embargo: Annotated[
        int, typer.Option(min=0, metavar="DAYS", help="Between what is known and what is judged.")
    ] = 30,
    *,
    track: Annotated[
        bool, typer.Option("--track/--no-track", help="Log to MLflow, if it is installed.")
    ] = True,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Compare models on past moves; promote the learned one only by the rule."""
    from rolefit.batch.compare import compare as run
    from rolefit.batch.compare import with_both
    from rolefit.batch.comparison import MARKER
    from rolefit.cli.screen import Screen
    from rolefit.io.workspace import load
    from rolefit.io.write import check_target
    from rolefit.learn.models import MODELS, need_scikit_learn

    screen = Screen(quiet=quiet, as_json=as_json, stages=4)
    check_target(out, marker=MARKER)
    need_scikit_learn("compare")
    chosen = tuple(MODELS) if models is None else tuple(name.strip() for name in models.split(","))
    chosen = with_both(chosen)
    if track and tracking_uri is not None:
        _opened(tracking_uri)
    with screen.progress():
        with screen.stage("read", f"Reading {ws}"):
            workspace = load(ws)
        with screen.stage("compare", "Comparing models"):
            found = run(workspace, models=chosen, folds=folds, embargo=embargo, tell=screen.tick)
        with screen.stage("write", f"Writing {out}"):
            files = found.write(out)
        with screen.stage("track", "Logging to MLflow"):
            tracked = _track(found, workspace, tracking_uri) if track else {}
    screen.show(*_findings(found, out, tracked))
    screen.give({"ok": True, **found.to_dict(), "out": str(out), "files": list(files),
                 "mlflow": tracked})  # fmt: skip


def _opened(uri: str | None) -> None:
    """Asks a store or a server for an answer before any work is done.

    Raises:
        MissingExtraError: RF504, MLflow is not installed.
        InputError: RF245, it does not answer.
    """
    from rolefit.tracking.store import connected, experiment_id

    with connected(uri) as mlflow:
        experiment_id(mlflow.MlflowClient())


def _track(found: Comparison, workspace: Checked, uri: str | None) -> dict[str, Any]:
    """Logs to MLflow; without it says how to get it, and with an address insists on it.

    Raises:
        MissingExtraError: RF504, an address was given and MLflow is not installed.
    """
    from rolefit.errors import MissingExtraError
    from rolefit.tracking.track import track

    try:
        return track(found, workspace, uri)
    except MissingExtraError as error:
        if uri is not None:
            raise
        return {"skipped": str(error.problems[0])}


def _findings(found: Comparison, out: Path, tracked: dict[str, Any]) -> Iterator[RenderableType]:
    """The screen, top to bottom."""
    from rolefit.cli.findings import heading, indented
    from rolefit.report.comparison_page import SPLITS

    moves = found.moves
    yield heading(f"{found.centre}, as of {found.as_of}: {len(moves):,} past moves, "
                  f"{int(moves.success.sum()):,} went well")  # fmt: skip
    for split, words in SPLITS.items():
        rows = [one for one in found.standings if one.split == split]
        if rows:
            yield heading(f"{words} ({rows[0].moves:,} moves)")
            yield indented(_table(rows))
    if found.worth:
        yield heading("Outcome if it had chosen as many people as were moved (doubly robust)")
        for worth in found.worth:
            told = worth.note if worth.value is None else f"{worth.value:.3f}"
            spread = "" if worth.low is None else f"  {worth.low:.2f} to {worth.high:.2f}"
            yield f"  {worth.model:<16} {told}{spread}"
    yield heading("May the learned weights take over?")
    for one in found.verdict.conditions:
        value = "" if one.value is None else f" ({one.value:.3g})"
        yield f"  {'yes' if one.held else 'no ':<4} {one.told}{value}"
    yield (
        "  The learned weights may take over."
        if found.verdict.promoted
        else ("  The stated weights stay.")
    )
    notes = found.notes()
    if notes:
        yield heading("Worth knowing")
        yield from (f"  {note}" for note in notes)
    yield heading("Look")
    yield f"  {out / 'comparison.html'}"
    yield from _looked_up(tracked, out, promoted=found.verdict.promoted)


def _looked_up(tracked: dict[str, Any], out: Path, *, promoted: bool) -> Iterator[str]:
    """What to do next."""
    from rolefit.cli.screen import command

    if "skipped" in tracked:
        yield f"  {tracked['skipped']}"
    elif tracked:
        yield f"  MLflow: experiment {tracked['experiment']!r} in {tracked['tracking_uri']}"
    score = command("score", "WS", "--model", out / "models" / "learned", "--out", "out")
    if not promoted:
        yield f"  To look at, not to use: {score}"
    elif tracked.get("champion"):
        champion = command("score", "WS", "--model", tracked["champion"], "--out", "out")
        yield f"  MLFLOW_TRACKING_URI={shlex.quote(tracked['tracking_uri'])} {champion}"
    else:
        yield f"  {score}"


def _table(rows: list[Any]) -> Table:
    """Measures of one split, the best first."""
    from rich.table import Table

    from rolefit.judging.standing import INCUMBENT

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("model", no_wrap=True)
    for name in ("AUC", "95 %", "beside the profile", "95 %", *MEASURES.values()):
        table.add_column(name, justify="right", no_wrap=True)
    for one in rows:
        gain = ("", "") if one.model == INCUMBENT else _interval(one.gain, "+")
        plain = (f"{one.measures[name].value:.3f}" for name in MEASURES)
        table.add_row(one.model, *_interval(one.measures["auc"]), *gain, *plain)
    return table


def _interval(found: Any, sign: str = "") -> tuple[str, str]:  # noqa: ANN401 - Measured
    """A value, and its interval."""
    return f"{found.value:{sign}.3f}", f"{found.low:{sign}.2f} to {found.high:{sign}.2f}"
