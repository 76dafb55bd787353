"""What the population taught about one metric: all that phase two needs of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from rolefit.evidence.design import Layout  # noqa: TC001 - pydantic reads it
from rolefit.evidence.predict import Point  # noqa: TC001 - pydantic reads it
from rolefit.evidence.row_noise import Noise  # noqa: TC001 - pydantic reads it
from rolefit.evidence.tangent import Tangent  # noqa: TC001 - pydantic reads it
from rolefit.evidence.watch import WatchNorms
from rolefit.schema.arrays import Matrix  # noqa: TC001 - pydantic reads it


@dataclass(frozen=True)
class MetricNorms:
    """What the population taught about one metric."""

    estimator: str
    """`correlated`, `random` or `within`."""
    layout: Layout
    """What the side columns stand for."""
    huber: float
    """Row sd beyond which a row is drawn in (Huber); 0 = off."""
    kept: float
    """Share of rows that were not."""
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
    """The interval is at most half as wide as it would be if nothing were known."""
    s2: float
    tau2: float
    """Variance between agents, squared transformed units."""
    noise: Noise
    tangent: Tangent | None
    """Where the curve of a rate, count or duration is touched; None for a mean."""
    component_mean: tuple[float, ...]
    component_weight: tuple[float, ...]
    component_agents: tuple[int, ...]
    raw_mean: float
    """Mean over agents of the raw metric, own unit."""
    raw_sd: float
    agents: int
    rows: int
    watch: WatchNorms = field(default_factory=WatchNorms)
    """What it taught about the metric over time: trends, and what is usual."""

    @property
    def clients(self) -> tuple[str, ...]:
        """Clients of the metric."""
        return self.layout.clients

    @property
    def component(self) -> tuple[int, ...]:
        """Component of the agent-client graph of each of `clients`."""
        return self.layout.component
