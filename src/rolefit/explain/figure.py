"""A picture of the terms of a fit: bars to the right add to it, bars to the left take from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from rolefit.errors import MissingExtraError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from rolefit.schema.language import Labels

    Picture: TypeAlias = Figure

ADDS, TAKES, UNSEEN = "#2a6f97", "#c8702a", "#9aa5ad"
MOST_UNSEEN = 4
BAR_HEIGHT, MARGIN_HEIGHT, WIDTH = 0.34, 1.5, 8.0


def blank(width: float, height: float, *, place: str = "plot", dpi: int | None = None) -> Picture:
    """A figure without anything on it, that needs no display.

    Args:
        width: inches.
        height: inches.
        place: what is drawn, for the error.
        dpi: dots an inch; None = matplotlib's own.

    Raises:
        MissingExtraError: RF501, matplotlib is not installed.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - optional
        from matplotlib.figure import Figure  # noqa: PLC0415 - optional
    except ImportError as error:
        raise MissingExtraError([Problem(
            place=place, message="drawing needs matplotlib", code="RF501",
            hint="pip install 'rolefit[report]'",
        )]) from error  # fmt: skip
    figure = Figure(figsize=(width, height), layout="constrained", dpi=dpi)
    FigureCanvasAgg(figure)
    return figure


def draw_terms(
    title: str, terms: dict[str, float], unseen: Sequence[str], labels: Labels
) -> Picture:
    """Draws what each attribute adds to one agent's fit in a role.

    Args:
        title: shown above.
        terms: label -> term in fit units, in the order of the bars.
        unseen: labels of attributes without evidence, shown without a bar.
        labels: words beside the numbers.

    Returns:
        a figure that needs no display; `savefig` writes it.

    Raises:
        MissingExtraError: RF501, matplotlib is not installed.
    """
    unseen = unseen[:MOST_UNSEEN]
    rows = [*terms, *unseen]
    values = [*terms.values(), *[0.0] * len(unseen)]
    figure = blank(WIDTH, MARGIN_HEIGHT + BAR_HEIGHT * len(rows))
    axes = figure.add_subplot()
    places = range(len(rows))
    axes.barh(places, values, color=[ADDS if v >= 0 else TAKES for v in values], height=0.7)
    axes.axvline(0, color="#444444", linewidth=0.8)
    axes.set_yticks(list(places), rows)
    axes.invert_yaxis()
    for place, value in enumerate(values[: len(terms)]):
        shift, side = (4, "left") if value >= 0 else (-4, "right")
        axes.annotate(
            f"{value:+.2f}", (value, place), (shift, 0),
            textcoords="offset points", va="center", ha=side, fontsize=8, color="#333333",
        )  # fmt: skip
    for place in range(len(terms), len(rows)):
        axes.annotate(
            labels.not_yet_seen, (0, place), (4, 0),
            textcoords="offset points", va="center", fontsize=8, color=UNSEEN, style="italic",
        )  # fmt: skip
    axes.margins(x=0.15)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(labels.axis)
    axes.set_title(title, loc="left", fontsize=11)
    return figure
