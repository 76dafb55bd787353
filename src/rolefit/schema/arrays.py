"""Names for the array types that the core passes around."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import PlainValidator

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]


MOST_BLOCKS = 5
"""Of a stack."""
DIMENSIONS = (1, 2, 3)


def square(values: object) -> Floats:
    """A square matrix, the diagonal of one, or a short stack of either, from nested lists too."""
    try:
        matrix = np.asarray(values, np.float64)
    except (TypeError, ValueError) as error:
        message = "not numbers, or rows of different lengths"
        raise ValueError(message) from error
    blocks, equal = matrix.shape[:-1], len(set(matrix.shape[-2:])) == 1
    diagonals = blocks == () or (len(blocks) == 1 and blocks[0] <= MOST_BLOCKS)
    if matrix.ndim not in DIMENSIONS or not (diagonals or equal):
        message = "neither a square matrix, nor a diagonal, nor a stack of either"
        raise ValueError(message)
    return matrix


Matrix: TypeAlias = Annotated[Floats, PlainValidator(square)]
"""A square matrix inside a record, its diagonal alone, or a stack of square matrices."""
