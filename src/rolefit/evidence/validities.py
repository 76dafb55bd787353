"""Validities learned from agreement: how far each source can be trusted, without any outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.agreement import AGENTS, LEAST_AGENTS, covariance
from rolefit.evidence.method_shares import learn_methods
from rolefit.evidence.trust import (
    ALONE,
    FEW,
    IMPOSSIBLE,
    LEARNED,
    LEAST,
    MOST,
    OF_KIND,
    OF_OTHERS,
    OPPOSED,
    STATED,
    Trust,
    Validity,
    name_of,
)
from rolefit.evidence.validity_fit import Observed, fit_factors
from rolefit.schema.tables import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolefit.evidence.agreement import Agreement, Covariance, Unit
    from rolefit.evidence.validity_fit import Fitted
    from rolefit.schema.arrays import Floats

AGAINST = -2.0
"""How many standard errors below zero its agreement must lie for a source to run against others."""


def learn_trust(
    agreement: Agreement,
    kinds: Mapping[str, float],
    method_variance: Mapping[str, float],
    stated: frozenset[tuple[str, str]] = frozenset(),
) -> Trust:
    """Learns how far sources can be trusted from how far they agree.

    Sources of different families that look at the same attribute share nothing but the attribute,
    so their correlation, free of error, is the product of their validities; three sources give
    all three. Deviations from the defaults are pooled by family, then by source.

    Args:
        agreement: of `measure_agreement`, over all agents.
        kinds: default validity by family.
        method_variance: default w^2 by family.
        stated: family and source of validities that the centre states; they stay.

    Returns:
        Trust: of every family, every source and every family's method.

    Limits:
        what families share beside the attribute (a reputation that raters and thanks both follow)
        counts as agreement. A source whose attribute no other family looks at cannot be learned.

    Source:
        Spearman 1904; Campbell & Fiske 1959 (agreement of different methods is validity,
        agreement of one method is not).

    Example:
        >>> from rolefit.evidence.agreement import Agreement
        >>> kinds = dict(zip(FAMILIES, (0.6, 0.6, 0.8, 0.6, 0.7), strict=True))
        >>> survey, other = ("strengths", "co", "coaching"), ("ratings", "ratings", "coaching")
        >>> n = 4000.0
        >>> sums = np.array([n, 0.18 * n, 0.6 * n, n, 0.18 * n, 0.36 * n])
        >>> met = Agreement({survey: 0.6, other: 0.7}, {(survey, other): sums})
        >>> trust = learn_trust(met, kinds, dict.fromkeys(FAMILIES, 0.22))
        >>> product = trust.kinds["strengths"].used * trust.kinds["ratings"].used
        >>> trust.kinds["strengths"].reason, 0.28 < product < 0.42
        ('learned', True)
    """
    crossed = {
        pair: covariance(sums, _product(pair, agreement.defaults))
        for pair, sums in sorted(agreement.pairs.items())
        if pair[0][0] != pair[1][0] and sums[AGENTS] >= LEAST_AGENTS
    }
    opposed = _opposed(crossed, agreement.defaults)
    usable = {pair: c for pair, c in crossed.items() if not opposed & set(pair)}
    units = sorted({unit for pair in usable for unit in pair})
    fitted = _fit(usable, units, agreement.defaults, stated) if usable else None
    met = _met(agreement)
    of_kind = {
        family: _of_kind(family, kinds[family], sorted({u[0] for u in units}), fitted, met)
        for family in FAMILIES
    }
    found = {}
    for unit, default in sorted(agreement.defaults.items()):
        agents = met.get(unit, 0)
        if unit[:2] in stated or unit in opposed:
            reason = STATED if unit[:2] in stated else OPPOSED
            found[unit] = Validity(default, default, None, agents, reason)
        elif fitted is not None and unit in units:
            k = units.index(unit)
            found[unit] = _learned(default, fitted.source[k], fitted.source_sd[k], agents)
        else:
            found[unit] = _like_its_kind(default, of_kind[unit[0]], agents)
    return Trust(
        of_kind,
        {name_of(unit): validity for unit, validity in found.items()},
        learn_methods(agreement, found, kinds, method_variance),
        fitted.between if fitted else None,
    )


def _like_its_kind(default: float, kind: Validity, agents: int) -> Validity:
    """A source that could not be learned itself."""
    used = min(MOST, default * kind.used / kind.default)
    reason = OF_KIND if kind.reason == LEARNED else kind.reason
    return Validity(default, used, None, agents, reason)


def _product(pair: tuple[Unit, Unit], validity: Mapping[Unit, float]) -> float:
    """Covariance of two sources by their validities."""
    return validity[pair[0]] * validity[pair[1]]


def _met(agreement: Agreement) -> dict[Unit, int]:
    """Most agents whom each source and one of another family both read."""
    met: dict[Unit, int] = {}
    for pair, sums in agreement.pairs.items():
        if pair[0][0] != pair[1][0]:
            for unit in pair:
                met[unit] = max(met.get(unit, 0), int(sums[AGENTS]))
    return met


def _opposed(
    crossed: Mapping[tuple[Unit, Unit], Covariance], defaults: Mapping[Unit, float]
) -> set[Unit]:
    """Sources that clearly run against the others, taken together."""
    total: dict[Unit, Floats] = {}
    for pair, c in crossed.items():
        expected = _product(pair, defaults)
        for unit in pair:
            score = np.array([expected * c.value, expected**2]) / c.variance
            total[unit] = total.get(unit, np.zeros(2)) + score
    pull = {unit: score / np.sqrt(weight) for unit, (score, weight) in total.items()}
    against = {unit for unit, z in pull.items() if z < AGAINST}
    if not against:
        return set()
    worst = min(sorted(against), key=lambda unit: float(pull[unit]))
    rest = {pair: c for pair, c in crossed.items() if worst not in pair}
    return {worst} | _opposed(rest, defaults)


def _fit(
    usable: Mapping[tuple[Unit, Unit], Covariance],
    units: list[Unit],
    defaults: Mapping[Unit, float],
    stated: frozenset[tuple[str, str]],
) -> Fitted:
    """The common-factor fit over all usable pairs."""
    place = {unit: k for k, unit in enumerate(units)}
    families = sorted({unit[0] for unit in units})
    return fit_factors(Observed(
        first=np.array([place[pair[0]] for pair in usable], np.int64),
        second=np.array([place[pair[1]] for pair in usable], np.int64),
        value=np.array([c.value for c in usable.values()]),
        variance=np.array([c.variance for c in usable.values()]),
        default=np.array([defaults[unit] for unit in units]),
        kind=np.array([families.index(unit[0]) for unit in units], np.int64),
        fixed=np.array([float(unit[:2] in stated) for unit in units]),
    ))  # fmt: skip


def _of_kind(
    family: str,
    default: float,
    families: list[str],
    fitted: Fitted | None,
    met: Mapping[Unit, int],
) -> Validity:
    """What was learned of a family as a whole."""
    agents = max((count for unit, count in met.items() if unit[0] == family), default=0)
    if fitted is None:
        return Validity(default, default, None, agents, FEW if agents else ALONE)
    if family in families:
        k = families.index(family)
        return _learned(default, fitted.kind[k], fitted.kind_sd[k], agents)
    return _of_others(default, fitted, agents)


def _of_others(default: float, fitted: Fitted, agents: int) -> Validity:
    """A kind that no other looks beside: as much more or less than by default as all others.

    Their common shift is taken over on Fisher's scale, where a validity never reaches 1.
    """
    usual = float(np.exp(np.log(fitted.default).mean()))
    moved = min(MOST, usual * float(np.exp(fitted.centre)))
    rho = float(np.tanh(np.arctanh(default) + np.arctanh(moved) - np.arctanh(usual)))
    return Validity(default, max(rho, LEAST), float(rho * fitted.centre_sd), agents, OF_OTHERS)


def _learned(default: float, deviation: float, sd: float, agents: int) -> Validity:
    """A learned validity, or the default where what was learned is impossible."""
    rho = float(default * np.exp(deviation))
    if rho > MOST:
        return Validity(default, default, None, agents, IMPOSSIBLE)
    rho = max(rho, LEAST)
    return Validity(default, rho, float(rho * sd), agents, LEARNED)
