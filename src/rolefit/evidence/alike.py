"""How probable it is that a metric does not tell agents apart at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.ridge import Place
from rolefit.evidence.sorted_posterior import SHARE_START, WIDE

if TYPE_CHECKING:
    from rolefit.evidence.information import Evaluation
    from rolefit.evidence.ridge import Integral, Ridge
    from rolefit.evidence.sorted_posterior import SortedPosterior
    from rolefit.schema.arrays import Floats

ALIKE_PRIOR = 0.5
"""Before any row is seen; the odds are even."""
BELOW = 7.0
"""Log of the largest agent's noise over the variance between agents, where there is none."""
LEAST_PROBABLE = 0.005


def with_none(
    posterior: SortedPosterior, ridge: Ridge[Evaluation], integral: Integral[Evaluation]
) -> tuple[tuple[Place[Evaluation], ...], float]:
    """The points, and one more that stands for agents who do not differ.

        P(none | y) / P(some | y) = p(y | none) / integral of p(y | x, rho) p(x, rho) dx d rho

    where x is the log of the agents' variance. A prior on x alone never lets it be 0: chance
    differences between clients then pass for sorting, and the metric for one that tells of people.

    Args:
        posterior: the model.
        ridge: around its mode.
        integral: its points.

    Returns:
        points with weights that add up to 1, and the probability of none: 0 where the rows tell
        the variance well, as there it is too small to matter.

    Limits:
        the other coordinates are at their optimum on both sides, and the widths of their
        posteriors are taken as equal.

    Source:
        Jeffreys 1961 on even odds for "no effect"; Kass & Raftery 1995 on Bayes factors.

    Example:
        Thirty agents of two clients, with the same mean once their clients are taken out: the last
        point, of agents who hardly differ, has most of the weight.

        >>> from rolefit.evidence.cells import Rows, add_up
        >>> from rolefit.evidence.correlated import solve_sorted
        >>> agent = np.repeat(np.arange(30), 4)
        >>> client = (agent + np.tile([0, 0, 1, 1], 30)) % 5
        >>> y = client + np.tile([0.9, -1.1, 1.1, -0.9], 30)
        >>> columns = np.column_stack([np.zeros(120, int), 1 + client])
        >>> sums = add_up(Rows(agent, columns, y, np.ones(120), 30, 6))
        >>> found = solve_sorted(sums, np.array([-1, *[0] * 5]), np.arange(6) > 0)
        >>> found.points[-1].weight > 0.5, found.identified
        (True, False)
    """
    if not integral.walked:
        return integral.places, 0.0
    none = _nobody_differs(posterior, ridge)
    width = WIDE / np.sqrt(2.0) * np.sqrt(2.0 * np.pi)
    some = integral.log_mass - np.log(2.0 * width)
    odds = (_height(posterior, *none) - some) + np.log(ALIKE_PRIOR / (1.0 - ALIKE_PRIOR))
    share = float(1.0 / (1.0 + np.exp(-np.clip(odds, -50.0, 50.0))))
    if share < LEAST_PROBABLE:
        return integral.places, 0.0
    kept = [Place((1.0 - share) * p.weight, p.at, p.found) for p in integral.places]
    return (*kept, Place(share, *none)), share


def _nobody_differs(
    posterior: SortedPosterior, ridge: Ridge[Evaluation]
) -> tuple[Floats, Evaluation]:
    """The best point with hardly any variance between agents; sorting has no say there."""
    at, held = ridge.mode.copy(), [0, len(ridge.mode) - 1]
    at[0] = np.log(posterior.split.weight.max()) + BELOW
    at[1] -= at[0] - ridge.mode[0]
    at[-1] = 0.0
    if posterior.pools:
        at[-2] = SHARE_START
        held.append(len(at) - 2)
    return ridge.settled(at, held)


def _height(posterior: SortedPosterior, at: Floats, found: Evaluation) -> float:
    """Log posterior without the parts that are integrated over: agents' variance and sorting.

    The priors of the agents' variance and of its ratio to the clients' are one of the clients'
    variance, of twice the square, times one of the agents' given that, of half.
    """
    away = (at - posterior.middle) / WIDE
    clients = (away[0] + away[1]) ** 2 / 2.0
    others = away[2 : posterior.factors + 1]
    return -0.5 * float(found.solution.criterion + clients + others @ others)
