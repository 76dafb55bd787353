"""A mixed model as the sums that the solver takes, written out for tests of parity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from rolefit.evidence.cells import Sums
from rolefit.evidence.crossed import predict_agents, solve_random

if TYPE_CHECKING:
    from rolefit.evidence.crossed import Context


@dataclass(frozen=True)
class Model:
    """y ~ fixed + (1 | agent) + (1 | side) ..., Var(e) = s2 / w."""

    y: np.ndarray
    w: np.ndarray
    fixed: np.ndarray
    """Numeric columns, rows x p, the first of ones."""
    agent: np.ndarray
    """Codes from 0."""
    sides: tuple[np.ndarray, ...] = ()
    """Codes from 0 of each random side factor."""

    @property
    def groups(self) -> np.ndarray:
        """-1 for a fixed column, else the side factor."""
        sizes = [self.fixed.shape[1], *(int(code.max()) + 1 for code in self.sides)]
        return np.repeat(np.arange(-1, len(self.sides)), sizes)

    def columns(self) -> sparse.csr_array:
        """Rows x side columns: fixed, then one a level."""
        parts = [sparse.csr_array(self.fixed), *(indicators(code) for code in self.sides)]
        return sparse.csr_array(sparse.hstack(parts))

    def sums(self) -> Sums:
        """All that the solver needs to know of the rows."""
        columns, agents = self.columns(), indicators(self.agent)
        weighted = sparse.csr_array(columns.multiply(self.w[:, None]))
        return Sums(
            weight=agents.T @ self.w, weighted=agents.T @ (self.w * self.y),
            design=sparse.csr_array(agents.T @ weighted),
            gram=sparse.csr_array(columns.T @ weighted), side=weighted.T @ self.y,
            squares=float(self.w @ self.y**2), rows=len(self.y),
            log_weight=float(np.log(self.w).sum()),
        )  # fmt: skip

    def solve(self) -> Solved:
        """REML, and the agents against it."""
        sums, groups = self.sums(), self.groups
        context = solve_random(sums, groups, fixed=self.fixed.shape[1])
        effect, reliability, _ = predict_agents(
            sums, context.effects, context.covariance, context.s2, context.tau2
        )
        variance = (1.0 - reliability) * context.tau2
        return Solved(context, groups, effect * np.sqrt(context.tau2), variance)


@dataclass(frozen=True)
class Solved:
    """What the library says."""

    context: Context
    groups: np.ndarray
    agents: np.ndarray
    """Agent effects, in the unit of y."""
    agent_variances: np.ndarray

    def side(self, factor: int) -> tuple[np.ndarray, np.ndarray]:
        """Effects of a side factor (-1: the fixed ones) and their variances."""
        mine = self.groups == factor
        return self.context.effects[mine], self.context.s2 * np.diag(self.context.covariance)[mine]


def indicators(code: np.ndarray) -> sparse.csr_array:
    """Rows x levels, a one in the column of each row's level."""
    n = len(code)
    return sparse.csr_array((np.ones(n), (np.arange(n), code)), (n, int(code.max()) + 1))
