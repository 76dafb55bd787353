"""What a placement of people is worth, measured on what would truly come of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.worth.known import EXPERTISE, GLUE, WELL
from rolefit.worth.seats import NOBODY

if TYPE_CHECKING:
    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.worth.known import Known

NO_AGENTS = "there are no agents"
NOBODY_MOVED = "nobody is moved"
NO_WISHES = "the run knows no wishes"
NO_ATTRIBUTES = "the truth holds no such attributes"
NO_TALKS = "this way says nothing of leaving"


@dataclass(frozen=True)
class Placing:
    """Where a way of choosing puts people."""

    target: Ints
    """Role position an agent, NOBODY where not moved."""
    talks: Bools | None
    """With whom there would be a talk about leaving; None = the way says nothing of it."""


@dataclass(frozen=True)
class Told:
    """One measure."""

    measure: str
    value: float
    """NaN = not told; `note` says why."""
    n: int
    """What it rests on: moves, seats, people, talks."""
    note: str = ""

    @classmethod
    def untold(cls, measure: str, why: str) -> Told:
        """A measure that cannot be told."""
        return cls(measure, float("nan"), 0, f"not told, because {why}")


def measured(known: Known, placing: Placing) -> list[Told]:
    """Every measure of one placement.

    Args:
        known: the truth.
        placing: where people are put.

    Returns:
        one a measure, always in the same order; docs/evaluation.md says what each means.

    Example:
        Two people, one of them moved from role 0 to role 1, where it turns out at .8:
        >>> from rolefit.worth.known import Known
        >>> outcome, none = np.array([[0.6, 0.8], [0.7, 0.2]]), np.full(2, np.nan)
        >>> known = Known(("a", "b"), outcome, np.zeros(2, int), np.ones(2), None, none, {})
        >>> told = measured(known, Placing(np.array([1, -1]), None))
        >>> [(one.measure, round(one.value, 6)) for one in told[1:4]]
        [('outcome', 0.8), ('gain', 0.2), ('success', 1.0)]
    """
    agent = np.flatnonzero(placing.target != NOBODY)
    role = placing.target[agent]
    there = known.outcome[agent, role]
    return [
        _share("moved", placing.target != NOBODY, NO_AGENTS),
        _share("outcome", there),
        _share("gain", there - known.here[agent]),
        _share("success", there >= WELL),
        _unwanted(known, agent, role),
        _best_role(known, agent, role),
        _reached(known, placing, "glue_mentors", "mentor", GLUE),
        _reached(known, placing, "client_experts", "account_management", EXPERTISE),
        _gems(known, agent, role),
        *_outs(known, placing),
    ]


def _share(measure: str, values: Floats | Bools, why: str = NOBODY_MOVED) -> Told:
    """The mean of some values."""
    if not len(values):
        return Told.untold(measure, why)
    return Told(measure, float(np.mean(values)), len(values))


def _unwanted(known: Known, agent: Ints, role: Ints) -> Told:
    """Share of moves that the agent's wish refuses."""
    if known.refused is None:
        return Told.untold("unwanted", known.unheard or NO_WISHES)
    return _share("unwanted", known.refused[agent, role])


def _best_role(known: Known, agent: Ints, role: Ints) -> Told:
    """Share of moves to the best of the roles that were open; steps back have no say here."""
    if known.unheard:
        return Told.untold("best_role", known.unheard)
    up = known.options[agent, role]
    agent, role = agent[up], role[up]
    best = np.where(known.wanted[agent], known.outcome[agent], -np.inf).max(axis=1)
    return _share("best_role", (known.outcome[agent, role] >= best) & known.wanted[agent, role])


def _reached(
    known: Known, placing: Placing, measure: str, role: str, rich: tuple[str, ...]
) -> Told:
    """Share of the seats of a role that go to those who are rich in what it lives on."""
    if role not in known.roles:
        return Told.untold(measure, f"there is no role {role}")
    people = known.rich_in(rich)
    if people is None:
        return Told.untold(measure, NO_ATTRIBUTES)
    seat = known.roles.index(role)
    people &= known.outcome[:, seat] >= WELL
    return _share(measure, people[placing.target == seat], f"no {role} seat is filled")


def _gems(known: Known, agent: Ints, role: Ints) -> Told:
    """Share of hidden gems that are moved to where they do well and better."""
    if known.unheard:
        return Told.untold("gems_found", known.unheard)
    gems = known.gems()
    if not gems.any():
        return Told.untold("gems_found", "there are no hidden gems")
    there = known.outcome[agent, role]
    right = (there >= WELL) & (there > known.here[agent])
    return Told("gems_found", float((gems[agent] & right).sum() / gems.sum()), int(gems.sum()))


def _outs(known: Known, placing: Placing) -> list[Told]:
    """Talks about leaving with people whom a role inside suits: of all agents, of all talks."""
    names = ("talked", "wrongful_outs", "wrongful_talks")
    if placing.talks is None:
        return [Told.untold(name, NO_TALKS) for name in names]
    wrong = placing.talks & (known.best_inside >= WELL)
    nobody = "there is no talk about leaving"
    return [
        _share(names[0], placing.talks, NO_AGENTS),
        _share(names[1], wrong, NO_AGENTS),
        _share(names[2], wrong[placing.talks], nobody),
    ]
