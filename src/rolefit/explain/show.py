"""The fewest pieces of evidence, among those an agent can still give, that would settle a role."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from rolefit.direction.moves import TOP_SHARE
from rolefit.evidence.table import Evidence
from rolefit.explain.names import second_rating, ways_to_show
from rolefit.posterior import believe
from rolefit.schema.tables import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.fit import Fit, Profiles
    from rolefit.posterior import Posterior
    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.config import Config

MOST_PIECES = 4
"""More than this is not asked of anybody at once."""
EVEN = 0.5
METRICS = FAMILIES.index("metrics")


@dataclass(frozen=True)
class Show:
    """One piece of evidence that an agent can still give."""

    way: str
    """How, as a phrase: `the strengths survey`, `a rating by somebody who works with you`."""
    family: str
    attributes: tuple[str, ...]
    """What it would speak of, among what the role weighs."""


@dataclass(frozen=True)
class Settling:
    """What would settle whether a role is a match."""

    pieces: tuple[Show, ...]
    """The fewest that settle it; where none do, those that would tell most."""
    settles: bool


def what_to_show(
    posterior: Posterior, profiles: Profiles, fit: Fit, evidence: Evidence, config: Config,
    role: str, needed: float,
) -> Settling:  # fmt: skip
    """Looks for the fewest pieces of evidence after which the role is clear either way.

    Settled means: the gates `evidence`, `families` and `beyond_metrics` pass, and with the means
    of today P(fit >= bar) would be at least `needed`, or at most 1 - needed.

    Args:
        posterior: belief about one agent.
        profiles: role profiles.
        fit: of the same agent.
        evidence: what the belief rests on.
        config: effective config; a new piece is trusted as its family's validity says.
        role: id of an inside role.
        needed: threshold of the role's `ready` gate.

    Returns:
        Settling; found by trying all sets of one piece, of two, ... of four.

    Limits:
        nobody knows what a new piece will say: it is taken to agree with what was seen so far, so
        this is what could settle the role, not what will.

    Source:
        preposterior analysis (Raiffa & Schlaifer 1961) at the present mean.
    """
    place = config.role_ids.index(role)
    offers = _obtainable(evidence, config, profiles.weights[place])
    reach = clear_below(
        float(fit.mean[0, place] - profiles.bar[place]), float(profiles.multiplier[place]), needed
    )
    case = _Case.of(posterior, evidence, profiles.weights[place], offers, reach, config)
    tried = np.zeros(0, np.int64)
    for size in range(min(MOST_PIECES, len(offers)) + 1):
        chosen = list(combinations(range(len(offers)), size))
        sets = np.array(chosen, np.int64).reshape(len(chosen), size)
        left = case.left_unknown(sets)
        settled = np.flatnonzero(case.settled(sets, left))
        if len(settled):
            best = sets[settled[left[settled].argmin()]]
            return Settling(tuple(offers[k] for k in best), settles=True)
        tried = sets[left.argmin()]
    return Settling(tuple(offers[k] for k in tried), settles=False)


def clear_below(above: float, multiplier: float, needed: float) -> float:
    """The largest variance of a fit (multiplier not included) at which it is clear either way.

        P(fit >= bar) >= needed, or <= 1 - needed, where sd <= |fit - bar| / z(needed)

    Anything is clear where no more than an even chance is needed.

    Example:
        >>> round(clear_below(above=-1.2816, multiplier=1.0, needed=0.9), 3)
        1.0
    """
    if needed <= EVEN:
        return float("inf")
    return float((above / (multiplier * ndtri(needed))) ** 2)


@dataclass(frozen=True)
class _Case:
    """One agent, one role, and what each of P pieces would add; D attributes, F families."""

    weights: Floats
    """(D,) of the role."""
    precision: Floats
    """(D,) today, prior included."""
    added: Floats
    """(P, D) precision that a piece adds: every piece has its own families and attributes."""
    seen: Bools
    """(F,) families heard on the role's top attributes."""
    speaks: Bools
    """(P, F) families a piece would speak for, there."""
    reach: float
    config: Config

    @classmethod
    def of(
        cls, posterior: Posterior, evidence: Evidence, weights: Floats, offers: Sequence[Show],
        reach: float, config: Config,
    ) -> _Case:  # fmt: skip
        """Works out what each piece would add by itself."""
        today = posterior.precision[0]
        top = (weights > 0) & (weights >= TOP_SHARE * weights.max())
        after = [_believed(evidence, piece, config) for piece in offers]
        shape = (len(offers), *today.shape)
        gained = np.array(after).reshape(shape) - today
        return cls(
            weights, 1.0 + today.sum(axis=1), gained.sum(axis=2), (today[top] > 0).any(axis=0),
            (gained[:, top] > 0).any(axis=1), reach, config,
        )  # fmt: skip

    def left_unknown(self, sets: Ints) -> Floats:
        """Variance of the fit that each set of pieces would leave, multiplier not included."""
        precision = self.precision + self.added[sets].sum(axis=1)
        left: Floats = (self.weights**2 / precision).sum(axis=1)
        return left

    def settled(self, sets: Ints, left: Floats) -> Bools:
        """Whether the role would be clear with each set."""
        policy = self.config.policy
        families = self.seen | self.speaks[sets].any(axis=1)
        enough = 1.0 - left / (self.weights**2).sum() >= policy.min_sufficiency
        several = families.sum(axis=1) >= policy.min_families
        beyond = np.delete(families, METRICS, axis=1).any(axis=1)
        return np.asarray(enough & several & beyond & (left <= self.reach))


