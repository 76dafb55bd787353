"""Poisson-lognormal counts: how readily somebody does something, given how often they could."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from scipy import optimize, special

if TYPE_CHECKING:
    from collections.abc import Callable

    from rolefit.schema.arrays import Bools, Floats, Ints

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(17)
WEIGHTS = WEIGHTS / np.sqrt(2.0 * np.pi)
EXPECTED = np.logspace(-3, 4, 43)
"""Expected counts of the average agent at which the reliability is tabled."""
USUAL_SPREAD, DOUBT = 0.6, 0.7
"""Prior of a spread: lognormal, median .6, sd of its log .7; decides only where agents are few."""
SPREADS = (0.02, 2.5)
EXACT_BELOW, EXACT_UP_TO = 25.0, 60
CELL_QUANTITY, CELL_EXPOSURE = 0.1, 0.005
"""Agents whose totals differ less than this (exposure: relative) share a cell of the likelihood."""
ROUNDING = 1e-7
"""Totals on the edge of a cell fall to one side, in whatever order they were added up."""
POLISH_STEP, POLISH_ROUNDS = 1e-4, 4
CHUNK = 100_000
FAR_OUT, LEAST_WIDTH = 5.0, 0.5
"""Log rates so many upper widths above the median are slips of the pen; a width is at least so."""
UPPER = 0.8413
"""Share below one normal sd above the middle."""


@dataclass(frozen=True)
class Rate:
    """What the population taught about the rate of one kind of count."""

    rate: float
    """Quantity per unit of exposure of the average agent (median over agents)."""
    spread: float
    """sd between agents of the log rate."""
    dispersion: float
    """Variance over mean of an agent's quantity: 1 for Poisson counts, larger where it is lumpy."""
    reliability: tuple[float, ...]
    """Mean reliability of an agent at the expected counts EXPECTED."""
    agents: int


def fit_rate(quantity: Floats, exposure: Floats, dispersion: float) -> Rate:
    """Rate and spread of a kind of count by maximum likelihood.

        quantity / d ~ Poisson(exposure rate exp(spread t) / d),  t ~ N(0, 1)

    Args:
        quantity: totals of agents, shape (n,), >= 0, not all 0.
        exposure: what they had the chance for, shape (n,), > 0.
        dispersion: d, variance over mean of a quantity, >= 1.

    Returns:
        Rate. The likelihood is a sum over cells of agents with like totals, so parts of a centre
        merge by adding their cells. Who lies far above everybody teaches nothing (`believable`).

    Limits:
        people whose work is never written down look like people who do not do it: nothing in the
        counts tells the two apart.

    Source:
        Aitchison & Ho 1989 (Poisson-lognormal); Liu & Pierce 1994 (adaptive quadrature).
        Chosen over the gamma-Poisson and the Anscombe root by experiments/008-counts.

    Example:
        >>> taught = fit_rate(np.array([0.0, 2.0, 3.0, 12.0]), np.full(4, 12.0), 1.0)
        >>> round(taught.rate, 2), round(taught.spread, 2)
        (0.23, 0.88)
    """
    told = believable(quantity, exposure)
    quantity, exposure = quantity[told], exposure[told]
    k, x, count = _cells(quantity, exposure)
    k, x = k / dispersion, x / dispersion
    start = np.log(quantity.sum() / exposure.sum()) - USUAL_SPREAD**2 / 2.0

    def loss(point: Floats) -> tuple[float, Floats]:
        return _loss(k, x, count, point)

    low, high = np.log(SPREADS)
    found = optimize.minimize(
        loss, np.array([start, np.log(USUAL_SPREAD)]), jac=True, method="L-BFGS-B",
        bounds=[(None, None), (low, high)],
    )  # fmt: skip
    level, log_spread = _polish(loss, found.x)
    spread = float(np.exp(np.clip(log_spread, low, high)))
    return Rate(
        float(np.exp(level)), spread, dispersion,
        tuple(reliability_table(spread).tolist()), len(quantity),
    )  # fmt: skip


def believable(quantity: Floats, exposure: Floats) -> Bools:
    """Whose totals do not lie so far above those of others that they must be slips of the pen.

        log(q / E) <= median + 5 widths;  width = 84 % quantile - median, at least 1/2

    with median and quantile over those who did anything: where few do, they are not far out.

    Args:
        quantity: totals of agents, shape (n,), >= 0.
        exposure: what they had the chance for, shape (n,), > 0.

    Returns:
        shape (n,).

    Limits:
        among a handful of agents one of them is a part of the quantile itself, and nobody is far.

    Source:
        a median and quantile rule (Hampel 1974), on the scale on which people differ normally.

    Example:
        >>> quantity = np.append(np.arange(20.0), 1000.0)
        >>> np.flatnonzero(~believable(quantity, np.full(21, 12.0))).tolist()
        [20]
    """
    some = quantity > 0
    if not some.any():
        return np.ones(len(quantity), bool)
    level = np.log(np.where(some, quantity, 1.0) / exposure)
    middle, upper = np.quantile(level[some], [0.5, UPPER])
    return np.asarray(~some | (level <= middle + FAR_OUT * max(LEAST_WIDTH, upper - middle)))


