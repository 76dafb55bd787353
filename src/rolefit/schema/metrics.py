"""Metrics, where they apply, and contribution kinds."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from rolefit.schema.record import Record

Validity = Annotated[float, Field(gt=0, lt=1)]
MetricKind = Literal["duration", "rate", "mean", "count"]


class MetricSpec(Record):
    """One work measurement, as a column of the metrics table."""

    label: str
    """Shown to people."""
    unit: str = ""
    """Unit of the column, for display: s, %, points. Norms learned in another one are refused."""
    better: Literal["lower", "higher"]
    """Which way is better for the customer and the centre."""
    kind: MetricKind
    """duration (log of a mean), rate (logit), mean (identity), count (log rate of the volume)."""
    volume: str = "contacts"
    """The column that says how much one row rests on."""
    range: tuple[float, float]
    """Lowest and highest believable value, in the unit of the column after `scale`."""
    scale: Annotated[float, Field(gt=0)] = 1.0
    """The column is divided by this: 100 reads per cent as a rate."""
    attribute: str
    """The attribute this metric is evidence of."""
    validity: Validity | None = None
    """Correlation with the attribute; default: `evidence.validity.metrics`."""
    guard: str | None = None
    """The metric that must not fall while this one rises; both at once raises an alarm."""
    target: float | None = None
    """What people are told to reach, after `scale`; rows crowding beside it raise an alarm."""
    alarm: bool = False
    """Evidence of nothing by itself: far on its bad side, metrics of the attribute widen."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.range[0] >= self.range[1]:
            message = "range must be [lowest, highest] with lowest < highest"
            raise ValueError(message)
        if self.target is not None and not self.range[0] <= self.target <= self.range[1]:
            message = "target must lie within range"
            raise ValueError(message)
        return self


class ApplicabilityRule(Record):
    """Where a metric does not apply, why, and who decided it. The last matching rule counts."""

    metric: str
    client: str | None = None
    """Client id; absent = any client."""
    channel: str | None = None
    """Channel; absent = any channel."""
    applies: bool
    reason: Annotated[str, Field(min_length=1)]
    """Told to the agent in the notes."""
    decided_by: Annotated[str, Field(min_length=1)]
    on: date


class ContributionSpec(Record):
    """One kind of recorded contribution."""

    label: str
    attribute: str
    unit: str = "events"
    """Unit of the quantity, for display. Norms learned in another one are refused."""
    validity: Validity | None = None
    """Correlation with the attribute; default: `evidence.validity.contributions`."""
    phrase: str = ""
    """How a text to the agent names it: "mentoring new colleagues"."""
    damp_reciprocity: bool = False
    """Praise: what is given back counts less, one giver's tenth adds little, one's own nothing."""
