"""Contributions: counts against opportunity, on the scale where Poisson noise is even."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from rolefit.evidence.cells import sum_by
from rolefit.evidence.dates import months_before
from rolefit.evidence.readings import Gathered, Readings, join_readings
from rolefit.evidence.shrinkage import Spread, shrink, spread_of
from rolefit.evidence.table import agent_positions, family_code, numbers, positions

if TYPE_CHECKING:
    from datetime import date

    import pyarrow as pa

    from rolefit.schema.arrays import Floats, Ints
    from rolefit.schema.config import Config
    from rolefit.schema.tables import Inputs

LEAST_AGENTS = 5
ANSCOMBE = 0.375
LEAST_RELIABILITY = 1e-6


@dataclass(frozen=True)
class CountNorms:
    """What the population taught about one kind of contribution."""

    rate: float
    """Quantity per unit of exposure over all agents."""
    dispersion: float
    """Variance over mean of an agent's quantity: 1 for Poisson counts, larger where it is lumpy."""
    mean: float
    """Mean deviation on the root scale."""
    tau2: float
    """Variance between agents on the root scale."""
    offered: bool
    """Exposure is recorded opportunity, not time."""
    agents: int


@dataclass(frozen=True)
class Tally:
    """One kind's totals, one entry an agent who was exposed to it, in order of agent id."""

    agent: Ints
    """Row of the agents table."""
    quantity: Floats
    exposure: Floats
    """Offered opportunities, or months in the window."""
    dispersion: float
    """Variance over mean within agents, from row to row or month to month."""
    offered: bool


def calibrate_contributions(inputs: Inputs, config: Config, as_of: date) -> dict[str, CountNorms]:
    """Rates, lumpiness and spread of every kind that enough agents were exposed to.

    Args:
        inputs: checked tables.
        config: effective config.
        as_of: end of the window.

    Returns:
        norms by kind.
    """
    norms = {}
    for kind in config.contributions:
        tally = take_tally(inputs, config, as_of, kind)
        if tally is None or len(tally.agent) < LEAST_AGENTS or tally.quantity.sum() <= 0:
            continue
        rate = float(tally.quantity.sum() / tally.exposure.sum())
        value, noise = root_deviation(tally, rate, tally.dispersion)
        spread = spread_of(value, noise, np.zeros(len(value), np.int64), 1)
        norms[kind] = CountNorms(
            rate, tally.dispersion, float(spread.mean[0]), spread.tau2, tally.offered, len(value)
        )
    return norms


def score_contributions(
    inputs: Inputs, config: Config, norms: dict[str, CountNorms], as_of: date
) -> Gathered:
    """Each agent's contributions as evidence on the attribute of their kind.

    Args:
        inputs: checked tables.
        config: effective config.
        norms: of `calibrate_contributions`.
        as_of: end of the window.

    Returns:
        evidence; no row of any kind means no evidence, never a zero.
    """
    parts = []
    for kind, norm in norms.items():
        if kind not in config.contributions or norm.tau2 <= 0:
            continue
        tally = take_tally(inputs, config, as_of, kind, offered=norm.offered)
        if tally is None:
            continue
        parts.append(_kind_readings(kind, tally, norm, config))
    return Gathered(join_readings(parts))


def root_deviation(tally: Tally, rate: float, dispersion: float) -> tuple[Floats, Floats]:
    """How far each agent's root rate lies from the population's, and its noise variance.

        value = (sqrt(k + 3d/8) - sqrt(m E + 3d/8)) sqrt(m E + 3d/8) / (E sqrt m)
        noise = d (m E + 3d/8) / (4 E^2 m)

    Args:
        tally: quantities k and exposures E.
        rate: m, the population's quantity per exposure.
        dispersion: d, variance over mean of a quantity.

    Returns:
        value and noise in root units (squared); noise depends on exposure alone, so that more
        of a good thing can never count for less.

    Limits:
        first order in the deviation; a short exposure is noisy, not biased.

    Source:
        Anscombe 1948, variance-stabilising square root.
    """
    expected = rate * tally.exposure + ANSCOMBE * dispersion
    root = np.sqrt(tally.quantity + ANSCOMBE * dispersion) - np.sqrt(expected)
    value = root * np.sqrt(expected) / (tally.exposure * np.sqrt(rate))
    return value, dispersion * expected / (4.0 * tally.exposure**2 * rate)