def estimate(quantity: Floats, exposure: Floats, taught: Rate) -> tuple[Floats, Floats]:
    """How readily each agent does it, and how reliable that is.

        estimate = E[t | quantity, exposure];  reliability = 1 - E[Var(t | quantity) | exposure]

    Args:
        quantity: totals, shape (n,), >= 0.
        exposure: shape (n,), > 0.
        taught: of the population.

    Returns:
        estimate in sd of the log rate between agents, and reliability in (0, 1).
        The estimate rises with the quantity and falls with the exposure. The reliability is the
        mean over what could have been counted at this exposure: it does not depend on the count,
        so that more of a good thing can never count for less.

    Limits:
        the interval of one agent is as wide as the average at their exposure; the exact one is
        wider below the average and narrower above.

    Example:
        >>> taught = Rate(0.5, 0.6, 1.0, tuple(reliability_table(0.6)), 100)
        >>> value, reliability = estimate(np.array([2.0, 20.0]), np.array([12.0, 12.0]), taught)
        >>> value.round(2), reliability.round(2)
        (array([-0.97,  1.71]), array([0.67, 0.67]))
    """
    expected = exposure * taught.rate / taught.dispersion
    table = special.logit(np.array(taught.reliability))
    reliability = special.expit(np.interp(np.log(expected), np.log(EXPECTED), table))
    first, which = _distinct(quantity, exposure)
    k, expected = quantity[first] / taught.dispersion, expected[first]
    mean = np.empty(len(k))
    for start in range(0, len(k), CHUNK):
        part = slice(start, start + CHUNK)
        mean[part] = posterior(k[part], expected[part], taught.spread)[0]
    return mean[which], reliability * (1.0 - 1.0 / max(taught.agents, 1))


def posterior(k: Floats, expected: Floats, spread: float) -> tuple[Floats, Floats]:
    """Mean and variance of t ~ N(0, 1) after k ~ Poisson(expected exp(spread t)).

    Args:
        k: counts (or quantities over their dispersion), shape (n,), >= 0.
        expected: counts of an agent with t = 0, shape (n,), > 0.
        spread: > 0.

    Returns:
        mean and variance, by adaptive Gauss-Hermite quadrature around each mode.

    Example:
        >>> mean, variance = posterior(np.array([0.0, 10.0]), np.array([4.0, 4.0]), 0.6)
        >>> mean.round(2), variance.round(2)
        (array([-1.25,  1.11]), array([0.58, 0.26]))
    """
    node, weight, _ = _quadrature(k, np.log(expected), spread)
    mean = (weight * node).sum(axis=1)
    return mean, (weight * (node - mean[:, None]) ** 2).sum(axis=1)


def reliability_table(spread: float) -> Floats:
    """Mean reliability, 1 - E[Var(t | k)], at each of the expected counts EXPECTED.

    Args:
        spread: sd of the log rate between agents.

    Returns:
        shape (43,), rising, in (0, 1).

    Limits:
        above 25 counts Poisson is taken as normal.

    Source:
        expectation of the posterior variance over the counts to come (Poisson-lognormal).

    Example:
        Many counts: about m s^2 / (1 + m s^2) at m expected counts and spread s.
        >>> table = reliability_table(0.6)
        >>> np.interp([0.01, 1.0, 100.0], EXPECTED, table).round(2).tolist(), round(36.0 / 37.0, 2)
        ([0.0, 0.29, 0.97], 0.97)
    """
    rate = EXPECTED[:, None] * np.exp(spread * NODES)
    few = np.arange(EXACT_UP_TO + 1.0)
    seldom = rate[:, :, None] < EXACT_BELOW
    chance = np.exp(
        special.xlogy(few, rate[:, :, None]) - rate[:, :, None] - special.gammaln(few + 1.0)
    )
    often = np.maximum(rate[:, :, None] + np.sqrt(rate[:, :, None]) * NODES, 0.0)
    exact = posterior(*_grid(few, EXPECTED), spread)[1].reshape(len(EXPECTED), 1, len(few))
    normal = np.zeros(often.shape)
    many = ~seldom[:, :, 0]
    size = np.broadcast_to(EXPECTED[:, None, None], often.shape)
    normal[many] = posterior(often[many].ravel(), size[many].ravel(), spread)[1].reshape(
        -1, len(NODES)
    )
    weight = np.concatenate([
        np.where(seldom, chance, 0.0), np.where(seldom, 0.0, np.broadcast_to(WEIGHTS, often.shape)),
    ], axis=2)  # fmt: skip
    variance = np.concatenate([np.broadcast_to(exact, chance.shape), normal], axis=2)
    left = ((variance * weight).sum(axis=2) / weight.sum(axis=2)) @ WEIGHTS
    return np.maximum.accumulate(1.0 - left)


