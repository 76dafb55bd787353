"""Ratings of an agent's attribute by others, with each rater's leniency taken out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.cells import add_up
from rolefit.evidence.crossed import predict_agents
from rolefit.evidence.opinions import ENOUGH, learn_opinions, merge_repeats
from rolefit.evidence.rating_rows import (
    KINDS,
    RatingRows,
    by_others,
    model_rows,
    remark_own_ratings,
    take_ratings,
    weigh,
)
from rolefit.evidence.readings import Gathered, Readings, join_readings
from rolefit.evidence.table import family_code
from rolefit.schema.arrays import Matrix  # noqa: TC001 - pydantic reads it

if TYPE_CHECKING:
    from datetime import date

    from rolefit.evidence.opinions import Learned
    from rolefit.schema.arrays import Floats
    from rolefit.schema.config import Config
    from rolefit.schema.tables import Inputs

LEAST_AGENTS = 5
LEAST_RATINGS = 3
"""Raters with fewer are taken as new ones: their leniency is hardly known, and norms stay small."""
DENSE_NORMS = 100
"""Above this many known raters norms keep the variances of their leniency, not the covariances."""
LEAST_RELIABILITY = 1e-6


@dataclass(frozen=True)
class RatingNorms:
    """What the population taught about the ratings of one attribute by one kind of rater."""

    raters: tuple[str, ...]
    """Those with enough ratings to know their leniency, sorted."""
    effects: tuple[float, ...]
    """Mean, leniency of each rater, leniency of a new rater (0)."""
    covariance: Matrix
    """Of the effects, divided by s2; its diagonal where there are many raters."""
    s2: float
    """Noise variance of one rating, squared points."""
    stays: float
    """Share of the noise that a rater repeats whenever the same agent is rated."""
    tau2: float
    """Variance between agents, squared points."""
    leniency2: float
    """Variance of raters' leniency, squared points."""
    pooled: bool
    """Too few ratings by this kind alone: the three variances are those of all kinds together."""
    agents: int


def rating_key(attribute: str, kind: str) -> str:
    """The name of the norms of one attribute and kind of rater.

    Example:
        >>> rating_key("ownership", "client")
        'ownership/client'
    """
    return f"{attribute}/{kind}"


def rated_by_others(inputs: Inputs) -> tuple[str, ...]:
    """Names of what others rated, sorted: attributes and kinds of rater that could have norms.

    Example:
        >>> import pyarrow as pa
        >>> from rolefit.schema.tables import Inputs
        >>> row = {"agent_id": ["A"], "rater_id": ["x"], "rater_kind": ["lead"], "value": [4.0]}
        >>> ratings = pa.table(row | {"attribute": ["ownership"]})
        >>> rated_by_others(Inputs(pa.table({"agent_id": ["A"]}), ratings=ratings))
        ('ownership/lead',)
    """
    if inputs.ratings is None:
        return ()
    pairs = by_others(inputs.ratings).group_by(["attribute", "rater_kind"]).aggregate([])
    named = zip(pairs["attribute"].to_pylist(), pairs["rater_kind"].to_pylist(), strict=True)
    return tuple(sorted(rating_key(*pair) for pair in named))


