"""How far sources agree on people: sums over agents, which merge, for every two of an attribute."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from rolefit.schema.tables import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.evidence.readings import Readings
    from rolefit.schema.arrays import Floats, Ints

AGENTS, PRODUCT, EXPECTED, SQUARE, MIXED, EXPECTED_SQUARE = range(6)
"""Positions in the sums of a pair."""

LEAST_AGENTS = 20
"""Agents whom two sources must both have read before their agreement is looked at."""
Unit = tuple[str, str, str]
"""Family, source, attribute."""


@dataclass(frozen=True)
class Agreement:
    """What pairs of sources of one attribute say of the same agents."""

    defaults: dict[Unit, float] = field(default_factory=dict)
    """Default validity of every source that read anybody."""
    pairs: dict[tuple[Unit, Unit], Floats] = field(default_factory=dict)
    """Six sums over the agents whom both read, see `covariance`; the earlier unit first."""


@dataclass(frozen=True)
class Covariance:
    """Covariance of two sources' true scores, both in their own sd: a correlation."""

    value: float
    variance: float
    """Its sampling variance."""
    agents: int


def measure_agreement(readings: Readings, attributes: Sequence[str]) -> Agreement:
    """Adds up, for every two sources of one attribute, what they say of the same agents.

        n, sum x_k x_l, sum r_k r_l, sum (x_k x_l)^2, sum x_k x_l r_k r_l, sum (r_k r_l)^2
        x = estimate,  r = reliability

    Args:
        readings: of all families, sorted by agent.
        attributes: `config.attribute_ids`.

    Returns:
        Agreement; an agent whom one source alone has read adds nothing.

    Limits:
        estimates are taken around zero, the average of all whom their source has read. Flagged
        answers count like all others: a flag may widen, and must not move anybody's mean.

    Source:
        sums of products, as for any covariance; they merge over parts of the agents.

    Example:
        >>> from rolefit.evidence.readings import Readings
        >>> two, ones = np.array([0, 0]), np.ones(2)
        >>> readings = Readings(
        ...     two,
        ...     two,
        ...     np.array([1, 4]),
        ...     two,
        ...     0.5 * ones,
        ...     0.5 * ones,
        ...     ones,
        ...     0.6 * ones,
        ...     ones,
        ...     ones,
        ...     two,
        ...     ("coaching",),
        ... )
        >>> agreement = measure_agreement(readings, ("coaching",))
        >>> [unit[0] for unit in next(iter(agreement.pairs))]
        ['strengths', 'ratings']
    """
    defaults: dict[Unit, float] = {}
    pairs: dict[tuple[Unit, Unit], Floats] = {}
    code = readings.family * max(len(readings.sources), 1) + readings.source
    order = np.argsort(readings.attribute, kind="stable")
    ends = np.searchsorted(readings.attribute[order], np.arange(len(attributes) + 1))
    for d, attribute in enumerate(attributes):
        rows = order[ends[d] : ends[d + 1]]
        codes, column, first = _distinct(code[rows])
        units: list[Unit] = [
            (FAMILIES[c // len(readings.sources)], readings.sources[c % len(readings.sources)],
             attribute)
            for c in codes
        ]  # fmt: skip
        defaults |= {
            u: float(readings.validity[rows[k]]) for u, k in zip(units, first, strict=True)
        }
        pairs |= _pairs(readings, rows, column, units)
    return Agreement(defaults, pairs)


def merge_agreement(parts: Sequence[Agreement]) -> Agreement:
    """Agreement over all agents from that over parts of them.

    Args:
        parts: each over other agents of one centre.

    Returns:
        Agreement, pairs in alphabetical order whatever the order of the parts.

    Limits:
        sums of floats: the order of the parts shows from the sixteenth digit on.

    Source:
        sums over disjoint sets of agents add up.

    Example:
        >>> merge_agreement([Agreement(), Agreement()]).pairs
        {}
    """
    defaults: dict[Unit, float] = {}
    pairs: dict[tuple[Unit, Unit], Floats] = {}
    for part in parts:
        defaults |= part.defaults
        for pair, sums in part.pairs.items():
            pairs[pair] = pairs.get(pair, 0.0) + sums
    return Agreement(dict(sorted(defaults.items())), dict(sorted(pairs.items())))


def covariance(sums: Floats, expected: float) -> Covariance:
    """Covariance of two sources' true scores, free of their errors.

        c = sum x_k x_l / sum r_k r_l
        variance: the larger of what the products show and what normal scores would show

    Args:
        sums: of one pair.
        expected: the covariance by default, for the variance that normal scores would show.

    Returns:
        Covariance.

    Limits:
        errors of the two sources must be independent, and their zero the same people's average.

    Source:
        Spearman 1904 (disattenuation); weights and errors of a regression through the origin of
        the products of two shrunken estimates on the products of their reliabilities.

    Example:
        >>> covariance(np.array([400.0, 50.0, 200.0, 30.0, 40.0, 100.0]), 0.36).value
        0.25
    """
    c = sums[PRODUCT] / sums[EXPECTED]
    seen = sums[SQUARE] - 2.0 * c * sums[MIXED] + c**2 * sums[EXPECTED_SQUARE]
    normal = sums[EXPECTED] + expected**2 * sums[EXPECTED_SQUARE]
    return Covariance(float(c), float(max(seen, normal) / sums[EXPECTED] ** 2), int(sums[AGENTS]))


def _distinct(code: Ints) -> tuple[Ints, Ints, Ints]:
    """Distinct codes, the position of each row's, and a row of each."""
    codes, first, column = np.unique(code, return_index=True, return_inverse=True)
    return codes, column.astype(np.int64), first.astype(np.int64)


def _pairs(
    readings: Readings, rows: Ints, column: Ints, units: list[Unit]
) -> dict[tuple[Unit, Unit], Floats]:
    """The sums of all pairs of one attribute."""
    if len(units) < 2:  # noqa: PLR2004 - a pair
        return {}
    agent = readings.agent[rows]
    person = np.concatenate([[0], np.cumsum(agent[1:] != agent[:-1])])
    shape = (int(person[-1]) + 1, len(units))
    both, x, r = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    both[person, column] = 1.0
    x[person, column] = readings.estimate[rows]
    r[person, column] = readings.reliability[rows]
    table = np.stack([
        both.T @ both, x.T @ x, r.T @ r, (x**2).T @ x**2, (x * r).T @ (x * r), (r**2).T @ r**2,
    ])  # fmt: skip
    return {
        (units[k], units[m]): table[:, k, m].copy()
        for k in range(len(units))
        for m in range(k + 1, len(units))
        if table[AGENTS, k, m] > 0
    }
