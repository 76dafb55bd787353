"""Names for the array types that the core passes around."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import PlainValidator

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]


def square(values: object) -> Floats:
    """A square matrix of floats, or the diagonal of one, from an array or (nested) lists."""
    matrix = np.asarray(values, np.float64)
    if matrix.ndim not in (1, 2) or len(set(matrix.shape)) > 1:
        message = "neither a square matrix nor a diagonal"
        raise ValueError(message)
    return matrix


Matrix: TypeAlias = Annotated[Floats, PlainValidator(square)]
"""A square matrix inside a record, or its diagonal alone."""
