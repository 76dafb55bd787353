"""The common-factor fit: validities of sources from the covariances of their true scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rolefit.schema.arrays import Floats, Ints

CENTRE_SD, KIND_SD = 0.25, 0.25
"""How far, in log, the validities of a centre are thought to lie from their defaults: all of them
together, and each kind of source by itself. Both at once: within a factor of 1.8, nine times in
ten."""
SOURCE_SDS = (0.05, 0.1, 0.2, 0.4)
"""The sds, in log, of single sources around their kind that are thought possible, each as likely
as the next before anything is seen: sources of a kind are never quite alike."""
ROUNDS = 60
SETTLED, NEAR = 1e-12, 1e-4
HALVINGS = 20


@dataclass(frozen=True)
class Observed:
    """Covariances of pairs of sources, one a row; sources and kinds by position."""

    first: Ints
    second: Ints
    value: Floats
    variance: Floats
    default: Floats
    """Default validity of each source."""
    kind: Ints
    """Kind of each source."""
    fixed: Floats
    """1 for a source whose validity is stated, else 0."""


@dataclass(frozen=True)
class Fitted:
    """Log deviations from the defaults, with their posterior sd."""

    source: Floats
    source_sd: Floats
    kind: Floats
    kind_sd: Floats
    centre: float
    """Of a kind that nothing was seen of."""
    centre_sd: float
    default: Floats
    """Default validity of each source."""
    between: float
    """sd of single sources around their kind."""


def fit_factors(seen: Observed) -> Fitted:
    """Validities under which the sources would agree as they do.

        c_kl = rho_k rho_l + error;  log rho_k = log default_k + g + a_kind(k) + b_k
        g ~ N(0, CENTRE_SD^2),  a ~ N(0, KIND_SD^2),  b ~ N(0, between^2)

    averaged over `between` by its marginal likelihood (Laplace).

    Args:
        seen: covariances between sources of different families.

    Returns:
        Fitted: posterior means and sds; where only two kinds meet, their product moves and their
        ratio stays at the defaults'.

    Limits:
        pairs are weighted as if independent; sds are a little too small where sources share pairs.

    Source:
        one common factor by weighted least squares (Browne 1984), partially pooled over kinds
        (Gelman & Hill 2007).

    Example:
        Two sources of two kinds are taken to have validity .6, and agree as if both had .7.
        >>> pair = np.array([0]), np.array([1]), np.array([0.49]), np.array([1e-6])
        >>> seen = Observed(*pair, np.full(2, 0.6), kind=np.array([0, 1]), fixed=np.zeros(2))
        >>> (seen.default * np.exp(fit_factors(seen).source)).round(3).tolist()
        [0.7, 0.7]
    """
    load, sources = _loadings(seen), len(seen.kind)
    told = _told(seen, load)
    weight, means, variances = [], [], []
    for between in SOURCE_SDS:
        sds = np.repeat([CENTRE_SD, KIND_SD, between], [1, _kinds(seen), sources])
        state = _mode(seen, load, sds**-2.0)
        bend = np.linalg.slogdet(state.bend)[1]
        weight.append(-0.5 * (state.loss + bend) - np.log(sds).sum())
        means.append(told @ state.at)
        variances.append(np.diag(told @ np.linalg.inv(state.bend) @ told.T))
    share = np.exp(np.array(weight) - max(weight))
    share /= share.sum()
    mean = share @ np.array(means)
    sd = np.sqrt(share @ (np.array(variances) + (np.array(means) - mean) ** 2))
    return Fitted(
        source=mean[:sources], source_sd=sd[:sources], kind=mean[sources:-1],
        kind_sd=sd[sources:-1], centre=float(mean[-1]),
        centre_sd=float(np.hypot(sd[-1], KIND_SD)), default=seen.default,
        between=float(share @ np.array(SOURCE_SDS)),
    )  # fmt: skip


def _told(seen: Observed, load: Floats) -> Floats:
    """What is told of the deviations: of each source, of each kind, of the centre."""
    kinds = _kinds(seen)
    kind = [np.ones((kinds, 1)), np.eye(kinds), np.zeros((kinds, len(seen.kind)))]
    told: Floats = np.vstack([load, np.hstack(kind), np.eye(1, load.shape[1])])
    return told


@dataclass(frozen=True)
class _State:
    """Where the search stands."""

    at: Floats
    loss: float
    slope: Floats
    """Minus half the gradient of the loss."""
    bend: Floats
    """Half its Gauss-Newton curvature."""
    turn: Floats
    """Half its curvature, exact."""


def _kinds(seen: Observed) -> int:
    """Number of kinds."""
    return int(seen.kind.max()) + 1


def _loadings(seen: Observed) -> Floats:
    """Sources x (centre, kinds, sources): what a log deviation is the sum of; 0 where stated."""
    sources = len(seen.kind)
    parts = [np.ones((sources, 1)), np.eye(_kinds(seen))[seen.kind], np.eye(sources)]
    loadings: Floats = np.hstack(parts) * (1.0 - seen.fixed)[:, None]
    return loadings


def _state(seen: Observed, load: Floats, weight: Floats, at: Floats) -> _State:
    """Loss, slope and curvature at some deviations."""
    rho = seen.default * np.exp(load @ at)
    expected = rho[seen.first] * rho[seen.second]
    change = expected[:, None] * (load[seen.first] + load[seen.second])
    misfit = seen.value - expected
    weighted = change.T / seen.variance
    bend = weighted @ change + np.diag(weight)
    return _State(
        at,
        float(misfit @ (misfit / seen.variance) + at @ (weight * at)),
        weighted @ misfit - weight * at,
        bend,
        bend - weighted @ ((misfit / expected)[:, None] * change),
    )


def _mode(seen: Observed, load: Floats, weight: Floats) -> _State:
    """The most likely deviations: Newton from the defaults, halving what goes too far."""
    state = _state(seen, load, weight, np.zeros(load.shape[1]))
    for _ in range(ROUNDS):
        step = np.linalg.solve(state.turn, state.slope)
        if step @ state.slope <= 0.0:
            step = np.linalg.solve(state.bend, state.slope)
        if np.abs(step).max() < SETTLED:
            break
        step /= max(1.0, float(np.abs(step).max()))  # a log deviation of 1 is far already
        for _ in range(HALVINGS):
            ahead = _state(seen, load, weight, state.at + step)
            if ahead.loss <= state.loss or np.abs(step).max() < NEAR:
                break  # so near the end a loss is too flat to compare, and Newton is safe
            step = step / 2.0
        else:
            break
        state = ahead
    return state
