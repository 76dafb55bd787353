"""People: what they truly are, and since when they work where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from rolefit.simulate.columns import before, named
from rolefit.simulate.tails import noise

if TYPE_CHECKING:
    from datetime import date

    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.config import Config
    from rolefit.simulate.worlds import World

TEAM_SIZE = 12
SITES = ("Eastgate", "Millbrook", "Westport")
KIN = {
    "developing_people": "coaching",
    "serving_customers": "relationship",
    "persuading": "influence",
    "organising": "planning",
    "analysing": "problem_solving",
}
MONTH = 30.4375
NEWCOMER_MONTHS = 3.0
UNDATED = 0.1
"""Share of agents of whom nobody wrote down when they took up their role."""
ROLE_SHARES = {"specialist": 0.12, "mentor": 0.05, "account_management": 0.04}


@dataclass(frozen=True)
class People:
    """Agents in the order of their ids; arrays have one entry (or row) an agent."""

    ids: tuple[str, ...]
    theta: Floats
    """True attributes, agents x `config.attribute_ids`, in sd of the population."""
    role: Ints
    """Current role, position in `config.role_ids`."""
    team: Ints
    site: Ints
    tenure: Floats
    """Months since hired, at `as_of`."""
    in_role: Floats
    """Months in the current role; NaN where nobody wrote it down."""

    def __len__(self) -> int:
        """Number of agents."""
        return len(self.ids)

    @property
    def newcomer(self) -> Bools:
        """Hired in the last three months."""
        return self.tenure < NEWCOMER_MONTHS


def draw_people(config: Config, world: World, agents: int, rng: np.random.Generator) -> People:
    """People of a centre.

    Args:
        config: gives attributes and roles.
        world: gives the share of newcomers, and how attributes go together.
        agents: how many.
        rng: source of all chance.

    Returns:
        People, ids `A0001` onwards.
    """
    theta = draw_attributes(config, world, agents, rng)
    tenure = np.minimum(NEWCOMER_MONTHS + 0.5 + rng.gamma(1.6, 20.0, agents), 180.0)
    new = rng.random(agents) < world.newcomers
    tenure = np.where(new, rng.uniform(0.5, NEWCOMER_MONTHS, agents), tenure)
    role = _roles(config, theta, tenure, rng)
    moved = role != config.role_ids.index("frontline")
    in_role = np.where(moved, tenure * rng.uniform(0.15, 0.8, agents), tenure)
    in_role = np.where(rng.random(agents) < UNDATED, np.nan, in_role)
    team = rng.permutation(agents) // TEAM_SIZE
    digits = max(4, len(str(agents)))
    return People(
        ids=tuple(f"A{k:0{digits}d}" for k in range(1, agents + 1)),
        theta=theta, role=role, team=team, site=team % len(SITES),
        tenure=tenure, in_role=in_role,
    )  # fmt: skip


def draw_attributes(config: Config, world: World, agents: int, rng: np.random.Generator) -> Floats:
    """True attributes, mean 0 and sd 1 each.

        theta_d = sqrt(c) g + sqrt(1 - c) e_d        results and capabilities
        theta_d = r theta_kin + sqrt(1 - r^2) e_d    interests with a kindred capability

    Args:
        config: gives the attributes and their groups.
        world: gives c (general), r (kinship) and the tails.
        agents: how many people.
        rng: source of all chance.

    Returns:
        agents x attributes, in sd.
    """
    names = config.attribute_ids
    general = noise(rng, (agents, 1), world.tails)
    own = noise(rng, (agents, len(names)), world.tails)
    theta: Floats = np.sqrt(world.general) * general + np.sqrt(1.0 - world.general) * own
    for k, name in enumerate(names):
        if config.attributes[name].group == "interest":
            kin = KIN.get(name)
            theta[:, k] = own[:, k]
            if kin in names:
                pull = world.kinship * theta[:, names.index(kin)]
                theta[:, k] = pull + np.sqrt(1.0 - world.kinship**2) * own[:, k]
    return theta


def _roles(config: Config, theta: Floats, tenure: Floats, rng: np.random.Generator) -> Ints:
    """Current roles: earlier moves followed the results of the day, and a good deal of chance."""
    names = config.attribute_ids
    results = [k for k, n in enumerate(names) if config.attributes[n].group == "result"]
    standing = theta[:, results].sum(axis=1) / np.sqrt(len(results))
    order = np.argsort(-(0.5 * standing + rng.standard_normal(len(theta))), kind="stable")
    order = order[tenure[order] > 2 * NEWCOMER_MONTHS]
    role = np.full(len(theta), config.role_ids.index("frontline"), np.int64)
    start = 0
    for name, share in ROLE_SHARES.items():
        taken = order[start : start + round(share * len(theta))]
        role[taken] = config.role_ids.index(name)
        start += len(taken)
    return role


def agents_table(people: People, config: Config, as_of: date) -> pa.Table:
    """The agents table of a workspace: contract names, dates before `as_of`."""
    count = int(people.team.max()) + 1
    teams = [f"T{k:0{max(2, len(str(count)))}d}" for k in range(1, count + 1)]
    return pa.table(
        {
            "agent_id": pa.array(people.ids),
            "team_id": named(teams, people.team),
            "current_role": named(config.role_ids, people.role),
            "hired_on": before(as_of, (people.tenure * MONTH).round()),
            "site": named(SITES, people.site),
            "in_role_since": before(as_of, (people.in_role * MONTH).round()),
        }
    )