def _grid(counts: Floats, expected: Floats) -> tuple[Floats, Floats]:
    """Every count at every expected count, as two columns."""
    return np.tile(counts, len(expected)), np.repeat(expected, len(counts))


def _distinct(quantity: Floats, exposure: Floats) -> tuple[Ints, Ints]:
    """One agent of each pair of totals, and the pair of every agent: most agents share theirs."""
    codes = [pa.array(values).dictionary_encode() for values in (quantity, exposure)]
    many, few = (np.asarray(code.indices, np.int64) for code in codes)
    width, pairs = len(codes[1].dictionary), len(codes[0].dictionary) * len(codes[1].dictionary)
    if pairs > len(quantity):
        return np.arange(len(quantity)), np.arange(len(quantity))
    pair = many * width + few
    first = np.full(pairs, -1)
    first[pair] = np.arange(len(pair))
    there = first >= 0
    return first[there], (np.cumsum(there) - 1)[pair]


def _cells(quantity: Floats, exposure: Floats) -> tuple[Floats, Floats, Floats]:
    """Quantity, exposure and number of agents of every cell, sorted."""
    amount = np.floor(quantity / CELL_QUANTITY + 0.5 + ROUNDING).astype(np.int64)
    chance = np.floor(np.log(exposure) / CELL_EXPOSURE + 0.5 + ROUNDING).astype(np.int64)
    low, width = chance.min(), int(np.ptp(chance)) + 1
    cell, count = np.unique(amount * width + (chance - low), return_counts=True)
    amount, chance = np.divmod(cell, width)
    return (
        np.asarray(amount * CELL_QUANTITY, np.float64),
        np.exp(np.asarray(chance + low, np.float64) * CELL_EXPOSURE),
        count.astype(np.float64),
    )


def _loss(k: Floats, x: Floats, count: Floats, point: Floats) -> tuple[float, Floats]:
    """Minus log posterior of (log rate, log spread), and its slope."""
    level, spread = float(point[0]), float(np.exp(point[1]))
    log_expected = np.log(x) + level
    node, weight, log_likelihood = _quadrature(k, log_expected, spread)
    left = k[:, None] - np.exp(log_expected[:, None] + spread * node)
    away = (point[1] - np.log(USUAL_SPREAD)) / DOUBT
    loss = away**2 / 2.0 - float(count @ log_likelihood)
    slope = np.array([
        -(count @ (weight * left).sum(axis=1)),
        away / DOUBT - spread * (count @ (weight * left * node).sum(axis=1)),
    ])  # fmt: skip
    return loss, slope


def _quadrature(k: Floats, log_expected: Floats, spread: float) -> tuple[Floats, Floats, Floats]:
    """Nodes around the mode of t, their posterior weights, and the log likelihood up to log k!."""
    mode = _mode(k, log_expected, spread)
    width = 1.0 / np.sqrt(spread**2 * np.exp(log_expected + spread * mode) + 1.0)
    node = mode[:, None] + width[:, None] * NODES
    log_rate = log_expected[:, None] + spread * node
    height = k[:, None] * log_rate - np.exp(log_rate) - node**2 / 2.0 + NODES**2 / 2.0
    top = height.max(axis=1, keepdims=True)
    weight: Floats = np.exp(height - top) * WEIGHTS
    total = weight.sum(axis=1, keepdims=True)
    return node, weight / total, (top + np.log(total))[:, 0] + np.log(width)


def _mode(k: Floats, log_expected: Floats, spread: float) -> Floats:
    """The most likely t, where t = spread (k - rate): Wright's omega function solves it."""
    root = special.wrightomega(log_expected + spread**2 * k + 2.0 * np.log(spread))
    return np.asarray(spread * k - root / spread)


def _polish(loss: Callable[[Floats], tuple[float, Floats]], point: Floats) -> Floats:
    """Newton steps to the last digits, so that the order of sums does not show."""
    low, high = np.log(SPREADS)
    for _ in range(POLISH_ROUNDS):
        if not low < point[1] < high:
            return point
        slope = loss(point)[1]
        bend = np.column_stack([
            (loss(point + step)[1] - loss(point - step)[1]) / (2.0 * POLISH_STEP)
            for step in POLISH_STEP * np.eye(2)
        ])  # fmt: skip
        move = np.linalg.solve(bend, -slope)
        if not np.isfinite(move).all() or np.abs(move).max() > 1.0:
            return point
        point = point + move
    return point