def _believed(evidence: Evidence, piece: Show, config: Config) -> Floats:
    """Precision by attribute and family with one more piece; what it says does not matter."""
    policy, ids = config.evidence, config.attribute_ids
    size = len(piece.attributes)
    rho = np.full(size, getattr(policy.validity, piece.family))
    shared = np.full(size, getattr(policy.method_variance, piece.family))
    zeros, ones = np.zeros(size, np.int64), np.ones(size)
    attribute = np.array([ids.index(name) for name in piece.attributes], np.int64)
    joined = Evidence(
        agent=np.append(evidence.agent, zeros),
        attribute=np.append(evidence.attribute, attribute),
        family=np.append(evidence.family, zeros + FAMILIES.index(piece.family)),
        source=np.append(evidence.source, zeros), z=np.append(evidence.z, 0.0 * ones),
        variance=np.append(evidence.variance, (1.0 - rho**2) / rho**2),
        n=np.append(evidence.n, ones), method_variance=np.append(evidence.method_variance, shared),
        note=np.append(evidence.note, zeros), sources=evidence.sources,
    )  # fmt: skip
    return believe(joined, agents=1, attributes=len(ids)).precision[0]


def _obtainable(evidence: Evidence, config: Config, weights: Floats) -> list[Show]:
    """Surveys not answered, records not kept, ratings not given, on what the role weighs."""
    given = {
        (config.attribute_ids[d], FAMILIES[f])
        for d, f in zip(evidence.attribute, evidence.family, strict=True)
    }
    surveys: dict[tuple[str, str], list[str]] = {}
    single: list[Show] = []
    for d in np.argsort(-weights, kind="stable"):
        if weights[d] <= 0:
            break
        name = config.attribute_ids[d]
        for family, way in ways_to_show(config, name):
            if family in ("strengths", "interests"):
                if (name, family) not in given:
                    surveys.setdefault((family, way), []).append(name)
            elif (name, family) not in given:
                single.append(Show(way, family, (name,)))
            elif family == "ratings":
                single.append(Show(second_rating(config), family, (name,)))
    return [Show(way, family, tuple(names)) for (family, way), names in surveys.items()] + single
