"""What the agents wish: the newest word of each for every role, for outside and for a step back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.dates import day_numbers
from rolefit.evidence.table import agent_positions, positions
from rolefit.schema.tables import OUTSIDE, STEP_BACK, WISHES

if TYPE_CHECKING:
    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.config import Config
    from rolefit.schema.tables import Inputs

UNKNOWN = -1
WANT, OPEN, NOT_NOW, NO = range(len(WISHES))
WISH_VALUE = {WANT: 1.0, OPEN: 0.75, UNKNOWN: 0.5}
ASK_FIRST = 0.5


@dataclass(frozen=True)
class Wishes:
    """Wishes of n agents by place in WISHES, -1 = unknown; roles in config order."""

    role: Ints
    """Agent x role."""
    outside: Ints
    """For leaving the centre, shape (n,)."""
    step_back: Ints
    """For a role of a lower level, shape (n,)."""
    told: Floats
    """Day of each wish for a role, agent x role; NaN = never."""

    def at(self, agents: Ints) -> Wishes:
        """The wishes of some agents."""
        return Wishes(**{name: values[agents] for name, values in vars(self).items()})

    def asks_for(self, place: int) -> Bools:
        """Who asks for a step back, or for this very role."""
        return np.isin(self.step_back, (WANT, OPEN)) | np.isin(self.role[:, place], (WANT, OPEN))


def read_wishes(inputs: Inputs, current: Ints, config: Config) -> Wishes:
    """The newest wish of each agent for each role, refusals in general included.

    Args:
        inputs: checked tables.
        current: role position of each agent's current role, shape (n,).
        config: effective config.

    Returns:
        Wishes of n agents; a no to `outside` (`step_back`) ends every older yes to a role outside
        (of a lower level).
    """
    roles = config.role_ids
    wish, told = _newest(inputs, (*roles, OUTSIDE, STEP_BACK))
    level = np.array([np.inf if r.level is None else r.level for r in config.roles.values()])
    outward = np.broadcast_to(np.isinf(level), (len(wish), len(roles)))
    _let_refusals_stand(wish, told, outward, len(roles))
    _let_refusals_stand(wish, told, level < level[current][:, None], len(roles) + 1)
    return Wishes(wish[:, : len(roles)], wish[:, -2], wish[:, -1], told[:, : len(roles)])


def wish_value(wish: Ints) -> Floats:
    """Want 1, open .75, unknown .5, not_now and no 0."""
    value = np.zeros(len(wish))
    for code, worth in WISH_VALUE.items():
        value[wish == code] = worth
    return value


def _newest(inputs: Inputs, names: tuple[str, ...]) -> tuple[Ints, Floats]:
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
