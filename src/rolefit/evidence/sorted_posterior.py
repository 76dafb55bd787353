"""Variances and sorting of a crossed model, as one smooth posterior of few coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.information import Evaluation, information
from rolefit.evidence.reml import evaluate

if TYPE_CHECKING:
    from rolefit.evidence.split import Split
    from rolefit.schema.arrays import Floats, Ints

AGENTS_PRIOR = 1.0
"""Log of the noise of a row over the variance of agents, middle of its prior."""
CLIENTS_PRIOR = 0.0
"""Log of the variance of agents over that of clients."""
OTHERS_PRIOR = 3.0
"""Log of the noise of a row over the variance of any other factor."""
WIDE = 4.0
"""Prior sd of all three, a factor of 50: rows of a handful of clients say little of variances."""
FARTHEST = 15.0
"""From the middle of the prior, in the search."""
RHO_RANGE = 2.6
"""Of artanh rho; at the ends rho is .99."""
SHARE_RANGE = (-7.0, 4.0)
"""Logit of the share of pools."""
SHARE_START = -1.3
"""Middle of its prior: pools explain a fifth of what the straight line leaves."""
SHARE_SD = 1.2


@dataclass(frozen=True)
class SortedPosterior:
    """The model's posterior by log l_a, log l_c / l_a, log l_f ..., logit share, artanh rho.

    rho is flat on (-1, 1); the logit of the share of pools, if they are in, is normal around .21;
    log ratios are normal and wide, so that a variance that rows hardly tell is never exactly 0.

    Source:
        Chung et al. 2013, Psychometrika 78: weak priors that keep variances off their boundary.
    """

    split: Split
    groups: Ints
    """Random factor of each column without pools; clients are factor 0."""
    fixed: int
    pools: bool

    @property
    def factors(self) -> int:
        """Number of random side factors."""
        return int(self.groups.max()) + 1

    @cached_property
    def middle(self) -> Floats:
        """Middle of the prior; where a search begins."""
        unit = float(np.log(self.split.weight.sum() / self.split.rows))
        others = [unit + OTHERS_PRIOR] * (self.factors - 1)
        share = [SHARE_START] if self.pools else []
        return np.array([unit + AGENTS_PRIOR, CLIENTS_PRIOR, *others, *share, 0.0])

    @property
    def ends(self) -> tuple[Floats, Floats]:
        """Of the search."""
        low, high = self.middle - FARTHEST, self.middle + FARTHEST
        low[-1], high[-1] = -RHO_RANGE, RHO_RANGE
        if self.pools:
            low[-2], high[-2] = SHARE_RANGE
        return low, high

    def rho(self, place: Floats) -> float:
        """Sorting correlation at a point."""
        return float(np.tanh(place[-1]))

    def share(self, place: Floats) -> float:
        """Share of pools at a point."""
        return float(1.0 / (1.0 + np.exp(-place[-2]))) if self.pools else 0.0

    def at(self, place: Floats) -> Evaluation:
        """Criterion, slope, curvature and solution at a point."""
        rho, share = self.rho(place), self.share(place)
        ratios = np.array([place[0], place[0] + place[1], *place[2 : self.factors + 1]])
        found = evaluate(self.split, self.groups, ratios, rho, share, fixed=self.fixed)
        turn = self._turn(rho, share)
        told = information(self.split, self.groups, found, fixed=self.fixed)
        value, slope, bend = self._prior(place, rho)
        return Evaluation(
            found.criterion + value, turn.T @ found.slope + slope,
            turn.T @ told @ turn + np.diag(bend), self.levels, found,
        )  # fmt: skip

    @cached_property
    def levels(self) -> Floats:
        """Behind each log ratio, 0 for the share of pools and for rho.

        The first coordinate moves agents and clients together.
        """
        levels = self.split.levels(self.groups)
        levels[0] += levels[1]
        return np.append(levels, np.zeros(len(self.middle) - len(levels)))

    def _turn(self, rho: float, share: float) -> Floats:
        """Derivatives of (log l_a, log l_c, log l_f ..., rho, share) by the coordinates."""
        turn = np.zeros((self.factors + 3, len(self.middle)))
        ratios = np.arange(self.factors + 1)
        turn[ratios, ratios] = turn[1, 0] = 1.0
        turn[-2, -1] = 1.0 - rho**2
        if self.pools:
            turn[-1, -2] = share * (1.0 - share)
        return turn

    def _prior(self, place: Floats, rho: float) -> tuple[float, Floats, Floats]:
        """-2 log prior, 0 at its peak, with its first and (at least 0) second derivatives."""
        away = (place - self.middle) / WIDE
        away[self.factors + 1 :] = 0.0
        value, slope = float(away @ away), 2.0 * away / WIDE
        bend = np.where(np.arange(len(place)) <= self.factors, 2.0 / WIDE**2, 0.0)
        value -= 2.0 * np.log1p(-(rho**2))
        slope[-1], bend[-1] = 4.0 * rho, 4.0 * (1.0 - rho**2)
        if self.pools:
            off = (place[-2] - SHARE_START) / SHARE_SD
            value += off**2
            slope[-2], bend[-2] = 2.0 * off / SHARE_SD, 2.0 / SHARE_SD**2
        return value, slope, bend
