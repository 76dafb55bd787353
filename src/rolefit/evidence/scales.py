"""Answers become scale scores; the answers of many people say how reliable the scales are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import f as f_distribution

from rolefit.evidence.table import numbers

if TYPE_CHECKING:
    import pyarrow as pa

    from rolefit.schema.arrays import Bools, Floats
    from rolefit.schema.policy import EvidencePolicy
    from rolefit.schema.surveys import Instrument, ScaleSpec


@dataclass(frozen=True)
class ScaleScores:
    """Scale scores of n respondents on S scales, in instrument order."""

    score: Floats
    """(n, S) mean of the answered items after reversal, NaN where the missing rule leaves none."""
    answered: Floats
    """(n, S) number of answered items, counted whether or not the scale is scored."""
    scales: tuple[str, ...]
    """Scale ids of the columns."""


@dataclass(frozen=True)
class PairSums:
    """Sums over people for every pair of columns, from which pairwise covariances follow.

    The sums of two partitions add up to the sums of both, in any order.
    """

    count: Floats
    """(p, p) people who have both columns."""
    total: Floats
    """(p, p) sum of the row's column over those people."""
    cross: Floats
    """(p, p) sum of the product over those people."""

    @classmethod
    def of(cls, values: Floats) -> PairSums:
        """The sums of a (people, columns) array; NaN where a value is missing."""
        seen = (~np.isnan(values)).astype(np.float64)
        filled = np.nan_to_num(values, nan=0.0)
        return cls(seen.T @ seen, filled.T @ seen, filled.T @ filled)

    def __add__(self, other: PairSums) -> PairSums:
        return PairSums(
            self.count + other.count, self.total + other.total, self.cross + other.cross
        )

    @property
    def people(self) -> Floats:
        """(p,) people who have each column."""
        return np.diagonal(self.count)

    def means(self) -> Floats:
        """(p,) means; 0 where nobody has the column."""
        return np.diagonal(self.total) / np.maximum(self.people, 1.0)

    def covariance(self) -> Floats:
        """(p, p) pairwise covariances (n - 1); NaN where fewer than two people have both."""
        enough = self.count > 1
        count = np.where(enough, self.count, 2.0)
        moment = self.cross - self.total * self.total.T / count
        return np.where(enough, moment / (count - 1.0), np.nan)


def item_ids(instrument: Instrument) -> tuple[str, ...]:
    """Items of an instrument in the order in which they are asked, each once.

    The order of `[items]` where every item is worded there, else that of the scales.

    Example:
        >>> from rolefit.schema.questionnaires import builtin_instrument
        >>> ids = item_ids(builtin_instrument("builtin:strengths"))
        >>> len(ids), ids[:3]
        (48, ('co1', 'co2', 'co3'))
    """
    keyed = dict.fromkeys(item for scale in instrument.scales.values() for item in scale.items)
    worded = tuple(item for item in instrument.items if item in keyed)
    return worded if len(worded) == len(keyed) else tuple(keyed)


def item_answers(answers: pa.Table, instrument: Instrument) -> Floats:
    """(n, items) answers as given, columns as `item_ids`; NaN = not answered or not asked.

    Example:
        >>> import pyarrow as pa
        >>> from rolefit.schema.questionnaires import builtin_instrument
        >>> strengths = builtin_instrument("builtin:strengths")
        >>> first, second = item_ids(strengths)[:2]
        >>> item_answers(pa.table({second: [4.0, None]}), strengths)[:, :2].tolist()
        [[nan, 4.0], [nan, nan]]
    """
    columns = set(answers.column_names)
    unasked = np.full(answers.num_rows, np.nan)
    asked = item_ids(instrument)
    return np.column_stack([numbers(answers[i]) if i in columns else unasked for i in asked])


def item_signs(scale: ScaleSpec) -> Floats:
    """(k,) -1 for a reversed item, 1 for any other.

    Example:
        >>> from rolefit.schema.surveys import ScaleSpec
        >>> item_signs(ScaleSpec(attribute="coaching", items=("a", "b"), reversed=("b",))).tolist()
        [1.0, -1.0]
    """
    return np.array([-1.0 if item in scale.reversed else 1.0 for item in scale.items])


def keyed_answers(given: Floats, instrument: Instrument, scale: ScaleSpec) -> Floats:
    """(n, k) answers to one scale after reversal: min + max - x.

    Args:
        given: (n, items) answers as `item_answers` returns them.
        instrument: declares the range by which answers are turned round.
        scale: one scale of the instrument.

    Example:
        >>> from rolefit.schema.questionnaires import builtin_instrument
        >>> strengths = builtin_instrument("builtin:strengths")
        >>> coaching, given = strengths.scales["coaching"], np.full((1, 48), 2.0)
        >>> coaching.reversed, keyed_answers(given, strengths, coaching).tolist()
        (('co3',), [[2.0, 2.0, 4.0, 2.0]])
    """
    order = {item: k for k, item in enumerate(item_ids(instrument))}
    picked = given[:, [order[item] for item in scale.items]]
    ends = instrument.instrument.min + instrument.instrument.max
    return np.where(item_signs(scale) < 0, ends - picked, picked)


