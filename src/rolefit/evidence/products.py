"""Products of a tall sparse matrix with itself, again and again with other weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy import sparse

    from rolefit.schema.arrays import Bools, Floats, Ints

MOST_PAIRS = 40_000_000
"""Above this many pairs of entries the plan would not fit comfortably into memory."""
PLAIN, MIXED, MARKED = range(3)
"""Kinds of pairs: neither column is marked, one is, both are."""


@dataclass(frozen=True)
class Products:
    """x_i x_i' of every row i, as pairs of entries: X' diag(w) X is then one weighted count.

    Columns may be marked (the clients'): pairs of plain columns, mixed pairs and pairs of marked
    columns have weights of their own, so that the marked columns can be scaled row by row.
    """

    place: Ints
    """Entry of the flattened result each pair belongs to; upper triangle."""
    value: Floats
    """Product of the pair's two entries."""
    weight: Ints
    """Kind and row of each pair, kind * rows + row."""
    rows: int
    width: int

    @classmethod
    def of(cls, matrix: sparse.csr_array, marked: Bools) -> Products:
        """Lists the pairs of entries of every row.

        Args:
            matrix: rows x width, column indices sorted within rows.
            marked: shape (width,).

        Raises:
            MemoryError: more than MOST_PAIRS pairs.
        """
        count = np.diff(matrix.indptr).astype(np.int64)
        if int((count * (count + 1) // 2).sum()) > MOST_PAIRS:
            message = "too many pairs of entries for a plan"
            raise MemoryError(message)
        first, second, row = _pairs(count)
        column, data = matrix.indices.astype(np.int64), matrix.data
        rows, width = matrix.shape
        kind = marked[column[first]].astype(np.int64) + marked[column[second]]
        return cls(
            column[first] * width + column[second], data[first] * data[second],
            kind * rows + row, rows, width,
        )  # fmt: skip

    def add_up(self, weights: Floats) -> Floats:
        """Sum of w_i x_i x_i', dense and symmetric, width x width.

        Args:
            weights: of each kind of pair and row, shape (3, rows).
        """
        size = self.width**2
        each = self.value * weights.ravel()[self.weight]
        upper = np.bincount(self.place, each, size).reshape(self.width, self.width)
        return np.asarray(upper + np.triu(upper, 1).T, np.float64)

    def forms(self, symmetric: Floats) -> Floats:
        """x_i' V x_i of every row by kind of pair, shape (3, rows): the sum over kinds is it all.

        Args:
            symmetric: V, width x width.
        """
        twice = symmetric * 2.0
        np.fill_diagonal(twice, np.diagonal(symmetric))
        each = twice.ravel()[self.place] * self.value
        forms = np.bincount(self.weight, each, 3 * self.rows)
        return np.asarray(forms.reshape(3, self.rows), np.float64)


def _pairs(count: Ints) -> tuple[Ints, Ints, Ints]:
    """Positions of both entries, and the row, of every unordered pair of entries of a row."""
    start = np.concatenate([[0], np.cumsum(count)[:-1]])
    parts = []
    for size in np.unique(count[count > 0]).tolist():
        left, right = np.triu_indices(size)
        mine = np.flatnonzero(count == size)
        base = start[mine][:, None]
        parts.append((
            (base + left).ravel(), (base + right).ravel(), np.repeat(mine, len(left)),
        ))  # fmt: skip
    if not parts:
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, nothing
    first, second, row = (np.concatenate(found) for found in zip(*parts, strict=True))
    return first, second, row
