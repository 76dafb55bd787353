"""What the population taught about one metric: all that phase two needs of it."""

from __future__ import annotations

from dataclasses import dataclass

from rolefit.evidence.predict import Point  # noqa: TC001 - pydantic reads it
from rolefit.evidence.row_noise import Noise  # noqa: TC001 - pydantic reads it
from rolefit.schema.arrays import Matrix  # noqa: TC001 - pydantic reads it


@dataclass(frozen=True)
class MetricNorms:
    """What the population taught about one metric.

    Side columns: one for the mean, then the levels of each factor with at least two levels, then
    one a factor for levels that were not there at calibration.
    """

    estimator: str
    """`correlated`, `random` or `within`."""
    levels: dict[str, tuple[str, ...]]
    """Factor -> its level names, for the factors in the model."""
    effects: tuple[float, ...]
    """Side effects, transformed units, better is positive."""
    covariance: Matrix
    """Of the side effects, divided by s2: one, or one a point."""
    points: tuple[Point, ...]
    """Values of the sorting correlation, with weights; one without sorting, none for `within`."""
    sorting: float | None
    """Correlation of an agent's skill with the difficulty of a client served; None = not asked."""
    sorting_low: float | None
    """Lower end of its 90 % interval."""
    sorting_high: float | None
    sorting_identified: bool
    """Enough agents serve several clients to tell the sorting."""
    s2: float
    tau2: float
    """Variance between agents, squared transformed units."""
    noise: Noise
    clients: tuple[str, ...]
    component: tuple[int, ...]
    """Component of the agent-client graph of each of `clients`."""
    component_mean: tuple[float, ...]
    component_weight: tuple[float, ...]
    component_agents: tuple[int, ...]
    raw_mean: float
    """Mean over agents of the raw metric, own unit."""
    raw_sd: float
    agents: int
    rows: int
