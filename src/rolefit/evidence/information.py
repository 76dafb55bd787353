"""How bent the REML criterion is: the average of its observed and expected second derivatives.

Each parameter t gets a working variate f = V_t P y, what the effects would have to change by if
the variance behind them did; the average information is f'P f (Gilmour, Thompson & Cullis 1995).
A working variate is side effects v, seen through the columns, plus a value w of each agent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.split import CLIENT, POOL

if TYPE_CHECKING:
    from rolefit.evidence.reml import Solution
    from rolefit.evidence.split import Split
    from rolefit.schema.arrays import Floats, Ints

Direction = tuple["Floats | float", "Floats | float", "Floats | float", "Floats"]
"""Derivatives of slope, scale and log penalty of agents, and of the columns' log penalties."""


def information(split: Split, groups: Ints, found: Solution, *, fixed: int = 1) -> Floats:
    """Average information of the criterion with s2 profiled out.

        I_kl = f_k'P f_l - (f_k'P y) (f_l'P y) / (N - p)

    Args:
        split: within and between parts.
        groups: random factor of each column, as in `reml.evaluate`.
        found: the solution at the point asked about.
        fixed: number of fixed columns.

    Returns:
        by the coordinates of `found.slope`, positive semi-definite; zero for rho and the share of
        pools where there is no client factor.

    Source:
        Gilmour, Thompson & Cullis 1995, Biometrics 51.
    """
    seen, s2 = found.seen, found.s2
    made = [_variate(split, found, by) for by in _directions(split, groups, found)]
    v, w = (np.column_stack(part) for part in zip(*made, strict=True))
    told = split.seen_by(seen.scales, v) + w
    held = seen.trust[:, None] * told
    inside = split.within @ v
    side = inside + split.gathered(seen.scales, held)
    both = (v.T @ inside + told.T @ held - side.T @ (found.covariance @ side)) / s2
    alone = (v.T @ split.within_side + held.T @ split.mean - side.T @ found.effects) / s2
    return np.asarray(both - np.outer(alone, alone) / max(split.rows - fixed, 1), np.float64)


def _directions(split: Split, groups: Ints, found: Solution) -> list[Direction]:
    """One a coordinate: log l_a, log l_f ..., rho, share of pools."""
    sorting, width = found.sorting, len(split.classes)
    clients = bool((split.classes == CLIENT).any())
    pools = (split.classes == POOL).astype(np.float64)
    half = 0.5 * sorting.slope if clients else 0.0
    made: list[Direction] = [(-half, 0.0, 1.0, pools)]
    for k in range(int(groups.max(initial=-1)) + 1):
        mine = np.zeros(width)
        mine[: len(groups)] = groups == k
        made.append((half if k == 0 else 0.0, 0.0, 0.0, mine))
    for slope, scale, penalty, pool in (sorting.by_rho, sorting.by_share):
        made.append((slope, scale, penalty, pool * pools) if clients else (0, 0, 0, 0.0 * pools))
    return made


def _variate(split: Split, found: Solution, by: Direction) -> tuple[Floats, Floats]:
    """Side effects and agents' values of one working variate."""
    seen, effects = found.seen, found.effects
    slope, scale, penalty, columns = by
    none = np.zeros_like(seen.trust)
    scales = np.stack([none, none + slope, none + scale])
    v = -columns * effects
    w = -penalty * seen.trust / found.sorting.penalty * seen.away
    if scales.any():
        pull = split.gathered(scales, seen.trust * seen.away)
        v = v + np.divide(pull, seen.penalty, out=np.zeros_like(v), where=seen.penalty > 0)
        w = w + split.seen_by(scales, effects)
    return v, w
