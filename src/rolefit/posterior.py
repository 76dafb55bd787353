"""Evidence becomes what we believe of each attribute: precisions add, a family has a ceiling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.schema.tables import FAMILIES

if TYPE_CHECKING:
    from rolefit.evidence.table import Evidence
    from rolefit.schema.arrays import Floats, Ints


MOST_SHARED = 0.9
"""Most of an item's variance that it can share with its family: something is always its own."""


@dataclass(frozen=True)
class Posterior:
    """Belief about each agent's attributes, in sd of the norm population; prior N(0, 1).

    Both arrays are agents x attributes x FAMILIES; a family without evidence has precision 0 and
    mean 0.
    """

    precision: Floats
    """Precision of a family after its ceiling: P* = 1 / (1 / P + s)."""
    family_mean: Floats
    """Precision-weighted mean of a family's evidence."""

    @property
    def variance(self) -> Floats:
        """Posterior variance, agents x attributes; 1 without evidence."""
        return 1.0 / (1.0 + self.precision.sum(axis=2))

    @property
    def mean(self) -> Floats:
        """Posterior mean, agents x attributes; 0 without evidence."""
        return (self.precision * self.family_mean).sum(axis=2) * self.variance

    @property
    def parts(self) -> Floats:
        """What each family adds to the mean, agents x attributes x families; sums to `mean`."""
        return self.precision * self.family_mean * self.variance[:, :, None]

    @property
    def sufficiency(self) -> Floats:
        """Share of the prior variance that evidence removed, agents x attributes, in [0, 1)."""
        return 1.0 - self.variance

    def without(self, family: str) -> Posterior:
        """The belief if one family had not been heard."""
        precision = self.precision.copy()
        precision[:, :, FAMILIES.index(family)] = 0.0
        return Posterior(precision, self.family_mean)


def believe(evidence: Evidence, *, agents: int, attributes: int) -> Posterior:
    """Combines evidence into posteriors.

        s = min_k(w^2_k, .9 var_k);  P_f = sum 1 / (var_k - s);  P*_f = 1 / (1 / P_f + s)
        precision = 1 + sum_f P*_f

    s is the part of the variance that all items of a family share, so one item alone counts
    1 / var and any number of them at most 1 / s.

    Args:
        evidence: estimates in attribute sd; agent and attribute positions below the two counts.
        agents: number of agents.
        attributes: number of attributes.

    Returns:
        Posterior, agents x attributes x families.

    Limits:
        attributes are taken as independent on purpose: a better answer can then never lower a fit.

    Source:
        precision weighting of independent normal estimates, with a method-variance ceiling.

    Example:
        Two ratings of variance 1 that share .5: P = 4 before the ceiling, 1 / (1 / 4 + .5) after;
        the mean is shrunken to 4/3 / (1 + 4/3).
        >>> from rolefit.evidence.table import Evidence
        >>> zero, x = np.zeros(2, int), np.ones(2)
        >>> evidence = Evidence(zero, zero, zero + 4, zero, x, x, x, 0.5 * x, zero, ("lead",))
        >>> belief = believe(evidence, agents=1, attributes=1)
        >>> belief.precision[0, 0].round(4).tolist(), belief.mean.round(4).tolist()
        ([0.0, 0.0, 0.0, 0.0, 1.3333], [[0.5714]])
    """
    pooled = _pool(evidence, agents, attributes)
    shape = (agents, attributes, len(FAMILIES))
    weighted = np.bincount(pooled.cell, pooled.weight * evidence.z, len(pooled.total))
    seen = pooled.total > 0
    mean = np.zeros(len(seen))
    mean[seen] = weighted[seen] / pooled.total[seen]
    return Posterior(pooled.precision.reshape(shape), mean.reshape(shape))


def shares(evidence: Evidence, posterior: Posterior) -> Floats:
    """How much of each piece of evidence ends up in the posterior mean: mean_d = sum_k share_k z_k.

        share_k = P*_f / precision_d x (1 / (var_k - s)) / P_f

    Args:
        evidence: estimates in attribute sd.
        posterior: of `believe`, from exactly this evidence.

    Returns:
        One share a row of evidence, in (0, 1); times z and the role's weight it is the exact term
        of that piece in a fit.

    Source:
        weights of a precision-weighted mean; here a piece's own, after its family's ceiling.

    Example:
        One piece of variance 1 and the prior of variance 1 count alike.
        >>> from rolefit.evidence.table import Evidence
        >>> i, z = np.zeros(1, np.int64), np.ones(1)
        >>> one = Evidence(i, i, i, i, 2.0 * z, z, z, 0.5 * z, i, ("fcr",))
        >>> shares(one, believe(one, agents=1, attributes=1)).round(12).tolist()
        [0.5]
    """
    agents, attributes, _ = posterior.precision.shape
    pooled = _pool(evidence, agents, attributes)
    own = pooled.weight / pooled.total[pooled.cell]
    variance = posterior.variance[evidence.agent, evidence.attribute]
    return own * pooled.precision[pooled.cell] * variance


@dataclass(frozen=True)
class _Pooled:
    """Evidence by cell (agent, attribute, family)."""

    cell: Ints
    """Cell of each row of evidence."""
    weight: Floats
    """What each row adds to P_f."""
    total: Floats
    """P_f of each cell."""
    precision: Floats
    """P*_f of each cell."""


def _pool(evidence: Evidence, agents: int, attributes: int) -> _Pooled:
    """Precisions before and after the ceiling of each family."""
    shape = (agents, attributes, len(FAMILIES))
    cell = np.ravel_multi_index((evidence.agent, evidence.attribute, evidence.family), shape)
    size = int(np.prod(shape))
    shared = np.full(size, np.inf)
    np.minimum.at(
        shared, cell, np.minimum(evidence.method_variance, MOST_SHARED * evidence.variance)
    )
    weight = 1.0 / (evidence.variance - shared[cell])
    total = np.bincount(cell, weight, size).astype(np.float64)
    seen = total > 0
    precision = np.zeros(size)
    precision[seen] = 1.0 / (1.0 / total[seen] + shared[seen])
    return _Pooled(cell, weight, total, precision)
