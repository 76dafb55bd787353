"""The ratings of one attribute by others, as rows of the crossed model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rolefit.evidence.cells import Rows, sort_order
from rolefit.evidence.dates import fade, months_before
from rolefit.evidence.table import Remarks, agent_positions, numbers, positions
from rolefit.schema.tables import RATER_KINDS

if TYPE_CHECKING:
    from datetime import date

    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.tables import Inputs

OWN = "self"
KINDS = tuple(kind for kind in RATER_KINDS if kind != OWN)
"""Kinds of rater whose ratings are evidence: sources of the family `ratings`."""
OWN_RATING = "own_rating"


@dataclass(frozen=True)
class RatingRows:
    """The ratings of one attribute, sorted by kind, agent id and rater; self-ratings left out."""

    agent: Ints
    """Rank of the agent's id, shape (n,)."""
    rater: Ints
    """Position in `raters`."""
    kind: Ints
    """Position in KINDS."""
    value: Floats
    """Points on the rating scale."""
    age: Floats
    """Months before `as_of`; 0 where not dated."""
    raters: pa.Array
    """Names of all raters, sorted."""
    by_rank: Ints
    """Rank -> row of the agents table."""

    def __len__(self) -> int:
        """Number of ratings."""
        return len(self.value)

    @property
    def rated(self) -> int:
        """Number of agents with a rating."""
        return len(np.unique(self.agent))

    def names(self, least: int = 1) -> tuple[str, ...]:
        """Raters with at least so many ratings, sorted."""
        count = np.bincount(self.rater, minlength=len(self.raters))
        return tuple(self.raters.filter(count >= least).to_pylist())

    def where(self, keep: Bools) -> RatingRows:
        """Some of the ratings."""
        columns = ("agent", "rater", "kind", "value", "age")
        return replace(self, **{name: getattr(self, name)[keep] for name in columns})

    def of(self, kind: int) -> RatingRows:
        """The ratings by one kind of rater."""
        return self.where(self.kind == kind)


def take_ratings(inputs: Inputs, as_of: date, attribute: str) -> RatingRows | None:
    """The ratings of one attribute by others; None where there are none.

    Args:
        inputs: checked tables.
        as_of: "today" of the run.
        attribute: attribute id.

    Returns:
        RatingRows; an undated rating has age 0, and all nameless raters count as one. A rating of
        oneself is a self-rating, whatever kind of rater it names.

    Example:
        >>> from datetime import date
        >>> from rolefit.schema.tables import Inputs
        >>> rows = {"agent_id": ["B", "A", "A"], "rater_kind": ["lead", "lead", "self"]}
        >>> rows |= {"rater_id": ["x", "x", "A"], "value": [2.0, 4.0, 5.0]}
        >>> ratings = pa.table(rows | {"attribute": ["ownership"] * 3})
        >>> inputs = Inputs(pa.table({"agent_id": ["A", "B"]}), ratings=ratings)
        >>> taken = take_ratings(inputs, date(2026, 6, 30), "ownership")
        >>> taken.agent.tolist(), taken.value.tolist(), taken.raters.to_pylist()
        ([0, 1], [4.0, 2.0], ['x'])
    """
    if inputs.ratings is None:
        return None
    table = by_others(inputs.ratings.filter(pc.equal(inputs.ratings["attribute"], attribute)))
    if not table.num_rows:
        return None
    by_rank = np.asarray(pc.sort_indices(inputs.agents["agent_id"]), np.int64)
    agent = np.argsort(by_rank)[agent_positions(table, inputs.agents)]
    names = pc.fill_null(table["rater_id"], "").combine_chunks()
    raters = pc.unique(names)
    raters = raters.take(pc.sort_indices(raters))
    rater = np.asarray(pc.index_in(names, value_set=raters), np.int64)
    kind, value = positions(table["rater_kind"], KINDS), numbers(table["value"])
    months = months_before(table["on"], as_of) if "on" in table.column_names else value * np.nan
    age = np.maximum(0.0, np.nan_to_num(months))
    order = sort_order([kind, agent, rater, value, age])
    return RatingRows(
        agent[order], rater[order], kind[order], value[order], age[order], raters, by_rank
    )


def remark_own_ratings(inputs: Inputs) -> tuple[Remarks, ...]:
    """Who rated themselves under the name of another kind of rater, which does not count.

    Args:
        inputs: checked tables.

    Returns:
        one remark `own_rating` on all of them; none where nobody did.

    Example:
        >>> from rolefit.schema.tables import Inputs
        >>> rows = {"agent_id": ["A", "A", "B"], "rater_kind": ["self", "peer", "peer"]}
        >>> ratings = pa.table(rows | {"rater_id": ["A", "B", "B"], "value": [5.0, 4.0, 5.0]})
        >>> (found,) = remark_own_ratings(
        ...     Inputs(pa.table({"agent_id": ["A", "B"]}), ratings=ratings)
        ... )
        >>> found.code, found.agent.tolist()
        ('own_rating', [1])
    """
    if inputs.ratings is None:
        return ()
    table = inputs.ratings
    own = table.filter(pc.and_(_claims_another(table), by_oneself(table)))
    agent = np.unique(agent_positions(own, inputs.agents))
    remark = Remarks(OWN_RATING, agent, np.zeros(len(agent), np.int64), ("ratings",))
    return (remark,) if len(agent) else ()


