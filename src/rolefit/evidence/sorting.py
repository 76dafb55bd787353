"""Sorting: what it means for an agent that the best people serve the hardest clients.

Each client an agent serves is a draw that correlates with the agent's skill: corr(a, c) = rho.
Given k clients with mean effect m, and r = sd of agents / sd of clients,

    a = slope_k m + a*,   slope_k = rho r k / (1 + (k - 1) rho^2)
    Var(a*) = tau^2 (1 - rho^2) / (1 + (k - 1) rho^2)

so more clients tell more of the agent. rho = 0 is the ordinary crossed model; one slope for
everybody (Mundlak 1978) is too sure of agents with many clients.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rolefit.schema.arrays import Floats


@dataclass(frozen=True)
class Sorting:
    """Slopes and penalties of agents at one sorting correlation, with their derivatives."""

    slope: Floats
    """Of an agent's effect on the mean effect of their clients, shape (agents,)."""
    penalty: Floats
    """lambda_i = s2 / Var(a*_i), shape (agents,)."""
    slope_by_rho: Floats
    log_penalty_by_rho: Floats

    @classmethod
    def of(cls, rho: float, agents: float, clients: float, served: Floats) -> Sorting:
        """The slopes at a correlation.

        Args:
            rho: correlation of an agent's effect with the effect of a client served, in (-1, 1);
                negative where the best agents serve the hardest clients.
            agents: lambda_a = s2 / variance of agents.
            clients: lambda_c = s2 / variance of clients.
            served: effective number of clients k, shape (agents,).

        Source:
            normal regression on k exchangeable signals; for one client Mundlak 1978.
        """
        more = served - 1.0
        spread = 1.0 + more * rho**2
        scale = np.sqrt(clients / agents) * served / spread
        return cls(
            slope=rho * scale,
            penalty=agents * spread / (1.0 - rho**2),
            slope_by_rho=scale * (1.0 - more * rho**2) / spread,
            log_penalty_by_rho=2.0 * rho * (more / spread + 1.0 / (1.0 - rho**2)),
        )
