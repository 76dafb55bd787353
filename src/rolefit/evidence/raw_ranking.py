"""What a raw-metric ranking would say, for contrast only: it never enters a fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rolefit.evidence.metric_norms import MetricNorms
    from rolefit.evidence.metrics import Effects
    from rolefit.schema.arrays import Floats
    from rolefit.schema.config import Config

POINTS = 1001


@dataclass(frozen=True)
class RankingNorms:
    """The population's mean standardised raw metrics, at evenly spaced shares."""

    quantiles: tuple[float, ...]
    """Ascending; every agent's value where there are at most 1001 agents."""


def calibrate_ranking(
    effects: Effects, norms: dict[str, MetricNorms], config: Config, agents: int
) -> RankingNorms:
    """The distribution that percentiles are read off.

    Args:
        effects: effects table (its raw means).
        norms: metric norms (raw mean and sd).
        config: which way is better.
        agents: number of agents.

    Returns:
        RankingNorms, ascending, in sd of raw metrics; empty where nobody has metrics.

    Example:
        >>> from types import SimpleNamespace
        >>> from rolefit.schema.build import build_config
        >>> raw, agent = np.array([4.5, 4.0, 3.0]), np.arange(3)
        >>> effects = SimpleNamespace(agent=agent, metric=agent * 0, raw=raw, metrics=("csat",))
        >>> norms = {"csat": SimpleNamespace(raw_mean=4.0, raw_sd=0.5)}
        >>> calibrate_ranking(effects, norms, build_config({}), 3).quantiles
        (-2.0, 0.0, 1.0)
    """
    mean = _mean_z(effects, norms, config, agents)
    mean = np.sort(mean[np.isfinite(mean)])
    if len(mean) > POINTS:
        mean = np.quantile(mean, np.linspace(0.0, 1.0, POINTS))
    return RankingNorms(tuple(mean.tolist()))


def rank_raw(
    effects: Effects,
    norms: dict[str, MetricNorms],
    config: Config,
    ranking: RankingNorms,
    agents: int,
) -> Floats:
    """Percentile of each agent's raw metrics as a fraction, 1 = best; NaN without metrics.

    Args:
        effects: effects table (its raw means).
        norms: metric norms (raw mean and sd).
        config: which way is better.
        ranking: the population's distribution.
        agents: number of agents.

    Returns:
        mid-rank percentile, shape (agents,).

    Limits:
        for contrast only: it knows nothing of clients, noise or how much was measured.

    Example:
        >>> from types import SimpleNamespace
        >>> from rolefit.schema.build import build_config
        >>> raw, agent = np.array([4.5, 4.0]), np.arange(2)
        >>> effects = SimpleNamespace(agent=agent, metric=agent * 0, raw=raw, metrics=("csat",))
        >>> norms = {"csat": SimpleNamespace(raw_mean=4.0, raw_sd=0.5)}
        >>> known = RankingNorms((-2.0, -1.0, 0.0, 1.0))
        >>> rank_raw(effects, norms, build_config({}), known, 3).tolist()
        [0.875, 0.625, nan]
    """
    mean = _mean_z(effects, norms, config, agents)
    points = np.array(ranking.quantiles)
    if not len(points):
        return np.full(agents, np.nan)
    below = np.searchsorted(points, mean, side="left")
    upto = np.searchsorted(points, mean, side="right")
    return np.where(np.isfinite(mean), (below + upto) / (2.0 * len(points)), np.nan)


def _mean_z(effects: Effects, norms: dict[str, MetricNorms], config: Config, agents: int) -> Floats:
    """Mean over metrics of the standardised raw value, better positive; NaN without metrics."""
    sign = np.array(
        [1.0 if config.metrics[m].better == "higher" else -1.0 for m in effects.metrics]
    )
    mean = np.array([norms[m].raw_mean for m in effects.metrics])
    sd = np.array([norms[m].raw_sd for m in effects.metrics])
    if not len(effects.metrics):
        return np.full(agents, np.nan)
    k = effects.metric
    z = sign[k] * np.divide(effects.raw - mean[k], sd[k], out=np.zeros(len(k)), where=sd[k] > 0)
    counts = np.array([not config.metrics[m].alarm for m in effects.metrics])[k]
    count = np.bincount(effects.agent[counts], minlength=agents)
    total = np.bincount(effects.agent[counts], z[counts], agents)
    return np.divide(total, count, out=np.full(agents, np.nan), where=count > 0)
