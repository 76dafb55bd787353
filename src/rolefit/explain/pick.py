"""Which terms are told: large ones, from different families, at most one of them from metrics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.schema.tables import FAMILIES

if TYPE_CHECKING:
    from rolefit.evidence.table import Evidence
    from rolefit.schema.arrays import Bools, Floats, Ints

METRICS = FAMILIES.index("metrics")
NONE = -1
LEAST_TERM = 0.02
"""Smaller terms, in fit units, are not worth a sentence."""
HEARD_BEFORE = 0.5
"""A family that was told already counts half when the next family is chosen."""


@dataclass(frozen=True)
class Picked:
    """Chosen terms of n agents, agents x slots; -1 and NaN where there is none."""

    attribute: Ints
    family: Ints
    term: Floats


def pick_terms(terms: Floats, eligible: Bools, count: int, *, sign: int, metrics: Bools) -> Picked:
    """The attributes that add (or take) most, each with the family that tells most of it.

    Args:
        terms: agents x attributes x families, fit units.
        eligible: agents x attributes that may be told.
        count: most terms an agent.
        sign: 1 for terms that add to the fit, -1 for terms that take from it.
        metrics: agents for whom one metric term may be told, shape (n,).

    Returns:
        Picked, agents x count, at most one term an attribute and one from metrics.
    """
    agents, _, families = terms.shape
    row = np.arange(agents)
    left = np.where(eligible[:, :, None], sign * terms, 0.0)
    left[~metrics, :, METRICS] = 0.0
    fresh = np.ones((agents, families))
    attribute, family = (np.full((agents, count), NONE, np.int64) for _ in range(2))
    term = np.full((agents, count), np.nan)
    for slot in range(count):
        worth = np.where(left.max(axis=2) >= LEAST_TERM, left.sum(axis=2), -np.inf)
        what = worth.argmax(axis=1)
        cell = left[row, what]
        where = np.where(cell >= LEAST_TERM, cell * fresh, -np.inf).argmax(axis=1)
        told = cell.max(axis=1) >= LEAST_TERM
        attribute[told, slot], family[told, slot] = what[told], where[told]
        term[told, slot] = sign * cell[row, where][told]
        left[row, what] = 0.0
        fresh[row, where] *= HEARD_BEFORE
        left[told & (where == METRICS), :, METRICS] = 0.0
    return Picked(attribute, family, term)


def lead_source(evidence: Evidence, shape: tuple[int, int, int], picked: Picked) -> Ints:
    """The source that speaks loudest, in the direction of each picked term.

    Args:
        evidence: all evidence of the same agents.
        shape: agents, attributes, families.
        picked: terms, each of one agent, attribute and family.

    Returns:
        Position in `evidence.sources`, agents x slots; -1 where nothing was picked.
    """
    agent, slot = np.nonzero(picked.attribute != NONE)
    cell = np.ravel_multi_index(
        (agent, picked.attribute[agent, slot], picked.family[agent, slot]), shape
    )
    place = np.full(int(np.prod(shape)), NONE, np.int64)
    place[cell] = np.arange(len(cell))
    at = place[np.ravel_multi_index((evidence.agent, evidence.attribute, evidence.family), shape)]
    rows = np.flatnonzero(at != NONE)
    sign = np.sign(picked.term[agent, slot])[at[rows]]
    loudness = sign * evidence.z[rows] / evidence.variance[rows]
    order = np.lexsort([evidence.source[rows], -loudness, at[rows]])
    first = np.searchsorted(at[rows][order], np.arange(len(cell)))
    source = np.full(picked.attribute.shape, NONE, np.int64)
    source[agent, slot] = evidence.source[rows][order][first]
    return source
