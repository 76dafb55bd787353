"""Wishes: what people say they want next, in line with what they truly like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from rolefit.fit import profile
from rolefit.schema.tables import OUTSIDE, STEP_BACK, WISHES
from rolefit.simulate.columns import before, named

if TYPE_CHECKING:
    from datetime import date

    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.config import Config
    from rolefit.simulate.people import People
    from rolefit.simulate.worlds import World

MOOD = 0.6
"""sd of what moves a wish beside the interest."""
CUTS = (-0.7, 0.0, 1.0)
"""Liking from which a wish is not_now, open, want; below: no."""
NO_WORD = 0.15
"""Share of roles a person says nothing of."""
LEAVING = 3.2
"""How much better an outward destination must please before somebody wishes to leave."""
STAYING, SAYS_SO = 1.0, 0.3
"""Below this pull people do not want to leave; share of them who say so."""
BACK = 0.05
"""Share of people in a higher role who wish to step back."""
OLDEST = 200


def draw_wishes(config: Config, world: World, people: People, rng: np.random.Generator) -> Ints:
    """What everybody wishes.

    Args:
        config: roles and what they offer.
        world: share of agents who stated nothing.
        people: true interests and current roles.
        rng: source of all chance.

    Returns:
        agents x (inside roles, outside, step_back): position in WISHES, -1 not stated.
    """
    n, profiles = len(people), profile(config)
    inside = np.flatnonzero(~profiles.outward)
    pleasure = people.theta @ profiles.want.T
    liking = pleasure[:, inside] + MOOD * rng.standard_normal((n, len(inside)))
    wish = len(CUTS) - np.searchsorted(CUTS, liking)
    wish = np.where(rng.random(wish.shape) < NO_WORD, -1, wish)
    wish[inside == people.role[:, None]] = -1
    away = _away(pleasure, inside, profiles.outward, people.role, rng)
    level = profiles.level[people.role] > np.nanmin(profiles.level)
    back = np.where(level & (rng.random(n) < BACK), WISHES.index("want"), -1)
    stated = np.column_stack([wish, away, back])
    stated[rng.random(n) < world.silent] = -1
    return stated


def _away(
    pleasure: Floats, inside: Ints, outward: Bools, role: Ints, rng: np.random.Generator
) -> Ints:
    """The wish to leave: where something outside would please far more than the work at hand."""
    n = len(role)
    here = np.maximum(pleasure[np.arange(n), role], pleasure[:, inside].mean(axis=1))
    there = pleasure[:, outward].max(axis=1) if outward.any() else here
    pull = there - here + MOOD * rng.standard_normal(n)
    wants = np.where(pull > LEAVING, WISHES.index("want"), -1)
    says_no = (pull < STAYING) & (rng.random(n) < SAYS_SO)
    return np.where(says_no, WISHES.index("no"), wants)


def wishes_table(
    wish: Ints, config: Config, people: People, as_of: date, rng: np.random.Generator
) -> pa.Table:
    """The wishes table of a workspace: one row a wish that was stated.

    Args:
        wish: agents x (inside roles, outside, step_back), as `draw_wishes` returns it.
        config: gives the role ids.
        people: gives the agent ids and tenure.
        as_of: the last possible day.
        rng: source of all chance.
    """
    agent, about = np.nonzero(wish >= 0)
    subjects = (*config.inside_ids, OUTSIDE, STEP_BACK)
    oldest = np.minimum(OLDEST, people.tenure * 30.0)
    day = np.floor(oldest * rng.random(len(people)))[agent]
    return pa.table(
        {
            "agent_id": named(people.ids, agent),
            "role": named(subjects, about),
            "wish": named(WISHES, wish[agent, about]),
            "on": before(as_of, day),
        }
    )
