"""Evidence: estimates of attributes with variance, family and source, as named arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rolefit.schema.tables import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.schema.arrays import Floats, Ints

NO_NOTE = ""


@dataclass(frozen=True)
class Evidence:
    """One estimate a row, all columns of equal length; rows in any order.

    `z` is in sd of the attribute over the norm population (0 = average, better is positive) and
    `variance` is its variance in the same unit, validity and widening included.
    """

    agent: Ints
    """Row of the agents table."""
    attribute: Ints
    """Position in `config.attribute_ids`."""
    family: Ints
    """Position in FAMILIES."""
    source: Ints
    """Position in `sources`."""
    z: Floats
    variance: Floats
    n: Floats
    """What it rests on: volume, answered items, exposure, ratings."""
    method_variance: Floats
    """w^2 of the family for this agent: caps the family's precision at 1 / w^2."""
    note: Ints
    """Position in `notes`; 0 = nothing to say."""
    sources: tuple[str, ...]
    """Metric, scale, contribution kind or kind of rater."""
    notes: tuple[str, ...] = (NO_NOTE,)

    def __len__(self) -> int:
        """Number of estimates."""
        return len(self.z)

    @classmethod
    def empty(cls) -> Evidence:
        """No evidence at all."""
        ints, floats = np.zeros(0, np.int64), np.zeros(0)
        return cls(ints, ints, ints, ints, floats, floats, floats, floats, ints, ())

    def of(self, agents: slice) -> Evidence:
        """The rows of a run of agents, numbered from 0 again; needs rows sorted by agent."""
        keep = slice(*np.searchsorted(self.agent, [agents.start, agents.stop]))
        return Evidence(
            self.agent[keep] - agents.start, self.attribute[keep], self.family[keep],
            self.source[keep], self.z[keep], self.variance[keep], self.n[keep],
            self.method_variance[keep], self.note[keep], self.sources, self.notes,
        )  # fmt: skip


@dataclass(frozen=True)
class Remarks:
    """What must be said of some agents besides their evidence: one code, and what it is about."""

    code: str
    """`not_applicable`, `not_comparable`, `retake`, `too_few_answers`, ..."""
    agent: Ints
    """Row of the agents table."""
    subject: Ints
    """Row -> position in `subjects`."""
    subjects: tuple[str, ...]
    """Metric, scale or instrument ids, or reasons, as the code asks."""

    def of(self, agents: slice) -> Remarks:
        """The remarks on a run of agents, numbered from 0 again."""
        keep = (self.agent >= agents.start) & (self.agent < agents.stop)
        return Remarks(
            self.code, self.agent[keep] - agents.start, self.subject[keep], self.subjects
        )


def family_code(name: str) -> int:
    """Position of a family in FAMILIES.

    Example:
        >>> family_code("metrics"), family_code("ratings")
        (0, 4)
    """
    return FAMILIES.index(name)


def positions(values: pa.ChunkedArray, known: Sequence[str]) -> Ints:
    """Position of each value in `known`, -1 where it is missing or not among them.

    Example:
        >>> positions(pa.chunked_array([["b", None, "x"]]), ("a", "b")).tolist()
        [1, -1, -1]
    """
    found = pc.index_in(values, value_set=pa.array(list(known), pa.string()))
    return np.asarray(pc.fill_null(found, -1), np.int64)


def agent_positions(table: pa.Table, agents: pa.Table) -> Ints:
    """Row of the agents table for each row of `table`, -1 where the agent is unknown.

    Example:
        >>> agents = pa.table({"agent_id": ["A1", "A2"]})
        >>> agent_positions(pa.table({"agent_id": ["A2", "A2", "A9"]}), agents).tolist()
        [1, 1, -1]
    """
    known = agents["agent_id"].combine_chunks()
    found = pc.index_in(table["agent_id"], value_set=known)
    return np.asarray(pc.fill_null(found, -1), np.int64)


def numbers(column: pa.ChunkedArray) -> Floats:
    """A number column as floats, NaN where it is missing.

    Example:
        >>> numbers(pa.chunked_array([[1, None, 3]])).tolist()
        [1.0, nan, 3.0]
    """
    return np.asarray(pc.fill_null(column.cast(pa.float64()), np.nan), np.float64)
