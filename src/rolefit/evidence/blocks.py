"""Products of a small table with itself, without a plan: dense, by blocks of column classes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
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
    by_class: tuple[Floats, ...]
    """The same with zeros in all columns but those of each class."""
    classes: Ints
    """Class of each column, shape (width,)."""

    @classmethod
    def of(cls, parts: Sequence[Part], classes: Ints) -> Blocks:
        """Lays out the table.

        Args:
            parts: the columns of each class.
            classes: class of each column, shape (width,).
        """
        by_class = []
        for part in parts:
            own = np.zeros((part.shares.shape[0], len(classes)))
            own[:, part.columns] = part.shares.toarray()
            by_class.append(own)
        return cls(np.sum(by_class, axis=0), tuple(by_class), classes)

    @cached_property
    def kinds(self) -> tuple[tuple[int, int], ...]:
        """Classes of each kind of pair, the smaller one first."""
        return kinds_of(self.classes)

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
        seen = [own @ symmetric for own in self.by_class]
        return np.stack([
            (1.0 + (a != b)) * np.einsum("ij,ij->i", self.by_class[a], seen[b])
            for a, b in self.kinds
        ])  # fmt: skip


def is_small(rows: int, width: int) -> bool:
    """Whether the table is worth no plan.

    Example:
        >>> is_small(300, 60), is_small(1_000_000, 60)
        (True, False)
    """
    return rows * width**2 <= MOST_WORK
