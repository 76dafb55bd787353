"""Comparison of models as one page of HTML: nothing loaded from elsewhere, no script."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING

from rolefit.judging.standing import INCUMBENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rolefit.judging.promotion import Verdict
    from rolefit.judging.stake import Worth
    from rolefit.judging.standing import Measured, Standing

STYLE = """
body { font: 15px/1.55 system-ui, sans-serif; color: #1f2933; background: #fff; margin: 2rem auto;
  max-width: 62rem; padding: 0 1rem; }
h1 { font-size: 22px; margin: 0 0 .25rem; } h2 { font-size: 17px; margin: 2rem 0 .5rem; }
.quiet { color: #52606d; } table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { padding: 4px 10px 4px 0; text-align: right; border-bottom: 1px solid #e4e9ed; }
th { color: #52606d; font-weight: 600; vertical-align: bottom; }
th:first-child, td:first-child { text-align: left; } td.words { text-align: left; }
.incumbent td { background: #f4f7f9; } img { max-width: 100%; height: auto; }
td { white-space: nowrap; } td:first-child { white-space: normal; }
.yes { color: #1b6e3c; } .no { color: #9a3412; } .scroll { overflow-x: auto; }
"""
MEASURES = {
    "auc": "AUC", "brier": "Brier", "log_loss": "log loss", "ece": "calibration error",
    "calibration_slope": "calibration slope",
}  # fmt: skip
HELD = {True: '<td class="yes">holds</td>', False: '<td class="no">does not hold</td>'}
SPLITS = {"teams": "On teams that were not seen", "time": "Forward in time"}


def show_comparison(
    title: str,
    about: str,
    standings: Sequence[Standing],
    verdict: Verdict,
    weights: Sequence[dict[str, object]],
    figures: Iterable[tuple[str, bytes]],
    notes: Sequence[str] = (),
    worth: Sequence[Worth] = (),
) -> str:
    """The whole page.

    Args:
        title: of the page.
        about: what was compared, a sentence.
        standings: of `judging.standing.stand`.
        verdict: of `judging.promotion.judge_challenger`.
        weights: stated and learned, of `judging.beside.beside`.
        figures: caption and PNG.
        notes: what was left out or cannot be told.
        worth: of `judging.stake.worth`.

    Returns:
        self-contained HTML; all that came from outside is escaped.
    """
    tables = "".join(
        f"<h2>{SPLITS[split]}</h2>{_table([one for one in standings if one.split == split])}"
        for split in SPLITS
        if any(one.split == split for one in standings)
    )
    pictures = "".join(
        f"<h2>{escape(caption)}</h2>"
        f'<img alt="{escape(caption)}" src="data:image/png;base64,{b64encode(data).decode()}">'
        for caption, data in figures
    )
    told = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body>'
        f'<h1>{escape(title)}</h1><p class="quiet">{escape(about)}</p>'
        f"{_verdict(verdict)}{tables}{_worth(worth)}{pictures}{_weights(weights)}"
        f"{f'<h2>Worth knowing</h2><ul>{told}</ul>' if told else ''}</body></html>\n"
    )


def _table(standings: Sequence[Standing]) -> str:
    """Measures of one split, a row a model."""
    heads = "".join(f"<th>{label}</th>" for label in MEASURES.values())
    rows = "".join(
        f"<tr{_marked(one)}><td>{escape(one.label)}</td>"
        f"{''.join(f'<td>{_number(one.measures[name])}</td>' for name in MEASURES)}"
        f"<td>{_gain(one)}</td></tr>"
        for one in standings
    )
    moves = standings[0].moves
    return (
        f'<p class="quiet">{moves:,} moves judged; 95 % intervals draw teams.</p>'
        f'<div class="scroll"><table><tr><th>model</th>{heads}<th>AUC beside the profile</th></tr>'
        f"{rows}</table></div>"
    )


def _marked(one: Standing) -> str:
    """The row that all others are measured against."""
    return ' class="incumbent"' if one.model == INCUMBENT else ""


def _number(found: Measured) -> str:
    """A value with its interval."""
    if found.value != found.value:
        return "-"
    return f'{found.value:.3f}<br><span class="quiet">{found.low:.3f} to {found.high:.3f}</span>'


def _gain(one: Standing) -> str:
    """The gain of AUC, signed."""
    if one.model == INCUMBENT:
        return "0"
    gain = one.gain
    return f'{gain.value:+.3f}<br><span class="quiet">{gain.low:+.3f} to {gain.high:+.3f}</span>'


def _verdict(verdict: Verdict) -> str:
    """The rule of promotion, condition by condition."""
    rows = "".join(
        f"<tr><td>{escape(one.told)}</td><td>{_short(one.value)}</td>"
        f"<td>{_short(one.threshold)}</td>{HELD[one.held]}</tr>"
        for one in verdict.conditions
    )
    said = (
        "The learned weights may take the place of the stated ones."
        if verdict.promoted
        else "The stated weights stay: the learned ones do not meet every condition."
    )
    return (
        f"<h2>May the learned weights take over?</h2><p>{said}</p><div class='scroll'><table>"
        f"<tr><th>condition</th><th>found</th><th>limit</th><th></th></tr>{rows}</table></div>"
    )


def _short(value: float | None) -> str:
    """A number, or nothing."""
    return "-" if value is None else f"{value:.3g}"


def _worth(worth: Sequence[Worth]) -> str:
    """What each model's choice would have been worth."""
    if not worth:
        return ""
    rows = "".join(
        f"<tr><td>{escape(one.model)}</td><td>{_short(one.value)}</td>"
        f"<td class='quiet'>{escape(_between(one))}</td><td>{_short(one.effective)}</td></tr>"
        for one in worth
    )
    return (
        "<h2>What would its choice have been worth?</h2><p class='quiet'>Mean outcome if as many "
        "people had been moved as were: those whom the model rates highest, each where it rates "
        "them highest. Doubly robust, from the moves that were made; it knows nothing of what "
        "earlier choices looked at and nobody wrote down.</p><div class='scroll'><table><tr>"
        "<th>choice</th><th>outcome</th><th>95 %</th><th>moves it rests on</th></tr>"
        f"{rows}</table></div>"
    )


def _between(one: Worth) -> str:
    """An interval, or why there is none."""
    if one.low is None or one.high is None:
        return one.note
    return f"{one.low:.3f} to {one.high:.3f}"


def _weights(weights: Sequence[dict[str, object]]) -> str:
    """Stated and learned weights beside each other."""
    if not weights:
        return ""
    rows = "".join(
        f"<tr><td>{escape(str(row['role']))}</td>"
        f"<td class='words'>{escape(str(row['attribute']))}</td>"
        f"<td>{row['stated']:.2f}</td><td>{row['learned']:.2f}</td></tr>"
        for row in weights
    )
    return (
        "<h2>Weights, stated and learned</h2><div class='scroll'><table><tr><th>role</th>"
        "<th style='text-align:left'>attribute</th><th>stated</th><th>learned</th></tr>"
        f"{rows}</table></div>"
    )
