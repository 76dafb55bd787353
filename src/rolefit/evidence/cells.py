"""Rows -> sums: all that a mixed model needs to know of the data, and sums merge."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.schema.arrays import Bools, Floats, Ints


DENSE = 8
"""A width x width table of up to so many entries a cell is counted whole."""

CODES_A_ROW = 4
"""Up to so many codes a row are counted; others are compared."""


@dataclass(frozen=True)
class Rows:
    """Measurements in model form, sorted so that the input's order cannot matter.

    Row noise has variance s2 / w. Each side factor gives a row one column of the side design.
    """

    agent: Ints
    """Agent code, shape (n,), ascending."""
    columns: Ints
    """Side column of each factor, shape (n, factors)."""
    y: Floats
    """Transformed value, better is positive, shape (n,)."""
    w: Floats
    """Relative precision, shape (n,), > 0."""
    agents: int
    """Number of agent codes."""
    width: int
    """Number of side columns."""
    client: Ints | None = None
    """Client of each row, for effects of an agent with one client; None = no such effects."""
    covariate: Floats | None = None
    """A numeric covariate, shape (n,): the last side column holds it."""

    def weighing(self, w: Floats) -> Rows:
        """The same rows with other weights."""
        return replace(self, w=w)

    def only(self, keep: Bools) -> Rows:
        """Some of the rows."""
        told = {name: getattr(self, name) for name in ("client", "covariate")}
        return Rows(
            self.agent[keep], self.columns[keep], self.y[keep], self.w[keep], self.agents,
            self.width, **{name: None if v is None else v[keep] for name, v in told.items()},
        )  # fmt: skip

    @property
    def pair(self) -> Ints:
        """Agent and client of each row as one key; the agent alone without clients."""
        if self.client is None:
            return self.agent
        return self.agent * (int(self.client.max(initial=0)) + 2) + self.client + 1

    def predict(self, effects: Floats) -> Floats:
        """Sum of the side effects of each row."""
        total: Floats = effects[self.columns].sum(axis=1)
        return total if self.covariate is None else total + self.covariate * effects[-1]


@dataclass(frozen=True)
class Sums:
    """Sums over rows; those of two parts of a centre add up to those of the whole."""

    weight: Floats
    """Sum of w by agent, shape (agents,)."""
    weighted: Floats
    """Sum of w y by agent, shape (agents,)."""
    design: sparse.csr_array
    """Sum of w by agent and side column, agents x width."""
    gram: sparse.csr_array
    """Sum of w over rows that share two side columns, width x width."""
    side: Floats
    """Sum of w y by side column, shape (width,)."""
    squares: float
    """Sum of w y^2."""
    rows: int
    log_weight: float
    """Sum of log w."""

    def __add__(self, other: Sums) -> Sums:
        """Sums of both parts; both must number agents and columns alike."""
        return Sums(
            self.weight + other.weight, self.weighted + other.weighted,
            sparse.csr_array(self.design + other.design), sparse.csr_array(self.gram + other.gram),
            self.side + other.side, self.squares + other.squares, self.rows + other.rows,
            self.log_weight + other.log_weight,
        )  # fmt: skip


def sort_order(keys: Sequence[Ints | Floats]) -> Ints:
    """The order that sorts by the first key, then the second, ...; ties are equal rows."""
    order = _stable_order(keys[-1])
    for key in keys[-2::-1]:
        order = order[_stable_order(key[order])]
    return order


def _stable_order(key: Ints | Floats) -> Ints:
    """The order that sorts by one key; codes from 0 are counted, which takes one pass."""
    size = len(key)
    coded = size > 0 and np.issubdtype(key.dtype, np.integer) and int(key.min()) >= 0
    if not coded or int(key.max()) > CODES_A_ROW * size:
        return np.argsort(key, kind="stable")
    codes: Ints = key.astype(np.int64, copy=False)
    entries = np.ones(size, np.bool_), codes, np.arange(size + 1)
    one_a_column = sparse.csc_array(entries, shape=(int(codes.max()) + 1, size))
    return np.asarray(one_a_column.tocsr().indices, np.int64)


def add_up(rows: Rows, pair_ratio: float = np.inf) -> Sums:
    """Aggregates rows to cells (agent x side columns), cells to pairs, pairs to sums.

    A pair is an agent with one of their clients. Its own effect, of variance s2 / pair_ratio, is
    eliminated here: W_p becomes W_p l / (W_p + l).

    Args:
        rows: sorted measurements; neighbours in one cell are added up first.
        pair_ratio: l = s2 / variance of the agent-by-client interaction; inf = no interaction.

    Returns:
        Sums over all rows; everything downstream stays as it is without the interaction.
    """
    pairs = rows.pair
    keys = () if rows.client is None else (pairs,)
    if rows.covariate is None:
        starts = run_starts(rows.agent, *keys, *rows.columns.T)
    else:
        starts = np.arange(len(rows.y))
    agent, pairs = rows.agent[starts], pairs[starts]
    w = np.add.reduceat(rows.w, starts)
    wy = np.add.reduceat(rows.w * rows.y, starts)
    columns = rows.columns[starts]
    design = one_hot(columns, rows.width)
    if rows.covariate is not None:
        last = np.full((len(agent), 1), rows.width - 1)
        design = design + one_hot(last, rows.width).multiply(rows.covariate[:, None])
        design = sparse.csr_array(design)
    weighted = scale_rows(design, w)
    counted = rows.covariate is None and rows.width**2 <= DENSE * len(w)
    gram = _counted_gram(columns, w, rows.width) if counted else design.T @ weighted
    gram, side = sparse.csr_array(gram), design.T @ wy
    squares, log_weight = float((rows.w * rows.y**2).sum()), float(np.log(rows.w).sum())
    if np.isfinite(pair_ratio):
        first = run_starts(pairs)
        weighted = _merged(weighted, np.append(first, len(pairs)))
        w, wy, agent = np.add.reduceat(w, first), np.add.reduceat(wy, first), agent[first]
        shrunk = 1.0 / (w + pair_ratio)
        gram = sparse.csr_array(gram - weighted.T @ scale_rows(weighted, shrunk))
        side = side - weighted.T @ (wy * shrunk)
        squares -= float((wy**2 * shrunk).sum())
        log_weight -= float(np.log1p(w / pair_ratio).sum())
        kept = pair_ratio * shrunk
        w, wy = w * kept, wy * kept
        weighted = scale_rows(weighted, kept)
    return Sums(
        weight=sum_by(agent, w, rows.agents),
        weighted=sum_by(agent, wy, rows.agents),
        design=_merged(weighted, np.searchsorted(agent, np.arange(rows.agents + 1))),
        gram=gram, side=side, squares=squares, rows=len(rows.y), log_weight=log_weight,
    )  # fmt: skip


def sum_by(code: Ints, values: Floats, size: int) -> Floats:
    """Sum of values by code, shape (size,)."""
    return np.bincount(code, values, size).astype(np.float64)


def run_starts(*keys: Ints) -> Ints:
    """First row of every run of rows with equal keys, each of shape (n,)."""
    new = np.ones(len(keys[0]), bool)
    new[1:] = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return np.flatnonzero(new)


def one_hot(columns: Ints, width: int) -> sparse.csr_array:
    """Rows x width matrix with a one in every named column."""
    n, factors = columns.shape
    starts = np.arange(0, n * factors + 1, factors)
    return sparse.csr_array((np.ones(n * factors), columns.ravel(), starts), shape=(n, width))


def scale_rows(matrix: sparse.csr_array, factors: Floats) -> sparse.csr_array:
    """The same matrix with each row multiplied by its own factor; the pattern is shared."""
    data = matrix.data * np.repeat(factors, np.diff(matrix.indptr))
    return sparse.csr_array((data, matrix.indices, matrix.indptr), matrix.shape)


def _merged(matrix: sparse.csr_array, bounds: Ints) -> sparse.csr_array:
    """Sums of neighbouring rows: those from each bound up to the next."""
    merged = sparse.csr_array(
        (matrix.data.copy(), matrix.indices.copy(), matrix.indptr[bounds]),
        shape=(len(bounds) - 1, matrix.shape[1]),
    )
    merged.sum_duplicates()
    return merged


def _counted_gram(columns: Ints, w: Floats, width: int) -> Floats:
    """Sum of w over the cells that share two side columns, counted whole, width x width."""
    factors = columns.shape[1]
    own, across = np.zeros(width), np.zeros(width**2)
    for k in range(factors):
        own += np.bincount(columns[:, k], w, width)
        for other in range(k + 1, factors):
            across += np.bincount(columns[:, k] * width + columns[:, other], w, width**2)
    between = across.reshape(width, width)
    return np.asarray(between + between.T + np.diag(own), np.float64)
