"""Two crossed factors too large for a dense system: moments, then conjugate gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import LinearOperator, cg

from rolefit.evidence.cells import one_hot
from rolefit.evidence.crossed import Context

if TYPE_CHECKING:
    from rolefit.evidence.cells import Rows, Sums
    from rolefit.schema.arrays import Floats, Ints

TOLERANCE = 1e-11
MOST_STEPS = 2_000
SMALLEST = 1e-9


def solve_many(rows: Rows, sums: Sums, least_noise: float = 0.0) -> Context:
    """Crossed random effects of agents and one side factor, in time linear in the rows.

    Variances by unbiased moments, effects by conjugate gradients (exact to 1e-11), and of the
    effects' covariance only the diagonal s2 / (m_j + lambda).

    Args:
        rows: measurements with columns (mean, level of the side factor).
        sums: their sums.
        least_noise: share of the variance of a row of weight 1 that is always taken as noise.

    Returns:
        Context whose `covariance` is a diagonal, shape (width,).

    Limits:
        moments are less efficient than REML, and the diagonal leaves out what raters share:
        meant for thousands of raters with a few ratings each, where both matter little.

    Source:
        Gao & Owen 2017 (moments); Ghosh, Hastie & Owen 2022 (linear-time solving).

    Example:
        Three agents, two raters: the second rates 1 higher, of which 2/3 are kept.

        >>> from rolefit.evidence.cells import Rows, add_up
        >>> agent, rater = np.divmod(np.arange(6), 2)
        >>> y = 2.0 * agent + rater + np.array([0.5, -0.5, -0.5, 0.5, 0.0, 0.0])
        >>> columns = np.column_stack([np.zeros(6, int), 1 + rater])
        >>> rows = Rows(agent, columns, y, np.ones(6), 3, 3)
        >>> found = solve_many(rows, add_up(rows))
        >>> found.effects.round(3).tolist(), round(found.tau2, 3), round(found.s2, 3)
        ([2.5, -0.333, 0.333], 3.75, 0.5)
    """
    tau2, side2, mean_s2 = crossed_moments(rows.agent, rows.columns[:, 1], rows.y)
    s2 = mean_s2 / float(np.mean(1.0 / rows.w))
    s2 = max(s2, least_noise / (1.0 - least_noise) * (tau2 + side2))
    ratio, penalty = s2 / max(tau2, SMALLEST * s2), s2 / max(side2, SMALLEST * s2)
    penalties = np.full(rows.width, penalty)
    penalties[0] = 0.0
    shrunk = 1.0 / (sums.weight + ratio)
    right = sums.side - sums.design.T @ (sums.weighted * shrunk)
    diagonal = sums.gram.diagonal() + penalties

    def system(x: Floats) -> Floats:
        return sums.gram @ x + penalties * x - sums.design.T @ (shrunk * (sums.design @ x))

    shape = (rows.width, rows.width)
    effects, _ = cg(
        LinearOperator(shape, matvec=system, dtype=np.float64), right, rtol=TOLERANCE,
        maxiter=MOST_STEPS,
        M=LinearOperator(shape, matvec=lambda x: x / diagonal, dtype=np.float64),
    )  # fmt: skip
    return Context(
        np.asarray(effects), 1.0 / diagonal, s2, tau2, (side2,), float("nan"), rows.width
    )


def crossed_moments(agent: Ints, level: Ints, y: Floats) -> tuple[float, float, float]:
    """Variances of agents, of the levels of a crossed factor, and of single values.

    Solves the three expectations of the sums of squares within agents, within levels, and in all.

    Args:
        agent: agent code of each value, shape (n,).
        level: level code of each value, shape (n,).
        y: values, shape (n,).

    Returns:
        variance between agents, between levels, and of what is left; none below 0.

    Limits:
        a variance that comes out below 0 is taken for 0; from few agents or levels it is far off.

    Source:
        Gao & Owen 2017, unbiased for any pattern of who rated whom.

    Example:
        Agents of 0, 2 and 4 (variance 4), raters of 0 and 1 (variance 1/2), nothing else.

        >>> agent, rater = np.divmod(np.arange(6), 2)
        >>> [round(part, 6) for part in crossed_moments(agent, rater, 2.0 * agent + rater)]
        [4.0, 0.5, 0.0]
    """
    n = len(y)
    agents, agent = np.unique(agent, return_inverse=True)
    levels, level = np.unique(level, return_inverse=True)
    by_agent, by_level = one_hot(agent[:, None], len(agents)), one_hot(level[:, None], len(levels))
    both = sparse.csr_array(by_agent.T @ by_level)
    per_agent, per_level = np.bincount(agent), np.bincount(level)
    overlap = both.power(2)
    centred = y - y.mean()

    def within(code: Ints, count: Ints) -> float:
        return float((centred**2).sum() - (np.bincount(code, centred) ** 2 / count).sum())

    known = np.array([
        within(agent, per_agent), within(level, per_level), float((centred**2).sum()),
    ])  # fmt: skip
    system = np.array([
        [0.0, n - (overlap.sum(axis=1) / per_agent).sum(), n - len(agents)],
        [n - (overlap.sum(axis=0) / per_level).sum(), 0.0, n - len(levels)],
        [n - (per_agent**2).sum() / n, n - (per_level**2).sum() / n, n - 1.0],
    ])  # fmt: skip
    found = np.linalg.lstsq(system, known, rcond=None)[0]
    tau2, side2, s2 = np.maximum(found, 0.0)
    return float(tau2), float(side2), max(float(s2), SMALLEST * float(np.var(y)))
