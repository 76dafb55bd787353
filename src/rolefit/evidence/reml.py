"""The REML criterion of the crossed model at given variances: its exact slope, its solution."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.inside import CLIENT, POOL, Whole
from rolefit.evidence.probed import Probed
from rolefit.evidence.sorting import Sorting
from rolefit.evidence.systems import Dense, Weights

if TYPE_CHECKING:
    from rolefit.evidence.split import Split
    from rolefit.evidence.systems import System
    from rolefit.schema.arrays import Floats, Ints

LEAST_LEFT = 1e-12
"""Share of the squares that is always left: measurements without any noise fit exactly."""
TINY = 1e-280


@dataclass(frozen=True)
class Solution:
    """One evaluation of the criterion."""

    criterion: float
    """-2 log restricted likelihood, constants as in lme4."""
    slope: Floats
    """By the log ratios and, last, by rho and by the share of pools."""
    s2: float
    sorting: Sorting
    weights: Weights
    system: System
    away: Floats
    """An agent's mean less what the columns say of it."""

    @property
    def effects(self) -> Floats:
        """Side effects, shape (width,)."""
        return self.system.effects

    @property
    def covariance(self) -> Floats:
        """Of the side effects, divided by s2; with very many columns its diagonal."""
        return self.system.covariance


def evaluate(
    split: Split,
    groups: Ints,
    log_ratio: Floats,
    rho: float = 0.0,
    share: float = 0.0,
    *,
    fixed: int = 1,
) -> Solution:
    """Criterion, slope and solution at given variance ratios.

        -2l = (N - p)(1 + log 2 pi s2) + sum log(n_i + l_i) - log l_i + log|S| - sum_f J_f log l_f

    with l = s2 / variance and s2 = Q / (N - p) profiled out; Q is the penalised sum of squares.

    Args:
        split: within and between parts.
        groups: shape (width without pools,): -1 for a fixed column, else its random factor, from
            0; the client factor, where there is one, is 0.
        log_ratio: log l of agents, then of each factor.
        rho: sorting correlation, in (-1, 1); needs a client factor.
        share: of the variance of agents beside rho that pools explain; needs pool columns.
        fixed: number of fixed columns.

    Returns:
        Solution; its slope is exact, but for the error of probes with very many columns.

    Source:
        Henderson 1953; Bates et al. 2015 (lme4); Mundlak 1978 for agents that depend on clients.
    """
    ratio = np.exp(log_ratio)
    clients = float(ratio[1]) if len(ratio) > 1 else 1.0
    sorting = Sorting.of(rho, share, float(ratio[0]), clients, split.served)
    scales = scales_of(sorting)
    trust = split.weight * sorting.penalty / (split.weight + sorting.penalty)
    penalty = np.concatenate([
        np.where(groups >= 0, np.append(ratio[1:], 0.0)[groups], 0.0),
        np.full(len(split.classes) - len(groups), sorting.pool_penalty),
    ])  # fmt: skip
    right = split.within_side + split.gathered(scales, trust * split.mean)
    weights = Weights(scales, trust, penalty)
    system = solve(split, weights, right)
    effects = system.effects
    left = split.within_squares + float(trust @ split.mean**2) - float(effects @ right)
    left = max(left, LEAST_LEFT * (split.within_squares + float(trust @ split.mean**2)), TINY)
    s2 = left / max(split.rows - fixed, 1)
    criterion = (
        (split.rows - fixed) * (1.0 + np.log(2.0 * np.pi * s2))
        + float(np.log(split.weight / trust).sum())
        + system.log_determinant
        - float(np.log(penalty[penalty > 0]).sum())
        - split.log_weight
    )
    away = split.mean - split.seen_by(scales, effects)
    found = Solution(float(criterion), np.zeros(0), s2, sorting, weights, system, away)
    return replace(found, slope=_slope(split, groups, found))


def solve(split: Split, weights: Weights, right: Floats) -> System:
    """Solves for the side effects, densely as long as there are not too many."""
    if isinstance(split.within, Whole):
        return Dense.of(split.within, weights, right)
    return Probed.of(split, weights, right)


def scales_of(sorting: Sorting) -> Floats:
    """Factor of each class of columns for each agent, shape (3, agents)."""
    return np.stack([np.ones_like(sorting.slope), 1.0 + sorting.slope, sorting.scale])


def _slope(split: Split, groups: Ints, found: Solution) -> Floats:
    """Derivatives of the criterion by log l_a, log l_f ..., rho and the share of pools."""
    sorting, kinds, seen = found.sorting, split.kinds, found.weights
    scales, trust, penalty = seen.scales, seen.trust, seen.penalty
    form, covariance = found.system.forms(), found.covariance
    diagonal = covariance if covariance.ndim == 1 else covariance.diagonal()
    whole = sum(scales[a] * scales[b] * form[k] for k, (a, b) in enumerate(kinds))
    by_penalty = (whole - 1.0 / trust + found.away**2 / found.s2) * trust**2 / sorting.penalty
    spread = penalty * (diagonal + found.effects**2 / found.s2)
    spread = np.where(penalty > 0, spread - 1.0, 0.0)
    factors = int(groups.max(initial=-1)) + 1
    slope = np.zeros(factors + 3)
    slope[0] = by_penalty.sum()
    slope[1 : factors + 1] = [spread[: len(groups)][groups == k].sum() for k in range(factors)]
    if not (split.classes == CLIENT).any():
        return slope
    pools = float(spread[len(groups) :].sum())
    by_scale = [_by_scale(split, found, form, name) for name in (CLIENT, POOL)]
    half = 0.5 * float(by_scale[0] @ sorting.slope)
    slope[0] += pools - half
    slope[1] += half
    for place, by in ((-2, sorting.by_rho), (-1, sorting.by_share)):
        slope[place] = (
            by_scale[0] @ by[0] + by_scale[1] @ by[1] + by_penalty @ by[2] + pools * by[3]
        )
    return slope


def _by_scale(split: Split, found: Solution, form: Floats, name: int) -> Floats:
    """Derivative by each agent's scale of one class of columns."""
    scales, trust = found.weights.scales, found.weights.trust
    total = np.zeros(len(trust))
    for k, (a, b) in enumerate(split.kinds):
        if name in (a, b):
            total += (1.0 + (a == b)) * scales[a + b - name] * form[k]
    part = split.parts[name]
    told = part.table @ found.effects[part.columns]
    return np.asarray(trust * (total - 2.0 * found.away * told / found.s2))
