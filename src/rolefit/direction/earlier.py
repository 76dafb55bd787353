"""What earlier runs said of each agent: the suggestion that stands, and what it rested on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from rolefit.direction.gates_read import conditions_held, values_of
from rolefit.direction.wishes import UNKNOWN, wish_value
from rolefit.evidence.dates import day_number, day_numbers
from rolefit.evidence.earlier_replies import answered_contests
from rolefit.evidence.table import agent_positions, positions
from rolefit.schema.tables import DIRECTIONS

if TYPE_CHECKING:
    from datetime import date

    import pyarrow as pa

    from rolefit.direction.wishes import Wishes
    from rolefit.schema.arrays import Bools, Ints
    from rolefit.schema.config import Config
    from rolefit.schema.tables import Inputs

INSIDE = tuple(name for name in DIRECTIONS if name != "out")
SAME = 1e-9


@dataclass(frozen=True)
class Earlier:
    """Earlier runs, per agent (n) or agent x role (n, R); roles by position, -1 = none."""

    runs: Ints
    """How many earlier runs speak of the agent."""
    talks: Ints
    """Latest runs in a row in which all but `history` spoke for `out`; -1 = no history at all."""
    standing: Ints
    """The role the last run suggested inside the centre; the current role for `stay`."""
    proposed: Ints
    """The role the last run would have suggested had it stood alone."""
    changed: Bools
    """Agent x role: the wish for it, or the request to step back, is not what it was then."""
    answered: Bools
    """A contest was answered, or a correction granted, since the last run."""

    def of(self, agents: slice) -> Earlier:
        """The same for a run of agents."""
        return Earlier(**{name: values[agents] for name, values in vars(self).items()})

    @classmethod
    def nothing(cls, agents: int, roles: int) -> Earlier:
        """No history."""
        none, no = np.full(agents, UNKNOWN, np.int64), np.zeros(agents, bool)
        changed = np.zeros((agents, roles), bool)
        return cls(np.zeros(agents, np.int64), none, none, none, changed, no)


def read_earlier(
    inputs: Inputs, current: Ints, wishes: Wishes, config: Config, as_of: date
) -> Earlier:
    """Reads the runs before `as_of` off the history.

    Args:
        inputs: checked tables.
        current: role position of each agent's current role, shape (n,).
        wishes: of the same agents today.
        config: effective config.
        as_of: "today" of the run; its own and later days are not earlier.

    Returns:
        Earlier; a suggestion stops standing once the agent has another current role.
    """
    n, history = inputs.agents.num_rows, inputs.history
    if history is None:
        return Earlier.nothing(n, len(config.role_ids))
    agent, day = agent_positions(history, inputs.agents), day_numbers(history["as_of"])
    keep = np.flatnonzero((agent >= 0) & (day < day_number(as_of)))
    keep = keep[np.lexsort([-day[keep], agent[keep]])]
    runs = np.bincount(agent[keep], minlength=n).astype(np.int64)
    known = np.flatnonzero(runs)
    first = (np.cumsum(runs) - runs)[known]
    earlier = history.take(keep)
    last = earlier.take(first)
    standing, proposed = (np.full(n, UNKNOWN, np.int64) for _ in range(2))
    standing[known], proposed[known] = _suggested(last, current[known], config)
    changed = np.zeros((n, len(config.role_ids)), bool)
    changed[known] = _changed(last, wishes.at(known), day[keep[first]], config)
    answered = np.zeros(n, bool)
    answered[known] = answered_contests(inputs)[known] >= day[keep[first]]
    then = positions(earlier["current_role"], config.role_ids)
    elsewhere = (then != UNKNOWN) & (then != current[agent[keep]])
    talks = _talks(earlier, agent[keep], elsewhere, n, config.outward_ids)
    return Earlier(runs, talks, standing, proposed, changed, answered)


def _suggested(last: pa.Table, current: Ints, config: Config) -> tuple[Ints, Ints]:
    """Roles suggested, and proposed, by the last run; none where they no longer mean anything."""
    roles = config.role_ids
    standing = _role(last, "direction", "target_role", roles)
    moved = np.asarray(pc.equal(last["direction"], "stay")) & (standing != current)
    moved |= np.asarray(pc.not_equal(last["direction"], "stay")) & (standing == current)
    then = positions(last["current_role"], roles)
    moved |= (then != UNKNOWN) & (then != current)
    alone = _role(last, "proposed_direction", "proposed_role", roles)
    told = np.asarray(pc.is_valid(last["proposed_direction"]))
    proposed = np.where(told, alone, standing)
    return np.where(moved, UNKNOWN, standing), np.where(moved, UNKNOWN, proposed)


def _role(last: pa.Table, direction: str, target: str, roles: tuple[str, ...]) -> Ints:
    """Position of the role an inside direction leads to."""
    inside = positions(last[direction], INSIDE) >= 0
    return np.where(inside, positions(last[target], roles), UNKNOWN)


def _changed(last: pa.Table, wishes: Wishes, day: Ints, config: Config) -> Bools:
    """Where today's wish is worth something else than the gates of the last run say.

    Where a run kept no gates, a wish told since then counts as changed.
    """
    changed = np.asarray(wishes.told >= day[:, None])
    for place, role in enumerate(config.role_ids):
        then = values_of(last["gates"], "wish", role)
        known = np.isfinite(then)
        now = wish_value(wishes.role[:, place])
        changed[known, place] = np.abs(now - then)[known] > SAME
        asked = values_of(last["gates"], "asked", role)
        requested = wishes.asks_for(place).astype(np.float64)
        changed[:, place] |= np.isfinite(asked) & (np.abs(requested - asked) > SAME)
    return changed


def _talks(
    history: pa.Table, agent: Ints, elsewhere: Bools, n: int, outward: tuple[str, ...]
) -> Ints:
    """Latest runs in a row in which all that a conversation asks for held.

    The gates tell, since a run may have said `out` by choice alone, or `stay` for want of earlier
    runs; the direction counts only where a run kept no gates.

    Args:
        history: earlier runs, sorted by agent, the latest first.
        agent: row of the agents table of each of them.
        elsewhere: the agent had another current role then.
        n: number of agents.
        outward: outward role ids.
    """
    told = np.asarray(pc.equal(history["direction"], "out"))
    kept = np.asarray(pc.is_valid(history["gates"]))
    out = np.where(kept, conditions_held(history["gates"], outward), told) & ~elsewhere
    first = np.searchsorted(agent, np.arange(n))
    breaks = np.cumsum(~out)
    before = np.concatenate([[0], breaks])[first]
    unbroken = out & (breaks == before[agent])
    return np.bincount(agent[unbroken], minlength=n).astype(np.int64)
