"""What counts besides fit: wishes, time in role, surveys taken, open contests, history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from rolefit.direction.earlier import read_earlier
from rolefit.direction.wishes import read_wishes
from rolefit.evidence.dates import months_before
from rolefit.evidence.earlier_replies import open_contests
from rolefit.evidence.table import positions
from rolefit.schema.tables import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pyarrow as pa

    from rolefit.direction.earlier import Earlier
    from rolefit.evidence.table import Evidence, Remarks
    from rolefit.schema.arrays import Floats, Ints
    from rolefit.schema.config import Config
    from rolefit.schema.tables import Inputs


@dataclass(frozen=True)
class Situation:
    """Per agent (n) or agent x role (n, R; roles in config order); wishes by place in WISHES."""

    current: Ints
    """Role position of the current role."""
    wish: Ints
    """Agent x role; -1 = unknown."""
    outside: Ints
    """Wish to leave the centre; -1 = unknown."""
    step_back: Ints
    """Wish for a role of a lower level; -1 = unknown."""
    tenure: Floats
    """Months in the role; NaN = not recorded."""
    surveyed: Ints
    """How many of the two surveys (strengths, interests) gave evidence."""
    contests: Ints
    """1 where a contested suggestion still waits for a human reply."""
    early: Ints
    """1 where results or interest surely fall: a talk comes before anything else."""
    earlier: Earlier
    """What earlier runs said."""

    def of(self, agents: slice) -> Situation:
        """The same for a run of agents."""
        arrays = {name: values[agents] for name, values in vars(self).items() if name != "earlier"}
        return Situation(**arrays, earlier=self.earlier.of(agents))


def describe_situation(
    inputs: Inputs, evidence: Evidence, early: Sequence[Remarks], config: Config, as_of: date
) -> Situation:
    """Reads the situation of every agent off the checked tables.

    Args:
        inputs: checked tables.
        evidence: all evidence of the same agents.
        early: remarks that ask for an early talk.
        config: effective config.
        as_of: "today" of the run.

    Returns:
        Situation of n agents.
    """
    n = inputs.agents.num_rows
    current = positions(inputs.agents["current_role"], config.role_ids)
    wishes = read_wishes(inputs, current, config)
    return Situation(
        current=current,
        wish=wishes.role,
        outside=wishes.outside,
        step_back=wishes.step_back,
        tenure=_tenure(inputs.agents, as_of),
        surveyed=_surveyed(evidence, n),
        contests=open_contests(inputs),
        early=_asked_early(early, n),
        earlier=read_earlier(inputs, current, wishes, config, as_of),
    )


def _asked_early(early: Sequence[Remarks], n: int) -> Ints:
    """1 for everybody about whom one of the remarks is made."""
    asked = np.zeros(n, np.int64)
    for remark in early:
        asked[remark.agent] = 1
    return asked


def _tenure(agents: pa.Table, as_of: date) -> Floats:
    """Months since `in_role_since`, or `hired_on` where that is missing."""
    since = agents["hired_on"]
    if "in_role_since" in agents.column_names:
        since = pc.coalesce(agents["in_role_since"], since)
    return months_before(since, as_of)


def _surveyed(evidence: Evidence, n: int) -> Ints:
    """How many of the two surveys gave each agent at least one piece of evidence."""
    count = np.zeros(n, np.int64)
    for family in ("strengths", "interests"):
        answered = evidence.agent[evidence.family == FAMILIES.index(family)]
        count += np.bincount(answered, minlength=n) > 0
    return count
