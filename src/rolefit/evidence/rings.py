"""Praise that comes back by way of others: who thanks whom in a circle, and how much of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from rolefit.schema.arrays import Floats, Ints

MOST_IN_A_RING = 12
"""More people than a team has: that they thank each other round about is life in a centre."""
MOST_LEVELS = 64


def come_back(giver: Ints, agent: Ints, given: Floats, least: float) -> Floats:
    """How much of what each giver gives comes back to them round about.

        the largest t at which giver and agent are in one strongly connected part, of twelve people
        at most, of the graph of all who give t or more

    so every link of some circle through this one is at least t. A pair is a circle of two.

    Args:
        giver: who gives, shape (n,), >= 0; each pair of giver and agent once.
        agent: to whom, shape (n,), >= 0.
        given: quantity, shape (n,), >= 0.
        least: only more than this is looked at.

    Returns:
        shape (n,), at most `given`; 0 where nothing comes back. What others give the same agent
        plays no part, so that nobody loses by being praised.

    Limits:
        a circle inside a larger part that gives as much is not found. More than 64 quantities are
        taken in 64 steps, which finds a little less than comes back.

    Source:
        bottleneck of a cycle by strongly connected components (Tarjan 1972).

    Example:
        A, B and C thank the next one 9, 7 and 8 times; D thanks A, and nothing comes back.

        >>> giver, agent = np.array([0, 1, 2, 3]), np.array([1, 2, 0, 0])
        >>> come_back(giver, agent, np.array([9.0, 7.0, 8.0, 9.0]), 2.0).tolist()
        [7.0, 7.0, 7.0, 0.0]
    """
    found = np.zeros(len(given))
    edge = np.flatnonzero(given > least)
    people, place = np.unique(np.concatenate([giver[edge], agent[edge]]), return_inverse=True)
    start, end = np.split(place, 2)
    for level in _levels(given[edge]):
        some = given[edge] >= level
        links = (np.ones(int(some.sum())), (start[some], end[some]))
        graph = sparse.coo_array(links, (len(people),) * 2)
        _, part = connected_components(graph, directed=True, connection="strong")
        small = np.bincount(part)[part[start]] <= MOST_IN_A_RING
        found[edge[some & small & (part[start] == part[end])]] = level
    return found


def _levels(given: Floats) -> Floats:
    """The quantities there are, ascending, 64 of them at most."""
    every = np.unique(given)
    if len(every) <= MOST_LEVELS:
        return every
    return every[np.linspace(0, len(every) - 1, MOST_LEVELS).astype(np.int64)]
