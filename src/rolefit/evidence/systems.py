"""Henderson's equations of the side effects, solved densely: exact to the last digits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy.linalg import cho_solve, cholesky, lapack

if TYPE_CHECKING:
    from rolefit.evidence.blocks import Blocks
    from rolefit.evidence.inside import Whole
    from rolefit.evidence.products import Products
    from rolefit.schema.arrays import Floats

RIDGES = (1e-13, 1e-11, 1e-9, 1e-6)
"""Shares of the largest diagonal entry, tried in turn where a system is not positive definite."""


@dataclass(frozen=True)
class Weights:
    """What a variance point makes of agents and columns."""

    scales: Floats
    """Factor of each class of columns for each agent, shape (3, agents)."""
    trust: Floats
    """h_i: how much an agent's mean counts, shape (agents,)."""
    penalty: Floats
    """s2 / variance of each column; 0 for fixed ones, shape (width,)."""


class System(Protocol):
    """A solved system S c = b."""

    @property
    def effects(self) -> Floats:
        """c, shape (width,)."""

    @property
    def covariance(self) -> Floats:
        """S^-1, width x width, or its diagonal where the whole would not fit into memory."""

    @property
    def log_determinant(self) -> float:
        """Logarithm of |S|."""

    def times(self, vectors: Floats) -> Floats:
        """S^-1 times vectors, width x several."""

    def forms(self) -> Floats:
        """p_i' S^-1 p_i of every agent by kind of pair (`Split.kinds`), shape (kinds, agents)."""


@dataclass(frozen=True)
class Dense:
    """The system by its Cholesky factor."""

    products: Products | Blocks
    effects: Floats
    covariance: Floats
    log_determinant: float

    @classmethod
    def of(cls, within: Whole, weights: Weights, right: Floats) -> Dense:
        """Solves W + sum_i h_i q_i q_i' + Lambda against b."""
        system = within.products.add_up(weights.trust, weights.scales)
        system += within.matrix
        system[np.diag_indices(len(system))] += weights.penalty
        factor = _factor(system)
        effects = cho_solve((factor, True), right, check_finite=False)
        size = 2.0 * float(np.log(np.diag(factor)).sum())
        return cls(within.products, np.asarray(effects), inverse(factor), size)

    def times(self, vectors: Floats) -> Floats:
        """S^-1 times vectors."""
        return self.covariance @ vectors

    def forms(self) -> Floats:
        """p_i' S^-1 p_i of every agent, exactly."""
        return self.products.forms(self.covariance)


def _factor(system: Floats) -> Floats:
    """Lower Cholesky factor; a system that is singular but for rounding gets a little more."""
    size = float(np.abs(np.diagonal(system)).max())
    for ridge in RIDGES:
        try:
            # transposed, it lies in memory as LAPACK wants it
            return np.asarray(cholesky(system.T, lower=True, check_finite=False))
        except np.linalg.LinAlgError:
            system = system + ridge * size * np.eye(len(system))
    return np.asarray(cholesky(system, lower=True))


def inverse(factor: Floats) -> Floats:
    """Inverse of a symmetric matrix from its lower Cholesky factor, zeros above; overwrites it."""
    half, _ = lapack.dpotri(factor, lower=1, overwrite_c=1)
    full: Floats = half + half.T
    np.fill_diagonal(full, half.diagonal())
    return full
