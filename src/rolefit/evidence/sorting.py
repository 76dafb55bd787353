"""Sorting: what the clients an agent serves say of the agent, before any number is looked at.

Planners send the best people to the hardest clients (or spare them). Let the agents of client j be
better than average by g_j = rho r c_j + pool_j, with r = sd of agents / sd of clients: a straight
line through the client effects, and what lies beside the line. Together they explain the share
R^2 = rho^2 + (1 - rho^2) v of the variance tau^2 of agents. Given k clients with mean g,

    a = scale_k g + a*,   scale_k = k / (1 + (k - 1) R^2)
    Var(a*) = tau^2 (1 - R^2) / (1 + (k - 1) R^2)

so more clients tell more of the agent. rho = v = 0 is the ordinary crossed model; one slope for
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
    """Slopes and penalties of agents at one sorting, with their derivatives."""

    slope: Floats
    """Of an agent's effect on the mean effect of their clients, shape (agents,)."""
    scale: Floats
    """Of an agent's effect on the mean pool of their clients."""
    penalty: Floats
    """lambda_i = s2 / Var(a*_i)."""
    pool_penalty: float
    """s2 / Var(pool); infinite without pools."""
    by_rho: tuple[Floats, Floats, Floats, float]
    """Derivatives by rho of slope, scale, log penalty, log pool penalty."""
    by_share: tuple[Floats, Floats, Floats, float]
    """The same by the share v; 0 without pools."""

    @classmethod
    def of(cls, rho: float, share: float, agents: float, clients: float, served: Floats) -> Sorting:
        """The slopes at one sorting.

        Args:
            rho: correlation of an agent's effect with the effect of a client served, in (-1, 1);
                negative where the best agents serve the hardest clients.
            share: v, of the remaining variance of agents that pools explain, in [0, 1).
            agents: lambda_a = s2 / variance of agents.
            clients: lambda_c = s2 / variance of clients.
            served: effective number of clients k, shape (agents,).

        Source:
            normal regression on k exchangeable signals; for one client Mundlak 1978.
        """
        left = 1.0 - rho**2
        told = rho**2 + left * share
        more = served - 1.0
        spread = 1.0 + more * told
        ratio = float(np.sqrt(clients / agents))
        scale = served / spread
        scale_by_told, log_penalty_by_told = -scale * more / spread, more / spread + 1 / (1 - told)
        told_by_rho, pooled = 2.0 * rho * (1.0 - share), share > 0
        return cls(
            slope=rho * ratio * scale, scale=scale, penalty=agents * spread / (1.0 - told),
            pool_penalty=agents / (left * share) if pooled else np.inf,
            by_rho=(
                ratio * (scale + rho * scale_by_told * told_by_rho),
                scale_by_told * told_by_rho, log_penalty_by_told * told_by_rho,
                2.0 * rho / left,
            ),
            by_share=(
                rho * ratio * scale_by_told * left, scale_by_told * left,
                log_penalty_by_told * left, -1.0 / share if pooled else 0.0,
            ),
        )  # fmt: skip
