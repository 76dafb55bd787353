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
    """A square matrix, the diagonal of one, or a stack of them, from an array or nested lists."""
    matrix = np.asarray(values, np.float64)
    if matrix.ndim not in (1, 2, 3) or len(set(matrix.shape[-2:])) > 1:
        message = "neither a square matrix, nor a diagonal, nor a stack of square matrices"
        raise ValueError(message)
    return matrix


Matrix: TypeAlias = Annotated[Floats, PlainValidator(square)]
"""A square matrix inside a record, its diagonal alone, or a stack of square matrices."""
