"""How much wider intervals of a fit must be, told from how moves went: split conformal, by role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from rolefit.fit import Z90

if TYPE_CHECKING:
    from rolefit.schema.arrays import Floats, Ints

DEFAULT = 1.25
"""Multiplier of a role without outcomes."""
LEVEL = 0.9
EDGE = 0.02
"""Outcomes nearer to 0 or 1 tell no more than this one: by how much is beyond what is recorded."""
SLOPE = 2.0
"""Probits of outcome that one unit of fit is worth, where nothing else is known."""


@dataclass(frozen=True)
class Multipliers:
    """One multiplier of the sd of a fit for each role."""

    value: Floats
    """Per role."""
    moves: Ints
    """Per role: outcomes it rests on."""
    learned: tuple[bool, ...]
    """Per role: whether there were outcomes enough; the default otherwise."""


def implied_fit(outcome: Floats, bar: Floats, slope: float = SLOPE) -> Floats:
    """The fit that an outcome speaks of: bar + probit(outcome) / slope.

    Args:
        outcome: in [0, 1].
        bar: of each move's role, fit units: there an outcome is .5.
        slope: probits of outcome that one unit of fit is worth.

    Returns:
        fit units, one a move.

    Limits:
        outcomes beyond .02 and .98 count as these.

    Example:
        >>> implied_fit(np.array([0.5, 0.8413447]), np.array([0.25, 0.25])).round(3).tolist()
        [0.25, 0.75]
    """
    return bar + ndtri(np.clip(outcome, EDGE, 1.0 - EDGE)) / slope


def multipliers(
    fit: Floats,
    sd: Floats,
    implied: Floats,
    role: Ints,
    roles: int,
    *,
    luck: float = 0.0,
    level: float = LEVEL,
    default: float = DEFAULT,
) -> Multipliers:
    """Multiplier of each role's sd, so that `level` of new moves fall within their interval.

        s_i = |implied_i - fit_i| / sqrt(sd_i^2 + luck^2)
        m_r = the ceil((n + 1) level)-th smallest s_i of role r / z,   z = 1.645 at .9

    Args:
        fit: mean fit of each move as of its day, fit units.
        sd: its sd, without any multiplier.
        implied: `implied_fit` of its outcome.
        role: position of the role, one a move.
        roles: how many there are.
        luck: sd of an outcome that no evidence could tell, fit units; the interval of a fit does
            not have to hold it.
        level: of the interval.
        default: where too few moves are known: the quantile needs level / (1 - level) of them.

    Returns:
        Multipliers.

    Limits:
        holds for moves like those made (exchangeable), not for people nobody would have moved.

    Source:
        split conformal prediction (Papadopoulos et al. 2002; Lei et al. 2018), by group (Vovk
        2012).

    Example:
        >>> none, no_role = np.zeros(0), np.zeros(0, int)
        >>> multipliers(none, none, none, no_role, 2).value.tolist()
        [1.25, 1.25]
    """
    score = np.abs(implied - fit) / np.sqrt(sd**2 + luck**2)
    z = Z90 if level == LEVEL else float(ndtri((1.0 + level) / 2.0))
    value, moves = np.full(roles, default), np.bincount(role, minlength=roles)
    learned = []
    for k in range(roles):
        edge = conformal_quantile(score[role == k], level)
        learned.append(bool(np.isfinite(edge)))
        if learned[-1]:
            value[k] = edge / z
    return Multipliers(value, moves, tuple(learned))


def conformal_quantile(score: Floats, level: float = LEVEL) -> float:
    """The ceil((n + 1) level)-th smallest score; infinite where there are too few.

    Example:
        >>> conformal_quantile(np.arange(1.0, 10.0), 0.9), conformal_quantile(np.ones(8), 0.9)
        (9.0, inf)
    """
    rank = int(np.ceil(round((len(score) + 1) * level, 9)))
    return float(np.sort(score)[rank - 1]) if 0 < rank <= len(score) else float("inf")
