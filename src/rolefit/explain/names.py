"""How a config's attributes, roles and sources are called inside a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rolefit.schema.config import Config

MAX_LABEL_WORDS = 8
SECOND_RATING = "a rating by a second person"
WAYS = {
    "strengths": "the strengths survey",
    "interests": "the interests survey",
    "contributions": "a record of {}",
    "ratings": "a rating by somebody who works with you",
}


@dataclass(frozen=True)
class Names:
    """How a config's attributes, roles and sources are called inside a sentence."""

    attributes: tuple[str, ...]
    """Phrases, as gerunds where the config gives them."""
    interest: tuple[bool, ...]
    """Which attributes are interests."""
    roles: tuple[str, ...]
    """`the mentor role`; an outward destination by its label alone."""
    outward: tuple[bool, ...]
    metrics: dict[str, str]
    contributions: dict[str, str]
    ways: tuple[str, ...]
    """How each attribute could be shown."""

    @classmethod
    def of(cls, config: Config) -> Names:
        """Reads the names off a config, cut to a length that a text can hold."""
        return cls(
            attributes=tuple(_phrase(a.phrase, a.label) for a in config.attributes.values()),
            interest=tuple(a.group == "interest" for a in config.attributes.values()),
            roles=tuple(_role(r.label, outward=r.outward) for r in config.roles.values()),
            outward=tuple(r.outward for r in config.roles.values()),
            metrics={key: _short(_lower(m.label)) for key, m in config.metrics.items()},
            contributions={
                key: _phrase(c.phrase, c.label) for key, c in config.contributions.items()
            },
            ways=tuple(ways_to_show(config, attribute)[0][1] for attribute in config.attributes),
        )


def ways_to_show(config: Config, attribute: str) -> tuple[tuple[str, str], ...]:
    """How an agent can add evidence of an attribute, easiest first.

    Args:
        config: effective config.
        attribute: attribute id.

    Returns:
        Pairs of evidence family and phrase (`the strengths survey`); never empty.
    """
    surveys = [
        (table, WAYS[table])
        for table, instrument in config.questionnaires.items()
        if any(scale.attribute == attribute for scale in instrument.scales.values())
    ]
    kinds = [kind for kind in config.contributions.values() if kind.attribute == attribute]
    records = [
        ("contributions", WAYS["contributions"].format(_phrase(kind.phrase, kind.label)))
        for kind in kinds[:1]
    ]
    rating = ("ratings", WAYS["ratings"])
    rated = config.attributes[attribute].group != "interest" or not surveys
    return (*surveys, *records, rating) if rated else tuple(surveys)


def listed(words: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    words = list(words)
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _phrase(phrase: str, label: str) -> str:
    """The phrase, or the label in quotation marks where a config gives none."""
    return _short(phrase) if phrase else f'"{_short(label)}"'


def _role(label: str, *, outward: bool) -> str:
    """A role inside a sentence."""
    return _short(_lower(label)) if outward else f"the {_short(_lower(label))} role"


def _short(text: str) -> str:
    """At most MAX_LABEL_WORDS words, so that a text keeps its length whatever a config says."""
    words = text.split()
    cut = " ".join(words[:MAX_LABEL_WORDS])
    return f"{cut} ..." if len(words) > MAX_LABEL_WORDS else cut


def _lower(label: str) -> str:
    """A label inside a sentence; an abbreviation such as CSAT keeps its capitals."""
    plain = len(label) > 1 and label[1].islower()
    return label[:1].lower() + label[1:] if plain else label


def upper(text: str) -> str:
    """A phrase at the head of a sentence."""
    return text[:1].upper() + text[1:]
