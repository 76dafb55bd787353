"""Products of a tall sparse matrix with itself, again and again with other weights."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy import sparse

    from rolefit.schema.arrays import Floats, Ints

MOST_PAIRS = 60_000_000
"""Above this many pairs of entries the plan would not fit comfortably into memory."""


@dataclass(frozen=True)
class Products:
    """x_i x_i' of every row i, as pairs of entries: X' diag(w) X is then one weighted count.

    Columns belong to classes (0, 1, ...), and each row may scale each class by a factor of its
    own: a pair's kind is the two classes of its columns.
    """

    place: Ints
    """Entry of the flattened result each pair belongs to; upper triangle."""
    value: Floats
    """Product of the pair's two entries."""
    weight: Ints
    """Kind and row of each pair, kind * rows + row."""
    rows: int
    width: int
    kinds: tuple[tuple[int, int], ...]
    """Classes of each kind of pair, the smaller one first."""

    @classmethod
    def of(cls, matrix: sparse.csr_array, classes: Ints) -> Products:
        """Lists the pairs of entries of every row.

        Args:
            matrix: rows x width, column indices sorted within rows.
            classes: class of each column, shape (width,).

        Raises:
            MemoryError: more than MOST_PAIRS pairs.
        """
        count = np.diff(matrix.indptr).astype(np.int64)
        if int((count * (count + 1) // 2).sum()) > MOST_PAIRS:
            message = "too many pairs of entries for a plan"
            raise MemoryError(message)
        first, second, row = pairs_within(count)
        column, data = matrix.indices.astype(np.int64), matrix.data
        rows, width = matrix.shape
        left, right = classes[column[first]], classes[column[second]]
        kinds, several = kinds_of(classes), int(classes.max(initial=0)) + 1
        number = np.zeros((several, several), np.int64)
        for k, (low, high) in enumerate(kinds):
            number[low, high] = number[high, low] = k
        return cls(
            column[first] * width + column[second], data[first] * data[second],
            number[left, right] * rows + row, rows, width, kinds,
        )  # fmt: skip

    def add_up(self, weights: Floats, scales: Floats) -> Floats:
        """Sum of w_i x_i x_i' after scaling, dense and symmetric, width x width.

        Args:
            weights: w, shape (rows,).
            scales: factor of each class of columns in each row, shape (classes, rows).
        """
        each = np.stack([weights * scales[a] * scales[b] for a, b in self.kinds]).ravel()
        half = np.bincount(self.place, self.value * each[self.weight], self.width**2)
        upper = half.reshape(self.width, self.width)
        return np.asarray(upper + np.triu(upper, 1).T, np.float64)

    def forms(self, symmetric: Floats) -> Floats:
        """x_i' V x_i of every row by kind of pair, before scaling, shape (kinds, rows).

        Args:
            symmetric: V, width x width.
        """
        twice = symmetric * 2.0
        np.fill_diagonal(twice, np.diagonal(symmetric))
        each = twice.ravel()[self.place] * self.value
        kinds = len(self.kinds)
        forms = np.bincount(self.weight, each, kinds * self.rows)
        return np.asarray(forms.reshape(kinds, self.rows), np.float64)


def kinds_of(classes: Ints) -> tuple[tuple[int, int], ...]:
    """Kinds of pairs of columns: their two classes, the smaller one first."""
    return tuple(combinations_with_replacement(range(int(classes.max(initial=0)) + 1), 2))


def pairs_within(count: Ints) -> tuple[Ints, Ints, Ints]:
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
