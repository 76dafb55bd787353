"""Crossed random effects by REML, and agents predicted from what they taught.

Model: y = mean + a_agent + sum of side effects + e, Var(e) = s2 / w. Agents are many and their
block is diagonal, so they are eliminated exactly (`split`); what is left is one small dense system
with one column a client, channel, period. Its inverse is the exact covariance of the side effects.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.cells import scale_rows
from rolefit.evidence.information import Evaluation, information
from rolefit.evidence.moments import moment_ratios
from rolefit.evidence.products import Pairs, Part, doubled
from rolefit.evidence.reml import evaluate
from rolefit.evidence.search import EDGE, least
from rolefit.evidence.split import Split

if TYPE_CHECKING:
    from scipy import sparse

    from rolefit.evidence.cells import Sums
    from rolefit.schema.arrays import Floats, Ints

LOG_RATIO_RANGE = (-12.0, 15.0)
"""Of l, in units of a row's mean weight; a variance whose ratio ends at the top is 0."""
START = 2.0
"""Of l, in the same units, where moments do not tell it."""
FARTHEST_START = 8.0
"""However small or large they say it is: farther out the criterion is flat."""
CHUNK = 50_000
"""Agents at a time in `spread`."""


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


def solve_random(
    sums: Sums, groups: Ints, *, fixed: int = 1, prior_sd: float = np.inf, least_noise: float = 0.0
) -> Context:
    """Crossed random effects by REML.

    Args:
        sums: sums over rows; agents without rows play no part, to the last digit.
        groups: shape (width,): -1 for a fixed column, else the random factor it belongs to,
            numbered from 0.
        fixed: number of fixed columns; they must be independent.
        prior_sd: of a normal prior on every log l, around that of a usual centre; none as in
            lme4. With one no variance is exactly 0, and rounding is nowhere amplified.
        least_noise: share of the variance of a row of weight 1 that is always taken as noise; where
            less is found, effects and covariance are those at the raised noise.

    Returns:
        Context; `tau2` and `side_variances` in squared transformed units.

    Limits:
        over-confident where the best agents serve the hardest clients: the effects are taken as
        independent of the assignment.

    Source:
        Henderson 1953; Bates et al. 2015 (lme4) for the profiled criterion.

    Example:
        >>> from rolefit.evidence.cells import Rows, add_up
        >>> agent, client = np.divmod(np.arange(12), 3)
        >>> columns = np.column_stack([np.zeros(12, int), 1 + client])
        >>> y = np.array([0.1, 2.2, 1.2, 1.0, 3.1, 1.8, 3.0, 4.8, 4.1, 1.9, 4.2, 2.9])
        >>> sums = add_up(Rows(agent, columns, y, np.ones(12), 4, 4))
        >>> found = solve_random(sums, np.array([-1, 0, 0, 0]))
        >>> round(found.tau2, 2), round(found.side_variances[0], 2), round(found.s2, 3)
        (1.48, 1.07, 0.024)
    """
    groups = np.asarray(groups, np.int64)
    split = Split.of(sums, np.zeros(len(groups), bool))
    levels = split.levels(groups)

    def at(log_ratio: Floats) -> Evaluation:
        found = evaluate(split, groups, log_ratio, fixed=fixed)
        told = information(split, groups, found, fixed=fixed)
        away, bend = (log_ratio - usual) / prior_sd, np.eye(len(levels)) / prior_sd**2
        return Evaluation(
            found.criterion + float(away @ away), found.slope[:-2] + 2.0 * away / prior_sd,
            told[:-2, :-2] + 2.0 * bend, levels, found,
        )  # fmt: skip

    unit = float(np.log(split.weight.sum() / split.rows))
    usual = unit + START
    low, high = (np.full(len(levels), unit + end) for end in LOG_RATIO_RANGE)
    reached = least(at, _start(sums, groups, unit), low, high, shortest=split.shortest_step)
    best = reached.found.solution
    none = reached.point >= high - EDGE
    variances, s2 = np.where(none, 0.0, best.s2 / np.exp(reached.point)), best.s2
    least_s2 = least_noise / (1.0 - least_noise) * float(variances.sum())
    if s2 < least_s2:
        ratio = np.divide(least_s2, variances, out=np.exp(high), where=~none)
        s2, best = least_s2, evaluate(split, groups, np.log(ratio), fixed=fixed)
    return Context(
        best.effects, best.covariance, s2, float(variances[0]),
        tuple(variances[1:].tolist()), best.criterion, len(groups),
    )  # fmt: skip


def _start(sums: Sums, groups: Ints, unit: float) -> Floats:
    """Log ratios by moments, which are next to REML's where agents and levels are many."""
    ratios = moment_ratios(sums, groups)
    told = np.isfinite(ratios) & (ratios > 0)
    logs = np.log(np.where(told, ratios, np.exp(unit + START)))
    return np.clip(logs, unit - FARTHEST_START, unit + FARTHEST_START)


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

    Limits:
        the variances are taken as known: learned from few agents, the intervals are too narrow.

    Source:
        Henderson 1975, best linear unbiased prediction.

    Example:
        Four rows of mean 2, noise 1 and agents of variance 1: 4 / 5 of the 2 are kept.

        >>> from rolefit.evidence.cells import Rows, add_up
        >>> none, y = np.zeros(4, int), np.array([1.0, 3.0, 2.0, 2.0])
        >>> sums = add_up(Rows(none, none[:, None], y, np.ones(4), 1, 1))
        >>> told = predict_agents(sums, np.zeros(1), np.zeros((1, 1)), 1.0, 1.0)
        >>> [part.round(6).tolist() for part in told]
        [[1.6], [0.8], [0.0]]
    """
    shrunk = 1.0 / (sums.weight + s2 / tau2)
    value = (sums.weighted - sums.design @ effects) * shrunk
    share = spread(scale_rows(sums.design, shrunk), covariance)
    reliability = np.clip(1.0 - s2 * (shrunk + share) / tau2, 0.0, 1.0)
    return value / np.sqrt(tau2), reliability, share / (shrunk + share)


def spread(shares: sparse.csr_array, covariance: Floats) -> Floats:
    """x_i' V x_i for every row x_i of a sparse matrix.

    Args:
        shares: agents x width.
        covariance: width x width, or its diagonal.

    Returns:
        shape (agents,), never below 0.

    Example:
        Half on each of two clients, of variance 2 and covariance 1: (2 + 2 + 2 * 1) / 4.

        >>> from scipy import sparse
        >>> half = sparse.csr_array(np.array([[0.5, 0.5], [1.0, 0.0]]))
        >>> spread(half, np.array([[2.0, 1.0], [1.0, 2.0]])).tolist()
        [1.5, 2.0]
    """
    if covariance.ndim == 1:
        return np.asarray(shares.power(2) @ covariance)
    out, twice, columns = np.zeros(shares.shape[0]), doubled(covariance), np.arange(len(covariance))
    for start in range(0, len(out), CHUNK):
        part = Part(columns, shares[start : start + CHUNK])
        out[start : start + CHUNK] = Pairs.of(part, part, len(columns)).forms(twice)
    return np.maximum(out, 0.0)
