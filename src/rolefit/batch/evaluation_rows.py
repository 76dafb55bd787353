"""One measure of one way of choosing, and what the measures are called."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rolefit.worth.measures import Told

SAME, OWN, NONE = "same", "own", ""
"""Each role has as many seats as rolefit fills; as many as a way fills by itself; no seats."""
LABELS = {
    "moved": "agents moved",
    "outcome": "true outcome of moves",
    "gain": "gain over the present role",
    "success": "moves that turn out well",
    "unwanted": "moves against a wish",
    "best_role": "moves to the best role",
    "glue_mentors": "mentor seats held by glue agents",
    "client_experts": "account seats held by client experts",
    "gems_found": "hidden gems found",
    "talked": "agents talked to about leaving",
    "wrongful_outs": "wrongful outs, of all agents",
    "wrongful_talks": "wrongful outs, of those talked to",
    "attribute_coverage": "attributes in 90 % interval",
    "effect_coverage": "metric effects in 90 % interval",
    "ready_error": "P(ready): calibration error",
    "ready_slope": "P(ready): calibration slope",
    "ready_brier": "P(ready): Brier score",
    "confidence_error": "confidence: calibration error",
    "confidence_slope": "confidence: calibration slope",
    "confidence_brier": "confidence: Brier score",
    "churn": "suggestions changed since then",
}
"""Every measure by name; docs/evaluation.md defines each."""


@dataclass(frozen=True)
class Measured:
    """One measure of one way of choosing."""

    policy: str
    """`rolefit`, `metrics_raw`, `metrics_adjusted`, `oracle`, `oracle_with_wishes`, or other."""
    seats: str
    """`same`: the seats that rolefit fills; `own`: its own number; empty: not about seats."""
    measure: str
    """A key of LABELS."""
    value: float | None
    """None = not told; `note` says why."""
    n: int
    """What it rests on: moves, seats, people, talks, intervals, chances."""
    note: str = ""

    @classmethod
    def of(cls, policy: str, seats: str, told: Told) -> Measured:
        """One of `rolefit.worth`."""
        value = None if math.isnan(told.value) else told.value
        return cls(policy, seats, told.measure, value, told.n, told.note)
