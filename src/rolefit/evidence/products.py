"""Products of a tall sparse matrix with itself, again and again with other weights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement, pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from rolefit.evidence.cells import run_starts, sort_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rolefit.schema.arrays import Floats, Ints

MOST_PAIRS = 60_000_000
"""Above this many pairs of entries the plan would not fit comfortably into memory."""
SMALL = 20_000
"""Entries of a part, zeros counted, up to which it is held densely."""
BLOCK = 20_000
"""Rows at a time: what they need fits into the cache."""


@dataclass(frozen=True)
class Part:
    """Columns of one class."""

    columns: Ints
    """Their places among all columns, ascending."""
    shares: sparse.csr_array
    """Rows x these columns, column indices sorted within rows."""

    @cached_property
    def table(self) -> Floats | sparse.csr_array:
        """The same with zeros, where it is so small that a sparse product takes longer."""
        return self.shares.toarray() if np.prod(self.shares.shape) <= SMALL else self.shares

    @cached_property
    def across(self) -> Floats | sparse.csc_array:
        """`table` transposed, the same memory."""
        return self.table.T

    @property
    def count(self) -> Ints:
        """Number of entries of each row."""
        return np.diff(self.shares.indptr).astype(np.int64)


@dataclass(frozen=True)
class Pairs:
    """Products of the entries of each row in two classes of columns."""

    order: Ints
    """Row behind each row of pairs: rows with equally many entries are neighbours."""
    values: sparse.csr_array
    """Rows x entries of the flattened square of all columns; one triangle of it is used."""

    @classmethod
    def of(cls, left: Part, right: Part, width: int) -> Pairs:
        """Lists the pairs of every row; each pair once where both classes are the same.

        Args:
            left: one class.
            right: another one, or the same object.
            width: number of all columns.
        """
        first, second = left.count, right.count
        alike = first * (int(second.max(initial=0)) + 1) + second
        order = sort_order([alike])
        ends = _starts(pairs_of(left, right)[order])
        place, value = np.empty(ends[-1], np.int32), np.empty(ends[-1])
        bounds = np.union1d(run_starts(alike[order]), np.arange(0, len(order), BLOCK))
        for start, end in pairwise([*bounds.tolist(), len(order)]):
            rows, mine = order[start:end], slice(ends[start], ends[end])
            (one, a), (other, b) = _entries(left, rows), _entries(right, rows)
            i, j = np.divmod(np.arange(a.shape[1] * b.shape[1]), max(b.shape[1], 1))
            if left is right:
                i, j = np.triu_indices(a.shape[1])
            shape = len(rows), len(i)
            np.add(
                one.take(i, axis=1) * np.int32(width), other.take(j, axis=1),
                out=place[mine].reshape(shape), casting="same_kind",
            )  # fmt: skip
            np.multiply(a.take(i, axis=1), b.take(j, axis=1), out=value[mine].reshape(shape))
        return cls(order, sparse.csr_array((value, place, ends), (len(order), width**2)))

    def add_up(self, weights: Floats) -> Floats:
        """Sum over rows of weight times pairs, flattened."""
        return np.asarray(self.values.T @ weights[self.order])

    def forms(self, twice: Floats) -> Floats:
        """x_i' V x_i of every row over these pairs, shape (rows,).

        Args:
            twice: `doubled` V.
        """
        found = np.empty(len(self.order))
        found[self.order] = self.values @ twice
        return found


@dataclass(frozen=True)
class Products:
    """x_i x_i' of every row i, as pairs of entries: X' diag(w) X is then one sparse product.

    Columns belong to classes (0, 1, ...), and each row may scale each class by a factor of its
    own: a pair's kind is the two classes of its columns.
    """

    pairs: tuple[Pairs, ...]
    """Of each kind."""
    kinds: tuple[tuple[int, int], ...]
    """Classes of each kind of pair, the smaller one first."""
    width: int

    @classmethod
    def of(cls, parts: Sequence[Part], classes: Ints) -> Products:
        """Lists the pairs of entries of every row.

        Args:
            parts: the columns of each class.
            classes: class of each column, shape (width,).

        Raises:
            MemoryError: more than MOST_PAIRS pairs.
        """
        kinds = kinds_of(classes)
        if sum(int(pairs_of(parts[a], parts[b]).sum()) for a, b in kinds) > MOST_PAIRS:
            message = "too many pairs of entries for a plan"
            raise MemoryError(message)
        pairs = tuple(Pairs.of(parts[a], parts[b], len(classes)) for a, b in kinds)
        return cls(pairs, kinds, len(classes))

    def add_up(self, weights: Floats, scales: Floats) -> Floats:
        """Sum of w_i x_i x_i' after scaling, dense and symmetric, width x width.

        Args:
            weights: w, shape (rows,).
            scales: factor of each class of columns in each row, shape (classes, rows).
        """
        each = zip(self.pairs, self.kinds, strict=True)
        flat = sum(pairs.add_up(weights * scales[a] * scales[b]) for pairs, (a, b) in each)
        half = np.asarray(flat, np.float64).reshape(self.width, self.width)
        whole: Floats = half + half.T
        np.fill_diagonal(whole, half.diagonal())
        return whole

    def forms(self, symmetric: Floats) -> Floats:
        """x_i' V x_i of every row by kind of pair, before scaling, shape (kinds, rows).

        Args:
            symmetric: V, width x width.
        """
        twice = doubled(symmetric)
        return np.stack([pairs.forms(twice) for pairs in self.pairs])


def doubled(symmetric: Floats) -> Floats:
    """The flattened matrix with everything beside the diagonal twice: one triangle tells all."""
    twice = symmetric * 2.0
    np.fill_diagonal(twice, np.diagonal(symmetric))
    return twice.ravel()


def kinds_of(classes: Ints) -> tuple[tuple[int, int], ...]:
    """Kinds of pairs of columns: their two classes, the smaller one first."""
    return tuple(combinations_with_replacement(range(int(classes.max(initial=0)) + 1), 2))


def pairs_of(left: Part, right: Part) -> Ints:
    """Number of pairs of each row, shape (rows,)."""
    first = left.count
    return first * (first + 1) // 2 if left is right else first * right.count


def _starts(count: Ints) -> Ints:
    """Where each row begins, and where the last one ends, of rows with so many entries."""
    return np.concatenate([[0], np.cumsum(count)]).astype(np.int32)


def _entries(part: Part, rows: Ints) -> tuple[NDArray[np.int32], Floats]:
    """Columns and shares of rows with equally many entries, rows x entries."""
    starts, columns = part.shares.indptr, part.columns.astype(np.int32)
    size = int(starts[rows[0] + 1] - starts[rows[0]])
    places = starts[rows][:, None] + np.arange(size, dtype=starts.dtype)
    shares: Floats = part.shares.data[places]
    return columns[part.shares.indices[places]], shares
