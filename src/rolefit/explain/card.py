"""What a rendering needs, in plain words and numbers: it knows nothing of how they came about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rolefit.schema.language import Labels


@dataclass(frozen=True)
class FitLine:
    """One role of one agent."""

    role: str
    score: float
    low: float
    """Lower end of the 90 % interval, as a score."""
    high: float
    ready: float | None
    """P(fit >= bar); None for outward destinations."""
    wish: str
    suggested: bool


@dataclass(frozen=True)
class Card:
    """One explanation, ready to be shown."""

    title: str
    sure: str
    paragraphs: tuple[str, ...]
    reasons: tuple[tuple[str, float | None, str], ...]
    """Polarity, term, sentence."""
    notes: tuple[str, ...]
    about: str
    """Label of the role the terms are about."""
    terms: dict[str, float]
    """Attribute label -> term, largest first."""
    unseen: tuple[str, ...]
    """Labels of attributes that no evidence speaks of."""
    fits: tuple[FitLine, ...]
    labels: Labels
    """Headings, in the language of the texts."""

    @property
    def total(self) -> float:
        """The fit: the sum of the terms."""
        return float(sum(self.terms.values()))


@dataclass(frozen=True)
class Grid:
    """A small table of text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def largest_first(terms: dict[str, float]) -> dict[str, float]:
    """Terms from the largest to the most negative."""
    return dict(sorted(terms.items(), key=lambda pair: -pair[1]))


def number(value: float | None) -> str:
    """Two decimals, or a dash for what is not known."""
    return "-" if value is None else f"{value:.2f}"
