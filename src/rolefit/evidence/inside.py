"""W, what happens within agents: the sums of all rows less those between agents.

Held as a matrix with a plan of pairs (`Whole`), or only as a product (`Within`) where there are so
many side columns that nothing of their square may be dense (see `probed`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from rolefit.evidence.blocks import Blocks, is_small
from rolefit.evidence.products import Products

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.evidence.products import Part
    from rolefit.schema.arrays import Floats, Ints

MOST_COLUMNS = 5_000
"""With more side columns nothing is dense: see `probed`."""
OTHER, CLIENT, POOL = range(3)
"""Classes of side columns."""


def is_wide(width: int) -> bool:
    """Too many side columns for dense matrices."""
    return width > MOST_COLUMNS


@dataclass(frozen=True)
class Whole:
    """W as a matrix, and the plan by which products of the shares are added to it."""

    matrix: Floats
    products: Products | Blocks

    @classmethod
    def of(
        cls, gram: sparse.csr_array, parts: Sequence[Part], weight: Floats, classes: Ints
    ) -> Whole:
        """W = G - sum_i n_i p_i p_i'; G knows nothing of pools."""
        small = is_small(len(weight), len(classes))
        products = Blocks.of(parts, classes) if small else Products.of(parts, classes)
        scales = np.ones((3, len(weight)))
        scales[POOL] = 0.0
        return cls(gram.toarray() - products.add_up(weight, scales), products)

    def __matmul__(self, vectors: Floats) -> Floats:
        """W times vectors, width x several."""
        return self.matrix @ vectors

    def diagonal(self) -> Floats:
        """Of W, shape (width,)."""
        return self.matrix.diagonal().copy()


@dataclass(frozen=True)
class Within:
    """W = G - sum_i n_i p_i p_i' as a product: the sums of all rows less those between agents."""

    gram: sparse.csr_array
    shares: sparse.csr_array
    weight: Floats

    def __matmul__(self, vectors: Floats) -> Floats:
        """W times vectors, width x several."""
        seen = self.shares @ vectors
        return np.asarray(self.gram @ vectors - self.shares.T @ (self.weight[:, None] * seen))

    def diagonal(self) -> Floats:
        """Of W, shape (width,)."""
        return np.asarray(self.gram.diagonal() - self.shares.power(2).T @ self.weight)


def unpooled(shares: sparse.csr_array, width: int) -> sparse.csr_array:
    """The same shares with pool columns of nothing: they do not change from row to row."""
    parts = (shares.data, shares.indices, shares.indptr)
    return sparse.csr_array(parts, shape=(shares.shape[0], width))


def padded(gram: sparse.csr_array, width: int) -> sparse.csr_array:
    """The same matrix with rows and columns of nothing at its end."""
    ends = np.append(gram.indptr, np.full(width - gram.shape[0], gram.indptr[-1]))
    return sparse.csr_array((gram.data, gram.indices, ends), shape=(width, width))
