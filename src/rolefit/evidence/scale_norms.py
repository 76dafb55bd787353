"""The norms of one scale, from sums over people.

Small groups. Under `min_norm_group` people a scale's own figures are blended with the average over
the scales of the instrument. Means, which few people settle: weight n / (n + 10). Variances and
covariances, which need many: weight n / min_norm_group, and the average itself is steadied by ten
imagined people with a textbook questionnaire (item sd a quarter of the range, items correlating
.3). Such a scale is marked `pooled`, and the uncertainty of its mean widens everybody's evidence.
Published norms of the instrument always win.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from rolefit.evidence.scales import PairSums, alpha_of, feldt_interval, item_ids, item_signs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.schema.arrays import Floats
    from rolefit.schema.surveys import Instrument

IMAGINED_PEOPLE = 10
TEXTBOOK_ITEM_SD = 0.25
TEXTBOOK_CORRELATION = 0.3


@dataclass(frozen=True)
class ScaleNorms:
    """What one scale's scores mean, in the unit of the answers."""

    mean: float
    sd: float
    n: int
    """People behind mean and sd."""
    items: int
    """Items behind a complete score."""
    reliability: float
    """Share of the variance of complete scores that is true; 0 or less = unusable."""
    alpha: float | None
    """Cronbach's alpha of the people here, with its 95 % interval; None where undefined."""
    alpha_low: float | None
    alpha_high: float | None
    sem: float
    """Standard error of measurement of a complete score."""
    mean_se: float
    """Standard error of the mean, counted against every score of a pooled scale; else 0."""
    scored_reliability: float
    """Reliability of a complete score after ipsatising; `reliability` where there is none."""
    source: Literal["published", "estimated", "pooled"]
    true_covariance: dict[str, float]
    """Scale id -> covariance of its true score with this one's, before ipsatising."""


@dataclass(frozen=True)
class AnswerSums:
    """Sums over people from which scale norms follow; partitions add up in any order."""

    items: PairSums
    """Of answers as given, less the middle of the range."""
    scores: PairSums
    """Of scale scores, less the middle of the range."""

    def __add__(self, other: AnswerSums) -> AnswerSums:
        return AnswerSums(self.items + other.items, self.scores + other.scores)


def middle(instrument: Instrument) -> float:
    """Middle of the answer range: sums about it stay exact for answers in steps of a half."""
    return (instrument.instrument.min + instrument.instrument.max) / 2.0


@dataclass(frozen=True)
class Pool:
    """The instrument as a whole: what scales are like on average."""

    mean: float
    item_variance: float
    item_covariance: float
    correlation: float
    """Between scores of different scales."""

    @classmethod
    def of(cls, sums: AnswerSums, instrument: Instrument) -> Pool:
        """Averages over the scales of an instrument."""
        head, n = instrument.instrument, float(sums.scores.people.max())
        textbook = (TEXTBOOK_ITEM_SD * (head.max - head.min)) ** 2
        own = np.array([_item_moments(name, sums, instrument) for name in instrument.scales])
        scored = sums.scores.people
        away = float(sums.scores.means() @ scored) / max(float(scored.sum()), 1.0)
        between = _correlation(sums.scores.covariance())[np.triu_indices(len(scored), 1)]
        return cls(
            middle(instrument) + away,
            _steadied(own[:, 0], textbook, n),
            _steadied(own[:, 1], TEXTBOOK_CORRELATION * textbook, n),
            _steadied(between, 0.0, n),
        )

    def score_variance(self, items: int) -> float:
        """Variance of a mean of `items` such items."""
        return max((self.item_variance + (items - 1) * self.item_covariance) / items, 0.0)


def _steadied(own: Floats, textbook: float, n: float) -> float:
    """Average of what is known, with the weight of n people against ten imagined ones."""
    known = own[~np.isnan(own)]
    if not len(known):
        return textbook
    return (n * float(known.mean()) + IMAGINED_PEOPLE * textbook) / (n + IMAGINED_PEOPLE)


def _correlation(covariance: Floats) -> Floats:
    """Correlations; NaN where a covariance is unknown or something does not vary."""
    sd = np.sqrt(np.diagonal(covariance))
    scale = np.outer(sd, sd)
    known = scale > 0
    return np.where(known, covariance / np.where(known, scale, 1.0), np.nan)


def _item_covariance(name: str, sums: AnswerSums, instrument: Instrument) -> Floats:
    """(k, k) covariances of a scale's items after reversal, of the items anybody answered."""
    scale, order = instrument.scales[name], item_ids(instrument)
    at = np.array([order.index(item) for item in scale.items])
    asked = sums.items.people[at] > 0
    signs = item_signs(scale)[asked]
    turned: Floats = signs[:, None] * sums.items.covariance()[np.ix_(at[asked], at[asked])] * signs
    return turned


