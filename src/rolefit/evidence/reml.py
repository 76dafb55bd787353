"""The REML criterion of the crossed model at given variances: its exact slope, its solution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.linalg import cho_solve, cholesky, lapack

from rolefit.evidence.products import MARKED, MIXED, PLAIN
from rolefit.evidence.sorting import Sorting

if TYPE_CHECKING:
    from rolefit.evidence.split import Split
    from rolefit.schema.arrays import Bools, Floats, Ints


@dataclass(frozen=True)
class Solution:
    """One evaluation of the criterion."""

    criterion: float
    """-2 log restricted likelihood, constants as in lme4."""
    slope: Floats
    """By the log ratios and, last, by rho."""
    effects: Floats
    """Side effects, shape (width,)."""
    covariance: Floats
    """Of the side effects, divided by s2."""
    s2: float
    sorting: Sorting


def evaluate(
    split: Split, groups: Ints, log_ratio: Floats, rho: float = 0.0, *, fixed: int = 1
) -> Solution:
    """Criterion, slope and solution at given variance ratios.

        -2l = (N - p)(1 + log 2 pi s2) + sum log(n_i + l_i) - log l_i + log|S| - sum_f J_f log l_f

    with l = s2 / variance and s2 = Q / (N - p) profiled out; Q is the penalised sum of squares.

    Args:
        split: within and between parts.
        groups: shape (width,): -1 for a fixed column, else its random factor, from 0; the client
            factor, where it is marked in `split`, is 0.
        log_ratio: log l of agents, then of each factor.
        rho: sorting correlation, in (-1, 1); needs a client factor.
        fixed: number of fixed columns.

    Returns:
        Solution; its slope is exact.

    Source:
        Henderson 1953; Bates et al. 2015 (lme4); Mundlak 1978 for agents that depend on clients.
    """
    ratio = np.exp(log_ratio)
    clients = float(ratio[1]) if len(ratio) > 1 else 1.0
    sorting = Sorting.of(rho, float(ratio[0]), clients, split.served)
    trust = split.weight * sorting.penalty / (split.weight + sorting.penalty)
    factor, effects, s2 = _solve(split, groups, ratio, sorting, trust, fixed)
    covariance = inverse(factor)
    away = split.mean - scaled_shares(split, sorting.slope) @ effects
    random = np.bincount(groups[groups >= 0], minlength=len(ratio) - 1)
    criterion = (
        (split.rows - fixed) * (1.0 + np.log(2.0 * np.pi * s2))
        + float(np.log(split.weight / trust).sum())
        + 2.0 * float(np.log(np.diag(factor)).sum())
        - float(random @ log_ratio[1:])
        - split.log_weight
    )
    slope = _slope(split, groups, ratio, sorting, trust, effects, covariance, away, s2)
    slope[1:-1] -= random
    return Solution(float(criterion), slope, effects, covariance, s2, sorting)


def scaled_shares(split: Split, slope: Floats) -> sparse.csr_array:
    """q_i: shares with the client columns times 1 + slope_i, agents x width."""
    return scale_clients(split.shares, split.marked, 1.0 + slope, np.ones(len(slope)))


def scale_clients(
    shares: sparse.csr_array, marked: Bools, clients: Floats, others: Floats
) -> sparse.csr_array:
    """The same matrix with each row's client columns and other columns scaled."""
    row = np.repeat(np.arange(shares.shape[0]), np.diff(shares.indptr))
    scale = np.where(marked[shares.indices], clients[row], others[row])
    return sparse.csr_array((shares.data * scale, shares.indices, shares.indptr), shares.shape)


def inverse(factor: Floats) -> Floats:
    """Inverse of a symmetric matrix from its lower Cholesky factor."""
    half, _ = lapack.dpotri(factor, lower=1)
    full = np.tril(half)
    return full + np.tril(full, -1).T


def _solve(
    split: Split, groups: Ints, ratio: Floats, sorting: Sorting, trust: Floats, fixed: int
) -> tuple[Floats, Floats, float]:
    """Cholesky factor of S, the side effects, and the profiled row variance."""
    grown = 1.0 + sorting.slope
    system = split.within + split.products.add_up(
        np.stack([trust, trust * grown, trust * grown**2])
    )
    random = groups >= 0
    system[random, random] += ratio[1:][groups[random]]
    right = split.within_side + scaled_shares(split, sorting.slope).T @ (trust * split.mean)
    factor = cholesky(system, lower=True, check_finite=False)
    effects = cho_solve((factor, True), right, check_finite=False)
    left = split.within_squares + float(trust @ split.mean**2) - float(effects @ right)
    return factor, effects, left / (split.rows - fixed)


def _slope(
    split: Split,
    groups: Ints,
    ratio: Floats,
    sorting: Sorting,
    trust: Floats,
    effects: Floats,
    covariance: Floats,
    away: Floats,
    s2: float,
) -> Floats:
    """Derivatives of the criterion by log l_a, log l_f ..., rho (the -J_f are the caller's)."""
    form = split.products.forms(covariance)
    grown = 1.0 + sorting.slope
    by_trust = (
        form[PLAIN] + grown * form[MIXED] + grown**2 * form[MARKED] - 1.0 / trust + away**2 / s2
    )
    clients = np.where(split.marked, effects, 0.0)
    by_slope = trust * (
        form[MIXED] + 2.0 * grown * form[MARKED] - 2.0 * away * (split.shares @ clients) / s2
    )
    by_penalty = by_trust * trust**2 / sorting.penalty
    slope = np.zeros(len(ratio) + 1)
    slope[0] = by_penalty.sum()
    spread = np.diagonal(covariance) + effects**2 / s2
    for k in range(1, len(ratio)):
        slope[k] = ratio[k] * spread[groups == k - 1].sum()
    if len(ratio) > 1:
        half = 0.5 * float(by_slope @ sorting.slope)
        slope[0] -= half
        slope[1] += half
        slope[-1] = by_penalty @ sorting.log_penalty_by_rho + by_slope @ sorting.slope_by_rho
    return slope
