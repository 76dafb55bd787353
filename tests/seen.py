"""Readings of made-up sources with known validities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.readings import Readings
from rolefit.schema.build import build_config
from rolefit.schema.tables import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

POLICY = build_config({}).evidence
KINDS = POLICY.validity.model_dump()
METHODS = POLICY.method_variance.model_dump()
ATTRIBUTES = ("coaching", "teamwork", "quality")


def readings_of(
    columns: Mapping[tuple[str, str, int], np.ndarray],
    reliability: float = 0.7,
    *,
    agents: Iterable[int] | None = None,
    widening: float = 1.0,
) -> Readings:
    """One reading an agent and source.

    Args:
        columns: family, source and attribute position -> observed scores x = true + error of
            variance (1 - rel) / rel, one an agent; NaN where the agent was not read.
        reliability: of every reading.
        agents: their rows; default 0, 1, ...
        widening: of every reading.
    """
    sources = tuple(sorted({source for _, source, _ in columns}))
    rows = []
    for (family, source, attribute), x in columns.items():
        people = np.arange(len(x)) if agents is None else np.asarray(list(agents))
        for person, value in zip(people[~np.isnan(x)], x[~np.isnan(x)], strict=True):
            rows.append((person, attribute, FAMILIES.index(family), sources.index(source), value))
    agent, attribute, family, source, value = np.array(sorted(rows)).reshape(-1, 5).T
    ones, zeros = np.ones(len(agent)), np.zeros(len(agent), np.int64)
    codes = [part.astype(np.int64) for part in (agent, attribute, family, source)]
    return Readings(
        *codes, estimate=reliability * value, reliability=reliability * ones,
        widening=widening * ones, validity=np.array([KINDS[FAMILIES[f]] for f in codes[2]]),
        n=ones, method_variance=np.array([METHODS[FAMILIES[f]] for f in codes[2]]), note=zeros,
        sources=sources,
    )  # fmt: skip


def observed(
    theta: np.ndarray, rho: float, rng: np.random.Generator, reliability: float = 0.7
) -> np.ndarray:
    """What a source of some validity and reliability observes of people."""
    true = rho * theta + np.sqrt(1.0 - rho**2) * rng.standard_normal(len(theta))
    return true + np.sqrt((1.0 - reliability) / reliability) * rng.standard_normal(len(theta))
