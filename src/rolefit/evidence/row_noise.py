"""How noisy a row is, and how far an agent does better with one client than with another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import nnls

from rolefit.evidence.cells import Rows, add_up, run_starts, sum_by
from rolefit.evidence.within import solve_within

if TYPE_CHECKING:
    from rolefit.schema.arrays import Floats, Ints

ROUNDS = 4
MOMENT_ROUNDS = 20
LEAST_FREEDOM = 30
LEAST_FREE = 1e-6
"""A row that is alone in its pair has no residual of its own."""


@dataclass(frozen=True)
class Noise:
    """Variances of one row; all in squared transformed units."""

    phi: float
    """Shrinks with volume: phi / volume."""
    omega2: float
    """Stays however large the volume."""
    pairing: float
    """Of an agent with one client, shared by all rows of the pair."""

    def weights(self, volume: Floats) -> Floats:
        """1 / (phi / volume + omega^2)."""
        return 1.0 / (self.phi / volume + self.omega2)

    @property
    def pair_ratio(self) -> float:
        """Row variance at weight 1 over the pairing variance; inf without pairing."""
        return 1.0 / self.pairing if self.pairing > 0 else np.inf


def learn_noise(rows: Rows, volume: Floats) -> Noise:
    """Phi and omega^2 from residuals within pairs, the pairing from what pairs differ by.

    Squared residuals (pairs and side factors fixed), each divided by the share of its row's noise
    that the pair's mean leaves, are regressed on 1 / volume, weighted by the inverse square of
    their expectation, a few times over.

    Args:
        rows: sorted measurements; the first side column after the mean is the client's.
        volume: volume of each row, shape (n,), > 0.

    Returns:
        Noise; where pairs do not repeat, all noise is taken as phi / volume and none as pairing.

    Limits:
        one phi for all agents; the pairing needs agents who served several clients.
    """
    pairs, inverse = as_pairs(rows), 1.0 / volume
    noise = Noise(float(np.mean(volume)), 0.0, 0.0)
    for _ in range(ROUNDS):
        weights = noise.weights(volume)
        residual, freedom = residuals(pairs.weighing(weights))
        free = 1.0 - weights / sum_by(pairs.agent, weights, pairs.agents)[pairs.agent]
        if freedom < LEAST_FREEDOM or not (residual**2).sum() > 0:
            return noise
        told = free > LEAST_FREE
        sides = free.sum() / freedom
        known = np.column_stack([inverse, np.ones(len(inverse))])[told] * weights[told, None]
        spread = residual[told] ** 2 / free[told] * weights[told]
        (phi, omega2), _ = nnls(known, spread * sides)
        if phi <= 0 and omega2 <= 0:
            return noise
        noise = Noise(float(phi), float(omega2), 0.0)
    return Noise(noise.phi, noise.omega2, pairing_variance(rows, noise.weights(volume)))


def pairing_variance(rows: Rows, weights: Floats) -> float:
    """Variance of the agent-by-client interaction by moments of pair residuals.

    A pair's residual is its interaction less the agent's weighted mean of them, plus row noise:
    E r_p^2 = k [(1 - f_p)^2 + sum_{q != p} f_q^2] + (1 - f_p) / W_p with f the shares of weight.

    Args:
        rows: sorted measurements.
        weights: inverse row variances.

    Returns:
        k in squared transformed units, never below 0; 0 without agents of several clients.
    """
    weighted = rows.weighing(weights)
    residual, _ = residuals(weighted)
    starts = run_starts(np.column_stack([rows.agent, rows.columns[:, :2]]))
    weight = np.add.reduceat(weights, starts)
    mean = np.add.reduceat(weights * residual, starts) / weight
    agent = rows.agent[starts]
    share = weight / sum_by(agent, weight, rows.agents)[agent]
    several = share < 1.0 - 1e-9
    if not several.any():
        return 0.0
    shares2 = sum_by(agent, share**2, rows.agents)[agent]
    carries = (1.0 - share) ** 2 + shares2 - share**2
    noise = (1.0 - share) / weight
    free = int(several.sum()) - len(np.unique(agent[several]))
    clients = len(np.unique(rows.columns[:, min(1, rows.columns.shape[1] - 1)]))
    if free <= clients:
        return 0.0
    spent = free / (free - clients + 1.0)
    excess = mean[several] ** 2 * spent - noise[several]
    return _weighted_moment(excess, carries[several], noise[several])


def _weighted_moment(excess: Floats, carries: Floats, noise: Floats) -> float:
    """The k of E excess = k carries, weighted by the inverse square of k carries + noise.

    Without weights the pairs of least volume, which are the noisiest, would decide.
    """
    k, weight = 0.0, np.ones(len(excess))
    for _ in range(MOMENT_ROUNDS):
        k = max(0.0, float((weight * carries * excess).sum() / (weight * carries**2).sum()))
        weight = 1.0 / (k * carries + noise) ** 2
    return k


def as_pairs(rows: Rows) -> Rows:
    """The same rows with every agent-client pair as an agent of its own."""
    starts = np.zeros(len(rows.agent), np.int64)
    starts[run_starts(np.column_stack([rows.agent, rows.columns[:, :2]]))] = 1
    pair: Ints = np.cumsum(starts) - 1
    return Rows(pair, rows.columns, rows.y, rows.w, int(pair[-1]) + 1, rows.width)


def residuals(rows: Rows) -> tuple[Floats, int]:
    """Residuals of the fit with agents and side factors fixed, and its degrees of freedom."""
    sums = add_up(rows)
    context = solve_within(sums)
    seen = sums.weight > 0
    left = sums.weighted - sums.design @ context.effects
    agent = np.divide(left, sums.weight, out=np.zeros_like(left), where=seen)
    residual = rows.y - agent[rows.agent] - context.effects[rows.columns].sum(axis=1)
    return residual, sums.rows - int(seen.sum()) - context.rank
