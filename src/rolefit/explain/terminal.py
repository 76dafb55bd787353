"""Explanations on a terminal: the text first, the numbers behind it below."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from rich import box
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table

from rolefit.explain import labels

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rolefit.explain.card import Card, FitLine, Grid

Renderable: TypeAlias = RenderableType

ADDS, TAKES, QUIET = "dark_cyan", "dark_orange3", "bright_black"
MARKS = {"+": f"[{ADDS}]+[/]", "-": f"[{TAKES}]-[/]", "0": f"[{QUIET}]o[/]"}
BAR = 12
MOST_WIDTH = 96
TO_THE_LEFT = ("", "wish", "how")


def show_card(card: Card) -> Renderable:
    """A whole explanation: text, reasons, notes, terms, roles."""
    panel = Panel(
        escape("\n\n".join(card.paragraphs)), title=escape(card.title), subtitle=escape(card.sure),
        title_align="left", subtitle_align="right", padding=(1, 2), border_style=ADDS,
        width=MOST_WIDTH, box=box.ROUNDED,
    )  # fmt: skip
    heading = card.labels.headings
    parts: list[Renderable] = [panel, _section(heading["reasons"], _reasons(card))]
    if card.notes:
        lines = Table.grid(padding=(0, 2))
        for note in card.notes:
            lines.add_row(MARKS["0"], escape(note))
        parts.append(_section(heading["notes"], lines))
    terms: list[Renderable] = [
        show_bars(card.terms, card.about),
        f"[{QUIET}]{labels.SUM} {card.total:+.2f}[/]",
    ]
    if card.unseen:
        terms.append(f"[{QUIET}]{card.labels.not_yet_seen}: {escape(', '.join(card.unseen))}[/]")
    parts.append(_section(heading["terms"], Group(*terms)))
    parts.append(_section(heading["fits"], _fits(card.fits)))
    return Group(*parts)


def show_answer(
    sentence: str, bars: Renderable | None, remark: str, grids: Sequence[Grid]
) -> Renderable:
    """An answer to a question: a sentence, the numbers below it."""
    parts: list[Renderable] = [escape(sentence)]
    if bars is not None:
        parts.append(bars)
    if remark:
        parts.append(f"[{QUIET}]{escape(remark)}[/]")
    for grid in grids:
        table = _table(*grid.columns)
        for row in grid.rows:
            table.add_row(*map(escape, row))
        parts.append(table)
    return Padding(Group(*parts), (1, 0, 0, 0))


def show_bars(terms: Mapping[str, float], title: str) -> Renderable:
    """Terms as bars to the right (add) and to the left (take)."""
    table = _table("", "", escape(title))
    most = max((abs(value) for value in terms.values()), default=0.0) or 1.0
    for label, value in terms.items():
        length = round(BAR * abs(value) / most)
        bar = "\N{FULL BLOCK}" * length
        left = " " * BAR if value >= 0 else " " * (BAR - length) + f"[{TAKES}]{bar}[/]"
        right = f"[{ADDS}]{bar}[/]" if value >= 0 else ""
        middle = f"[{QUIET}]\N{BOX DRAWINGS LIGHT VERTICAL}[/]"
        table.add_row(escape(label), f"{left}{middle}{right}", f"{value:+.3f}")
    return table


def _section(heading: str, body: Renderable) -> Renderable:
    """A heading and what belongs to it."""
    return Group(f"\n[bold]{escape(heading)}[/]", Padding(body, (0, 0, 0, 2)))


def _reasons(card: Card) -> Renderable:
    """One line a reason, with its term."""
    table = Table.grid(padding=(0, 2))
    for polarity, term, sentence in card.reasons:
        told = "" if term is None else f"{term:+.2f}"
        table.add_row(MARKS[polarity], escape(sentence), f"[{QUIET}]{told}[/]")
    return table


def _fits(fits: Sequence[FitLine]) -> Renderable:
    """All roles: score with its interval, chance of a match, wish."""
    table = _table(*labels.FIT_COLUMNS)
    for line in fits:
        table.add_row(
            escape(line.role), f"{line.score:.0f}", f"{line.low:.0f} to {line.high:.0f}",
            "" if line.ready is None else f"{line.ready:.0%}", escape(line.wish),
            style="bold" if line.suggested else "",
        )  # fmt: skip
    return table


def _table(*columns: str) -> Table:
    """A plain table: names left, numbers right."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style=QUIET, show_edge=False)
    for position, column in enumerate(columns):
        left = position == 0 or column in TO_THE_LEFT
        table.add_column(column, justify="left" if left else "right")
    return table
