"""What each source read of each agent, apart from how far the source is trusted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.table import NO_NOTE, Evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.evidence.table import Remarks
    from rolefit.schema.arrays import Floats, Ints

PLAIN = (
    "agent", "attribute", "family", "estimate", "reliability", "widening", "validity", "n",
    "method_variance",
)  # fmt: skip
"""Columns of readings that mean the same in every part."""


@dataclass(frozen=True)
class Readings:
    """One estimate of one source's own true score a row, all columns of equal length.

    `estimate` is the posterior mean of that score, in its population sd, better positive;
    `reliability` is 1 - its posterior variance, in (0, 1].
    """

    agent: Ints
    """Row of the agents table."""
    attribute: Ints
    """Position in `config.attribute_ids`."""
    family: Ints
    """Position in FAMILIES."""
    source: Ints
    """Position in `sources`."""
    estimate: Floats
    reliability: Floats
    widening: Floats
    """Multiplier of the evidence variance (careless answers, age); at least 1."""
    validity: Floats
    """Correlation of the source's true score with the attribute; as siblings return it, default."""
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
        return len(self.estimate)

    @classmethod
    def empty(cls) -> Readings:
        """Nothing read at all."""
        ints, floats = np.zeros(0, np.int64), np.zeros(0)
        return cls(ints, ints, ints, ints, floats, floats, floats, floats, floats, floats, ints, ())


@dataclass(frozen=True)
class Gathered:
    """What one family found: its readings, and what it has to say."""

    readings: Readings
    remarks: tuple[Remarks, ...] = field(default=())

    @property
    def evidence(self) -> Evidence:
        """The readings as evidence, every source trusted as far as its default says."""
        return weigh(self.readings)


def join_readings(parts: Sequence[Readings]) -> Readings:
    """All parts as one, sorted by agent, attribute, family, source: the order of input is lost.

    Args:
        parts: readings of several families over the same agents and attributes.

    Example:
        >>> len(join_readings([Readings.empty(), Readings.empty()]))
        0
    """
    parts = [part for part in parts if len(part)]
    if not parts:
        return Readings.empty()
    sources = tuple(sorted({name for part in parts for name in part.sources}))
    notes = (NO_NOTE, *sorted({note for part in parts for note in part.notes} - {NO_NOTE}))
    recoded = {
        "source": [_recode(part.source, part.sources, sources) for part in parts],
        "note": [_recode(part.note, part.notes, notes) for part in parts],
    }
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in PLAIN}
    columns |= {name: np.concatenate(values) for name, values in recoded.items()}
    order = np.lexsort([columns[k] for k in ("source", "family", "attribute", "agent")])
    return Readings(**{k: v[order] for k, v in columns.items()}, sources=sources, notes=notes)


def _recode(index: Ints, old: tuple[str, ...], new: tuple[str, ...]) -> Ints:
    """Positions in `old` as positions in `new`."""
    position = {name: k for k, name in enumerate(new)}
    return np.array([position[name] for name in old], np.int64)[index]


def weigh(readings: Readings) -> Evidence:
    """Readings as evidence on their attributes, each trusted as far as its validity goes.

    Args:
        readings: of one family or all.

    Returns:
        Evidence, row for row: `variance` is all that can be wrong with one item, the part that
        it shares with its family included.

    Limits:
        see `as_evidence`.

    Example:
        >>> len(weigh(Readings.empty()))
        0
    """
    z, variance = as_evidence(
        readings.estimate, readings.reliability, readings.validity, readings.widening
    )
    return Evidence(
        agent=readings.agent, attribute=readings.attribute, family=readings.family,
        source=readings.source, z=z, variance=variance, n=readings.n,
        method_variance=readings.method_variance, note=readings.note,
        sources=readings.sources, notes=readings.notes,
    )  # fmt: skip


def as_evidence(
    estimate: Floats, reliability: Floats, validity: Floats | float, widening: Floats | float = 1.0
) -> tuple[Floats, Floats]:
    """Turns a shrunken estimate of a source's own true score into evidence on its attribute.

        z = estimate / (reliability * rho)
        var = ((1 - reliability) / reliability + 1 - rho^2) / rho^2 * widening

    Args:
        estimate: posterior mean of the source's true score, in its population sd, better positive.
        reliability: 1 - posterior variance of that score, in (0, 1].
        validity: rho, correlation of the source's true score with the attribute.
        widening: multiplier of the variance (careless answers, age); at least 1.

    Returns:
        z and variance, in sd and variance of the attribute.

    Limits:
        assumes that errors are normal and independent of the attribute.

    Source:
        classical test theory; Kelley 1947 for the true-score estimate.

    Example:
        >>> z, variance = as_evidence(np.array([0.4]), np.array([0.8]), 0.5)
        >>> z.tolist(), variance.tolist()
        ([1.0], [4.0])
    """
    noise = (1.0 - reliability) / reliability
    rho2 = validity**2
    return estimate / (reliability * validity), (noise + 1.0 - rho2) / rho2 * widening
