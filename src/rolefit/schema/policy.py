"""Policy (when a move may be suggested) and evidence settings (how much each source counts)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rolefit.schema.metrics import Validity
from rolefit.schema.record import Record

Probability = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Months = Annotated[float, Field(ge=0.5, le=1200)]
"""From a fortnight to a century: beyond it variances and memory run over."""
SideFactor = Literal[
    "client", "channel", "period", "season", "tenure", "client:channel", "client:period",
    "channel:period",
]  # fmt: skip


class LossRatio(Record):
    """Cost of a failed move over cost of a missed one; the bar on P(success) is L / (L + 1)."""

    up: Positive
    sideways: Positive
    step_back: Positive


class MoveCost(Record):
    """What a move costs by itself, in fit units."""

    up: NotNegative
    sideways: NotNegative
    step_back: NotNegative


class Hysteresis(Record):
    """How much a chance may differ from its threshold before a standing suggestion changes."""

    enter: Probability
    """Added to the chance asked of a move that the last run did not suggest."""
    leave: Probability
    """Taken off the chance asked of the move that the last run suggested."""


class EarlyTalk(Record):
    """What asks for a talk before anything else happens."""

    decline: NotNegative
    """Fall of a result in sd between agents a period."""
    interest: NotNegative
    """Fall of the interest in what the present role offers, in its own sd."""
    chance: Probability
    """How sure a fall of that size must be."""


class OutPolicy(Record):
    """Conditions of an `out` conversation; every one of them must hold."""

    no_inside_fit: Probability
    """Largest P(fit >= bar) over the inside roles at which "no role inside suits" is still said."""
    destination: Probability
    """Least P(the destination suits better than every inside role)."""
    coaching_gain: NotNegative
    """What credible coaching could add to a fit, in fit units."""
    runs: Annotated[int, Field(ge=0)]
    """Earlier runs in which the same must have been seen; all of them where there are fewer."""


class Policy(Record):
    """When a direction may be suggested."""

    want_weight: Probability
    """Weight of want (interests) against can (results and capabilities) in a fit."""
    loss_ratio: LossRatio
    move_cost: MoveCost
    better_than_current: Probability
    """Least P(fit in the new role > fit in the current one)."""
    min_sufficiency: Probability
    """Least share of the prior variance of a fit that evidence has removed."""
    min_families: Annotated[int, Field(ge=1)]
    """Least number of evidence families on the role's top attributes; one must not be metrics."""
    min_tenure_months: NotNegative
    record: Probability
    """Least P(fit >= bar) with metrics left out."""
    stay_ready: Probability
    """P(fit >= bar) of the current role from which staying is `firm`."""
    must_have_breach: Probability
    """P(attribute < its minimum) from which a must-have vetoes."""
    uncertainty_cost: NotNegative
    """Price of one sd of the difference of two fits, in fit units."""
    margin: Probability
    """How far beyond its threshold a probability must be for status `firm`."""
    interval_multiplier: Positive
    """Widens the sd of every fit until outcomes calibrate it."""
    hysteresis: Hysteresis
    early: EarlyTalk
    out: OutPolicy


class FamilyValidity(Record):
    """Correlation of a source with its attribute, by family."""

    metrics: Validity
    strengths: Validity
    interests: Validity
    contributions: Validity
    ratings: Validity


class RatingValidity(Record):
    """Correlation of one kind of rater's view with the attribute; default: `validity.ratings`."""

    lead: Validity | None = None
    peer: Validity | None = None
    client: Validity | None = None
    qa: Validity | None = None


class FamilyVariance(Record):
    """Method variance w^2: the precision of a family never exceeds 1 / w^2."""

    metrics: Positive
    strengths: Positive
    interests: Positive
    contributions: Positive
    ratings: Positive
    """What all kinds of rater get wrong alike."""


class HalfLife(Record):
    """Months after which a piece of evidence counts half as much."""

    metrics: Months
    """Counted from the end of an agent's newest period of the metric."""
    strengths: Months
    interests: Months
    ratings: Months


class EvidencePolicy(Record):
    """How raw rows become evidence."""

    client_effects: Literal["correlated", "random", "within"]
    """Estimator of client effects: `correlated` with skill as strongly as the data say, `random`
    (not correlated), or `within` agents of several clients."""
    side_factors: tuple[SideFactor, ...]
    """What is taken out of a metric beside the client: any of `channel`, `period`, `season` (month
    of the year), `tenure` (log months of service), and nested ones such as `client:channel`."""
    huber: NotNegative
    """Row sd beyond which a row is drawn in (Huber); 0 = off."""
    learn_validities: bool
    """Learn how far each source is trusted from how far sources agree; the defaults otherwise."""
    validity: FamilyValidity
    rating_validity: RatingValidity = Field(default_factory=RatingValidity)
    method_variance: FamilyVariance
    half_life_months: HalfLife
    contributions_window_months: Months
    """Contributions older than this are left out; also the exposure of a long-serving agent."""
    rating_range: tuple[float, float]
    min_answered_share: Probability
    """Least share of a scale's items that must be answered."""
    min_answered_items: Annotated[int, Field(ge=1)]
    """Least number of a scale's items that must be answered (or all, where a scale has fewer)."""
    ipsatise: Probability
    """Share of a person's mean answer taken off interest scores (response style)."""
    min_norm_group: Annotated[int, Field(ge=2)]
    """People needed to estimate norms from the data."""
    careless_one_flag: Annotated[float, Field(ge=1)]
    """Variance multiplier at one careless flag."""
    careless_more_flags: Annotated[float, Field(ge=1)]
    """Variance multiplier at two or more careless flags."""
    gaming_factor: Annotated[float, Field(ge=1)]
    """Variance multiplier of a metric about which an alarm asks."""
