"""Contributions as evidence: what agents do beyond their contacts, given the chance."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.praise import Mutual, damp, find_mutual
from rolefit.evidence.propensity import Rate, estimate, fit_rate
from rolefit.evidence.readings import Gathered, Readings, join_readings
from rolefit.evidence.table import Remarks, family_code
from rolefit.evidence.tallies import take_records, tally_offered, tally_over_time

if TYPE_CHECKING:
    from datetime import date

    from rolefit.evidence.tallies import Records, Tally
    from rolefit.schema.arrays import Floats, Ints
    from rolefit.schema.config import Config
    from rolefit.schema.tables import Inputs

LEAST_AGENTS = 5
LEAST_RELIABILITY = 1e-6
OWN_PRAISE = "own_praise"


@dataclass(frozen=True)
class CountNorms:
    """What the population taught about one kind of contribution."""

    offered: Rate | None = None
    """Per recorded opportunity, where rows record any."""
    over_time: Rate | None = None
    """Per month, of the rows that record no opportunity."""
    mutual: Mutual = field(default_factory=Mutual)
    """Who praises whom back, of a kind that is damped for it."""


def calibrate_contributions(inputs: Inputs, config: Config, as_of: date) -> dict[str, CountNorms]:
    """Rates, lumpiness and spread of every kind that enough agents were exposed to.

    Args:
        inputs: checked tables.
        config: effective config.
        as_of: end of the window.

    Returns:
        norms by kind.

    Limits:
        a kind needs five agents who were exposed to it, and something counted: else it is no
        evidence of anybody.

    Source:
        `fit_rate` for rates and spreads, `lumpiness` for what counts vary beyond chance.

    Example:
        Six agents were offered twelve hours of mentoring each, and gave 36 of the 72.

        >>> from datetime import date
        >>> import pyarrow as pa
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.tables import Inputs
        >>> who, hours, day = list("abcdef"), [1.0, 2.0, 2.0, 3.0, 4.0, 24.0], date(2026, 5, 1)
        >>> agents = pa.table({"agent_id": who, "hired_on": [date(2020, 1, 1)] * 6})
        >>> rows = {"agent_id": who, "kind": ["mentoring"] * 6, "on": [day] * 6}
        >>> rows = pa.table({**rows, "quantity": hours, "opportunity": [12.0] * 6})
        >>> inputs = Inputs(agents, contributions=rows)
        >>> norms = calibrate_contributions(inputs, build_config({}), date(2026, 6, 30))
        >>> taught = norms["mentoring"].offered
        >>> round(taught.rate, 1), round(taught.spread, 1), norms["mentoring"].over_time
        (0.3, 0.9, None)
    """
    records = take_records(inputs, config, as_of)
    norms: dict[str, CountNorms] = {}
    if records is None:
        return norms
    for position, kind in enumerate(config.contributions):
        rows = records.of(position)
        if not len(rows.agent):
            continue
        mutual = Mutual()
        if config.contributions[kind].damp_reciprocity:
            mutual = find_mutual(rows, inputs.agents)
            rows, _ = damp(rows, inputs.agents, mutual)
        offered = _rate(tally_offered(rows))
        over_time = None
        if offered is None or np.isnan(rows.opportunity).any():
            over_time = _rate(tally_over_time(rows, offered=offered is not None))
        if offered or over_time:
            norms[kind] = CountNorms(offered, over_time, mutual)
    return norms


def score_contributions(
    inputs: Inputs, config: Config, norms: dict[str, CountNorms], as_of: date
) -> Gathered:
    """Each agent's contributions as evidence on the attribute of their kind.

    Rows with a recorded opportunity are counted against opportunities, all others against time;
    both are estimates of the same inclination and are joined before it becomes evidence.

    Args:
        inputs: checked tables.
        config: effective config.
        norms: of `calibrate_contributions`.
        as_of: end of the window.

    Returns:
        evidence; an agent without any row means no evidence, never a zero. Remarks `own_praise`
        on agents who praised themselves (subject: kind), where the kind is damped.

    Limits:
        work that nobody writes down looks like work not done. A kind that the norms do not know
        is no evidence.

    Source:
        `estimate` for each way of counting; two independent estimates join by their precisions.

    Example:
        Equal chances: the reliability is the same for all, the estimate rises with the hours.

        >>> from datetime import date
        >>> import pyarrow as pa
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.tables import Inputs
        >>> who, hours, day = list("abcdef"), [1.0, 2.0, 2.0, 3.0, 4.0, 24.0], date(2026, 5, 1)
        >>> agents = pa.table({"agent_id": who, "hired_on": [date(2020, 1, 1)] * 6})
        >>> rows = {"agent_id": who, "kind": ["mentoring"] * 6, "on": [day] * 6}
        >>> rows = pa.table({**rows, "quantity": hours, "opportunity": [12.0] * 6})
        >>> inputs, config = Inputs(agents, contributions=rows), build_config({})
        >>> norms = calibrate_contributions(inputs, config, date(2026, 6, 30))
        >>> found = score_contributions(inputs, config, norms, date(2026, 6, 30)).readings
        >>> found.estimate.round(1).tolist(), found.reliability.round(1).tolist()
        ([-0.8, -0.5, -0.5, -0.2, 0.0, 2.0], [0.6, 0.6, 0.6, 0.6, 0.6, 0.6])
    """
    records, parts, remarks = take_records(inputs, config, as_of), [], []
    if records is None:
        return Gathered(Readings.empty())
    for kind, norm in norms.items():
        if kind not in config.contributions:
            continue
        rows = records.of(tuple(config.contributions).index(kind))
        if config.contributions[kind].damp_reciprocity:
            rows, own = damp(rows, inputs.agents, norm.mutual)
            remarks.append(Remarks(OWN_PRAISE, own, np.zeros(len(own), np.int64), (kind,)))
        parts.append(_kind_readings(kind, rows, norm, config))
    return Gathered(join_readings(parts), tuple(r for r in remarks if len(r.agent)))


def _rate(tally: Tally | None) -> Rate | None:
    """What enough agents taught; None where they are few or nothing was counted."""
    if tally is None or len(tally.agent) < LEAST_AGENTS or tally.quantity.sum() <= 0:
        return None
    return fit_rate(tally.quantity, tally.exposure, tally.dispersion)


def _kind_readings(kind: str, rows: Records, norm: CountNorms, config: Config) -> Readings:
    """What one kind says of each agent."""
    size = len(rows.months)
    precision, weighted, exposure = np.zeros(size), np.zeros(size), np.zeros(size)
    over_time = tally_over_time(rows, offered=norm.offered is not None)
    for taught, tally in ((norm.over_time, over_time), (norm.offered, tally_offered(rows))):
        if taught is None or tally is None:
            continue
        value, reliability = estimate(tally.quantity, tally.exposure, taught)
        odds = reliability / (1.0 - reliability)
        precision[tally.agent] += odds
        weighted[tally.agent] += odds * value / reliability
        exposure[tally.agent] = tally.exposure
    agent = np.flatnonzero(precision > LEAST_RELIABILITY)
    mean = weighted[agent] / (1.0 + precision[agent])
    reliability = precision[agent] / (1.0 + precision[agent])
    return _readings(kind, agent, mean, reliability, exposure[agent], config)


def _readings(
    kind: str, agent: Ints, mean: Floats, reliability: Floats, exposure: Floats, config: Config
) -> Readings:
    """Estimates of one kind as readings."""
    spec, size = config.contributions[kind], len(agent)
    validity = spec.validity or config.evidence.validity.contributions
    zeros = np.zeros(size, np.int64)
    return Readings(
        agent=agent, attribute=np.full(size, config.attribute_ids.index(spec.attribute)),
        family=np.full(size, family_code("contributions")), source=zeros,
        estimate=mean, reliability=reliability, widening=np.ones(size),
        validity=np.full(size, validity), n=exposure,
        method_variance=np.full(size, config.evidence.method_variance.contributions),
        note=zeros, sources=(kind,),
    )  # fmt: skip