def calibrate_ratings(inputs: Inputs, config: Config, as_of: date) -> dict[str, RatingNorms]:
    """Leniency of raters and spread of agents, by attribute and kind, through the crossed solver.

    Leads, colleagues, quality and clients see different things and use a scale differently: each
    kind has its own mean, leniency, noise and spread where it has ENOUGH ratings. Kinds with fewer
    keep their mean, and take the variances of all kinds together.

    Args:
        inputs: checked tables.
        config: effective config.
        as_of: "today" of the run.

    Returns:
        norms by `rating_key`, of every attribute that enough agents were rated on. Ratings count
        alike here, whatever their age: how far people differ is not forgotten.

    Limits:
        raters are random: one who only ever sees excellent people looks lenient in part. Where
        hardly an agent has two raters, how far raters agree is taken from the literature.

    Source:
        crossed random effects of people and raters (Brennan 2001), solved by `learn_opinions`.

    Example:
        Rater y gives one point less than x to each of forty people, give or take an eighth.
        >>> from datetime import date
        >>> import pyarrow as pa
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.tables import Inputs
        >>> ids = [f"A{k:02}" for k in range(40)]
        >>> value = [3 + k % 3 + k % 2 / 4 for k in range(40)] + [2.125 + k % 3 for k in range(40)]
        >>> rows = {"agent_id": ids * 2, "rater_id": ["x"] * 40 + ["y"] * 40, "value": value}
        >>> rows |= {"attribute": ["ownership"] * 80, "rater_kind": ["lead"] * 80}
        >>> inputs = Inputs(pa.table({"agent_id": ids}), ratings=pa.table(rows))
        >>> norms = calibrate_ratings(inputs, build_config({}), date(2026, 6, 30))["ownership/lead"]
        >>> norms.raters, round(norms.effects[1] - norms.effects[2], 1), norms.pooled
        (('x', 'y'), 1.0, False)
    """
    norms: dict[str, RatingNorms] = {}
    for attribute in config.attribute_ids:
        rows = take_ratings(inputs, as_of, attribute)
        if rows is None:
            continue
        by_kind = {k: rows.of(k) for k in np.unique(rows.kind).tolist()}
        alone = {k for k, own in by_kind.items() if _stands_alone(own)}
        pooled = _centred(rows) if len(alone) < len(by_kind) and _tells(_centred(rows)) else None
        learned = learn_opinions(pooled) if pooled else None
        for k, own in by_kind.items():
            name = rating_key(attribute, KINDS[k])
            if k in alone:
                norms[name] = _norms(own, learn_opinions(own), own, pooled=False)
            elif pooled and learned:
                norms[name] = _norms(own, learned, pooled, pooled=True)
    return norms


def score_ratings(
    inputs: Inputs, config: Config, norms: dict[str, RatingNorms], as_of: date
) -> Gathered:
    """Each rated agent's ratings as evidence: one source a kind of rater.

    Kinds share what raters as such get wrong, the family's method variance: however many rate, it
    is counted once, and never away.

    Args:
        inputs: checked tables.
        config: effective config.
        norms: of `calibrate_ratings`.
        as_of: "today" of the run.

    Returns:
        evidence on the rated attributes; the source is the kind of rater. Remark `own_rating` on
        agents who rated themselves as if they were another kind of rater: it does not count.

    Limits:
        a rater without norms counts as one whose leniency nobody knows; an attribute whose ratings
        tell no spread between agents gives no evidence.

    Source:
        best linear unbiased prediction (`predict_agents`).

    Example:
        4.5 by x, who gives half a point too much around a mean of 3: one point above average, of
        which noise as large as the spread between agents leaves half.
        >>> from datetime import date
        >>> import pyarrow as pa
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.tables import Inputs
        >>> row = {"agent_id": ["A"], "attribute": ["ownership"], "rater_id": ["x"]}
        >>> ratings = pa.table(row | {"rater_kind": ["lead"], "value": [4.5]})
        >>> sure = np.zeros((3, 3))
        >>> norms = RatingNorms(("x",), (3.0, 0.5, 0), sure, 1.0, 0.6, 1.0, 0.25, False, 9)
        >>> inputs = Inputs(pa.table({"agent_id": ["A"]}), ratings=ratings)
        >>> norms = {"ownership/lead": norms}
        >>> found = score_ratings(inputs, build_config({}), norms, date(2026, 6, 30)).readings
        >>> found.estimate.tolist(), found.reliability.tolist()
        ([0.5], [0.5])
    """
    parts = []
    for attribute in config.attribute_ids:
        keys = {k: rating_key(attribute, kind) for k, kind in enumerate(KINDS)}
        known = {k: norms[key] for k, key in keys.items() if key in norms}
        known = {k: norm for k, norm in known.items() if norm.tau2 > 0}
        rows = take_ratings(inputs, as_of, attribute) if known else None
        if rows is not None:
            parts.append(_attribute_readings(attribute, rows, known, config))
    return Gathered(join_readings(parts), remark_own_ratings(inputs))


