"""Ratings of an agent's attribute by others, with each rater's leniency taken out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from rolefit.evidence.cells import Rows, add_up, sort_order
from rolefit.evidence.crossed import predict_agents, solve_random
from rolefit.evidence.dates import months_before
from rolefit.evidence.many_raters import solve_many
from rolefit.evidence.readings import Gathered, Readings, join_readings
from rolefit.evidence.table import agent_positions, family_code, numbers, positions
from rolefit.schema.arrays import Floats, Ints, Matrix  # noqa: TC001 - pydantic reads it

if TYPE_CHECKING:
    from datetime import date

    from rolefit.evidence.crossed import Context
    from rolefit.schema.config import Config
    from rolefit.schema.tables import Inputs

LEAST_AGENTS = 5
LEAST_NOISE = 0.1
"""Share of the variance of a rating that is always taken as noise: few ratings may show none."""
DENSE_RATERS = 600
"""Above this many raters: linear-time moments instead of REML."""
LEAST_RELIABILITY = 1e-6
OWN = "self"


@dataclass(frozen=True)
class RatingNorms:
    """What the population taught about the ratings of one attribute."""

    raters: tuple[str, ...]
    effects: tuple[float, ...]
    """Mean, leniency of each rater, leniency of a new rater (0)."""
    covariance: Matrix
    """Of the effects, divided by s2; its diagonal where there are very many raters."""
    s2: float
    tau2: float
    """Variance between agents, squared rating points."""
    agents: int


@dataclass(frozen=True)
class RatingRows:
    """The ratings of one attribute, sorted by agent id and rater; self-ratings left out."""

    agent: Ints
    """Rank of the agent's id."""
    rater: tuple[str, ...]
    """Rater names, sorted."""
    code: Ints
    """Row -> position in `rater`."""
    value: Floats
    age: Floats
    """Months before `as_of`; 0 where not dated."""
    by_rank: Ints
    """Rank -> row of the agents table."""


def calibrate_ratings(inputs: Inputs, config: Config, as_of: date) -> dict[str, RatingNorms]:
    """Leniency of raters and spread of agents, by attribute, through the crossed solver.

    Args:
        inputs: checked tables.
        config: effective config.
        as_of: "today" of the run.

    Returns:
        norms of every attribute that enough agents were rated on.

    Limits:
        raters are random: one who only ever sees excellent people looks lenient in part.
    """
    norms = {}
    for attribute in config.attribute_ids:
        rows = take_ratings(inputs, as_of, attribute)
        if rows is None or len(np.unique(rows.agent)) < LEAST_AGENTS or rows.value.std() <= 0:
            continue
        if len(rows.value) <= len(np.unique(rows.agent)) + 1:
            continue  # one rating each: agents and noise cannot be told apart
        context = _solve(rows)
        all_in_all = context.s2 + context.tau2 + sum(context.side_variances)
        norms[attribute] = RatingNorms(
            rows.rater,
            tuple(context.effects.tolist()),
            context.covariance,
            max(context.s2, LEAST_NOISE * all_in_all),
            context.tau2, len(np.unique(rows.agent)),
        )  # fmt: skip
    return norms


def _solve(rows: RatingRows) -> Context:
    """Leniency by REML, or by moments where there are too many raters for a dense system."""
    model = _model(rows, rows.rater)
    sums = add_up(model)
    if model.width > DENSE_RATERS:
        return solve_many(model, sums)
    return solve_random(sums, np.array([-1, *[0] * (len(rows.rater) + 1)], np.int64))


def score_ratings(
    inputs: Inputs, config: Config, norms: dict[str, RatingNorms], as_of: date
) -> Gathered:
    """Each rated agent's ratings as evidence; k raters share the method variance: w^2 / k.

    Args:
        inputs: checked tables.
        config: effective config.
        norms: of `calibrate_ratings`.
        as_of: "today" of the run.

    Returns:
        evidence on the rated attributes.
    """
    parts = []
    for attribute, norm in norms.items():
        rows = take_ratings(inputs, as_of, attribute)
        if rows is not None and norm.tau2 > 0 and attribute in config.attributes:
            parts.append(_attribute_readings(attribute, rows, norm, config))
    return Gathered(join_readings(parts))


def take_ratings(inputs: Inputs, as_of: date, attribute: str) -> RatingRows | None:
    """The ratings of one attribute by others, sorted; None where there are none."""
    if inputs.ratings is None:
        return None
    keep = pc.and_(
        pc.equal(inputs.ratings["attribute"], attribute),
        pc.and_(pc.not_equal(inputs.ratings["rater_kind"], OWN), pc.is_valid(
            inputs.ratings["value"])),
    )  # fmt: skip
    table = inputs.ratings.filter(keep)
    if not table.num_rows:
        return None
    by_rank = np.asarray(pc.sort_indices(inputs.agents["agent_id"]), np.int64)
    rank = np.argsort(by_rank)
    raters = pc.fill_null(table["rater_id"], "")
    names = tuple(sorted(pc.unique(raters).to_pylist()))
    agent, code = rank[agent_positions(table, inputs.agents)], positions(raters, names)
    value = numbers(table["value"])
    months = months_before(table["on"], as_of) if "on" in table.column_names else value * np.nan
    age = np.maximum(0.0, np.nan_to_num(months))
    order = sort_order([agent, code, value, age])
    return RatingRows(agent[order], names, code[order], value[order], age[order], by_rank)


def _model(rows: RatingRows, raters: tuple[str, ...]) -> Rows:
    """Ratings in model form: a column for the mean, one a rater, one for new raters."""
    place = {name: k for k, name in enumerate(raters)}
    known = np.array([place.get(name, len(raters)) for name in rows.rater], np.int64)
    columns = np.column_stack([np.zeros(len(rows.code), np.int64), 1 + known[rows.code]])
    weight = np.ones(len(rows.value))
    return Rows(rows.agent, columns, rows.value, weight, len(rows.by_rank), len(raters) + 2)


def _attribute_readings(
    attribute: str, rows: RatingRows, norm: RatingNorms, config: Config
) -> Readings:
    """What the ratings of one attribute say of each agent."""
    model = _model(rows, norm.raters)
    sums = add_up(model)
    effect, reliability, _ = predict_agents(
        sums, np.array(norm.effects), norm.covariance, norm.s2, norm.tau2
    )
    counts = np.bincount(rows.agent, minlength=model.agents)
    keep = np.flatnonzero((counts > 0) & (reliability > LEAST_RELIABILITY))
    newest = np.full(model.agents, np.inf)
    np.minimum.at(newest, rows.agent, rows.age)  # an older rating beside it must not widen
    widening = 2.0 ** (newest[keep] / config.evidence.half_life_months.ratings)
    size = len(keep)
    zeros = np.zeros(size, np.int64)
    return Readings(
        agent=rows.by_rank[keep], attribute=np.full(size, config.attribute_ids.index(attribute)),
        family=np.full(size, family_code("ratings")), source=zeros,
        estimate=effect[keep], reliability=reliability[keep], widening=widening,
        validity=np.full(size, config.evidence.validity.ratings),
        n=counts[keep].astype(np.float64),
        method_variance=config.evidence.method_variance.ratings / _raters(rows, model.agents)[keep],
        note=zeros, sources=("ratings",),
    )  # fmt: skip


def _raters(rows: RatingRows, agents: int) -> Floats:
    """Number of distinct raters of each agent code; at least 1."""
    pairs = np.unique(rows.agent * len(rows.rater) + rows.code) // len(rows.rater)
    return np.maximum(1.0, np.bincount(pairs, minlength=agents))
