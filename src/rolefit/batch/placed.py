"""Placements as arrays, and who could have been placed in a month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rolefit.evidence.dates import DAYS_A_MONTH
from rolefit.evidence.table import agent_positions, numbers, positions

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.config import Config
    from rolefit.schema.tables import Inputs

    Days = NDArray[np.datetime64]

DAY = "datetime64[D]"


@dataclass(frozen=True)
class Placed:
    """Placements, one a row, in the order of the table."""

    agent: Ints
    """Row of the agents table."""
    role: Ints
    """Position in `config.role_ids`."""
    on: Days
    observed: Days
    """NaT where nobody wrote it down."""
    outcome: Floats
    """In [0, 1]; NaN where it is not known yet."""

    def of(self, rows: Bools | Ints) -> Placed:
        """Some of them."""
        return Placed(
            self.agent[rows], self.role[rows], self.on[rows], self.observed[rows],
            self.outcome[rows],
        )  # fmt: skip

    def months(self) -> Days:
        """The month of each."""
        return self.on.astype("datetime64[M]")


def read_placements(inputs: Inputs, config: Config) -> tuple[Placed, tuple[str, ...]]:
    """The placements, and which of them teach nothing.

    A move that can only have been written down before it began tells nothing: a placement whose
    outcome was observed before its day has no outcome.

    Args:
        inputs: checked tables.
        config: gives the roles.

    Returns:
        Placed, and a sentence for every kind of row that cannot be learned from.
    """
    table = inputs.placements
    if table is None:
        none = np.zeros(0, np.int64)
        return Placed(none, none, none.astype(DAY), none.astype(DAY), np.zeros(0)), ()
    agent, outcome = agent_positions(table, inputs.agents), numbers(table["outcome"])
    on, observed = day_column(table["placed_on"]), day_column(table["observed_on"])
    early = observed < on
    outcome = np.where(early, np.nan, outcome)
    counts = {
        "placements whose outcome was observed before they began": early.sum(),
        "placements without an outcome": (np.isnan(outcome) & ~early).sum(),
    }
    role = positions(table["role"], config.role_ids)
    placed = Placed(agent, role, on, observed, outcome)
    return placed, tuple(f"{n} {what} are left out" for what, n in counts.items() if n)


def day_column(column: pa.ChunkedArray) -> Days:
    """A date column as days; NaT where missing."""
    days: Any = column.combine_chunks().cast("timestamp[ns]").to_numpy(zero_copy_only=False)
    return days.astype(DAY)


def who_could_move(inputs: Inputs, config: Config, placed: Placed, month: np.datetime64) -> Bools:
    """Who could have been placed in a month.

    Args:
        inputs: checked tables.
        config: roles, and `policy.min_tenure_months`.
        placed: of `read_placements`.
        month: which.

    Returns:
        one flag an agent: not placed before the month, there for long enough (or nobody knows
        since when), and not known to have held a role that people were placed in already. Whoever
        was placed in the month could be, whatever the tables say.

    Limits:
        the role before a move is written down nowhere, so roles that nobody was placed in are
        taken for those that people come from; where there is none, every role is.
    """
    first, agents = month.astype(DAY), inputs.agents
    count = agents.num_rows
    earlier, now, later = (
        np.bincount(placed.agent[which], minlength=count) > 0
        for which in (placed.on < first, placed.months() == month, placed.on >= first)
    )
    tenure = (first - day_column(agents["hired_on"])).astype(np.float64) / DAYS_A_MONTH
    hired = np.isnat(day_column(agents["hired_on"]))
    long_enough = hired | (tenure >= config.policy.min_tenure_months)
    since = day_column(agents["in_role_since"])
    known = ~later & (np.isnat(since) | (since < first))
    role = positions(agents["current_role"], config.role_ids)
    targets = np.bincount(placed.role, minlength=len(config.role_ids)) > 0
    inside = [config.role_ids.index(name) for name in config.inside_ids]
    settled = known & targets[role] & (not targets[inside].all())
    return now | (~earlier & long_enough & ~settled)
