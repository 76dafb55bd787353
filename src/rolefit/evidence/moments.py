"""Variances of a crossed model by the method of moments: where the search for REML's begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rolefit.evidence.cells import Sums
    from rolefit.schema.arrays import Floats, Ints


def moment_ratios(sums: Sums, groups: Ints) -> Floats:
    """Row variance over that of agents, then over that of each random side factor.

    Squares within agents, within the levels of each factor and around the mean of all rows have
    expectations that are linear in the variances: as many equations as unknowns. With W the sum
    of weights, w_j that of level j and w_jm what it shares with level m of factor f,

        E sum_j sum_(r in j) w_r (y_r - y_j)^2
            = s2 (N - levels) + sum_f v_f (W - sum_jm w_jm^2 / w_j)

    Args:
        sums: sums over rows.
        groups: shape (width,): -1 for a fixed column, else its random factor, from 0.

    Returns:
        shape (1 + factors,); NaN, infinite or negative where the moments do not tell.

    Limits:
        rough: all fixed columns together count as one common mean.

    Source:
        Henderson 1953, method I; Gao & Owen 2017 for its cost, linear in the cells.

    Example:
        Rows at -1 and 1 around agents at 0 and 4: s2 = 2, agents differ by 8 - 2 / 2 = 7.

        >>> from rolefit.evidence.cells import Rows, add_up
        >>> y, agent = np.array([-1.0, 1.0, 3.0, 5.0]), np.array([0, 0, 1, 1])
        >>> sums = add_up(Rows(agent, np.zeros((4, 1), int), y, np.ones(4), 2, 1))
        >>> moment_ratios(sums, np.array([-1])).round(6).tolist()
        [0.285714]
    """
    levels = sums.gram.diagonal()
    member = np.equal.outer(groups, np.arange(int(groups.max(initial=-1)) + 1))
    member = (member & (levels > 0)[:, None]).astype(np.float64)
    by_agent, by_level = _one_over(sums.weight), _one_over(levels)
    total = float(sums.weight.sum())
    between = np.array([
        sums.weighted**2 @ by_agent, *(sums.side**2 * by_level) @ member,
        sums.weighted.sum() ** 2 / total,
    ])  # fmt: skip
    shared, crossed = sums.design.power(2), sums.gram.power(2)
    explained = np.block([
        [total, (shared.T @ by_agent) @ member],
        [((shared.sum(axis=0) * by_level) @ member)[:, None],
         member.T @ (by_level[:, None] * (crossed @ member))],
        [sums.weight @ sums.weight / total, levels**2 @ member / total],
    ])  # fmt: skip
    lost = np.array([np.count_nonzero(sums.weight), *member.sum(axis=0), 1.0])
    inside = np.column_stack([total - explained, sums.rows - lost])
    variances = np.linalg.lstsq(inside, sums.squares - between)[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(variances[-1] / variances[:-1])


def _one_over(values: Floats) -> Floats:
    """1 / value; 0 where there is none."""
    return np.divide(1.0, values, out=np.zeros_like(values), where=values > 0)
