"""Ways of choosing people to hold rolefit against: by metrics alone, and knowing the outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rolefit.worth.known import WELL
from rolefit.worth.measures import Placing
from rolefit.worth.seats import NOBODY, best_seats, dealt_seats

if TYPE_CHECKING:
    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.worth.known import Known

TENTH = 0.1
"""A ranking by metrics alone promotes the top tenth and sends the bottom tenth away."""


def seats_filled(known: Known, target: Ints) -> Ints:
    """How many seats of each role a placement fills.

    Example:
        >>> from types import SimpleNamespace
        >>> seats_filled(SimpleNamespace(level=np.ones(2)), np.array([1, -1, 1])).tolist()
        [0, 2]
    """
    return np.bincount(target[target != NOBODY], minlength=len(known.level)).astype(np.int64)


def ranked(known: Known, score: Floats, seats: Ints, talks: int | None) -> Placing:
    """One ranking that knows no roles: the top is moved, the bottom is talked to about leaving.

    Args:
        known: where agents could go.
        score: one an agent, NaN = not ranked.
        seats: how many of each role to fill.
        talks: how many talks about leaving; None = the way says nothing of leaving.
    """
    target = dealt_seats(score, seats, known.options)
    return Placing(target, None if talks is None else _lowest(score, talks, target == NOBODY))


def promoted(known: Known, score: Floats) -> Placing:
    """What a leaderboard does by itself: the top tenth one level up, the bottom tenth out.

    Where several roles are one level up, the next in line takes the next of them.

    Args:
        known: where agents could go.
        score: one an agent, NaN = not ranked.
    """
    count = round(TENTH * int(np.isfinite(score).sum()))
    order = np.argsort(-score, kind="stable")[:count]
    target = np.full(known.agents, NOBODY, np.int64)
    level = known.level[known.current]
    for own in np.unique(level):
        higher = known.level[known.inside & (known.level > own)]
        if len(higher):
            roles = np.flatnonzero(known.level == higher.min())
            these = order[level[order] == own]
            target[these] = roles[np.arange(len(these)) % len(roles)]
    return Placing(target, _lowest(score, count, target == NOBODY))


def scored(score: Floats, seats: Ints, allowed: Bools) -> Placing:
    """A score for each role: seats are filled so that the scores sum to the most.

    Args:
        score: agents x roles, NaN = not for this role.
        seats: how many of each role to fill.
        allowed: agents x roles: who may go where.
    """
    known = np.isfinite(score)
    return Placing(best_seats(np.where(known, score, 0.0), seats, allowed & known), None)


def oracle(known: Known, seats: Ints, talks: int, *, with_wishes: bool) -> Placing:
    """Knows every outcome: no other placement of as many seats has a higher mean outcome.

    Args:
        known: the truth.
        seats: how many of each role to fill.
        talks: how many talks about leaving: those whose best role inside suits least.
        with_wishes: leaves out what a wish refuses.
    """
    allowed = known.wanted if with_wishes else known.options
    target = best_seats(known.outcome, seats, allowed)
    return Placing(target, _lowest(known.best_inside, talks, target == NOBODY))


def free_oracle(known: Known, *, with_wishes: bool) -> Placing:
    """Knows every outcome: everybody goes where they do best, if they do well and better there.

    With those whom no role inside suits there is a talk about leaving.
    """
    allowed = known.wanted if with_wishes else known.options
    value = np.where(allowed, known.outcome, -np.inf)
    best = value.argmax(axis=1)
    there = value[np.arange(known.agents), best]
    target = np.where((there >= WELL) & (there > known.here), best, NOBODY)
    return Placing(target, known.best_inside < WELL)


def _lowest(score: Floats, count: int, among: Bools) -> Bools:
    """Some agents with the lowest scores."""
    order = np.argsort(score, kind="stable")
    order = order[np.isfinite(score[order]) & among[order]]
    chosen = np.zeros(len(score), bool)
    chosen[order[:count]] = True
    return chosen
