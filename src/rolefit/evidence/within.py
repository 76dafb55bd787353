"""Side effects from contrasts within agents only: whatever clients are like, it cannot matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import eigh

from rolefit.evidence.crossed import Context

if TYPE_CHECKING:
    from rolefit.evidence.cells import Sums

RANK_TOLERANCE = 1e-9


def solve_within(sums: Sums) -> Context:
    """Side effects with agents and side factors all fixed.

    Args:
        sums: sums over rows.

    Returns:
        Context with minimum-norm effects and their (generalised inverse) covariance; `tau2` is
        NaN: the spread of agents is estimated from what is left (`shrinkage.spread_of`).

    Limits:
        effects are known up to a constant in each component of the agent-client graph: never
        compare agents across components. An eigen-decomposition, so up to about 2,000 columns.

    Source:
        Abowd, Kramarz & Margolis 1999.
    """
    seen = sums.weight > 0
    inverse = np.divide(1.0, sums.weight, out=np.zeros_like(sums.weight), where=seen)
    between = sums.design.T @ sums.design.multiply(inverse[:, None])
    system = sums.gram.toarray() - between.toarray()
    right = sums.side - sums.design.T @ (sums.weighted * inverse)
    value, vector = eigh(system)
    keep = value > RANK_TOLERANCE * max(float(np.abs(value).max(initial=0.0)), 1e-300)
    scaled = vector[:, keep] / np.sqrt(value[keep])
    covariance = scaled @ scaled.T
    effects = covariance @ right
    left = sums.squares - (sums.weighted**2 * inverse).sum() - effects @ right
    freedom = sums.rows - int(seen.sum()) - int(keep.sum())
    s2 = max(float(left), 0.0) / freedom if freedom > 0 else float("nan")
    return Context(effects, covariance, s2, float("nan"), (), float("nan"), int(keep.sum()))
