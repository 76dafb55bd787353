"""Side effects from contrasts within agents only: whatever clients are like, it cannot matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import eigh, lapack, solve_triangular

from rolefit.errors import ConfigError, Problem
from rolefit.evidence.cells import scale_rows
from rolefit.evidence.crossed import Context
from rolefit.evidence.inside import MOST_COLUMNS, Within, is_wide
from rolefit.evidence.probed import conjugate, probe_signs
from rolefit.evidence.split import shares_of

if TYPE_CHECKING:
    from rolefit.evidence.cells import Sums
    from rolefit.schema.arrays import Floats

RANK_TOLERANCE = 1e-9


def solve_within(sums: Sums) -> Context:
    """Side effects with agents and side factors all fixed.

    Args:
        sums: sums over rows.

    Returns:
        Context with minimum-norm effects and their (generalised inverse) covariance; `tau2` is
        NaN: the spread of agents is estimated from what is left (`shrinkage.spread_of`).

    Raises:
        ConfigError: RF109 more than 5,000 side columns.

    Limits:
        effects are known up to a constant in each component of the agent-client graph: never
        compare agents across components. An eigen-decomposition, so half a minute at 3,000
        columns; beyond `MOST_COLUMNS` effects could be had (`contrasts`), but no covariance.

    Source:
        Abowd, Kramarz & Margolis 1999.

    Example:
        Two agents, one point apart, with two clients, two points apart: nothing is left over.
        >>> from rolefit.evidence.cells import Rows, add_up
        >>> agent, client = np.divmod(np.arange(4), 2)
        >>> y = 1.0 * agent + 2.0 * client
        >>> context = solve_within(add_up(Rows(agent, client[:, None], y, np.ones(4), 2, 2)))
        >>> apart = float(context.effects[1] - context.effects[0])
        >>> round(apart, 6), round(context.s2, 6), context.rank
        (2.0, 0.0, 1)
    """
    if is_wide(len(sums.side)):
        raise _too_wide(len(sums.side))
    system, right = _within(sums)
    value, vector = eigh(system)
    keep = value > RANK_TOLERANCE * max(float(np.abs(value).max(initial=0.0)), 1e-300)
    scaled = vector[:, keep] / np.sqrt(value[keep])
    covariance = scaled @ scaled.T
    effects = covariance @ right
    seen = sums.weight > 0
    between = float((sums.weighted[seen] ** 2 / sums.weight[seen]).sum())
    left = sums.squares - between - effects @ right
    freedom = sums.rows - int(seen.sum()) - int(keep.sum())
    s2 = max(float(left), 0.0) / freedom if freedom > 0 else float("nan")
    return Context(effects, covariance, s2, float("nan"), (), float("nan"), int(keep.sum()))


def _too_wide(width: int) -> ConfigError:
    """More side columns than contrasts with a covariance can have."""
    return ConfigError([Problem(
        place="rolefit.toml: evidence.client_effects", code="RF109",
        message=f"'within' would need {width:,} clients, periods and other levels at once",
        expected=f"at most {MOST_COLUMNS:,} with 'within'",
        hint="use 'correlated' or 'random', or fewer evidence.side_factors",
    )])  # fmt: skip


def contrasts(sums: Sums) -> tuple[Floats, int]:
    """One least-squares solution with agents and side factors fixed, and its rank.

    Args:
        sums: sums over rows.

    Returns:
        side effects, shape (width,); estimable columns.

    Limits:
        above `MOST_COLUMNS` the number of estimable columns is an estimate by random probes.

    Source:
        Cholesky with complete pivoting (LAPACK dpstrf; Higham 1990), or conjugate gradients.

    Example:
        However far apart two agents are, their clients lie two points apart.
        >>> from rolefit.evidence.cells import Rows, add_up
        >>> agent, client = np.divmod(np.arange(4), 2)
        >>> y = 100.0 * agent + 2.0 * client
        >>> effects, rank = contrasts(add_up(Rows(agent, client[:, None], y, np.ones(4), 2, 2)))
        >>> round(float(effects[1] - effects[0]), 6), rank
        (2.0, 1)
    """
    if is_wide(len(sums.side)):
        return _probed_contrasts(sums)
    system, right = _within(sums)
    size = float(np.diagonal(system).max(initial=0.0))
    if size <= 0:
        return np.zeros(len(right)), 0
    factor, pivot, rank, _ = lapack.dpstrf(system, lower=1, tol=RANK_TOLERANCE * size)
    lead = pivot[:rank] - 1
    half = solve_triangular(factor[:rank, :rank], right[lead], lower=True)
    effects = np.zeros(len(right))
    effects[lead] = solve_triangular(factor[:rank, :rank], half, lower=True, trans=1)
    return effects, int(rank)


def _probed_contrasts(sums: Sums) -> tuple[Floats, int]:
    """The same without any dense matrix: of W z all but what no contrast tells comes back."""
    seen = sums.weight > 0
    design, weight = sums.design[seen], sums.weight[seen]
    system = Within(sums.gram, shares_of(design, weight), weight)
    size = system.diagonal()
    told = size > RANK_TOLERANCE * size.max(initial=0.0)
    root = np.where(told, 1.0 / np.sqrt(np.where(told, size, 1.0)), 0.0)[:, None]

    def multiply(vectors: Floats) -> Floats:
        return root * (system @ (root * vectors))

    signs = probe_signs(len(size))
    right = sums.side - design.T @ (sums.weighted[seen] / weight)
    asked = np.column_stack([multiply(signs), root[:, 0] * right])
    solved, _ = conjugate(multiply, asked)
    rank = float((signs * solved[:, :-1]).sum(axis=0).mean())
    return root[:, 0] * solved[:, -1], round(rank)


def _within(sums: Sums) -> tuple[Floats, Floats]:
    """Normal equations of the side columns once the agents' means are taken out."""
    seen = sums.weight > 0
    inverse = np.divide(1.0, sums.weight, out=np.zeros_like(sums.weight), where=seen)
    between = sums.design.T @ scale_rows(sums.design, inverse)
    system = sums.gram.toarray() - between.toarray()
    return system, sums.side - sums.design.T @ (sums.weighted * inverse)
