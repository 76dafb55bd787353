"""Explanations on a terminal: the text first, the numbers behind it below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Group
from rich.markup import escape
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from rolefit.explain import labels
from rolefit.explain.rows import left_by_choice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType

    from rolefit.explain.change import Change
    from rolefit.explain.contrast import Contrast
    from rolefit.explain.explanation import Explanation

ADDS, TAKES, QUIET = "dark_cyan", "dark_orange3", "bright_black"
MARKS = {"+": f"[{ADDS}]+[/]", "-": f"[{TAKES}]-[/]", "0": f"[{QUIET}]o[/]"}
BAR = 12
MOST_WIDTH = 96


def show_explanation(why: Explanation) -> RenderableType:
    """The whole explanation: text, reasons, notes, terms, roles."""
    chosen = left_by_choice(why.gates)
    title = labels.headline(why.config, why.direction, why.target_role, by_choice=chosen)
    subtitle = labels.how_sure(why.status, why.confidence, by_choice=chosen)
    parts = [
        Panel(
            escape(why.words.replace("\n", "\n\n")), title=escape(f"{why.agent_id}: {title}"),
            subtitle=subtitle, title_align="left", subtitle_align="right", padding=(1, 2),
            border_style=ADDS, width=MOST_WIDTH, box=box.ROUNDED,
        ),
        _section("reasons", _reasons(why)),
    ]  # fmt: skip
    if why.notes:
        lines = "\n".join(f"[{QUIET}]o[/] {escape(note)}" for note in why.notes)
        parts.append(_section("notes", Text.from_markup(lines)))
    parts += [_section("terms", _terms(why)), _section("fits", _fits(why))]
    return Group(*parts)


def show_contrast(contrast: Contrast) -> RenderableType:
    """A contrast: sentence, bars, open gates."""
    bars = _bars(contrast.terms, f"{contrast.role} - {contrast.other}")
    total = f"sum {contrast.difference:+.2f} (sd {contrast.sd:.2f})"
    parts: list[RenderableType] = [escape(contrast.sentence), bars, f"[{QUIET}]{total}[/]"]
    if contrast.gates:
        table = _table("gate", "value", "needed", "margin")
        for gate in contrast.gates:
            table.add_row(
                labels.GATE_LABELS[gate.gate], _number(gate.value), _number(gate.threshold),
                _number(gate.margin),
            )  # fmt: skip
        parts.append(table)
    return Padding(Group(*parts), (1, 0, 0, 0))


def show_change(change: Change) -> RenderableType:
    """What would change it: sentence, steps, what to show."""
    parts: list[RenderableType] = [escape(change.sentence)]
    if change.grow:
        table = _table("grow in", "by (sd)", "adds")
        for step in change.grow:
            table.add_row(escape(step.attribute), f"{step.by:.2f}", f"{step.gain:+.2f}")
        sure = f"sure enough: {change.now:.0%} now, {change.after:.0%} then, "
        parts += [table, f"[{QUIET}]{sure}{change.needed:.0%} needed[/]"]
    if change.show:
        table = _table("show", "how")
        for show in change.show:
            table.add_row(escape(show.attribute), escape(", ".join(show.ways)))
        parts.append(table)
    return Padding(Group(*parts), (1, 0, 0, 0))


def _section(name: str, body: RenderableType) -> RenderableType:
    """A heading and what belongs to it."""
    return Group(f"\n[bold]{labels.HEADINGS[name]}[/]", Padding(body, (0, 0, 0, 2)))


def _reasons(why: Explanation) -> RenderableType:
    """One line a reason, with its term."""
    table = Table.grid(padding=(0, 2))
    for reason in why.reasons:
        term = "" if reason.term is None else f"{reason.term:+.2f}"
        table.add_row(MARKS[reason.polarity], escape(reason.text), f"[{QUIET}]{term}[/]")
    return table


def _terms(why: Explanation) -> RenderableType:
    """Bars of the terms, the sum, and what is not yet seen."""
    terms = why.terms()
    lines: list[RenderableType] = [_bars(terms, why.about)]
    lines.append(f"[{QUIET}]sum {sum(terms.values()):+.2f}[/]")
    if why.unseen():
        lines.append(f"[{QUIET}]{labels.NOT_YET_SEEN}: {escape(', '.join(why.unseen()))}[/]")
    return Group(*lines)


def _bars(terms: Mapping[str, float], title: str) -> Table:
    """Terms as bars to the right (add) and to the left (take), largest first."""
    table = _table("attribute", "", escape(title))
    most = max((abs(value) for value in terms.values()), default=0.0) or 1.0
    for attribute, value in sorted(terms.items(), key=lambda pair: -pair[1]):
        length = round(BAR * abs(value) / most)
        left = " " * BAR if value >= 0 else " " * (BAR - length) + f"[{TAKES}]{'█' * length}[/]"
        right = f"[{ADDS}]{'█' * length}[/]" if value >= 0 else ""
        table.add_row(escape(attribute), f"{left}[{QUIET}]│[/]{right}", f"{value:+.3f}")
    return table


def _fits(why: Explanation) -> RenderableType:
    """All roles: score with its interval, chance of a match, wish."""
    table = _table("role", "score", "90 % interval", "P(fit >= bar)", "wish")
    for row in sorted(why.fits, key=lambda row: -row["fit"]):
        low, high = (min(max(50 + 15 * row[end], 0.0), 100.0) for end in ("low", "high"))
        ready, wish = row.get("p_ready"), row.get("wish")
        style = "bold" if row["role"] == why.target_role else ""
        table.add_row(
            escape(row["role"]), f"{row['score']:.0f}", f"{low:.0f} to {high:.0f}",
            "" if ready is None or ready != ready else f"{ready:.0%}",  # noqa: PLR0124 - NaN
            wish if isinstance(wish, str) else "", style=style,
        )  # fmt: skip
    return table


def _table(*columns: str) -> Table:
    """A plain table: names left, numbers right."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style=QUIET, show_edge=False)
    for position, column in enumerate(columns):
        plain = position == 0 or column in ("", "wish", "how")
        table.add_column(column, justify="left" if plain else "right")
    return table


def _number(value: float | None) -> str:
    """Two decimals, or a dash for what is not known."""
    return "-" if value is None else f"{value:.2f}"
