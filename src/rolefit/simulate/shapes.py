"""Shapes: how large the agent, the client and chance are in each simulated metric."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

if TYPE_CHECKING:
    from rolefit.schema.arrays import Floats
    from rolefit.schema.config import Config
    from rolefit.schema.metrics import MetricSpec


@dataclass(frozen=True)
class Shape:
    """Size of each part on the metric's model scale: log, logit or its own unit, by kind."""

    level: float
    """Where the average agent with the average client lies."""
    agent: float
    """sd of the true agent effect."""
    client: float
    """sd of the client effect."""
    unit: float
    """sd of one contact, answer or evaluation; a rate has its binomial chance instead."""
    digits: int
    """Decimals of the exported value."""
    exempt: str
    """Why it does not apply at some client."""


SHAPES = {
    "aht": Shape(
        level=6.0,
        agent=0.15,
        client=0.22,
        unit=0.7,
        digits=1,
        exempt="the work is research by design, so its length says nothing of skill",
    ),
    "csat": Shape(
        level=3.8,
        agent=0.17,
        client=0.25,
        unit=0.9,
        digits=2,
        exempt="this client surveys its customers by itself, on a sample that is not ours",
    ),
    "fcr": Shape(
        level=0.9,
        agent=0.28,
        client=0.40,
        unit=0.0,
        digits=4,
        exempt="this client counts every follow-up as a repeat, whoever caused it",
    ),
    "transfer_rate": Shape(
        level=-2.0,
        agent=0.32,
        client=0.45,
        unit=0.0,
        digits=4,
        exempt="this client asks for most cases to be handed on",
    ),
    "quality_score": Shape(
        level=80.0,
        agent=3.5,
        client=4.5,
        unit=8.0,
        digits=1,
        exempt="this client evaluates on a form of its own",
    ),
    "adherence": Shape(
        level=2.4,
        agent=0.35,
        client=0.25,
        unit=0.0,
        digits=4,
        exempt="this client sets the shifts from day to day",
    ),
}
VOLUMES = {"contacts": 1.0, "csat_answers": 0.12, "evaluations": 0.015, "scheduled_hours": 0.4}
"""Mean of each volume column, per contact."""
CHANNEL_SHIFT = (0.0, -0.5, -0.3)
"""What phone, chat and email add, in client sd, better positive."""
DAILY = 0.35
"""sd of what befalls one row, in agent sd, however large its volume."""
PAIRING = 0.35
"""sd of how well one agent and one client get on, in agent sd."""


def measured(config: Config) -> tuple[str, ...]:
    """The metrics of a config that are simulated."""
    return tuple(metric for metric in config.metrics if metric in SHAPES)


def exported(
    spec: MetricSpec, shape: Shape, good: Floats, volume: Floats, rng: np.random.Generator
) -> Floats:
    """The value a system would export, from what a row truly is.

        duration  exp(level + good + unit / sqrt(v) e)
        mean      level + good + unit / sqrt(v) e
        rate      Binomial(v, expit(level + good)) / v

    Args:
        spec: kind, direction and range of the metric.
        shape: sizes of its parts.
        good: sum of all effects of a row on the model scale, better positive, shape (rows,).
        volume: what each row rests on, shape (rows,).
        rng: source of all chance.

    Returns:
        Values in the unit of the column, NaN where the volume is 0.
    """
    inner = shape.level + (good if spec.better == "higher" else -good)
    known = np.maximum(volume, 1.0)
    if spec.kind == "rate":
        value = rng.binomial(known.astype(np.int64), expit(inner)) / known
    else:
        value = inner + shape.unit / np.sqrt(known) * rng.standard_normal(len(good))
        value = np.exp(value) if spec.kind == "duration" else value
    value = np.clip(value, *spec.range) * spec.scale
    return np.where(volume > 0, value.round(shape.digits), np.nan)
