"""One-way shrinkage: how far agents truly differ, and what is left of each after shrinking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize

from rolefit.evidence.cells import scale_rows, sum_by
from rolefit.evidence.crossed import spread

if TYPE_CHECKING:
    from rolefit.evidence.cells import Sums
    from rolefit.schema.arrays import Floats, Ints


@dataclass(frozen=True)
class Spread:
    """How agents differ within their group (component)."""

    tau2: float
    """Variance between agents; 0 where their estimates differ no more than their noise."""
    mean: Floats
    """Precision-weighted mean, by group."""
    weight: Floats
    """Sum of 1 / (tau2 + noise), by group."""


def spread_of(value: Floats, noise: Floats, group: Ints, groups: int) -> Spread:
    """Variance between agents by Paule and Mandel, with one mean a group.

        sum_i (value_i - mean_g)^2 / (tau2 + noise_i) = agents - groups

    Args:
        value: estimates, shape (n,).
        noise: their noise variances, shape (n,), > 0.
        group: group code of each, shape (n,).
        groups: number of groups.

    Returns:
        Spread; tau2 = 0 with fewer than two agents in every group.

    Limits:
        takes noise variances as known; with a handful of agents tau2 is a guess.

    Source:
        Paule & Mandel 1982; DerSimonian & Kacker 2007.

    Example:
        (0 - 1)^2 / (1 + 1) + (2 - 1)^2 / (1 + 1) = 2 - 1.
        >>> spread = spread_of(np.array([0.0, 2.0]), np.ones(2), np.zeros(2, int), 1)
        >>> round(spread.tau2, 6), spread.mean.tolist()
        (1.0, [1.0])
    """

    def means(tau2: float) -> tuple[Floats, Floats]:
        w = 1.0 / (tau2 + noise)
        total = sum_by(group, w, groups)
        weighted = sum_by(group, w * value, groups)
        return np.divide(weighted, total, out=np.zeros(groups), where=total > 0), total

    used = int((np.bincount(group, minlength=groups) > 0).sum())

    def excess(tau2: float) -> float:
        return float(((value - means(tau2)[0][group]) ** 2 / (tau2 + noise)).sum()) - freedom

    freedom = len(value) - used
    tau2 = 0.0
    if freedom > 0 and excess(0.0) > 0:
        top = float(np.var(value)) + float(noise.max()) + 1e-12
        while excess(top) > 0:
            top *= 2.0
        tau2 = float(optimize.brentq(excess, 0.0, top, xtol=1e-14 * top, rtol=1e-13))
    mean, weight = means(tau2) if len(value) else (np.zeros(groups), np.zeros(groups))
    return Spread(tau2, mean, weight)


def shrink(value: Floats, noise: Floats, spread: Spread, group: Ints) -> tuple[Floats, Floats]:
    """Posterior mean of each agent's deviation from its group, and its reliability.

        r = tau2 / (tau2 + noise);  effect = r (value - mean);  reliability = r (1 - w / W)

    Args:
        value: estimates, shape (n,).
        noise: noise variances, shape (n,).
        spread: variance, means and weights of the groups.
        group: group code of each agent, shape (n,).

    Returns:
        effect in sd between agents, and reliability = 1 - PEV / tau2 in [0, 1); an agent alone
        in a group has effect 0 and reliability 0.

    Limits:
        takes tau2 as known: with few agents true reliabilities are lower.

    Source:
        best linear unbiased prediction with an estimated mean (Robinson 1991).

    Example:
        >>> spread = Spread(tau2=1.0, mean=np.array([1.0]), weight=np.array([1.0]))
        >>> effect, reliability = shrink(np.array([0.0, 2.0]), np.ones(2), spread, np.zeros(2, int))
        >>> effect.tolist(), reliability.tolist()
        ([-0.5, 0.5], [0.25, 0.25])
    """
    if spread.tau2 <= 0:
        return np.zeros_like(value), np.zeros_like(value)
    w = 1.0 / (spread.tau2 + noise)
    r = spread.tau2 * w
    own = np.clip(np.divide(w, spread.weight[group], out=np.ones_like(w),
                            where=spread.weight[group] > 0), 0.0, 1.0)  # fmt: skip
    effect = r * (value - spread.mean[group]) / np.sqrt(spread.tau2)
    return effect, np.clip(r * (1.0 - own), 0.0, 1.0)


def left_over(
    sums: Sums, effects: Floats, covariance: Floats, s2: float
) -> tuple[Floats, Floats, Floats]:
    """What the side effects leave of each agent's mean.

    Args:
        sums: sums over the rows of these agents.
        effects: side effects, shape (width,).
        covariance: of the effects, divided by s2, width x width.
        s2: row variance at weight 1.

    Returns:
        the agent's mean less its context, its noise variance, and the share of that noise that is
        uncertainty about the context; infinite noise without rows.

    Example:
        Two rows of 5 where the mean is 3 and the client adds 1.
        >>> from rolefit.evidence.cells import Rows, add_up
        >>> agent, columns, y = np.zeros(2, int), np.array([[0, 1], [0, 1]]), np.array([5.0, 5.0])
        >>> sums = add_up(Rows(agent, columns, y, np.ones(2), agents=1, width=2))
        >>> value, noise, share = left_over(sums, np.array([3.0, 1.0]), np.diag([0.0, 0.5]), s2=2.0)
        >>> value.tolist(), noise.tolist(), share.tolist()
        ([1.0], [2.0], [0.5])
    """
    inverse = np.divide(1.0, sums.weight, out=np.full_like(sums.weight, np.inf),
                        where=sums.weight > 0)  # fmt: skip
    finite = np.where(np.isfinite(inverse), inverse, 0.0)
    value = (sums.weighted - sums.design @ effects) * finite
    share = spread(scale_rows(sums.design, finite), covariance)
    noise = s2 * (inverse + share)
    return value, noise, np.divide(share, inverse + share)
