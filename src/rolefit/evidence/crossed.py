"""The one mixed-model solver: agents eliminated exactly, one small dense system for the rest.

Model: y = mean + a_agent + sum of side effects + e, Var(e) = s2 / w. Agents are many and their
block is diagonal, so what is left is S = gram + Lambda - sum_i x_i x_i' / (n_i + lambda_a), one
column a client, channel, period. Its inverse is the exact covariance of the side effects.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize, sparse
from scipy.linalg import cho_solve, cholesky, eigh, lapack

if TYPE_CHECKING:
    from collections.abc import Callable

    from rolefit.evidence.cells import Sums
    from rolefit.schema.arrays import Floats, Ints

LOG_RATIO_RANGE = (-12.0, 18.0)
ZERO_VARIANCE_LOG_RATIO = 15.0
STARTS = (np.log(2.0), 3.0)
POLISH_STEP = 1e-4
POLISH_ROUNDS = 4
POLISHED = 1e-9
RANK_TOLERANCE = 1e-9
CHUNK = 4_000_000
"""Floats of the temporary agents x columns block in `spread`."""


@dataclass(frozen=True)
class Context:
    """What the rows taught about the side factors, and the variances."""

    effects: Floats
    """Side effects, shape (width,), transformed units."""
    covariance: Floats
    """Their covariance divided by s2, width x width; its diagonal alone from `solve_many`."""
    s2: float
    """Row variance at weight 1; NaN where the rows cannot tell."""
    tau2: float
    """Variance of agents; NaN where it is estimated elsewhere (`solve_within`)."""
    side_variances: tuple[float, ...]
    """Variance of each random side factor."""
    criterion: float
    """REML criterion (-2 log likelihood, constants as in lme4); NaN for `within`."""
    rank: int
    """Estimable side columns."""


@dataclass(frozen=True)
class _Solution:
    """One evaluation of the REML criterion."""

    criterion: float
    slope: Floats
    effects: Floats
    covariance: Floats
    s2: float


def solve_random(sums: Sums, groups: Ints, *, fixed: int = 1) -> Context:
    """Crossed random effects by REML.

        -2l = (N-p)(1 + log 2 pi s2) + sum log(n_i + l_a) - I log l_a + log|S| - sum J_f log l_f

    with l = s2 / variance, s2 profiled out, and the analytic slope
    l_f (trace C^ff + u_f'u_f / s2) - J_f in log l_f.

    Args:
        sums: sums over rows; agents without rows play no part, to the last digit.
        groups: shape (width,): -1 for a fixed column, else the random factor it belongs to,
            numbered from 0.
        fixed: number of fixed columns; they must be independent.

    Returns:
        Context; `tau2` and `side_variances` in squared transformed units.

    Limits:
        over-confident where the best agents serve the hardest clients: the effects are taken as
        independent of the assignment.

    Source:
        Henderson 1953; Bates et al. 2015 (lme4) for the profiled criterion.
    """
    sums = _of_the_seen(sums)
    factors = int(groups.max(initial=-1)) + 1
    sizes = np.array([len(sums.weight), *np.bincount(groups[groups >= 0], minlength=factors)])

    def evaluate(log_ratio: Floats) -> _Solution:
        return _evaluate(sums, groups, sizes, fixed, log_ratio)

    log_ratio = _polish(evaluate, _search(evaluate, factors + 1))
    best = evaluate(log_ratio)
    variances = np.where(log_ratio >= ZERO_VARIANCE_LOG_RATIO, 0.0, best.s2 / np.exp(log_ratio))
    return Context(
        best.effects, best.covariance, best.s2, float(variances[0]),
        tuple(variances[1:].tolist()), best.criterion, len(groups),
    )  # fmt: skip


def solve_within(sums: Sums) -> Context:
    """Side effects from contrasts within agents only: agents and side factors all fixed.

    Args:
        sums: sums over rows.

    Returns:
        Context with minimum-norm effects and their (generalised inverse) covariance; `tau2` is
        NaN: the spread of agents is estimated from what is left (`shrinkage.spread_of`).

    Limits:
        effects are known up to a constant in each component of the agent-client graph: never
        compare agents across components.

    Source:
        Abowd, Kramarz & Margolis 1999.
    """
    seen = sums.weight > 0
    inverse = np.divide(1.0, sums.weight, out=np.zeros_like(sums.weight), where=seen)
    system = sums.gram.toarray() - _outer(sums.design, inverse)
    right = sums.side - sums.design.T @ (sums.weighted * inverse)
    value, vector = eigh(system)
    keep = value > RANK_TOLERANCE * max(float(np.abs(value).max(initial=0.0)), 1e-300)
    scaled = vector[:, keep] / np.sqrt(value[keep])
    covariance = scaled @ scaled.T
    effects = covariance @ right
    left = sums.squares - (sums.weighted**2 * inverse).sum() - effects @ right
    freedom = sums.rows - int(seen.sum()) - int(keep.sum())
    s2 = max(float(left), 0.0) / freedom if freedom > 0 else float("nan")
    return Context(effects, covariance, s2, float("nan"), (), float("nan"), int(keep.sum()))


def predict_agents(
    sums: Sums, effects: Floats, covariance: Floats, s2: float, tau2: float
) -> tuple[Floats, Floats, Floats]:
    """Agents against what `solve_random` or `solve_many` taught: the other half of one solution.

        a_i = (sum w y - x_i'c) / (n_i + l);  PEV_i = s2 (1 / (n_i + l) + u_i'V u_i),  l = s2 / tau2

    Args:
        sums: sums over the rows of these agents.
        effects: side effects c, shape (width,).
        covariance: V, of the effects divided by s2.
        s2: row variance at weight 1.
        tau2: variance between agents, > 0.

    Returns:
        effect in sd between agents, reliability 1 - PEV / tau2 in [0, 1], and the share of the
        noise that is uncertainty about the side effects, each of shape (agents,).

    Source:
        Henderson 1975, best linear unbiased prediction.
    """
    shrunk = 1.0 / (sums.weight + s2 / tau2)
    value = (sums.weighted - sums.design @ effects) * shrunk
    share = spread(sparse.csr_array(sums.design.multiply(shrunk[:, None])), covariance)
    reliability = np.clip(1.0 - s2 * (shrunk + share) / tau2, 0.0, 1.0)
    return value / np.sqrt(tau2), reliability, share / (shrunk + share)


def spread(shares: sparse.csr_array, covariance: Floats) -> Floats:
    """x_i' V x_i for every row x_i of a sparse matrix.

    Args:
        shares: agents x width.
        covariance: width x width, or its diagonal.

    Returns:
        shape (agents,), never below 0.
    """
    if covariance.ndim == 1:
        return np.asarray(shares.power(2) @ covariance)
    out = np.zeros(shares.shape[0])
    step = max(1, CHUNK // max(1, shares.shape[1]))
    for start in range(0, shares.shape[0], step):
        part = shares[start : start + step]
        out[start : start + step] = np.asarray(part.multiply(part @ covariance).sum(axis=1)).ravel()
    return np.maximum(out, 0.0)


def _of_the_seen(sums: Sums) -> Sums:
    """The sums of the agents who have rows."""
    seen = sums.weight > 0
    return replace(
        sums, weight=sums.weight[seen], weighted=sums.weighted[seen],
        design=sparse.csr_array(sums.design[seen]),
    )  # fmt: skip


def _evaluate(sums: Sums, groups: Ints, sizes: Ints, fixed: int, log_ratio: Floats) -> _Solution:
    """Criterion, slope and solution at given log variance ratios (agents first)."""
    ratio = np.exp(log_ratio)
    shrunk = 1.0 / (sums.weight + ratio[0])
    penalty = np.where(groups >= 0, ratio[1:][groups] if len(ratio) > 1 else 0.0, 0.0)
    system = sums.gram.toarray() + np.diag(penalty) - _outer(sums.design, shrunk)
    right = sums.side - sums.design.T @ (sums.weighted * shrunk)
    factor = cholesky(system, lower=True, check_finite=False)
    effects = cho_solve((factor, True), right, check_finite=False)
    agents = (sums.weighted - sums.design @ effects) * shrunk
    covariance = _inverse(factor)
    freedom = sums.rows - fixed
    left = sums.squares - effects @ sums.side - agents @ sums.weighted
    s2 = left / freedom
    trace = shrunk.sum() + (covariance * _outer(sums.design, shrunk**2)).sum()
    slope = [ratio[0] * (trace + agents @ agents / s2) - sizes[0]]
    for k in range(1, len(ratio)):
        mine = groups == k - 1
        inner = np.diag(covariance)[mine].sum() + effects[mine] @ effects[mine] / s2
        slope.append(ratio[k] * inner - sizes[k])
    criterion = (
        freedom * (1.0 + np.log(2.0 * np.pi * s2))
        - np.log(shrunk).sum()
        + 2.0 * np.log(np.diag(factor)).sum()
        - sizes @ log_ratio
        - sums.log_weight
    )
    return _Solution(float(criterion), np.array(slope), effects, covariance, float(s2))


def _search(evaluate: Callable[[Floats], _Solution], ratios: int) -> Floats:
    """The log ratios of least criterion, from small variances and from large ones.

    One start is not enough: a long first step lands where a variance is 0 and the criterion flat.
    """

    def criterion_and_slope(log_ratio: Floats) -> tuple[float, Floats]:
        solution = evaluate(log_ratio)
        return solution.criterion, solution.slope

    found = [
        optimize.minimize(
            criterion_and_slope, np.full(ratios, start), jac=True, method="L-BFGS-B",
            bounds=[LOG_RATIO_RANGE] * ratios,
            options={"ftol": 1e-13, "gtol": 1e-6, "maxiter": 200},
        )
        for start in STARTS
    ]  # fmt: skip
    return np.asarray(min(found, key=lambda end: float(end.fun)).x)


def _polish(evaluate: Callable[[Floats], _Solution], log_ratio: Floats) -> Floats:
    """Newton steps on the slope: the criterion is too flat to tell the last digits."""
    free = np.flatnonzero(
        (log_ratio < ZERO_VARIANCE_LOG_RATIO) & (log_ratio > LOG_RATIO_RANGE[0] + 1e-6)
    )
    slope = evaluate(log_ratio).slope
    for _ in range(POLISH_ROUNDS):
        if not len(free) or np.abs(slope[free]).max() < POLISHED:
            break
        bend = np.empty((len(free), len(free)))
        for column, k in enumerate(free):
            ahead = log_ratio.copy()
            ahead[k] += POLISH_STEP
            bend[:, column] = (evaluate(ahead).slope[free] - slope[free]) / POLISH_STEP
        nudged = log_ratio.copy()
        nudged[free] -= np.clip(np.linalg.lstsq(bend, slope[free], rcond=None)[0], -0.5, 0.5)
        ahead_slope = evaluate(nudged).slope
        if np.abs(ahead_slope[free]).max() >= np.abs(slope[free]).max():
            break
        log_ratio, slope = nudged, ahead_slope
    return log_ratio


def _outer(design: sparse.csr_array, scale: Floats) -> Floats:
    """Design' diag(scale) design, dense."""
    scaled = sparse.csr_array(design.multiply(scale[:, None]))
    return (design.T @ scaled).toarray()


def _inverse(factor: Floats) -> Floats:
    """Inverse of a symmetric matrix from its lower Cholesky factor."""
    half, _ = lapack.dpotri(factor, lower=1)
    full = np.tril(half)
    return full + np.tril(full, -1).T
