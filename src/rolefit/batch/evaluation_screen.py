"""An evaluation on the screen: a measure a row, a way of choosing a column."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from rolefit.batch.evaluation_rows import LABELS, NONE, OWN, SAME

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rolefit.batch.evaluation_rows import Measured

Renderable: TypeAlias = RenderableType

HEADINGS = {
    SAME: "With the seats that rolefit fills",
    OWN: "Each at its own number",
    NONE: "What rolefit says it knows",
}
COLUMNS = {
    "rolefit": "rolefit", "metrics_raw": "raw", "metrics_adjusted": "adjusted",
    "oracle": "oracle", "oracle_with_wishes": "+ wishes",
}  # fmt: skip
LEGEND = (
    "raw, adjusted: rankings by metrics alone; oracle: knows every outcome (+ wishes: and "
    "heeds wishes); n: what rolefit's number rests on."
)
UNTOLD = "-"


def show_evaluation(
    rows: Sequence[Measured], agents: int, seats: Mapping[str, int], notes: Sequence[str]
) -> Renderable:
    """Everything that was measured, and why anything was not.

    Args:
        rows: of an Evaluation, like all the rest.
        agents: how many.
        seats: filled by rolefit, by role.
        notes: told before the numbers.
    """
    told = ", ".join(f"{role} {count:,}" for role, count in seats.items())
    head = Text(f"{agents:,} agents; seats that rolefit fills: {told or 'none'}.")
    return Group(
        head, *(Text(note) for note in notes), _table(rows), Text(LEGEND, style="dim"),
        *_whys(rows),
    )  # fmt: skip


def _table(rows: Sequence[Measured]) -> Table:
    """One table: the measures at the same seats, at each way's own number, and of beliefs."""
    policies = list(dict.fromkeys(row.policy for row in rows))
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), show_edge=False)
    table.add_column("measure", no_wrap=True)
    for policy in policies:
        table.add_column(COLUMNS.get(policy, policy), justify="right", no_wrap=True)
    table.add_column("n", justify="right", no_wrap=True)
    for kind, heading in HEADINGS.items():
        some = [row for row in rows if row.seats == kind]
        if some:
            table.add_row(Text(heading, style="bold"), *[""] * (len(policies) + 1))
        for measure in dict.fromkeys(row.measure for row in some):
            table.add_row(*_cells([row for row in some if row.measure == measure], policies))
    return table


def _cells(rows: Sequence[Measured], policies: Sequence[str]) -> Iterator[str]:
    """One measure of every way, and what the first rests on."""
    own = {row.policy: row for row in rows}
    yield f"  {LABELS[rows[0].measure]}"
    for policy in policies:
        row = own.get(policy)
        value = None if row is None else row.value
        yield ("" if row is None else UNTOLD) if value is None else f"{value:.3f}"
    yield f"{rows[0].n:,}"


def _whys(rows: Sequence[Measured]) -> Iterator[Text]:
    """Why measures are not told: a reason a line, ways of which nothing is told by name alone."""
    speaking = {row.policy for row in rows if row.value is not None}
    reasons: dict[str, list[str]] = {}
    for row in (row for row in rows if row.value is None):
        who = COLUMNS.get(row.policy, row.policy)
        what = f"{who}: {LABELS[row.measure]}" if row.policy in speaking else who
        about = reasons.setdefault(row.note, [])
        about += [] if what in about else [what]
    for note, about in reasons.items():
        yield Text(f"{'; '.join(about)}: {note}.")
