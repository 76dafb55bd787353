"""Fills the same number of seats a role: by the best total score, or dealt down a ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from rolefit.schema.arrays import Bools, Floats, Ints

NOBODY = -1
"""Target of an agent who is not moved."""


def best_seats(score: Floats, seats: Ints, allowed: Bools) -> Ints:
    """Who sits where, so that the scores of all who are moved sum to the most.

        max sum x_ar score_ar,  sum_r x_ar <= 1,  sum_a x_ar = seats_r

    Args:
        score: agents x roles.
        seats: how many, one a role.
        allowed: agents x roles: who may go where.

    Returns:
        role position an agent, NOBODY where not moved; fewer than `seats` only where no more can
        be filled.

    Limits:
        a linear program: a second for 10,000 agents.

    Source:
        transportation problem; its corner solutions are whole numbers.

    Example:
        Together 1.7 beats the greedy 1.1:
        >>> score = np.array([[0.9, 0.8], [0.9, 0.2], [0.1, 0.1]])
        >>> best_seats(score, np.array([1, 1]), score > 0).tolist()
        [1, 0, -1]
    """
    target = np.full(len(score), NOBODY, np.int64)
    agent, role = _candidates(score, seats, allowed)
    if not len(agent):
        return target
    worth = score[agent, role]
    fill = 1.0 + seats.sum() * float(np.ptp(worth))
    _, row = np.unique(agent, return_inverse=True)
    pairs, people = np.arange(len(agent)), int(row.max()) + 1
    at = (np.concatenate([row, people + role]), np.concatenate([pairs, pairs]))
    shape = (people + len(seats), len(pairs))
    found = linprog(  # type: ignore[call-overload]  # takes sparse matrices, its stubs do not
        -(worth - worth.min() + fill),
        A_ub=csr_array((np.ones(2 * len(pairs)), at), shape=shape),
        b_ub=np.concatenate([np.ones(people), seats]),
        bounds=(0.0, 1.0),
        method="highs-ds",
    )
    chosen = np.asarray(found.x) > 0.5  # noqa: PLR2004 - corner solutions are 0 or 1
    target[agent[chosen]] = role[chosen]
    return target


def _candidates(score: Floats, seats: Ints, allowed: Bools) -> tuple[Ints, Ints]:
    """Pairs that an optimum may hold: of each role, as many of the best as there are seats in all.

    Somebody further down could always be replaced by one of these who is not moved.
    """
    pairs = []
    for role in np.flatnonzero(seats > 0):
        open_to = np.flatnonzero(allowed[:, role])
        order = open_to[np.argsort(-score[open_to, role], kind="stable")]
        best = np.sort(order[: int(seats.sum())])
        pairs.append((best, np.full(len(best), role, np.int64)))
    if not pairs:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    agent, place = (np.concatenate(column) for column in zip(*pairs, strict=True))
    return agent, place


def dealt_seats(score: Floats, seats: Ints, allowed: Bools) -> Ints:
    """Who sits where by one ranking that knows no roles: the next in line gets the next seat.

    Seats are laid out in proportion, so that every role gets its share of the top; who may not
    take the seat at hand gets the next that they may take.

    Args:
        score: one an agent, NaN = not ranked.
        seats: how many, one a role.
        allowed: agents x roles: who may go where.

    Returns:
        role position an agent, NOBODY where not moved.

    Example:
        >>> score, seats = np.array([0.1, 0.9, 0.5, np.nan]), np.array([1, 1])
        >>> dealt_seats(score, seats, np.ones((4, 2), bool)).tolist()
        [-1, 0, 1, -1]
    """
    target = np.full(len(score), NOBODY, np.int64)
    line = _laid_out(seats)
    ranked = np.argsort(-score, kind="stable")
    for agent in ranked[np.isfinite(score[ranked])].tolist():
        if not line:
            break
        seat = next((k for k, role in enumerate(line) if allowed[agent, role]), None)
        if seat is not None:
            target[agent] = line.pop(seat)
    return target


def _laid_out(seats: Ints) -> list[int]:
    """Roles of all seats, spread evenly: the k-th of a role stands at (k + 1/2) / seats."""
    role = np.repeat(np.arange(len(seats)), seats)
    nth = np.arange(len(role)) - np.repeat(np.cumsum(seats) - seats, seats)
    at = (nth + 0.5) / np.maximum(seats[role], 1)
    order: list[int] = role[np.lexsort([role, at])].tolist()
    return order
