"""The ledger of gates: every condition that was looked at, with value, threshold and outcome."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rolefit.schema.arrays import Bools, Floats, Ints

MOVE_GATES = (
    "ready", "better", "evidence", "families", "beyond_metrics", "wish", "record", "must_have",
    "tenure", "contest", "gain",
)  # fmt: skip
OUT_GATES = (
    "no_inside_fit", "record_away", "record_thick", "surveyed", "destination", "coaching",
    "history", "early_talk",
)  # fmt: skip
GATES = (*MOVE_GATES, "asked", *OUT_GATES, "by_choice", "held")
NO_ROLE = -1


@dataclass(frozen=True)
class Gates:
    """One gate a row, sorted by agent; within an agent in the order in which it was looked at."""

    agent: Ints
    gate: Ints
    """Position in GATES."""
    role: Ints
    """Role position the gate is about; -1 = none."""
    value: Floats
    """What was found; NaN = unknown."""
    threshold: Floats
    passed: Bools


@dataclass
class Ledger:
    """Collects gates a column at a time; a build-time object that `close` turns into Gates."""

    agents: int
    columns: list[tuple[Ints, str, Ints, Floats, Floats, Bools]] = field(default_factory=list)

    def enter(
        self,
        gate: str,
        role: Ints | int,
        value: Floats,
        threshold: float | Floats,
        passed: Bools,
        listed: Bools | None = None,
    ) -> Bools:
        """Writes one gate for the agents listed (default: all) and hands back who passed.

        Args:
            gate: name in GATES.
            role: role position, one for all or one an agent.
            value: what was found, shape (n,).
            threshold: what it was held against.
            passed: outcome, shape (n,).
            listed: for whom it was looked at.

        Returns:
            `passed`, unchanged.
        """
        who = np.arange(self.agents) if listed is None else np.flatnonzero(listed)

        def chosen(values: Floats | Ints | Bools | float) -> np.ndarray:
            return np.broadcast_to(np.asarray(values), (self.agents,))[who]

        self.columns.append(
            (who, gate, chosen(role), chosen(value), chosen(threshold), chosen(passed))
        )
        return passed

    def close(self) -> Gates:
        """All gates entered, sorted by agent."""
        agent = np.concatenate([column[0] for column in self.columns])
        order = np.argsort(agent, kind="stable")
        sizes = [len(column[0]) for column in self.columns]
        codes = np.repeat([GATES.index(column[1]) for column in self.columns], sizes)
        role, value, threshold, passed = (
            np.concatenate([column[k] for column in self.columns])[order] for k in range(2, 6)
        )
        return Gates(
            agent[order], codes[order], role.astype(np.int64), value.astype(np.float64),
            threshold.astype(np.float64), passed.astype(bool),
        )  # fmt: skip
