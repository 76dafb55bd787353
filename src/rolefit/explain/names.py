"""How a config's attributes, roles and sources are called inside a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rolefit.explain.said import Line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rolefit.schema.config import Config
    from rolefit.schema.language import Grammar, Language
    from rolefit.schema.metrics import ApplicabilityRule

MAX_LABEL_WORDS = 8


@dataclass(frozen=True)
class Names:
    """How a config's attributes, roles and sources are called inside a sentence."""

    language: Language
    attributes: tuple[str, ...]
    """Phrases, in quotation marks where the config gives a label only."""
    interest: tuple[bool, ...]
    """Which attributes are interests."""
    roles: tuple[str, ...]
    """`the mentor role`; an outward destination by its label alone."""
    metrics: dict[str, str]
    contributions: dict[str, str]
    phrases: dict[str, str]
    """Attribute id -> its phrase."""
    ways: tuple[Line, ...]
    """How each attribute could be shown."""
    rules: dict[str, tuple[str, ApplicabilityRule]]
    """Subject of a remark that a metric does not apply -> label of the metric, and the rule."""

    @classmethod
    def of(cls, config: Config) -> Names:
        """Reads the names off a config, cut to a length that a text can hold."""
        grammar = config.language.grammar
        attributes = {
            key: _phrase(a.phrase, a.label, grammar) for key, a in config.attributes.items()
        }
        return cls(
            language=config.language,
            attributes=tuple(attributes.values()),
            interest=tuple(a.group == "interest" for a in config.attributes.values()),
            roles=tuple(
                _inside(r.label, grammar, grammar.destination if r.outward else grammar.role)
                for r in config.roles.values()
            ),
            metrics={
                key: _inside(m.label, grammar, grammar.metric) for key, m in config.metrics.items()
            },
            contributions={
                key: _phrase(c.phrase, c.label, grammar) for key, c in config.contributions.items()
            },
            phrases=attributes,
            ways=tuple(_ways(config, attribute)[0][1] for attribute in config.attributes),
            rules=_rules(config),
        )


def ways_to_show(config: Config, attribute: str) -> tuple[tuple[str, str], ...]:
    """How an agent can add evidence of an attribute, easiest first.

    Args:
        config: effective config.
        attribute: attribute id.

    Returns:
        Pairs of evidence family and phrase (`the strengths survey`); never empty.
    """
    return tuple((family, way.agent) for family, way in _ways(config, attribute))


def second_rating(config: Config) -> str:
    """How an attribute that one person rated could be shown better."""
    return config.language.phrases["ways"]["second_rating"].agent


def listed(words: Iterable[str], grammar: Grammar) -> str:
    """`a`, `a and b`, `a, b and c`."""
    words = list(words)
    if len(words) <= 1:
        return "".join(words)
    return grammar.last.join([grammar.separator.join(words[:-1]), words[-1]])


def upper(text: str) -> str:
    """A phrase at the head of a sentence."""
    return text[:1].upper() + text[1:]


def _ways(config: Config, attribute: str) -> tuple[tuple[str, Line], ...]:
    """Pairs of evidence family and phrase, easiest first."""
    told = config.language.phrases["ways"]
    ways = {name: Line(forms.agent, forms.leader) for name, forms in told.items()}
    surveys = [
        (table, ways[table])
        for table, instrument in config.questionnaires.items()
        if any(scale.attribute == attribute for scale in instrument.scales.values())
    ]
    kinds = [kind for kind in config.contributions.values() if kind.attribute == attribute]
    grammar, way = config.language.grammar, ways["contributions"]
    works = [_phrase(kind.phrase, kind.label, grammar) for kind in kinds[:1]]
    records = [
        ("contributions", Line(way.agent.format(work=work), way.leader.format(work=work)))
        for work in works
    ]
    rating = ("ratings", ways["ratings"])
    rated = config.attributes[attribute].group != "interest" or not surveys
    return (*surveys, *records, rating) if rated else tuple(surveys)


def _rules(config: Config) -> dict[str, tuple[str, ApplicabilityRule]]:
    """Every rule that takes a metric out, by the subject under which evidence remarks on it."""
    found = {}
    for rule in config.applicability:
        label = config.metrics[rule.metric].label
        where = " and ".join(
            f"{kind} {name}"
            for kind, name in (("client", rule.client), ("channel", rule.channel))
            if name is not None
        )
        place = f" for {where}" if where else ""
        found[f"{label} does not count{place}: {rule.reason}"] = (label, rule)
    return found


def _phrase(phrase: str, label: str, grammar: Grammar) -> str:
    """The phrase, or the label in quotation marks where a config gives none."""
    return _short(phrase) if phrase else grammar.no_phrase.format(label=_short(label))


def _inside(label: str, grammar: Grammar, template: str) -> str:
    """A role or a metric inside a sentence."""
    label = _lower(label) if grammar.small_letters else label
    return template.format(label=_short(label))


def _short(text: str) -> str:
    """At most MAX_LABEL_WORDS words, so that a text keeps its length whatever a config says."""
    words = text.split()
    cut = " ".join(words[:MAX_LABEL_WORDS])
    return f"{cut} ..." if len(words) > MAX_LABEL_WORDS else cut


def _lower(label: str) -> str:
    """A label inside a sentence; an abbreviation such as CSAT keeps its capitals."""
    plain = len(label) > 1 and label[1].islower()
    return label[:1].lower() + label[1:] if plain else label
