"""What would most improve the evidence: each step with the sufficiency it would add."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.posterior import believe
from rolefit.schema.tables import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rolefit.evidence.table import Evidence
    from rolefit.quality.typical import Typical
    from rolefit.schema.arrays import Bools, Floats

CHUNK = 50_000
LEAST_GAIN = 0.0005
"""A step that adds less than this to the mean sufficiency is not worth a line."""


@dataclass(frozen=True)
class Step:
    """Evidence that somebody could get: of whom, of what, and what it would replace."""

    code: str
    """`no_survey`, `no_ratings`, `no_record`, `no_metrics`, `not_comparable`, `one_client`,
    `retake`, `renew`."""
    family: str
    attributes: Bools
    """The attributes it would speak of, shape (attributes,)."""
    who: Bools
    """Agents it is asked of, shape (agents,)."""
    attribute: str | None = None
    """Named where the step is about one attribute."""
    adds: Floats | None = None
    """Precision it adds to the family's own, shape (attributes,); None: see `rank_steps`."""


@dataclass(frozen=True)
class Improvement:
    """A step, and what it would add."""

    code: str
    family: str
    attribute: str | None
    agents: int
    before: float
    """Mean sufficiency of the fits in inside roles, over all agents."""
    after: float
    assumed: bool
    """Nobody here has such evidence yet: what it tells is assumed from the config."""

    @property
    def gain(self) -> float:
        """What the step adds to the mean sufficiency."""
        return self.after - self.before


def role_share(weights: Floats) -> Floats:
    """How much one attribute's variance counts in the mean variance of fits.

        c_d = mean over roles of w_rd^2 / sum_d w_rd^2

    Args:
        weights: roles x attributes, of the roles inside.

    Returns:
        shape (attributes,), sums to 1; 0 without roles.

    Source:
        variance of a linear form of independent attributes.

    Example:
        >>> role_share(np.array([[3.0, 4.0], [1.0, 0.0]])).round(2)
        array([0.68, 0.32])
    """
    square = weights**2
    total = square.sum(axis=1, keepdims=True)
    share = np.divide(square, total, out=np.zeros_like(square), where=total > 0)
    return np.asarray(share.mean(axis=0)) if len(weights) else np.zeros(weights.shape[1])


def rank_steps(
    evidence: Evidence, steps: tuple[Step, ...], weights: Floats, typical: Typical, agents: int
) -> tuple[Improvement, ...]:
    """The steps that add most, most first.

    A step gives each agent it is asked of what the median colleague who has such evidence got
    from it: the family's precision P* on an attribute becomes max(own, median P*) with the
    chance that such evidence speaks of the attribute at all, so

        sufficiency = 1 - mean over agents of sum_d c_d / (1 + sum_f P*_idf)

    Args:
        evidence: all evidence, sorted by agent.
        steps: what could be asked for.
        weights: roles x attributes, of the roles inside.
        typical: what a piece of evidence of each family tells.
        agents: number of agents.

    Returns:
        Improvements by gain; steps that would add next to nothing are left out.

    Limits:
        steps are weighed one at a time: two that speak of the same attributes add up to less.
        Sufficiency says how much would be known, not what it would say.

    Source:
        expected reduction of posterior variance (Lindley 1956), exact for normal evidence.

    Example:
        Nothing is known of two agents; ratings of precision 1 would remove half of the variance.
        >>> from rolefit.evidence.table import Evidence
        >>> from rolefit.quality.typical import Typical
        >>> ask = Step("no_ratings", "ratings", np.array([True]), np.array([True, True]))
        >>> typical = Typical({"ratings": np.ones(1)}, {"ratings": np.ones(1)}, {"ratings": False})
        >>> (best,) = rank_steps(Evidence.empty(), (ask,), np.array([[1.0]]), typical, agents=2)
        >>> best.code, best.before, best.after
        ('no_ratings', 0.0, 0.5)
    """
    counts = role_share(weights)
    left, gains = 0.0, np.zeros(len(steps))
    for these, precision in _chunks(evidence, agents, weights.shape[1]):
        total = 1.0 + precision.sum(axis=2)
        left += float((counts / total).sum())
        for k, step in enumerate(steps):
            gains[k] += _gain(step, step.who[these], precision, total, counts, typical)
    before = 1.0 - left / max(agents, 1)
    found = [
        Improvement(
            step.code, step.family, step.attribute, int(step.who.sum()), before,
            before + gain / max(agents, 1), typical.assumed[step.family],
        )
        for step, gain in zip(steps, gains.tolist(), strict=True)
    ]  # fmt: skip
    worth = [one for one in found if one.gain >= LEAST_GAIN]
    return tuple(sorted(worth, key=lambda one: (-one.gain, one.code, one.attribute or "")))


def _chunks(evidence: Evidence, agents: int, attributes: int) -> Iterator[tuple[slice, Floats]]:
    """Precisions by family of a run of agents at a time: memory stays bounded."""
    for start in range(0, agents, CHUNK):
        these = slice(start, min(start + CHUNK, agents))
        some = evidence.of(these)
        yield these, believe(some, agents=these.stop - start, attributes=attributes).precision


def _gain(
    step: Step, who: Bools, precision: Floats, total: Floats, counts: Floats, typical: Typical
) -> float:
    """What a step takes off the variance of fits, summed over some agents."""
    asked, about = np.flatnonzero(who), np.flatnonzero(step.attributes & (counts > 0))
    if not len(asked) or not len(about):
        return 0.0
    where = np.ix_(asked, about)
    own = precision[:, :, FAMILIES.index(step.family)][where]
    now, new = total[where], np.maximum(typical.precision[step.family][about] - own, 0.0)
    if step.adds is not None:
        new = np.where(own > 0, step.adds[about], 0.0)
    less = (1.0 / now - 1.0 / (now + new)) * typical.chance[step.family][about]
    return float((less * counts[about]).sum())


def family_masks(evidence: Evidence, agents: int, attributes: int) -> Mapping[str, Bools]:
    """Which agents have evidence of which attributes, by family.

    Args:
        evidence: all evidence.
        agents: number of agents.
        attributes: number of attributes.

    Returns:
        family -> agents x attributes.

    Example:
        >>> from rolefit.evidence.table import Evidence
        >>> one, zero, x = np.ones(1, int), np.zeros(1, int), np.ones(1)
        >>> evidence = Evidence(one, zero, zero, zero, x, x, x, x, zero, ("csat",))
        >>> masks = family_masks(evidence, agents=2, attributes=2)
        >>> masks["metrics"].tolist(), bool(masks["ratings"].any())
        ([[False, False], [True, False]], False)
    """
    masks = {family: np.zeros((agents, attributes), bool) for family in FAMILIES}
    for k, family in enumerate(FAMILIES):
        mine = evidence.family == k
        masks[family][evidence.agent[mine], evidence.attribute[mine]] = True
    return masks
