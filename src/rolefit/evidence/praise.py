"""Praise that is given back counts less, and one giver's tenth thank-you adds little."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rolefit.evidence.cells import sum_by
from rolefit.evidence.rings import come_back
from rolefit.evidence.tallies import NOBODY

if TYPE_CHECKING:
    from rolefit.evidence.tallies import Records
    from rolefit.schema.arrays import Floats, Ints

COURTESY = 2.0
"""Thank-yous each way that are taken for nothing but courtesy between colleagues."""
SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Mutual:
    """Givers whose praise comes back to them beyond courtesy; an entry a giver and agent."""

    givers: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    """Who is praised."""
    returned: tuple[float, ...] = ()
    """Quantity that came back to the giver in the window, from the agent or round about."""


def counted_praise(given: Floats, returned: Floats) -> Floats:
    """What the praise of one giver counts, in praise of independent givers.

        mutual = max(min(given, returned) - 2, 0)
        counted = log2(1 + given - mutual + mutual / (1 + mutual))

    Args:
        given: quantity from the giver, shape (n,), >= 0.
        returned: quantity that came back to the giver, shape (n,), >= 0.

    Returns:
        1 for one thank-you, 2 for three, 3.5 for ten; at most 2 while it is all given back,
        however long it goes on. It rises with `given`: nobody loses by being praised.

    Limits:
        a thank-you given to a faithful giver makes that giver's thanks count less.

    Example:
        >>> counted_praise(np.array([1.0, 3.0, 10.0, 52.0]), np.array([0.0, 0.0, 0.0, 52.0])).round(
        ...     2
        ... )
        array([1.  , 2.  , 3.46, 1.99])
    """
    mutual = np.maximum(np.minimum(given, returned) - COURTESY, 0.0)
    return np.log2(1.0 + given - mutual + mutual / (1.0 + mutual))


def find_mutual(records: Records, agents: pa.Table) -> Mutual:
    """Who praises each other beyond courtesy, in pairs or in rings of up to twelve.

        returned = max(what the agent gave the giver, what came back round about)

    Args:
        records: the rows of one kind over all agents.
        agents: the agents table.

    Returns:
        Mutual, sorted by giver and agent: part of the norms, so that an agent scored alone is the
        same as among others.

    Limits:
        a giver is found where `by` holds the agent id: praise recorded under another name is taken
        for praise by an outsider, which nobody returns. Rings of more than twelve people are held
        down by the logarithm of `counted_praise` alone.

    Example:
        B thanked A five times and A thanked B four times; A thanked C, who never thanked back.
        >>> from rolefit.evidence.tallies import Records
        >>> who, by, count = np.array([0, 1, 2]), np.array([1, 0, 0]), np.array([5.0, 4.0, 3.0])
        >>> names, months = pa.array(["A", "B"]), np.full(3, 12.0)
        >>> records = Records(who, who * 0, count, count, count * 0, by, names, months, 12.0)
        >>> find_mutual(records, pa.table({"agent_id": ["A", "B", "C"]}))
        Mutual(givers=('A', 'B'), agents=('B', 'A'), returned=(5.0, 4.0))
    """
    size = len(records.months)
    place = _rows_of(records.givers, agents)
    giver = np.append(place, NOBODY)[records.giver]
    inside = (giver >= 0) & (giver != records.agent)
    pair, at = np.unique(giver[inside] * size + records.agent[inside], return_inverse=True)
    given = sum_by(at, records.quantity[inside], len(pair))
    giver, agent = np.divmod(pair, size)
    if not len(pair):
        return Mutual()
    back = np.minimum(np.searchsorted(pair, agent * size + giver), len(pair) - 1)
    returned = np.where(pair[back] == agent * size + giver, given[back], 0.0)
    returned = np.maximum(returned, come_back(giver, agent, given, COURTESY))
    keep = np.minimum(given, returned) > COURTESY
    names = agents["agent_id"]
    rows = sorted(
        zip(
            names.take(pa.array(giver[keep])).to_pylist(),
            names.take(pa.array(agent[keep])).to_pylist(), returned[keep].tolist(), strict=True,
        )
    )  # fmt: skip
    return Mutual(*(tuple(column) for column in zip(*rows, strict=True))) if rows else Mutual()


def damp(records: Records, agents: pa.Table, mutual: Mutual) -> tuple[Records, Ints]:
    """Rows of one kind with quantities as they count; an agent's own praise counts nothing.

    Args:
        records: the rows of one kind.
        agents: the agents table.
        mutual: of `find_mutual`.

    Returns:
        records whose quantities add up to `counted_praise` by giver, and the agents (rows of
        the agents table) who praised themselves. Rows without a giver count in full: nothing
        known speaks against them.

    Limits:
        rows without a giver cannot be damped: recording who gave praise is what makes this work.

    Example:
        Three thank-yous by B count log2(1 + 3) = 2, A's nine for A nothing, an unsigned one 1.
        >>> from rolefit.evidence.tallies import Records
        >>> who, by, names = np.zeros(3, int), np.array([1, 0, NOBODY]), pa.array(["A", "B"])
        >>> count, months = np.array([3.0, 9.0, 1.0]), np.full(2, 12.0)
        >>> records = Records(who, who, count, count, count * 0, by, names, months, 12.0)
        >>> counted, own = damp(records, pa.table({"agent_id": ["A", "B"]}), Mutual())
        >>> counted.quantity.tolist(), own.tolist()
        ([2.0, 0.0, 1.0], [0])
    """
    own = np.append(_rows_of(records.givers, agents), NOBODY)[records.giver] == records.agent
    told = (records.giver != NOBODY) & ~own
    width = int(records.giver.max(initial=0)) + 1
    pair, at = np.unique(records.agent[told] * width + records.giver[told], return_inverse=True)
    given = sum_by(at, records.quantity[told], len(pair))
    agent, giver = np.divmod(pair, width)
    names = records.givers.take(pa.array(giver)), agents["agent_id"].take(pa.array(agent))
    counted = counted_praise(given, _returned(*names, mutual))
    share = np.divide(counted, given, out=np.ones(len(pair)), where=given > 0)
    weight = np.where(own, 0.0, 1.0)
    weight[told] = share[at]
    return replace(records, quantity=records.quantity * weight), np.unique(records.agent[own])


def _rows_of(names: pa.Array, agents: pa.Table) -> Ints:
    """Row of the agents table of each name; NOBODY for people outside it."""
    found = pc.index_in(names, value_set=agents["agent_id"].combine_chunks())
    return np.asarray(pc.fill_null(found, NOBODY), np.int64)


def _returned(giver: pa.Array, agent: pa.ChunkedArray, mutual: Mutual) -> Floats:
    """What each agent gave back to each giver, as the norms know it."""
    known = zip(mutual.givers, mutual.agents, strict=True)
    pairs = pa.array([SEPARATOR.join(names) for names in known], pa.string())
    asked = pc.binary_join_element_wise(giver, agent.combine_chunks(), SEPARATOR)
    found = np.asarray(pc.fill_null(pc.index_in(asked, value_set=pairs), NOBODY), np.int64)
    return np.append(np.array(mutual.returned, np.float64), 0.0)[found]
