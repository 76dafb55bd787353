"""Products of a small table with itself, without a plan: dense, by blocks of column classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.products import kinds_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.evidence.products import Part
    from rolefit.schema.arrays import Floats, Ints

MOST_WORK = 4_000_000
"""Rows times columns squared; above, listing the pairs of entries is less work."""


@dataclass(frozen=True)
class Blocks:
    """What `products.Products` does, where the whole table is smaller than a plan of its pairs."""

    table: Floats
    """Rows x width, zeros included."""
    columns: tuple[Ints, ...]
    """Of each class."""
    classes: Ints
    """Class of each column, shape (width,)."""

    @classmethod
    def of(cls, parts: Sequence[Part], classes: Ints) -> Blocks:
        """Lays out the table.

        Args:
            parts: the columns of each class.
            classes: class of each column, shape (width,).
        """
        table = np.zeros((parts[0].shares.shape[0], len(classes)))
        for part in parts:
            table[:, part.columns] = part.shares.toarray()
        return cls(table, tuple(part.columns for part in parts), classes)

    def add_up(self, weights: Floats, scales: Floats) -> Floats:
        """Sum of w_i x_i x_i' after scaling, dense and exactly symmetric, width x width.

        Args:
            weights: w, not below 0, shape (rows,).
            scales: factor of each class of columns in each row, shape (classes, rows).
        """
        root = self.table * (np.sqrt(weights) * scales)[self.classes].T
        return np.asarray(root.T @ root)

    def forms(self, symmetric: Floats) -> Floats:
        """x_i' V x_i of every row by kind of pair, before scaling, shape (kinds, rows).

        Args:
            symmetric: V, width x width.
        """
        kinds = kinds_of(self.classes)
        found = np.zeros((len(kinds), len(self.table)))
        for k, (a, b) in enumerate(kinds):
            one, other = self.columns[a], self.columns[b]
            if len(one) and len(other):
                seen = self.table[:, other] @ symmetric[np.ix_(other, one)]
                found[k] = (1.0 + (a != b)) * (self.table[:, one] * seen).sum(axis=1)
        return found


def is_small(rows: int, width: int) -> bool:
    """Whether the table is worth no plan.

    Example:
        >>> is_small(300, 60), is_small(1_000_000, 60)
        (True, False)
    """
    return rows * width**2 <= MOST_WORK