def _tells(rows: RatingRows) -> bool:
    """Enough to tell agents from noise: some agents were rated twice, and not all alike."""
    several = len(rows) > rows.rated + 1
    return rows.rated >= LEAST_AGENTS and several and bool(rows.value.std() > 0)


def _stands_alone(rows: RatingRows) -> bool:
    """A kind of rater with norms of its own."""
    opinions = len(merge_repeats(rows)[0])
    return _tells(rows) and min(rows.rated, opinions - rows.rated) >= ENOUGH


def _centred(rows: RatingRows) -> RatingRows:
    """Ratings of all kinds without the mean of their kind."""
    return replace(rows, value=rows.value - _kind_means(rows)[rows.kind])


def _kind_means(rows: RatingRows) -> Floats:
    """Mean rating by kind, 0 where there is none."""
    count = np.bincount(rows.kind, minlength=len(KINDS))
    total = np.bincount(rows.kind, rows.value, len(KINDS))
    return np.divide(total, count, out=np.zeros(len(KINDS)), where=count > 0)


def _norms(own: RatingRows, learned: Learned, solved: RatingRows, *, pooled: bool) -> RatingNorms:
    """What one kind needs of a solution: its mean, and the leniency of raters with enough."""
    context = learned.context
    place = {name: 1 + k for k, name in enumerate(solved.names())}
    raters = own.names(LEAST_RATINGS)
    columns = np.array([0, *(place[name] for name in raters), len(place) + 1], np.int64)
    effects, covariance = context.effects[columns], context.covariance
    dense = covariance.ndim > 1 and len(raters) <= DENSE_NORMS
    if dense:
        covariance = covariance[np.ix_(columns, columns)]
        covariance[:, -1] = 0.0
    else:
        covariance = (np.diag(covariance) if covariance.ndim > 1 else covariance)[columns]
    effects[-1], covariance[-1] = 0.0, 0.0  # a new rater's leniency is in the weight: see `weigh`
    if pooled:
        effects[0] += own.value.mean()
    return RatingNorms(
        raters, tuple(effects.tolist()), covariance, context.s2, learned.stays, context.tau2,
        context.side_variances[0], pooled, own.rated,
    )  # fmt: skip


def _attribute_readings(
    attribute: str, rows: RatingRows, norms: dict[int, RatingNorms], config: Config
) -> Readings:
    """What the ratings of one attribute by all kinds say of each agent."""
    shape = (len(KINDS), len(rows.by_rank))
    estimate, reliability, count = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for k, norm in norms.items():
        mine = rows.of(k)
        count[k] = np.bincount(mine.agent, minlength=shape[1])
        half_life = config.evidence.half_life_months.ratings
        estimate[k], reliability[k] = _predict(mine, norm, half_life)
    kind, rank = np.nonzero((count > 0) & (reliability > LEAST_RELIABILITY))
    validity, size = np.array([_validity(kind, config) for kind in KINDS]), len(rank)
    return Readings(
        agent=rows.by_rank[rank], attribute=np.full(size, config.attribute_ids.index(attribute)),
        family=np.full(size, family_code("ratings")), source=kind,
        estimate=estimate[kind, rank], reliability=reliability[kind, rank],
        widening=np.ones(size), validity=validity[kind], n=count[kind, rank],
        method_variance=np.full(size, config.evidence.method_variance.ratings),
        note=np.zeros(size, np.int64), sources=KINDS,
    )  # fmt: skip


def _predict(rows: RatingRows, norm: RatingNorms, half_life: float) -> tuple[Floats, Floats]:
    """Effect and reliability of all agents by one kind's ratings, by rank."""
    weight = weigh(rows, norm.raters, half_life, norm.leniency2 / norm.s2, norm.stays)
    sums = add_up(model_rows(rows, norm.raters, weight))
    effects = np.array(norm.effects)
    return predict_agents(sums, effects, norm.covariance, norm.s2, norm.tau2)[:2]


def _validity(kind: str, config: Config) -> float:
    """Correlation of what one kind of rater sees with the attribute."""
    own: float | None = getattr(config.evidence.rating_validity, kind)
    return own or config.evidence.validity.ratings
