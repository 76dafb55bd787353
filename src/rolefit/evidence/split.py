"""Sums split into what happens within agents and what differs between them.

A mixed model sees an agent i with sum of weights n_i, mean y_i and shares p_i (of the agent's
weight over the side columns). With h_i = 1 / (1 / n_i + tau_i^2 / s2) its normal equations are

    S = W + sum_i h_i q_i q_i' + Lambda,    b = w + sum_i h_i q_i y_i

where W and w come from contrasts within agents alone and q_i = p_i, or p_i with the client columns
scaled by 1 + slope_i where the best agents serve the hardest clients (`sorting`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from rolefit.evidence.products import Products

if TYPE_CHECKING:
    from rolefit.evidence.cells import Sums
    from rolefit.schema.arrays import Bools, Floats


@dataclass(frozen=True)
class Split:
    """Within and between parts of the sums of the agents who have rows."""

    weight: Floats
    """n_i, shape (seen agents,)."""
    mean: Floats
    """y_i, weighted."""
    shares: sparse.csr_array
    """p_i, seen agents x width."""
    served: Floats
    """Effective number of clients of each agent: 1 / sum of squared client shares; 1 without."""
    marked: Bools
    """Client columns, shape (width,)."""
    within: Floats
    """W, width x width."""
    within_side: Floats
    """w, shape (width,)."""
    within_squares: float
    """Weighted sum of squares within agents."""
    rows: int
    log_weight: float
    products: Products

    @classmethod
    def of(cls, sums: Sums, marked: Bools) -> Split:
        """Splits the sums of the agents who have rows.

        Args:
            sums: sums over rows; agents without rows play no part, to the last digit.
            marked: client columns, shape (width,).
        """
        seen = sums.weight > 0
        weight, mean = sums.weight[seen], sums.weighted[seen] / sums.weight[seen]
        design = sparse.csr_array(sums.design[seen])
        shares = sparse.csr_array(design.multiply(1.0 / weight[:, None]))
        shares.sort_indices()
        products = Products.of(shares, marked)
        between = products.add_up(np.broadcast_to(weight, (3, len(weight))))
        return cls(
            weight=weight, mean=mean, shares=shares, served=clients_served(shares, marked),
            marked=marked, within=sums.gram.toarray() - between,
            within_side=sums.side - design.T @ mean,
            within_squares=sums.squares - float(weight @ mean**2),
            rows=sums.rows, log_weight=sums.log_weight, products=products,
        )  # fmt: skip


def clients_served(shares: sparse.csr_array, marked: Bools) -> Floats:
    """Effective number of clients, 1 / sum_j p_ij^2 (Simpson's); 1 for agents without clients.

    Args:
        shares: agents x width.
        marked: client columns, shape (width,).

    Returns:
        shape (agents,), at least 1.
    """
    sizes = np.asarray(shares.power(2) @ marked.astype(np.float64))
    total = np.asarray(shares @ marked.astype(np.float64)) ** 2
    return np.maximum(np.divide(total, sizes, out=np.ones_like(sizes), where=sizes > 0), 1.0)
