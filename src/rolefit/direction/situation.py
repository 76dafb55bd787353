"""What counts besides fit: wishes, time in role, surveys taken, open contests, history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from rolefit.direction.earlier_talks import conditions_held
from rolefit.evidence.dates import day_number, day_numbers, months_before
from rolefit.evidence.earlier_replies import open_contests
from rolefit.evidence.table import agent_positions, positions
from rolefit.schema.tables import FAMILIES, OUTSIDE, STEP_BACK, WISHES

if TYPE_CHECKING:
    from datetime import date

    import pyarrow as pa

    from rolefit.evidence.table import Evidence
    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.config import Config
    from rolefit.schema.tables import Inputs

UNKNOWN = -1
WANT, OPEN, NOT_NOW, NO = range(len(WISHES))


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
    earlier_out: Ints
    """Latest earlier runs in a row in which all but `history` spoke for `out`; -1 = no history."""

    def of(self, agents: slice) -> Situation:
        """The same for a run of agents."""
        return Situation(**{name: values[agents] for name, values in vars(self).items()})


def describe_situation(
    inputs: Inputs, evidence: Evidence, config: Config, as_of: date
) -> Situation:
    """Reads the situation of every agent off the checked tables.

    Args:
        inputs: checked tables.
        evidence: all evidence of the same agents.
        config: effective config.
        as_of: "today" of the run.

    Returns:
        Situation of n agents.
    """
    n = inputs.agents.num_rows
    roles = config.role_ids
    wishes, told = _wishes(inputs, (*roles, OUTSIDE, STEP_BACK))
    current = positions(inputs.agents["current_role"], roles)
    level = np.array([np.inf if r.level is None else r.level for r in config.roles.values()])
    outward = np.broadcast_to(np.isinf(level), (n, len(roles)))
    _let_refusals_stand(wishes, told, outward, len(roles))
    _let_refusals_stand(wishes, told, level < level[current][:, None], len(roles) + 1)
    return Situation(
        current=current,
        wish=wishes[:, : len(roles)],
        outside=wishes[:, -2],
        step_back=wishes[:, -1],
        tenure=_tenure(inputs.agents, as_of),
        surveyed=_surveyed(evidence, n),
        contests=open_contests(inputs),
        earlier_out=_earlier_out(inputs, as_of, config.outward_ids),
    )


def _wishes(inputs: Inputs, names: tuple[str, ...]) -> tuple[Ints, Floats]:
    """Newest wish of each agent for each name, and its day, agents x names."""
    wish = np.full((inputs.agents.num_rows, len(names)), UNKNOWN, np.int64)
    told = np.full(wish.shape, np.nan)
    if inputs.wishes is None or not inputs.wishes.num_rows:
        return wish, told
    agent = agent_positions(inputs.wishes, inputs.agents)
    name, code = positions(inputs.wishes["role"], names), positions(inputs.wishes["wish"], WISHES)
    day = day_numbers(inputs.wishes["on"])
    order = np.argsort(day, kind="stable")
    order = order[(agent[order] >= 0) & (name[order] >= 0)]
    wish[agent[order], name[order]] = code[order]
    told[agent[order], name[order]] = day[order]
    return wish, told


def _let_refusals_stand(wish: Ints, told: Floats, roles: Bools, of: int) -> None:
    """A no to `outside` (`step_back`) ends every older yes to a role outside (of a lower level).

    Args:
        wish: agents x names; changed in place.
        told: day of each wish.
        roles: agents x roles that the refusal is about.
        of: position of the refusal among the names.
    """
    refused = np.isin(wish[:, of], (NOT_NOW, NO))[:, None]
    said = wish[:, : roles.shape[1]]
    yes = np.isin(said, (WANT, OPEN)) & (told[:, : roles.shape[1]] <= told[:, [of]])
    said[...] = np.where(refused & roles & yes, wish[:, [of]], said)


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


def _earlier_out(inputs: Inputs, as_of: date, outward: tuple[str, ...]) -> Ints:
    """Latest earlier runs in a row that said `out`, or would have but for the runs before them."""
    n = inputs.agents.num_rows
    if inputs.history is None:
        return np.full(n, UNKNOWN, np.int64)
    agent = agent_positions(inputs.history, inputs.agents)
    day = day_numbers(inputs.history["as_of"])
    out = np.asarray(pc.equal(inputs.history["direction"], "out"))
    out = out | conditions_held(inputs.history["gates"], outward)
    keep = (agent >= 0) & (day < day_number(as_of))
    order = np.lexsort([-day[keep], agent[keep]])
    agent, out = agent[keep][order], out[keep][order]
    first = np.searchsorted(agent, np.arange(n))
    breaks = np.cumsum(~out)
    before = np.concatenate([[0], breaks])[first]
    unbroken = out & (breaks == before[agent])
    return np.bincount(agent[unbroken], minlength=n).astype(np.int64)
