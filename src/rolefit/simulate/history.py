"""History: past moves by a policy that looked at the results of the day, and how they went."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from rolefit.simulate.columns import before, gapped, named
from rolefit.simulate.outcomes import DIGITS
from rolefit.simulate.people import MONTH

if TYPE_CHECKING:
    from datetime import date

    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.config import Config
    from rolefit.simulate.people import People
    from rolefit.simulate.worlds import World

ROLE_SHARES = {"specialist": 0.4, "mentor": 0.3, "account_management": 0.3}
"""Where people were moved to: the policy did not look at what suits whom."""
FROM = "frontline"
LONG_ENOUGH = 12.0
"""Months after which somebody could be moved."""
MOST_LIKELY = 0.9
NEWEST, OLDEST = 61.0, 120.0
"""Days before `as_of` within which people were moved: two whole months of metrics lie before."""
UNTIL_SEEN = 60.0
"""Days after which it is seen how a move turned out, at the earliest."""
ANSWERED = 3.0
"""Days before the move by which everybody who was moved had answered the surveys."""
PROXY = "creating"
"""An interest that no role inside asks for: a survey shows it, and it should not count."""
GROUPS = ("b", "a")
"""Names of the others, and of the group that the policy prefers."""
TOLERANCE = 1e-12


@dataclass(frozen=True)
class History:
    """Who is of which group, who could be moved, and who was."""

    preferred: Bools
    """In the group the policy prefers, shape (agents,)."""
    chance: Floats
    """Probability of having been moved; 0 for whom the policy did not look at."""
    moved: Ints
    """Positions of those who were moved."""
    role: Ints
    """Where to, position in `config.role_ids`, one a move."""
    days: Floats
    """Whole days before `as_of` of each move."""
    seen: Floats
    """Days before `as_of` when it was seen how the move turned out."""

    @property
    def since(self) -> Floats:
        """Days before `as_of` by which each agent had answered surveys; 0 without a move."""
        days = np.zeros(len(self.preferred))
        days[self.moved] = self.days + ANSWERED
        return days

    def lived(self, people: People) -> People:
        """People after the moves: in the new role, since the day of the move."""
        role, in_role = people.role.copy(), people.in_role.copy()
        role[self.moved] = self.role
        in_role[self.moved] = self.days / MONTH
        return replace(people, role=role, in_role=in_role)


def draw_history(
    config: Config,
    world: World,
    people: People,
    standing: Floats,
    free: Bools,
    rng: np.random.Generator,
) -> History:
    """Groups, and past moves.

        P(moved) = Phi(a + slope standing + preference group),  a so that the mean is the share

    Args:
        config: roles and attributes.
        world: share moved, the policy, and the group that it prefers.
        people: role and tenure say who could be moved.
        standing: mean true metric effect, any unit, shape (agents,).
        free: agents who may be moved, shape (agents,).
        rng: source of all chance.
    """
    n = len(people)
    preferred = _group(config, world, people.theta, rng)
    eligible = (people.role == config.role_ids.index(FROM)) & (people.tenure >= LONG_ENOUGH) & free
    lean = world.policy_slope * (standing - standing.mean()) / max(float(standing.std()), 1e-12)
    chance = _chance(lean + world.preference * preferred, eligible, world.placed * n)
    moved = np.flatnonzero(rng.random(n) < chance)
    roles = np.array([config.role_ids.index(role) for role in ROLE_SHARES])
    role = rng.choice(roles, len(moved), p=list(ROLE_SHARES.values()))
    days = np.floor(rng.uniform(NEWEST, OLDEST, len(moved)))
    seen = np.floor(rng.random(len(moved)) * (days - UNTIL_SEEN + 1.0))
    return History(preferred, chance, moved, role, days, seen)


def _group(config: Config, world: World, theta: Floats, rng: np.random.Generator) -> Bools:
    """Who is in the preferred group: a liability that goes with one attribute, cut by share."""
    proxy = theta[:, config.attribute_ids.index(PROXY)]
    chance = rng.standard_normal(len(theta))
    liability = world.proxy * proxy + np.sqrt(1.0 - world.proxy**2) * chance
    preferred: Bools = liability > -ndtri(world.preferred)
    return preferred


def _chance(lean: Floats, eligible: Bools, wanted: float) -> Floats:
    """Phi(a + lean) for the eligible, with a such that their mean meets the number wanted."""
    chance = np.zeros(len(lean))
    if wanted and eligible.any():
        share = min(wanted / eligible.sum(), MOST_LIKELY)
        inner = lean[eligible]
        far = 10.0 + float(np.abs(inner).max())
        start = brentq(lambda a: float(ndtr(a + inner).mean()) - share, -far, far, xtol=TOLERANCE)
        chance[eligible] = ndtr(start + inner)
    return chance


def placements_table(
    history: History,
    people: People,
    outcomes: Floats,
    config: Config,
    world: World,
    as_of: date,
) -> pa.Table:
    """The placements table of a workspace: outcomes as they were written down.

    Args:
        history: who was moved where, and when.
        people: gives the ids.
        outcomes: true outcomes, agents x `config.role_ids`.
        config: gives the role ids.
        world: how kindly outcomes of the preferred group were written down.
        as_of: day 0.
    """
    outcome = outcomes[history.moved, history.role]
    if world.favour:
        outcome = ndtr(ndtri(outcome) + world.favour * history.preferred[history.moved])
    return pa.table(
        {
            "agent_id": named(people.ids, history.moved),
            "role": named(config.role_ids, history.role),
            "placed_on": before(as_of, history.days),
            "outcome": gapped(outcome.round(DIGITS)),
            "observed_on": before(as_of, history.seen),
        }
    )


def policy_table(history: History, people: People, config: Config) -> pa.Table:
    """The truth table `policy`: how likely everybody was moved to each role who could be."""
    agent = np.flatnonzero(history.chance > 0.0)
    shares = np.array(list(ROLE_SHARES.values()))
    roles = np.array([config.role_ids.index(role) for role in ROLE_SHARES])
    propensity = np.outer(history.chance[agent], shares)
    return pa.table(
        {
            "agent_id": named(people.ids, np.repeat(agent, len(roles))),
            "role": named(config.role_ids, np.tile(roles, len(agent))),
            "propensity": gapped(propensity.ravel().round(2 * DIGITS)),
        }
    )


def groups_table(history: History, people: People) -> pa.Table:
    """The groups table of a workspace, which scoring never reads."""
    return pa.table(
        {
            "agent_id": pa.array(people.ids),
            "group": named(GROUPS, history.preferred.astype(np.int64)),
        }
    )