def _item_moments(name: str, sums: AnswerSums, instrument: Instrument) -> tuple[float, float]:
    """Mean variance and mean covariance of a scale's items, NaN where unknown."""
    covariance = _item_covariance(name, sums, instrument)
    k = len(covariance)
    if not k:
        return math.nan, math.nan
    trace = float(np.trace(covariance))
    between = (float(covariance.sum()) - trace) / (k * (k - 1)) if k > 1 else math.nan
    return trace / k, between


def scale_norms(
    name: str, sums: AnswerSums, pool: Pool, instrument: Instrument, least: int
) -> ScaleNorms:
    """Norms of one scale before ipsatising."""
    s = list(instrument.scales).index(name)
    covariance = _item_covariance(name, sums, instrument)
    k = len(covariance) or len(instrument.scales[name].items)
    n = int(sums.scores.people[s])
    weight = min(1.0, n / least)
    own_mean = middle(instrument) + float(sums.scores.means()[s])
    settled = n / (n + IMAGINED_PEOPLE) if weight < 1.0 else 1.0
    mean = settled * own_mean + (1.0 - settled) * pool.mean
    own = float(np.diagonal(sums.scores.covariance())[s])
    variance = _blend(own, pool.score_variance(k), weight)
    reliability = _reliability(_item_moments(name, sums, instrument), pool, k, weight)
    alpha, low, high = _alpha(covariance, n)
    sem2 = variance * (1.0 - reliability)
    if name in instrument.norms:
        given = instrument.norms[name]
        reliability = 1.0 - sem2 / given.sd**2
        return ScaleNorms(
            given.mean, given.sd, given.n, k, reliability, alpha, low, high,
            math.sqrt(sem2), 0.0, reliability, "published", {},
        )  # fmt: skip
    pooled = weight < 1.0
    return ScaleNorms(
        mean, math.sqrt(variance), n, k, reliability, alpha, low, high, math.sqrt(sem2),
        math.sqrt(variance / max(n, 1)) if pooled else 0.0, reliability,
        "pooled" if pooled else "estimated", {},
    )  # fmt: skip


def _blend(own: float, pooled: float, weight: float) -> float:
    """Own figure with its weight; the pool's where there is none."""
    return pooled if math.isnan(own) else weight * own + (1.0 - weight) * pooled


def _reliability(moments: tuple[float, float], pool: Pool, k: int, weight: float) -> float:
    """Alpha of blended item moments; a single item borrows the instrument's item correlation."""
    if k == 1:
        return pool.item_covariance / pool.item_variance if pool.item_variance > 0 else 0.0
    variance = _blend(moments[0], pool.item_variance, weight)
    between = _blend(moments[1], pool.item_covariance, weight)
    total = variance + (k - 1) * between
    return k * between / total if total > 0 else 0.0


def _alpha(covariance: Floats, n: int) -> tuple[float | None, float | None, float | None]:
    """Alpha of the people here with its interval, for the record."""
    alpha = alpha_of(covariance)
    if math.isnan(alpha):
        return None, None, None
    return alpha, *(feldt_interval(alpha, n, len(covariance)) if n > 1 else (None, None))


def true_covariance(
    scales: Sequence[ScaleNorms], scores: PairSums, pool: Pool, least: int
) -> Floats:
    """(S, S) covariances of true scores: errors of different scales are independent."""
    weight = np.minimum(scores.count / least, 1.0)
    own = _correlation(scores.covariance())
    correlation = np.where(
        np.isnan(own), pool.correlation, weight * own + (1.0 - weight) * pool.correlation
    )
    sd = np.array([scale.sd for scale in scales])
    true = correlation * np.outer(sd, sd)
    np.fill_diagonal(true, [max(s.reliability, 0.0) * s.sd**2 for s in scales])
    return true


def ipsatised_reliability(true: Floats, noise: Floats, share: float) -> Floats:
    """Reliability of every scale once a share of the mean of all scales is taken off.

        L = I - share / S * 11';  rel = diag(L T L') / (diag(L T L') + diag(L E L'))

    Args:
        true: (S, S) covariances of true scores.
        noise: (S,) error variances, independent between scales.
        share: of the mean; 0 gives the reliability as it was.
    """
    take = np.eye(len(noise)) - share / len(noise)
    signal = np.maximum(np.diagonal(take @ true @ take.T), 0.0)
    total = signal + (take**2) @ noise
    return np.where(total > 0, signal / np.where(total > 0, total, 1.0), 0.0)
