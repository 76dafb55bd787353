"""Chance with normal or heavy tails, of variance one either way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rolefit.schema.arrays import Floats


def noise(rng: np.random.Generator, shape: int | tuple[int, ...], tails: float) -> Floats:
    """Numbers with mean 0 and variance 1.

        e ~ N(0, 1)   or   t_df sqrt((df - 2) / df)

    Args:
        rng: source of all chance.
        shape: of the result.
        tails: degrees of freedom, above 2; 0 means normal.

    Source:
        Student 1908; the variance of t is df / (df - 2).

    Example:
        >>> drawn = noise(np.random.default_rng(1), 100_000, 6.0)
        >>> round(float(drawn.std()), 1), bool(abs(drawn).max() > 6.0)
        (1.0, True)
    """
    if not tails:
        return rng.standard_normal(shape)
    return rng.standard_t(tails, shape) * np.sqrt((tails - 2.0) / tails)
