"""How noisy a row is, and how far an agent does better with one client than with another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import nnls

from rolefit.evidence.cells import run_starts, sum_by
from rolefit.evidence.residuals import residuals_within

if TYPE_CHECKING:
    from rolefit.evidence.cells import Rows
    from rolefit.evidence.residuals import Residuals
    from rolefit.schema.arrays import Floats, Ints

ROUNDS = 4
MOMENT_ROUNDS = 20
LEAST_FREEDOM = 30
SOME_FREEDOM = 3
LEAST_FREE = 1e-6
"""A row that is alone in its pair has no residual of its own."""
ROUNDING = 1e-20
"""Share of the squares that is rounding, not noise: some exports repeat one value all along."""
MOST_ROWS = 600_000
"""More rows than this add nothing to two variances: evenly spaced agents speak for all."""


@dataclass(frozen=True)
class Noise:
    """Variances of one row; all in squared transformed units."""

    phi: float
    """Shrinks with volume: phi / volume."""
    omega2: float
    """Stays however large the volume."""
    pairing: float
    """Of an agent with one client, shared by all rows of the pair."""
    known: bool = True
    """Agents with several rows tell it; otherwise nobody can tell noise from skill."""

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
        rows: sorted measurements.
        volume: volume of each row, shape (n,), > 0.

    Returns:
        Noise. Where pairs do not repeat, residuals within agents serve, and omega^2 holds the
        pairing too; with a handful of those all noise is phi / volume; with fewer it is not known.

    Limits:
        one phi for all agents; the pairing needs agents who served several clients.

    Source:
        regression of squared residuals on what their variance is made of (Davidian & Carroll 1987).

    Example:
        Two rows an agent: 2 and -2 at volume 1 (variance 8), 1 and -1 at volume 4 (variance 2).
        >>> from rolefit.evidence.cells import Rows
        >>> agent, volume = np.repeat(np.arange(40), 2), np.repeat([1.0, 4.0], 40)
        >>> y = np.tile([2.0, -2.0], 40) / np.sqrt(volume)
        >>> noise = learn_noise(Rows(agent, np.zeros((80, 1), int), y, np.ones(80), 40, 1), volume)
        >>> round(noise.phi, 6), round(noise.omega2, 6)
        (8.0, 0.0)
    """
    step = -(-len(rows.y) // MOST_ROWS)
    if step > 1:
        some = rows.agent % step == 0
        rows, volume = rows.only(some), volume[some]
    noise = Noise(float(np.mean(volume)), 0.0, 0.0)
    by_pair, freedom = _regressed(rows, rows.pair, volume, noise)
    if freedom >= LEAST_FREEDOM:
        pairing = pairing_variance(rows, by_pair.weights(volume))
        return Noise(by_pair.phi, by_pair.omega2, pairing)
    by_agent, freedom = _regressed(rows, rows.agent, volume, noise)
    if freedom >= LEAST_FREEDOM:
        return by_agent
    return Noise(noise.phi, 0.0, 0.0, freedom >= SOME_FREEDOM)


def _regressed(rows: Rows, group: Ints, volume: Floats, noise: Noise) -> tuple[Noise, int]:
    """Phi and omega^2 from residuals within groups, and how many of them are free."""
    freedom, nothing = 0, ROUNDING * float(((rows.y - rows.y.mean()) ** 2).sum())
    for _ in range(ROUNDS):
        weights = noise.weights(volume)
        found = residuals_within(rows.weighing(weights), group)
        freedom = found.freedom
        if freedom < LEAST_FREEDOM or (found.residual**2).sum() <= nothing:
            return noise, freedom
        phi, omega2 = _two_variances(found, weights, volume)
        if phi <= 0 and omega2 <= 0:
            return noise, freedom
        noise = Noise(phi, omega2, 0.0)
    return noise, freedom


def _two_variances(found: Residuals, weights: Floats, volume: Floats) -> tuple[float, float]:
    """Phi and omega^2 that the squared residuals are expected to have, by weighted regression."""
    free = found.free
    told = free > LEAST_FREE
    sides = free.sum() / found.freedom
    known = np.column_stack([1.0 / volume, np.ones(len(volume))])[told] * weights[told, None]
    spread = found.residual[told] ** 2 / free[told] * weights[told]
    (phi, omega2), _ = nnls(known.T @ known, known.T @ (spread * sides))
    return float(phi), float(omega2)


def pairing_variance(rows: Rows, weights: Floats) -> float:
    """Variance of the agent-by-client interaction by moments of pair residuals.

    A pair's residual is its interaction less the agent's weighted mean of them, plus row noise:
    E r_p^2 = k [(1 - f_p)^2 + sum_{q != p} f_q^2] + (1 - f_p) / W_p with f the shares of weight.

    Args:
        rows: sorted measurements.
        weights: inverse row variances.

    Returns:
        k in squared transformed units, never below 0; 0 without agents of several clients.

    Limits:
        0 where the pairs beyond one an agent are no more than the clients: too few to tell.

    Source:
        method of moments for a variance component (Searle, Casella & McCulloch 1992).

    Example:
        Forty agents differ by 2 between two clients, half of them one way: residuals of 1, and
        1 = k / 2 + .5 / 100 but for what the clients' own means took (40 free, 1 spent).
        >>> from rolefit.evidence.cells import Rows
        >>> agent, client = np.divmod(np.arange(80), 2)
        >>> y = np.where(agent % 2 == client, 1.0, -1.0)
        >>> rows = Rows(agent, np.zeros((80, 1), int), y, np.ones(80), 40, 1, client)
        >>> round(pairing_variance(rows, np.full(80, 100.0)), 3), round(2.0 * (40 / 39 - 0.005), 3)
        (2.041, 2.041)
    """
    found = residuals_within(rows.weighing(weights), rows.agent)
    starts = run_starts(rows.pair)
    weight = np.add.reduceat(weights, starts)
    mean = np.add.reduceat(weights * found.residual, starts) / weight
    agent = rows.agent[starts]
    share = weight / sum_by(agent, weight, rows.agents)[agent]
    several = share < 1.0 - 1e-9
    if rows.client is None or not several.any():
        return 0.0
    shares2 = sum_by(agent, share**2, rows.agents)[agent]
    carries = (1.0 - share) ** 2 + shares2 - share**2
    noise = (1.0 - share) / weight
    free = int(several.sum()) - len(np.unique(agent[several]))
    clients = len(np.unique(rows.client))
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
