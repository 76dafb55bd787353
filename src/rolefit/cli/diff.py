"""`rolefit diff`: whose suggestion changed between two runs, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rolefit.cli.options import Json

if TYPE_CHECKING:
    from rich.table import Table

    from rolefit.batch.diff import Difference

MOST_SHOWN = 20


def diff(
    before: Annotated[Path, typer.Argument(metavar="OUT_A", help="Folder of the earlier run.")],
    after: Annotated[Path, typer.Argument(metavar="OUT_B", help="Folder of the later run.")],
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE", help="Write every change to a .parquet or .csv file."),
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Say whose suggestion changed between two runs, and which evidence, weight or wish did it."""
    from rolefit.batch.diff import diff as compare
    from rolefit.cli.screen import Screen

    found = compare(before, after)
    screen = Screen(as_json=as_json)
    screen.show(_headline(found), *_shown(found))
    if to is not None:
        from rolefit.io.write_file import write_file

        write_file(found.table, to)
        screen.show(f"All {found.table.num_rows:,} changes: {to}")
    screen.give({"ok": True, **found.summary(), "changes": found.table.to_pylist()})


def _headline(found: Difference) -> str:
    """Counts in a few lines."""
    told = found.summary()
    changed = f"{told['changed']:,} of {told['agents']:,} suggestions changed"
    status = f"{told['status_only']:,} more changed their status only"
    lines = [f"{changed} ({told['churn']:.1%}); {status}."]
    if told["came"] or told["went"]:
        lines.append(f"{told['came']:,} agents are new, {told['went']:,} are gone.")
    for name in ("directions", "causes"):
        if told[name]:
            counted = ", ".join(f"{key} {count:,}" for key, count in told[name].items())
            lines.append(f"{name.capitalize()}: {counted}.")
    return "\n".join(lines)


def _shown(found: Difference) -> list[Table | str]:
    """The first changes as a table."""
    from rich import box
    from rich.table import Table

    rows = found.table.slice(0, MOST_SHOWN).to_pylist()
    if not rows:
        return []
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1))
    for column in ("agent", "was", "is", "because of", "what moved"):
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(
            row["agent_id"], _suggested(row, "from"), _suggested(row, "to"),
            ", ".join(row["causes"]), _moved(row),
        )  # fmt: skip
    more = found.table.num_rows - len(rows)
    return [table, f"... and {more:,} more; --to FILE writes them all."] if more else [table]


def _suggested(row: dict[str, Any], side: str) -> str:
    """Direction and target in a few words."""
    direction, target = row[f"{side}_direction"], row[f"{side}_target"]
    return direction if direction == "stay" or target is None else f"{direction} {target}"


def _moved(row: dict[str, Any]) -> str:
    """Change of wish, or of the fit, and the piece of evidence that did most."""
    if "wish" in row["causes"] and row["wish_before"] != row["wish_after"]:
        then, now = (row[name] or "unknown" for name in ("wish_before", "wish_after"))
        return f"wish for {row['wish_for']}: {then} -> {now}"
    if "evidence" in row["causes"] and row["pieces"]:
        piece = row["pieces"][0]
        return (
            f"fit as {row['role']} {row['fit_after'] - row['fit_before']:+.2f}, most by "
            f"{piece['family']} {piece['source']} ({piece['attribute']}) {piece['shift']:+.2f}"
        )
    if "weights" in row["causes"]:
        return f"weights of {row['role']}: fit {row['by_weights']:+.2f}"
    gates = [gate["gate"] for gate in row["gates"]]
    return f"gates: {', '.join(dict.fromkeys(gates))}" if gates else ""
