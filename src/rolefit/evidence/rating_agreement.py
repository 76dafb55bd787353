"""How far ratings can be trusted: a summary by attribute and kind of rater, for people to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.interrater import add_groups, intraclass, uniform_variance, within_group
from rolefit.evidence.opinions import merge_repeats
from rolefit.evidence.rating_rows import KINDS, take_ratings
from rolefit.evidence.ratings import rating_key

if TYPE_CHECKING:
    from datetime import date

    from rolefit.evidence.rating_rows import RatingRows
    from rolefit.evidence.ratings import RatingNorms
    from rolefit.schema.config import Config
    from rolefit.schema.tables import Inputs

NOT_TOLD = float("nan")


@dataclass(frozen=True)
class RatingAgreement:
    """Ratings of one attribute by one kind of rater. NaN: these ratings do not tell."""

    attribute: str
    rater_kind: str
    raters: int
    ratings: int
    agents: int
    leniency_sd: float
    """How far raters differ in how they use the scale, points."""
    single_rating: float
    """Reliability of one rating by anybody: tau2 / (tau2 + leniency2 + s2)."""
    mean_rating: float
    """Of an agent's mean of k = ratings / agents by m = raters of an agent:
    tau2 / (tau2 + (leniency2 + stays s2) / m + (1 - stays) s2 / k)."""
    leniency_removed: float
    """The same with leniency known and taken out, as evidence does."""
    icc1: float
    """One-way: share of the variance of a rating that lies between agents."""
    icc2: float
    """One-way reliability of an agent's mean rating."""
    median_rwg: float
    """Median over agents with two ratings or more of agreement beyond chance answers."""
    pooled: bool
    """Too few ratings of this kind: leniency and the reliabilities are those of all kinds."""


def rating_agreement(
    inputs: Inputs, config: Config, norms: dict[str, RatingNorms], as_of: date
) -> tuple[RatingAgreement, ...]:
    """Agreement of raters, by attribute and kind of rater, in config order.

    Args:
        inputs: checked tables; self-ratings play no part.
        config: attributes and the rating range.
        norms: of `calibrate_ratings`.
        as_of: "today" of the run.

    Returns:
        one entry a pair that has any rating.

    Limits:
        whole rating points are assumed for `median_rwg`.

    Source:
        Brennan 2001 (generalisability theory) for the reliabilities; `agreement` for the rest.

    Example:
        >>> from datetime import date
        >>> import pyarrow as pa
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.tables import Inputs
        >>> rows = {"agent_id": ["A", "A", "B", "B"], "rater_id": ["x", "y", "x", "y"]}
        >>> rows |= {"attribute": ["ownership"] * 4, "rater_kind": ["lead"] * 4}
        >>> ratings = pa.table(rows | {"value": [5.0, 4.0, 2.0, 1.0]})
        >>> inputs = Inputs(pa.table({"agent_id": ["A", "B"]}), ratings=ratings)
        >>> (found,) = rating_agreement(inputs, build_config({}), {}, date(2026, 6, 30))
        >>> round(found.icc1, 3), round((9.0 - 0.5) / (9.0 + 0.5), 3), found.median_rwg
        (0.895, 0.895, 0.75)
    """
    found = []
    for attribute in config.attribute_ids:
        rows = take_ratings(inputs, as_of, attribute)
        if rows is None:
            continue
        for k in np.unique(rows.kind).tolist():
            norm = norms.get(rating_key(attribute, KINDS[k]))
            found.append(_one(attribute, KINDS[k], rows.of(k), norm, config))
    return tuple(found)


def _one(
    attribute: str, kind: str, rows: RatingRows, norm: RatingNorms | None, config: Config
) -> RatingAgreement:
    """One attribute and kind."""
    low, high = config.evidence.rating_range
    sums = add_groups(rows.agent, rows.value, len(rows.by_rank), (low + high) / 2.0)
    told, agreed = intraclass(sums), within_group(sums, uniform_variance(low, high))
    agreed = agreed[np.isfinite(agreed)]
    each = len(rows) / rows.rated
    by = len(merge_repeats(rows)[0]) / rows.rated
    return RatingAgreement(
        attribute=attribute, rater_kind=kind, raters=len(np.unique(rows.rater)),
        ratings=len(rows), agents=rows.rated,
        leniency_sd=float(np.sqrt(norm.leniency2)) if norm else NOT_TOLD,
        single_rating=_reliability(norm, 1.0, 1.0, 1.0),
        mean_rating=_reliability(norm, 1.0, each, by),
        leniency_removed=_reliability(norm, 0.0, each, by),
        icc1=told.icc1, icc2=told.icc2,
        median_rwg=float(np.median(agreed)) if len(agreed) else NOT_TOLD,
        pooled=bool(norm and norm.pooled),
    )  # fmt: skip


def _reliability(norm: RatingNorms | None, leniency: float, each: float, by: float) -> float:
    """Of the mean of so many ratings by so many raters, with leniency or without."""
    if norm is None:
        return NOT_TOLD
    opinion = norm.stays * norm.s2 + leniency * norm.leniency2
    noise = opinion / by + (1.0 - norm.stays) * norm.s2 / each
    return norm.tau2 / (norm.tau2 + noise) if norm.tau2 > 0 else 0.0
