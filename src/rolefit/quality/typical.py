"""What a piece of evidence of each family tells in this centre: the median, or an assumption."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.posterior import MOST_SHARED
from rolefit.schema.tables import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolefit.evidence.table import Evidence
    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.config import Config

LEAST_PEOPLE = 5
ASSUMED_RELIABILITY = {
    "metrics": 0.6, "strengths": 0.75, "interests": 0.75, "contributions": 0.5, "ratings": 0.5,
}  # fmt: skip
"""Of a source that nobody here has yet: an ordinary scale, one rating, half a year of records."""


@dataclass(frozen=True)
class Typical:
    """By family; arrays of shape (attributes,)."""

    precision: Mapping[str, Floats]
    """Median precision P* after the ceiling, of the people who have such evidence."""
    chance: Mapping[str, Floats]
    """Share of the people with the family who have it on the attribute."""
    assumed: Mapping[str, bool]
    """Nobody has the family: its reliability is assumed, its validity is the config's."""


def learn_typical(
    evidence: Evidence, masks: Mapping[str, Bools], about: Mapping[str, Bools], config: Config
) -> Typical:
    """The typical precision of each family on each attribute.

    Args:
        evidence: all evidence.
        masks: who has evidence of what, family -> agents x attributes.
        about: family -> attributes it could speak of, shape (attributes,).
        config: validities and ceilings, for families that nobody has.

    Returns:
        Typical. A median of fewer than five people is replaced by the family's over all
        attributes.

    Limits:
        whoever has evidence already may be easier to get it from than whoever has not.

    Source:
        plug-in medians.

    Example:
        Five people have ratings of variance 2 on the one attribute; nobody has any other family.
        >>> from rolefit.evidence.table import Evidence
        >>> from rolefit.quality.improve import family_masks
        >>> from rolefit.schema.build import build_config
        >>> who, zero, x = np.arange(5), np.zeros(5, int), np.ones(5)
        >>> evidence = Evidence(who, zero, zero + 4, zero, x, 2.0 * x, x, 0.5 * x, zero, ("lead",))
        >>> about = {family: np.array([True]) for family in FAMILIES}
        >>> typical = learn_typical(evidence, family_masks(evidence, 5, 1), about, build_config({}))
        >>> typical.precision["ratings"].tolist(), typical.assumed["ratings"]
        ([0.5], False)
        >>> typical.precision["strengths"].round(3).tolist(), round(0.36 / (0.25 / 0.75 + 0.64), 3)
        ([0.37], 0.37)
    """
    precision, chance, assumed = {}, {}, {}
    for k, family in enumerate(FAMILIES):
        mask = masks[family]
        people = mask.any(axis=1).sum()
        assumed[family] = bool(people == 0)
        if assumed[family]:
            precision[family] = np.where(about[family], _assumed(family, config), 0.0)
            chance[family] = about[family].astype(np.float64)
            continue
        mine = evidence.family == k
        precision[family] = _medians(evidence, mine, about[family])
        seen = mask.sum(axis=0) >= LEAST_PEOPLE
        own = mask.sum(axis=0) / people
        chance[family] = np.where(about[family], np.where(seen, own, 1.0), 0.0)
    if not assumed["ratings"]:
        chance["ratings"] = about["ratings"].astype(np.float64)
    return Typical(precision, chance, assumed)


def what_moving_adds(evidence: Evidence, clients: Ints, about: Bools) -> Floats:
    """How much more precise metrics are of those who serve several clients.

        adds_d = max(0, median P* of movers - median P* of those who serve one client)

    Args:
        evidence: all evidence.
        clients: clients each agent serves, shape (agents,).
        about: attributes that metrics speak of, shape (attributes,).

    Returns:
        precision by attribute, shape (attributes,); 0 where either group is too small to tell.

    Limits:
        movers may differ in more than their clients, for instance in how long they have been here.

    Source:
        plug-in medians.

    Example:
        Metrics of five movers have variance 1, of five others 2: precision 1 instead of .5.
        >>> from rolefit.evidence.table import Evidence
        >>> who, zero, x = np.arange(10), np.zeros(10, int), np.ones(10)
        >>> variance = np.repeat([1.0, 2.0], 5)
        >>> evidence = Evidence(who, zero, zero, zero, x, variance, x, 0.0 * x, zero, ("csat",))
        >>> what_moving_adds(evidence, np.repeat([2, 1], 5), np.array([True])).tolist()
        [0.5]
    """
    metrics = evidence.family == FAMILIES.index("metrics")
    several = clients[evidence.agent] > 1
    groups = (metrics & several, metrics & (clients[evidence.agent] == 1))
    if min(len(np.unique(evidence.agent[group])) for group in groups) < LEAST_PEOPLE:
        return np.zeros(len(about))
    movers, settled = (_medians(evidence, group, about) for group in groups)
    return np.maximum(movers - settled, 0.0)


def _medians(evidence: Evidence, mine: Bools, about: Bools) -> Floats:
    """Median P* by attribute over some rows; the median over all where few people have it."""
    attributes = len(about)
    cell = evidence.agent[mine] * attributes + evidence.attribute[mine]
    codes, where = np.unique(cell, return_inverse=True)
    variance = evidence.variance[mine]
    shared = np.full(len(codes), np.inf)
    np.minimum.at(shared, where, np.minimum(evidence.method_variance[mine], MOST_SHARED * variance))
    raw = np.bincount(where, 1.0 / (variance - shared[where]), len(codes))
    value = 1.0 / (1.0 / raw + shared)
    attribute = codes % attributes
    everywhere = float(np.median(value))
    out = np.where(about, everywhere, 0.0)
    for d in range(attributes):
        own = value[attribute == d]
        if len(own) >= LEAST_PEOPLE:
            out[d] = float(np.median(own))
    return out


def _assumed(family: str, config: Config) -> float:
    """P* of one piece of evidence of a family that nobody has yet."""
    reliability = ASSUMED_RELIABILITY[family]
    rho2 = getattr(config.evidence.validity, family) ** 2
    variance = ((1.0 - reliability) / reliability + 1.0 - rho2) / rho2
    return float(1.0 / variance)
