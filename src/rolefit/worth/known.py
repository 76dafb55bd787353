"""A centre whose truth is known, as arrays; and who should be found in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolefit.schema.arrays import Bools, Floats, Ints

WELL = 0.5
"""True outcome from which somebody does well in a role."""
MEDIAN = 0.5
"""Percentile by raw metrics below which a leaderboard looks past somebody."""
TOP = 0.25
"""Share of agents that counts as the top of some attributes."""
GLUE = ("coaching", "teamwork")
"""What those are rich in who hold a team together."""
EXPERTISE = ("client_knowledge", "relationship", "ownership")
"""What those are rich in who know a client best."""


@dataclass(frozen=True)
class Known:
    """Agents (n) x roles (R, in config order): what is true of them, and where they may go."""

    roles: tuple[str, ...]
    outcome: Floats
    """True outcome of each agent in each role, 0 to 1, n x R."""
    current: Ints
    """Position of the present role, shape (n,)."""
    level: Floats
    """Of each role, shape (R,); NaN for outward destinations."""
    refused: Bools | None
    """Where the agent's wish says no or not now, n x R; None = no wishes are known."""
    percentile: Floats
    """By raw metrics, 1 = best; NaN without metrics, shape (n,)."""
    attributes: Mapping[str, Floats]
    """True attributes by name, shape (n,) each; empty where they are not known."""
    unheard: str = ""
    """Why wishes that people stated cannot be told; empty = what was stated is in `refused`."""

    @property
    def agents(self) -> int:
        """How many."""
        return len(self.current)

    @property
    def inside(self) -> Bools:
        """Roles inside the centre."""
        return np.isfinite(self.level)

    @property
    def options(self) -> Bools:
        """Where each agent could be moved: inside, another role, of no lower level; n x R."""
        other = np.arange(len(self.level)) != self.current[:, None]
        with np.errstate(invalid="ignore"):
            reached = self.level >= self.level[self.current][:, None]
        return other & reached & self.inside

    @property
    def wanted(self) -> Bools:
        """Options that the agent's wish does not refuse; all where no wishes are known."""
        return self.options if self.refused is None else self.options & ~self.refused

    @property
    def here(self) -> Floats:
        """True outcome in the present role."""
        outcome: Floats = self.outcome[np.arange(self.agents), self.current]
        return outcome

    @property
    def best_inside(self) -> Floats:
        """True outcome of the best role inside."""
        best: Floats = self.outcome[:, self.inside].max(axis=1)
        return best

    def rich_in(self, names: tuple[str, ...]) -> Bools | None:
        """Agents in the top quarter by the mean of some true attributes; None = not known."""
        if not set(names) <= set(self.attributes):
            return None
        mean = np.mean([self.attributes[name] for name in names], axis=0)
        top: Bools = mean >= np.quantile(mean, 1.0 - TOP)
        return top

    def gems(self) -> Bools:
        """Hidden gems: below the median by raw metrics, would do well, and better, elsewhere.

        That is in another role inside, of no lower level, which they do not refuse.
        """
        elsewhere = np.where(self.wanted, self.outcome, -np.inf).max(axis=1)
        return (self.percentile < MEDIAN) & (elsewhere >= WELL) & (elsewhere > self.here)