def take_tally(
    inputs: Inputs, config: Config, as_of: date, kind: str, *, offered: bool | None = None
) -> Tally | None:
    """Adds up one kind by agent over the window; None without a row of the kind in the norm group.

    Where opportunities are recorded for the kind they are the exposure, and agents without any
    are not exposed. Elsewhere exposure is time: months since hiring, at most the window, for
    every agent who appears in the contributions table at all. The norms say which of the two
    (`offered`), so that an agent alone is counted as among others.
    """
    table = inputs.contributions
    if table is None or not table.num_rows:
        return None
    window = config.evidence.contributions_window_months
    age = months_before(table["on"], as_of)
    recent = np.isnan(age) | (age < window)
    agent = agent_positions(table, inputs.agents)
    recent &= agent >= 0
    mine = recent & (positions(table["kind"], (kind,)) == 0)
    if offered is None and not mine.any():
        return None
    n = inputs.agents.num_rows
    quantity, opportunity = numbers(table["quantity"]), _opportunity(table)
    if offered is None:
        offered = bool(np.isfinite(opportunity[mine]).any())
    if offered:
        mine &= np.isfinite(opportunity)
        exposure = sum_by(agent[mine], opportunity[mine], n)
        dispersion = lumpiness(agent[mine], quantity[mine], opportunity[mine])
    else:
        present = np.bincount(agent[recent], minlength=n) > 0
        exposure = np.where(present, _months(inputs.agents, as_of, window), 0.0)
        dispersion = _monthly_lumpiness(agent[mine], quantity[mine], age[mine], window)
    total = sum_by(agent[mine], quantity[mine], n)
    order = np.asarray(pc.sort_indices(inputs.agents["agent_id"]), np.int64)
    order = order[exposure[order] > 0]
    return Tally(order, total[order], exposure[order], dispersion, offered)


def lumpiness(agent: Ints, quantity: Floats, exposure: Floats) -> float:
    """Variance over mean of an agent's quantities at equal exposure, pooled over agents.

        sum (q - E m_i)^2 / (E m_i) / (parts - agents),  m_i = agent's quantity per exposure

    Args:
        agent: agent of each part (a row, a month), shape (n,).
        quantity: shape (n,), >= 0.
        exposure: shape (n,), >= 0; parts without exposure are left out.

    Returns:
        at least 1; 1 where no agent has two parts, as for totals over the whole window.

    Source:
        Pearson dispersion of a quasi-Poisson model (McCullagh & Nelder 1989).
    """
    some = exposure > 0
    agent, quantity, exposure = agent[some], quantity[some], exposure[some]
    total, opportunity = np.bincount(agent, quantity), np.bincount(agent, exposure)
    rate = np.divide(total, opportunity, out=np.zeros(len(total)), where=opportunity > 0)
    expected = exposure * rate[agent]
    told = expected > 0
    freedom = int(told.sum()) - len(np.unique(agent[told]))
    if freedom <= 0:
        return 1.0
    misfit = float(((quantity[told] - expected[told]) ** 2 / expected[told]).sum())
    return max(1.0, misfit / freedom)


def _kind_readings(kind: str, tally: Tally, norm: CountNorms, config: Config) -> Readings:
    """What one kind says of each agent."""
    spec = config.contributions[kind]
    value, noise = root_deviation(tally, norm.rate, norm.dispersion)
    group = np.zeros(len(value), np.int64)
    spread = Spread(norm.tau2, np.array([norm.mean]), np.array([np.inf]))
    effect, reliability = shrink(value, noise, spread, group)
    keep = reliability > LEAST_RELIABILITY
    size = int(keep.sum())
    validity = spec.validity or config.evidence.validity.contributions
    attribute = config.attribute_ids.index(spec.attribute)
    zeros = np.zeros(size, np.int64)
    return Readings(
        agent=tally.agent[keep], attribute=np.full(size, attribute),
        family=np.full(size, family_code("contributions")), source=zeros,
        estimate=effect[keep], reliability=reliability[keep], widening=np.ones(size),
        validity=np.full(size, validity), n=tally.exposure[keep],
        method_variance=np.full(size, config.evidence.method_variance.contributions),
        note=zeros, sources=(kind,),
    )  # fmt: skip


def _monthly_lumpiness(agent: Ints, quantity: Floats, age: Floats, window: float) -> float:
    """Lumpiness from month to month of the agents with several dated rows; 1 without any."""
    dated = np.isfinite(age)
    agent, quantity, month = agent[dated], quantity[dated], np.floor(age[dated]).astype(np.int64)
    several = np.bincount(agent, minlength=1) > 1
    keep = several[agent]
    if not keep.any():
        return 1.0
    months = max(1, int(np.ceil(window)))
    people, code = np.unique(agent[keep], return_inverse=True)
    cell = code * months + np.clip(month[keep], 0, months - 1)
    total = sum_by(cell, quantity[keep], len(people) * months)
    who = np.repeat(np.arange(len(people)), months)
    return lumpiness(who, total, np.ones(len(total)))


def _opportunity(table: pa.Table) -> Floats:
    """Recorded opportunities, NaN where there are none."""
    if "opportunity" not in table.column_names:
        return np.full(table.num_rows, np.nan)
    return numbers(table["opportunity"])


def _months(agents: pa.Table, as_of: date, window: float) -> Floats:
    """Months each agent could contribute in: since hiring, at most the window."""
    months = months_before(agents["hired_on"], as_of)
    return np.clip(np.where(np.isnan(months), window, months), 0.0, window)
