"""How far each source is trusted: what was learned, beside the default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rolefit.evidence.agreement import Unit

LEAST, MOST = 0.1, 0.97
"""A validity below is told as this one; one above is impossible in people and refused."""
LEARNED, OF_KIND, OF_OTHERS = "learned", "of_its_kind", "of_the_others"
ALONE, FEW, STATED = "no_other_source", "few_agents", "stated"
IMPOSSIBLE, OPPOSED = "impossible", "runs_against"
MOVED = (LEARNED, OF_KIND, OF_OTHERS)
"""Reasons under which the default is not kept."""


@dataclass(frozen=True)
class Validity:
    """How far a source, or a kind of source, is trusted: its correlation with the attribute."""

    default: float
    used: float
    """Learned, or the default where it could not be."""
    se: float | None
    """Standard error of what was learned; None where nothing was."""
    agents: int
    """Most agents whom it and one source of another family both read."""
    reason: str
    """`learned`; `of_its_kind`: from other sources of the family; `of_the_others`: no other family
    looks at its attribute, so it moved as the others did together. Of a default that is kept:
    `no_other_source`, `few_agents`, `stated` (by the centre), `impossible` (it would have to be
    above .97), `runs_against` (the more of it, the less the others see)."""


@dataclass(frozen=True)
class Method:
    """Share of what a family sees beside its attribute that all its sources have in common."""

    default: float
    used: float
    pairs: int
    """Pairs of its sources that it was learned from; 0 = default."""


@dataclass(frozen=True)
class Trust:
    """How far to trust what was read."""

    kinds: dict[str, Validity]
    """By family."""
    sources: dict[str, Validity]
    """By `family/source/attribute`."""
    methods: dict[str, Method]
    """By family."""
    between: float | None
    """sd, in log, of single sources around their kind; None where nothing was learned."""


def name_of(unit: Unit) -> str:
    """`family/source/attribute`.

    Example:
        >>> name_of(("metrics", "csat", "customer_satisfaction"))
        'metrics/csat/customer_satisfaction'
    """
    return "/".join(unit)


def odds(validity: float) -> float:
    """Variance beside the attribute in units of the attribute: (1 - rho^2) / rho^2.

    Args:
        validity: rho, correlation of a source with the attribute, in (0, 1].

    Example:
        >>> round(odds(0.6), 4), round(0.64 / 0.36, 4), odds(1.0)
        (1.7778, 1.7778, 0.0)
    """
    return (1.0 - validity**2) / validity**2


def doubts(trust: Trust) -> tuple[str, ...]:
    """What a person should look at: sources whose agreement with the others cannot be right.

    Args:
        trust: of `learn_trust`.

    Returns:
        One sentence a source.

    Example:
        >>> against = Validity(0.6, 0.6, None, 400, OPPOSED)
        >>> doubts(Trust({}, {"metrics/csat/customer_satisfaction": against}, {}, None))[0][:60]
        "metrics 'csat': where it is high, other sources of 'customer"
    """
    said = {
        OPPOSED: "where it is high, other sources of {!r} are low: is its direction right?",
        IMPOSSIBLE: "it agrees with other sources of {!r} as if both recorded the same thing.",
    }
    found = []
    for name, validity in trust.sources.items():
        family, source, attribute = name.split("/", 2)
        if validity.reason in said:
            sentence = said[validity.reason].format(attribute)
            found.append(f"{family} {source!r}: {sentence} It is trusted as by default")
    return tuple(found)