def by_others(table: pa.Table) -> pa.Table:
    """The ratings with a value that somebody else gave, under any kind but `self`.

    Example:
        >>> rows = {"agent_id": ["A"] * 3, "rater_id": ["A", "B", "B"], "value": [5.0, 4.0, None]}
        >>> by_others(pa.table(rows | {"rater_kind": ["lead"] * 3}))["value"].to_pylist()
        [4.0]
    """
    return table.filter(pc.and_(_claims_another(table), pc.invert(by_oneself(table))))


def _claims_another(table: pa.Table) -> pa.ChunkedArray:
    """Rows with a value that name a kind of rater other than oneself."""
    kind = pc.is_in(table["rater_kind"], value_set=pa.array(KINDS))
    return pc.and_(kind, pc.is_valid(table["value"]))


def by_oneself(table: pa.Table) -> pa.ChunkedArray:
    """Rows whose rater is the agent who is rated.

    Example:
        >>> by_oneself(pa.table({"agent_id": ["A", "A"], "rater_id": ["A", "B"]})).to_pylist()
        [True, False]
    """
    return pc.fill_null(pc.equal(table["rater_id"], table["agent_id"]), fill_value=False)


def model_rows(rows: RatingRows, known: tuple[str, ...], weight: Floats) -> Rows:
    """Ratings in model form: a column for the mean, one a known rater, one for all others.

    Args:
        rows: ratings by one kind of rater (or centred by kind), n of them.
        known: raters with a column of their own.
        weight: relative precision of each rating, shape (n,), > 0.

    Returns:
        Rows of width 2 + raters.

    Example:
        Column 0 is the mean, 1 the known rater x, 2 everybody else.
        >>> agent, rater = np.array([0, 0]), np.array([0, 1])
        >>> value, names = np.array([4.0, 3.0]), pa.array(["x", "y"])
        >>> rows = RatingRows(agent, rater, agent, value, value * 0.0, names, np.array([0]))
        >>> model = model_rows(rows, ("x",), np.ones(2))
        >>> model.columns.tolist(), model.y.tolist(), model.width
        ([[0, 1], [0, 2]], [4.0, 3.0], 3)
    """
    place = pc.index_in(rows.raters, value_set=pa.array(known, pa.string()))
    column = np.asarray(pc.fill_null(place, len(known)), np.int64)[rows.rater]
    order = sort_order([rows.agent, column, rows.value, weight])
    columns = np.column_stack([np.zeros(len(rows), np.int64), 1 + column])
    return Rows(
        rows.agent[order], columns[order], rows.value[order], weight[order],
        len(rows.by_rank), len(known) + 2,
    )  # fmt: skip


def weigh(
    rows: RatingRows, known: tuple[str, ...], half_life: float, leniency: float, stays: float
) -> Floats:
    """Relative precision of ratings: less for the old, for repeats, and for unknown raters.

        w = 2^(-age / half_life);  k = sum of w over what a rater said of an agent / the largest
        of them together: P = largest k / (1 + stays (k - 1));  of an unknown rater P / (1 + P len)

    Args:
        rows: ratings by one kind of rater, n of them.
        known: raters whose leniency is known.
        half_life: months after which a rating counts half.
        leniency: `len`, variance of raters' leniency over that of one rating's noise.
        stays: share of the noise that a rater repeats whenever the same agent is rated.

    Returns:
        shape (n,), in (0, 1]: each rating's part of P, by its w. One more rating never lowers the
        sum over an agent.

    Limits:
        an unknown rater's leniency is taken as independent of the agent and from the same
        population as that of the known ones.

    Source:
        mean of equally correlated values (Spearman-Brown), with k of them.

    Example:
        By x a fresh rating and one as old as the half-life, by a stranger one of 1 / (1 + .25);
        where half of the noise stays, x is worth 1.5 / (1 + .5 / 2), not 1.5.
        >>> who, by, age = np.zeros(3, int), np.array([0, 0, 1]), np.array([0.0, 24.0, 0.0])
        >>> rows = RatingRows(who, by, who, age, age, pa.array(["x", "y"]), np.array([0]))
        >>> weigh(rows, ("x",), half_life=24.0, leniency=0.25, stays=0.0).tolist()
        [1.0, 0.5, 0.8]
        >>> weigh(rows, ("x",), half_life=24.0, leniency=0.25, stays=0.5).round(6).tolist()
        [0.8, 0.4, 0.8]
    """
    weight = fade(rows.age, half_life)
    place = pc.index_in(rows.raters, value_set=pa.array(known, pa.string()))
    unknown = np.asarray(pc.is_null(place))[rows.rater]
    _, pair = np.unique(rows.agent * len(rows.raters) + rows.rater, return_inverse=True)
    total, largest = np.bincount(pair, weight), np.zeros(pair.max(initial=-1) + 1)
    np.maximum.at(largest, pair, weight)
    share = (1.0 / (1.0 + stays * (total / largest - 1.0)))[pair]
    together = total[pair] * share
    return weight * share / np.where(unknown, 1.0 + together * leniency, 1.0)
