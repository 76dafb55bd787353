"""What raters as such get wrong about a person, they get wrong together: it is counted once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rolefit.schema.tables import FAMILIES

if TYPE_CHECKING:
    from rolefit.evidence.readings import Readings
    from rolefit.schema.arrays import Floats

FAMILY = FAMILIES.index("ratings")
LEAST_OWN = 1e-9


def share_error(readings: Readings, validity: Floats, variance: Floats) -> Floats:
    """Variances of ratings, with the error that kinds of rater share counted once an attribute.

        S = min_k (1 - rho_k^2) / rho_k^2;  own_k = var_k - S;  var'_k = own_k (1 + S sum 1 / own_k)

    so that 1 / sum 1 / var'_k = S + 1 / sum 1 / own_k: what all kinds together say is never surer
    than the best of them would be without any noise. One kind by itself stays as it is, and one
    more kind, or rating, never widens.

    Args:
        readings: of all families.
        validity: in use, shape (n,).
        variance: of the evidence, shape (n,).

    Returns:
        shape (n,); other families stay as they are.

    Limits:
        the shared error is taken as complete, which is cautious where kinds see different sides.

    Source:
        Mount, Judge, Scullen, Sytsma & Hezlett 1998: what raters share, and what they do not.
    """
    mine = readings.family == FAMILY
    if not mine.any():
        return variance
    keys = np.column_stack([readings.agent[mine], readings.attribute[mine]])
    width = int(keys[:, 1].max()) + 1
    cells, cell = np.unique(keys @ [width, 1], return_inverse=True)
    least = np.full(len(cells), np.inf)
    np.minimum.at(least, cell, 1.0 / validity[mine] ** 2 - 1.0)
    own = np.maximum(variance[mine] - least[cell], LEAST_OWN)
    precision = np.bincount(cell, 1.0 / own)
    shared = variance.copy()
    shared[mine] = own * (1.0 + (least * precision)[cell])
    return shared
