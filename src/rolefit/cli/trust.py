"""The part of the screen that says how far each source is trusted."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.norms import Norms

BECAUSE = {
    "learned": "how far it agrees with the other sources",
    "of_the_others": "no other source sees the same: moved as the others did",
    "no_other_source": "no other source sees the same: as by default",
    "few_agents": "too few agents seen by two sources: as by default",
    "impossible": "agrees more than any source can: as by default",
}
CAPTION = "correlation of what a source truly sees with the attribute: 0 = nothing, 1 = all of it"


def trust_rows(norms: Norms) -> list[dict[str, Any]]:
    """How far each kind of source that read anybody is trusted: one row a family.

    Args:
        norms: those that were scored by.

    Returns:
        JSON-friendly: source, default, used, se, agents, reason; empty where nothing was learned.
    """
    trust = norms.validities
    if trust is None:
        return []
    present = {name.split("/")[0] for name in trust.sources}
    return [{"source": family, **asdict(kind)} for family, kind in trust.kinds.items()
            if family in present]  # fmt: skip


def trust_table(rows: Sequence[dict[str, Any]]) -> Table:
    """Default beside learned, and why."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("source")
    for column in ("default", "learned", "+-", "agents"):
        table.add_column(column, justify="right")
    table.add_column("because")
    for row in rows:
        se = "-" if row["se"] is None else f"{row['se']:.2f}"
        numbers = (f"{row['default']:.2f}", f"{row['used']:.2f}", se, f"{row['agents']:,}")
        table.add_row(row["source"], *numbers, BECAUSE[row["reason"]])
    table.caption = CAPTION
    table.caption_justify = "left"
    return table
