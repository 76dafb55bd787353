"""Sums split into what happens within agents and what differs between them.

A mixed model sees an agent i with sum of weights n_i, mean y_i and shares p_i (of the agent's
weight over the side columns). With h_i = 1 / (1 / n_i + tau_i^2 / s2) its normal equations are

    S = W + sum_i h_i q_i q_i' + Lambda,    b = w + sum_i h_i q_i y_i

where W and w come from contrasts within agents alone and q_i = p_i. Where sorting is in the model,
q_i has the client columns scaled by 1 + slope_i, and a second set of client columns, the pools,
scaled by scale_i (`sorting`): W knows nothing of pools, as they do not change from row to row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from rolefit.evidence.cells import scale_rows
from rolefit.evidence.inside import CLIENT, OTHER, POOL, Whole, Within, is_wide, padded, unpooled
from rolefit.evidence.products import Part, kinds_of
from rolefit.evidence.search import PROBED, SHORTEST

if TYPE_CHECKING:
    from rolefit.evidence.cells import Sums
    from rolefit.schema.arrays import Bools, Floats, Ints


@dataclass(frozen=True)
class Split:
    """Within and between parts of the sums of the agents who have rows."""

    weight: Floats
    """n_i, shape (seen agents,)."""
    mean: Floats
    """y_i, weighted."""
    parts: tuple[Part, ...]
    """p_i by class."""
    served: Floats
    """Effective number of clients of each agent: 1 / sum of squared client shares; 1 without."""
    classes: Ints
    """Class of each side column, shape (width,)."""
    within: Whole | Within
    """W, width x width; with very many columns as a product."""
    within_side: Floats
    """w, shape (width,)."""
    within_squares: float
    """Weighted sum of squares within agents."""
    rows: int
    log_weight: float

    @classmethod
    def of(cls, sums: Sums, clients: Bools, *, pools: bool = False) -> Split:
        """Splits the sums of the agents who have rows.

        Args:
            sums: sums over rows; agents without rows play no part, to the last digit.
            clients: client columns, shape (width,).
            pools: append one pool column a client column.
        """
        seen = sums.weight > 0
        weight, mean = sums.weight[seen], sums.weighted[seen] / sums.weight[seen]
        design = sparse.csr_array(sums.design[seen])
        shares = shares_of(design, weight)
        added = int(clients.sum()) if pools else 0
        wide = with_pools(shares, clients) if pools else shares
        classes = np.concatenate([np.where(clients, CLIENT, OTHER), np.full(added, POOL)])
        gram = padded(sums.gram, wide.shape[1])
        parts = by_class(wide, classes)
        within: Whole | Within
        if is_wide(wide.shape[1]):
            within = Within(gram, unpooled(shares, wide.shape[1]), weight)
        else:
            within = Whole.of(gram, parts, weight, classes)
        return cls(
            weight=weight, mean=mean, parts=parts,
            served=clients_served(shares, clients), classes=classes, within=within,
            within_side=np.pad(sums.side - design.T @ mean, (0, added)),
            within_squares=sums.squares - float(weight @ mean**2),
            rows=sums.rows, log_weight=sums.log_weight,
        )  # fmt: skip

    @cached_property
    def kinds(self) -> tuple[tuple[int, int], ...]:
        """Classes of each kind of pair of columns, the smaller one first."""
        return kinds_of(self.classes)

    @property
    def shortest_step(self) -> float:
        """Where a search over variances may end: probes tell less than a dense system does."""
        return PROBED if isinstance(self.within, Within) else SHORTEST

    def diagonal(self, trust: Floats, scales: Floats) -> Floats:
        """Of W + sum_i h_i q_i q_i', shape (width,)."""
        found = self.within.diagonal()
        for part, scale in zip(self.parts, scales, strict=True):
            found[part.columns] += part.shares.power(2).T @ (trust * scale**2)
        return found

    def levels(self, groups: Ints) -> Floats:
        """Number of agents, then of levels of each random factor (-1 in `groups`: none)."""
        return np.array([len(self.weight), *np.bincount(groups[groups >= 0])], np.float64)

    def seen_by(self, scales: Floats, effects: Floats) -> Floats:
        """q_i'c of every agent, with the columns scaled by class.

        Args:
            scales: factor of each class for each agent, shape (classes, agents).
            effects: c, shape (width,) or (width, several).

        Returns:
            shape (agents,) or (agents, several).
        """
        found = np.zeros((len(self.weight), *effects.shape[1:]))
        for part, scale in zip(self.parts, scales, strict=True):
            if len(part.columns) and scale.any():
                found += _times(scale, part.table @ effects[part.columns])
        return found

    def gathered(self, scales: Floats, values: Floats) -> Floats:
        """sum_i q_i v_i, with the columns scaled by class: `seen_by` transposed.

        Args:
            scales: factor of each class for each agent, shape (classes, agents).
            values: v, shape (agents,) or (agents, several).

        Returns:
            shape (width,) or (width, several).
        """
        found = np.zeros((len(self.classes), *values.shape[1:]))
        for part, scale in zip(self.parts, scales, strict=True):
            if len(part.columns) and scale.any():
                found[part.columns] = part.across @ _times(scale, values)
        return found


def _times(scale: Floats, values: Floats) -> Floats:
    """Rows of values, each by its own factor."""
    return values * (scale if values.ndim == 1 else scale[:, None])


def by_class(shares: sparse.csr_array, classes: Ints) -> tuple[Part, ...]:
    """The columns of each class, apart."""
    columns = [np.flatnonzero(classes == k) for k in (OTHER, CLIENT, POOL)]
    return tuple(Part(mine, sparse.csr_array(shares[:, mine])) for mine in columns)


def shares_of(design: sparse.csr_array, weight: Floats) -> sparse.csr_array:
    """p_i, shares of an agent's weight over the side columns, column indices sorted.

    Args:
        design: sum of weights by agent and column, agents x width.
        weight: of each agent; agents without any have no shares.
    """
    return scale_rows(design.sorted_indices(), 1.0 / np.where(weight > 0, weight, 1.0))


def with_pools(shares: sparse.csr_array, clients: Bools) -> sparse.csr_array:
    """The same shares with the client columns once more at the end."""
    wide = sparse.csr_array(sparse.hstack([shares, shares[:, np.flatnonzero(clients)]]))
    wide.sort_indices()
    return wide


def clients_served(shares: sparse.csr_array, clients: Bools) -> Floats:
    """Effective number of clients, 1 / sum_j p_ij^2 (Simpson's); 1 for agents without clients.

    Args:
        shares: agents x width.
        clients: client columns, shape (width,).

    Returns:
        shape (agents,), at least 1.
    """
    sizes = np.asarray(shares.power(2) @ clients.astype(np.float64))
    total = np.asarray(shares @ clients.astype(np.float64)) ** 2
    return np.maximum(np.divide(total, sizes, out=np.ones_like(sizes), where=sizes > 0), 1.0)


def scale_columns(shares: sparse.csr_array, classes: Ints, scales: Floats) -> sparse.csr_array:
    """The same matrix with each row's columns scaled by class.

    Args:
        shares: rows x width.
        classes: of the columns, shape (width,).
        scales: classes x rows.
    """
    row = np.repeat(np.arange(shares.shape[0]), np.diff(shares.indptr))
    scaled = shares.data * scales[classes[shares.indices], row]
    return sparse.csr_array((scaled, shares.indices, shares.indptr), shares.shape)
