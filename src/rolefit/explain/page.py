"""An explanation as a card of HTML for a notebook; everything that came from outside is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.explain.card import Card

ADDS, TAKES = "#2a6f97", "#c8702a"
STYLE = f"""
.rolefit {{ font: 14px/1.5 system-ui, sans-serif; max-width: 46rem; color: #1f2933;
  background: #fff; border: 1px solid #d5dde3; border-radius: 8px; padding: 1rem 1.25rem; }}
.rolefit h4 {{ margin: 0 0 .5rem; font-size: 16px; }}
.rolefit h5 {{ margin: 1rem 0 .25rem; font-size: 13px; color: #52606d; }}
.rolefit p {{ margin: 0 0 .5rem; }}
.rolefit ul {{ margin: 0; padding-left: 1.1rem; }}
.rolefit .quiet {{ color: #7b8794; font-weight: normal; }}
.rolefit table {{ border-collapse: collapse; width: 100%; }}
.rolefit td {{ padding: 1px 8px 1px 0; text-align: left; border: 0; background: none; }}
.rolefit .bars {{ width: 45%; }}
.rolefit .half {{ display: inline-block; width: 50%; height: .8em; vertical-align: middle; }}
.rolefit .half span {{ display: block; height: 100%; border-radius: 2px; }}
.rolefit .adds {{ background: {ADDS}; }}
.rolefit .takes {{ background: {TAKES}; margin-left: auto; }}
"""


def show_page(card: Card) -> str:
    """An explanation as one self-contained block of HTML.

    Args:
        card: the explanation.

    Returns:
        HTML with its own style; no script, nothing loaded from elsewhere.
    """
    heading = card.labels.headings
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in card.paragraphs)
    parts = [
        f"<h4>{escape(card.title)}</h4>",
        f'<p class="quiet">{escape(card.sure)}</p>',
        paragraphs,
        _list(heading["reasons"], [sentence for _, _, sentence in card.reasons]),
        _list(heading["notes"], card.notes),
        _bars(card),
        _list(heading["unseen"], card.unseen),
    ]
    return f'<style>{STYLE}</style><div class="rolefit">{"".join(parts)}</div>'


def _list(heading: str, lines: Sequence[str]) -> str:
    """A heading with a list, or nothing."""
    if not lines:
        return ""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<h5>{escape(heading)}</h5><ul>{items}</ul>"


def _bars(card: Card) -> str:
    """The terms as bars, with their sum."""
    if not card.terms:
        return ""
    most = max(abs(value) for value in card.terms.values()) or 1.0
    rows = "".join(
        f"<tr><td>{escape(label)}</td>"
        f'<td class="bars">{_bar(value / most)}</td><td>{value:+.2f}</td></tr>'
        for label, value in card.terms.items()
    )
    about = escape(card.about)
    total = f"<tr><td><b>{about}</b></td><td></td><td><b>{card.total:+.2f}</b></td></tr>"
    return f"<h5>{escape(card.labels.headings['terms'])}</h5><table>{rows}{total}</table>"


def _bar(share: float) -> str:
    """One bar: to the right of the middle where it adds, to the left where it takes."""
    filled = f'<span class="{{}}" style="width:{abs(share):.1%}"></span>'
    left = filled.format("takes") if share < 0 else ""
    right = filled.format("adds") if share >= 0 else ""
    return f'<span class="half">{left}</span><span class="half">{right}</span>'
