"""How bent the REML criterion is: the average of its observed and expected second derivatives.

Each parameter t gets a working variate f = V_t P y, what the effects would have to change by if
the variance behind them did; the average information is f'P f (Gilmour, Thompson & Cullis 1995).
A working variate is side effects v, seen through the columns, plus a value w of each agent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.inside import CLIENT, POOL

if TYPE_CHECKING:
    from rolefit.evidence.reml import Solution
    from rolefit.evidence.split import Split
    from rolefit.schema.arrays import Floats, Ints


@dataclass(frozen=True)
class Evaluation:
    """An evaluation as a search sees it, and the solution behind it."""

    criterion: float
    slope: Floats
    bend: Floats
    """Average information, with the curvature of the prior where there is one."""
    levels: Floats
    """Behind each log ratio; 0 for other coordinates."""
    solution: Solution


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
        pools where they are not in the model.

    Source:
        Gilmour, Thompson & Cullis 1995, Biometrics 51.

    Example:
        Four agents of three rows: at the optimum it is 3 (13/14)^2 - (3 * 13/14)^2 / 11.

        >>> from rolefit.evidence.cells import Rows, add_up
        >>> from rolefit.evidence.reml import evaluate
        >>> from rolefit.evidence.split import Split
        >>> agent, mean = np.repeat(np.arange(4), 3), np.zeros((12, 1), int)
        >>> y = np.array([0.0, 1, 2, 2, 3, 4, 1, 2, 3, 5, 6, 7])
        >>> sums, none = add_up(Rows(agent, mean, y, np.ones(12), 4, 1)), np.array([-1])
        >>> split = Split.of(sums, np.zeros(1, bool))
        >>> found = evaluate(split, none, np.log([3 / 13]))
        >>> round(float(information(split, none, found)[0, 0]), 4)
        1.8813
    """
    seen, s2, size = found.weights, found.s2, len(found.slope)
    v, w = _variates(split, found, _turned(split, groups, found))
    told = split.seen_by(seen.scales, v) + w
    held = seen.trust[:, None] * told
    inside = split.within @ v
    side = inside + split.gathered(seen.scales, held)
    both = (v.T @ inside + told.T @ held - side.T @ found.system.times(side)) / s2
    alone = (v.T @ split.within_side + held.T @ split.mean - side.T @ found.effects) / s2
    found_of, used = np.zeros((size, size)), slice(len(alone))
    found_of[used, used] = both - np.outer(alone, alone) / max(split.rows - fixed, 1)
    return found_of


@dataclass(frozen=True)
class _Turned:
    """What a coordinate changes: log l_a, log l_f ..., then rho and the share where they are in."""

    slope: Floats
    """Derivatives of the agents' slopes on clients, agents x coordinates."""
    scale: Floats
    """Of their scales of pools, agents x coordinates."""
    penalty: Floats
    """Of their log penalties, agents x coordinates."""
    columns: Floats
    """Of the columns' log penalties, width x coordinates."""


def _turned(split: Split, groups: Ints, found: Solution) -> _Turned:
    """The derivatives behind the working variates."""
    sorting, factors = found.sorting, int(groups.max(initial=-1)) + 1
    sorted_by = [sorting.by_rho, sorting.by_share]
    used = [len(split.parts[kind].columns) > 0 for kind in (CLIENT, POOL)]
    size, agents = 1 + factors + sum(used), len(split.weight)
    slope, scale, penalty = (np.zeros((agents, size)) for _ in range(3))
    columns = np.zeros((len(split.classes), size))
    penalty[:, 0], pools = 1.0, split.parts[POOL].columns
    columns[pools, 0] = 1.0
    for k in range(factors):
        columns[: len(groups), 1 + k] = groups == k
    if used[0]:
        slope[:, 0], slope[:, 1] = -0.5 * sorting.slope, 0.5 * sorting.slope
    for k in range(sum(used)):
        place = 1 + factors + k
        slope[:, place], scale[:, place], penalty[:, place], columns[pools, place] = sorted_by[k]
    return _Turned(slope, scale, penalty, columns)


def _variates(split: Split, found: Solution, by: _Turned) -> tuple[Floats, Floats]:
    """Side effects (width x coordinates) and agents' values (agents x coordinates)."""
    seen, effects = found.weights, found.effects
    pull = (seen.trust * found.away)[:, None]
    v = -by.columns * effects[:, None]
    w = -by.penalty * pull / found.sorting.penalty[:, None]
    for kind, change in ((CLIENT, by.slope), (POOL, by.scale)):
        part = split.parts[kind]
        if len(part.columns):
            v[part.columns] += part.across @ (change * pull) / seen.penalty[part.columns, None]
            w += change * (part.table @ effects[part.columns])[:, None]
    return v, w
