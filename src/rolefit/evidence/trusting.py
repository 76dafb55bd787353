"""Readings under learned validities instead of the defaults."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.agreement import measure_agreement
from rolefit.evidence.trust import MOST, MOVED, odds
from rolefit.evidence.validities import learn_trust
from rolefit.schema.build import packaged_defaults
from rolefit.schema.tables import FAMILIES

if TYPE_CHECKING:
    from rolefit.evidence.readings import Readings
    from rolefit.evidence.trust import Trust
    from rolefit.schema.arrays import Ints
    from rolefit.schema.config import Config


def stated_validities(config: Config) -> frozenset[tuple[str, str]]:
    """Family and source of every validity that the centre states itself, other than as shipped.

    Args:
        config: effective config.

    Example:
        >>> from rolefit.schema.build import build_config
        >>> config = build_config({"metrics": {"csat": {"validity": 0.8}}})
        >>> sorted(stated_validities(config))
        [('metrics', 'csat')]
    """
    shipped = packaged_defaults()
    return frozenset(
        (family, name)
        for family, specs in (("metrics", config.metrics), ("contributions", config.contributions))
        for name, spec in specs.items()
        if spec.validity is not None
        and spec.validity != shipped[family].get(name, {}).get("validity")
    )


def learn_from(readings: Readings, config: Config) -> Trust:
    """How far sources are to be trusted, from how far these readings agree.

    Args:
        readings: of all families, all agents of the centre, with default validities.
        config: effective config.

    Returns:
        Trust; see `learn_trust` for limits and sources.

    Example:
        >>> from rolefit.evidence.readings import Readings
        >>> from rolefit.schema.build import build_config
        >>> learn_from(Readings.empty(), build_config({})).kinds["ratings"].reason
        'no_other_source'
    """
    return learn_trust(
        measure_agreement(readings, config.attribute_ids),
        config.evidence.validity.model_dump(),
        config.evidence.method_variance.model_dump(),
        stated_validities(config),
    )


def trusted(readings: Readings, trust: Trust | None, config: Config) -> Readings:
    """The same readings, each trusted as far as was learned.

        w^2 = default w^2 * (m / default m) * odds(rho) / odds(default rho)

    A source that was not there when the norms were learned is trusted as its family is. The
    shared part of the method keeps its share of all that is not the attribute. A validity that
    the centre states stays.

    Args:
        readings: with default validities and method variances.
        trust: of `learn_from`, on these or earlier readings; None = nothing was learned.
        config: effective config; `evidence.learn_validities = false` keeps all defaults.

    Returns:
        Readings, row for row.

    Example:
        >>> from rolefit.evidence.readings import Readings
        >>> from rolefit.schema.build import build_config
        >>> len(trusted(Readings.empty(), None, build_config({})))
        0
    """
    if trust is None or not config.evidence.learn_validities:
        return readings
    stated = stated_validities(config)
    shape = (len(FAMILIES), max(len(readings.sources), 1), len(config.attribute_ids))
    size = int(np.prod(shape))
    cell = np.ravel_multi_index((readings.family, readings.source, readings.attribute), shape)
    validity, scale = np.ones(size), np.ones(size)
    for code, row in zip(*(found.tolist() for found in _one_row_each(cell, size)), strict=True):
        f, s, d = np.unravel_index(code, shape)
        family, source = FAMILIES[f], readings.sources[s]
        rho = default = float(readings.validity[row])
        if (family, source) not in stated:
            rho = _used(trust, family, source, config.attribute_ids[d], default)
        validity[code], scale[code] = rho, _method_scale(trust, family, default, rho)
    return replace(
        readings, validity=validity[cell], method_variance=readings.method_variance * scale[cell]
    )


def _one_row_each(cell: Ints, size: int) -> tuple[Ints, Ints]:
    """Cells that occur, and a row of each."""
    row = np.full(size, -1, np.int64)
    row[cell] = np.arange(len(cell))
    used = np.flatnonzero(row >= 0)
    return used, row[used]


def _used(trust: Trust, family: str, source: str, attribute: str, default: float) -> float:
    """The validity of one source, or its family's where it was not there to be learned."""
    known = trust.sources.get(f"{family}/{source}/{attribute}")
    if known is not None:
        return known.used if known.reason in MOVED else default
    kind = trust.kinds.get(family)
    return min(MOST, default * kind.used / kind.default) if kind is not None else default


def _method_scale(trust: Trust, family: str, default: float, rho: float) -> float:
    """How much larger the method variance is than by default."""
    method = trust.methods.get(family)
    if method is None or method.default <= 0.0 or odds(default) <= 0.0:
        return 1.0
    return method.used / method.default * odds(rho) / odds(default)
