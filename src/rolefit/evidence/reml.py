"""The REML criterion of the crossed model at given variances: its exact slope, its solution."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import cho_solve, cholesky, lapack

from rolefit.evidence.sorting import Sorting
from rolefit.evidence.split import CLIENT, POOL

if TYPE_CHECKING:
    from rolefit.evidence.split import Split
    from rolefit.schema.arrays import Floats, Ints

RIDGES = (1e-13, 1e-11, 1e-9, 1e-6)
"""Shares of the largest diagonal entry, tried in turn where a system is not positive definite."""
LEAST_LEFT = 1e-12
"""Share of the squares that is always left: measurements without any noise fit exactly."""
TINY = 1e-280


@dataclass(frozen=True)
class Seen:
    """Agents and columns at one evaluation."""

    scales: Floats
    """Factor of each class of columns for each agent, shape (3, agents)."""
    trust: Floats
    """h_i: how much an agent's mean counts, shape (agents,)."""
    penalty: Floats
    """s2 / variance of each column; 0 for fixed ones, shape (width,)."""
    away: Floats
    """An agent's mean less what the columns say of it."""


@dataclass(frozen=True)
class Solution:
    """One evaluation of the criterion."""

    criterion: float
    """-2 log restricted likelihood, constants as in lme4."""
    slope: Floats
    """By the log ratios and, last, by rho and by the share of pools."""
    effects: Floats
    """Side effects, shape (width,)."""
    covariance: Floats
    """Of the side effects, divided by s2."""
    s2: float
    sorting: Sorting
    seen: Seen


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
        Solution; its slope is exact.

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
    system = split.within + split.products.add_up(trust, scales) + np.diag(penalty)
    right = split.within_side + split.gathered(scales, trust * split.mean)
    factor = _factor(system)
    effects = cho_solve((factor, True), right, check_finite=False)
    left = split.within_squares + float(trust @ split.mean**2) - float(effects @ right)
    left = max(left, LEAST_LEFT * (split.within_squares + float(trust @ split.mean**2)), TINY)
    s2, covariance = left / max(split.rows - fixed, 1), inverse(factor)
    criterion = (
        (split.rows - fixed) * (1.0 + np.log(2.0 * np.pi * s2))
        + float(np.log(split.weight / trust).sum())
        + 2.0 * float(np.log(np.diag(factor)).sum())
        - float(np.log(penalty[penalty > 0]).sum())
        - split.log_weight
    )
    seen = Seen(scales, trust, penalty, split.mean - split.seen_by(scales, effects))
    found = Solution(float(criterion), np.zeros(0), effects, covariance, s2, sorting, seen)
    return replace(found, slope=_slope(split, groups, found))


def _factor(system: Floats) -> Floats:
    """Lower Cholesky factor; a system that is singular but for rounding gets a little more."""
    size = float(np.abs(np.diagonal(system)).max())
    for ridge in RIDGES:
        try:
            return np.asarray(cholesky(system, lower=True, check_finite=False))
        except np.linalg.LinAlgError:
            system = system + ridge * size * np.eye(len(system))
    return np.asarray(cholesky(system, lower=True))


def scales_of(sorting: Sorting) -> Floats:
    """Factor of each class of columns for each agent, shape (3, agents)."""
    return np.stack([np.ones_like(sorting.slope), 1.0 + sorting.slope, sorting.scale])


def inverse(factor: Floats) -> Floats:
    """Inverse of a symmetric matrix from its lower Cholesky factor, zeros above."""
    half, _ = lapack.dpotri(factor, lower=1)
    full: Floats = half + half.T
    np.fill_diagonal(full, half.diagonal())
    return full


def _slope(split: Split, groups: Ints, found: Solution) -> Floats:
    """Derivatives of the criterion by log l_a, log l_f ..., rho and the share of pools."""
    sorting, kinds, seen = found.sorting, split.products.kinds, found.seen
    scales, trust, penalty = seen.scales, seen.trust, seen.penalty
    form = split.products.forms(found.covariance)
    whole = sum(scales[a] * scales[b] * form[k] for k, (a, b) in enumerate(kinds))
    by_penalty = (whole - 1.0 / trust + seen.away**2 / found.s2) * trust**2 / sorting.penalty
    spread = penalty * (np.diagonal(found.covariance) + found.effects**2 / found.s2)
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
    scales, trust = found.seen.scales, found.seen.trust
    total = np.zeros(len(trust))
    for k, (a, b) in enumerate(split.products.kinds):
        if name in (a, b):
            total += (1.0 + (a == b)) * scales[a + b - name] * form[k]
    part = split.parts[name]
    told = part.shares @ found.effects[part.columns]
    return np.asarray(trust * (total - 2.0 * found.seen.away * told / found.s2))