def least_answered(items: int, policy: EvidencePolicy) -> int:
    """How many of a scale's items must be answered for it to be scored.

    Example:
        >>> from rolefit.schema.build import build_config
        >>> policy = build_config({"evidence": {"min_answered_share": 0.8}}).evidence
        >>> [least_answered(items, policy) for items in (1, 2, 3, 4, 5, 10)]
        [1, 2, 3, 4, 4, 8]
    """
    share = math.ceil(policy.min_answered_share * items - 1e-9)
    return max(share, min(policy.min_answered_items, items))


def scale_scores(answers: pa.Table, instrument: Instrument, policy: EvidencePolicy) -> ScaleScores:
    """Scores every scale for every respondent; nothing is imputed.

        score = mean of the answered items, reversed ones as min + max - x

    Args:
        answers: one row a respondent, one number column an item; absent item = not answered.
        instrument: items, scales, reversal and declared range.
        policy: `min_answered_share` and `min_answered_items`, the missing rule.

    Returns:
        Scores in the unit of the answers and numbers of answered items, (n, S) each.

    Limits:
        a mean of the answered items leans towards the items that were answered; the missing
        rule keeps that small.

    Source:
        person mean with a share of items required (Downey & King 1998).

    Example:
        Three of four items, the third reversed: (4 + 5 + (6 - 1)) / 3.
        >>> import pyarrow as pa
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.questionnaires import builtin_instrument
        >>> strengths, policy = builtin_instrument("builtin:strengths"), build_config({}).evidence
        >>> answers = pa.table({"co1": [4.0], "co2": [5.0], "co3": [1.0]})
        >>> found = scale_scores(answers, strengths, policy)
        >>> coaching = found.scales.index("coaching")
        >>> round(float(found.score[0, coaching]), 2), float(found.answered[0, coaching])
        (4.67, 3.0)
    """
    given = item_answers(answers, instrument)
    score = np.empty((len(given), len(instrument.scales)))
    answered = np.empty_like(score)
    for s, scale in enumerate(instrument.scales.values()):
        keyed = keyed_answers(given, instrument, scale)
        count = np.count_nonzero(~np.isnan(keyed), axis=1)
        enough: Bools = count >= least_answered(len(scale.items), policy)
        mean = np.nansum(keyed, axis=1) / np.maximum(count, 1)
        score[:, s] = np.where(enough, mean, np.nan)
        answered[:, s] = count
    return ScaleScores(score, answered, tuple(instrument.scales))


def alpha_of(covariance: Floats) -> float:
    """Cronbach's alpha of a covariance matrix of items; NaN where it is not defined.

    alpha = k / (k - 1) * (1 - trace / total)

    Example:
        >>> round(alpha_of(np.array([[1.0, 0.5], [0.5, 1.0]])), 4), alpha_of(np.eye(1))
        (0.6667, nan)
    """
    k, total = len(covariance), float(covariance.sum())
    if k < 2 or not total > 0:  # noqa: PLR2004 - one item has no inner consistency; catches NaN
        return math.nan
    return k / (k - 1) * (1.0 - float(np.trace(covariance)) / total)


def cronbach_alpha(items: Floats) -> float:
    """Reliability of the sum (or mean) of items, from pairwise covariances.

        alpha = k / (k - 1) * (1 - sum of variances / sum of all covariances)

    Args:
        items: (people, k) answers after reversal, NaN where one is missing.

    Returns:
        Raw alpha, at most 1; negative when items work against each other; NaN when k < 2, when
        nothing varies or when two items were never answered by the same two people.

    Limits:
        a lower bound of reliability if errors are uncorrelated; too low when items differ in
        how well they measure.

    Source:
        Cronbach 1951; agrees with `raw_alpha` of psych::alpha (use = "pairwise").

    Example:
        >>> round(cronbach_alpha(np.array([[1.0, 2.0], [2.0, 2.0], [3.0, 5.0]])), 4)
        0.8571
    """
    return alpha_of(PairSums.of(items).covariance())


def feldt_interval(
    alpha: float, people: float, items: int, level: float = 0.95
) -> tuple[float, float]:
    """Confidence interval of Cronbach's alpha.

        (1 - alpha) / (1 - estimate) ~ F(n - 1, (n - 1)(k - 1))

    Args:
        alpha: the estimate.
        people: n, at least 2.
        items: k, at least 2.
        level: probability that the interval covers.

    Returns:
        Lower and upper end.

    Source:
        Feldt 1965, Psychometrika 30.

    Example:
        >>> low, high = feldt_interval(0.8, 100, 4)
        >>> round(low, 3), round(high, 3)
        (0.727, 0.857)
    """
    first, second = people - 1.0, (people - 1.0) * (items - 1.0)
    tail = (1.0 - level) / 2.0
    low = 1.0 - (1.0 - alpha) * float(f_distribution.isf(tail, first, second))
    high = 1.0 - (1.0 - alpha) * float(f_distribution.ppf(tail, first, second))
    return low, high
