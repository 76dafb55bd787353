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
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from rolefit.evidence.answer_sums import AnswerSums, keyed_sums, middle
from rolefit.evidence.item_statistics import item_statistics
from rolefit.evidence.omega import OmegaNote, omega_total
from rolefit.evidence.scales import PairSums, alpha_of, feldt_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.schema.arrays import Floats
    from rolefit.schema.surveys import Instrument

IMAGINED_PEOPLE = 10
TEXTBOOK_ITEM_SD = 0.25
TEXTBOOK_CORRELATION = 0.3


@dataclass(frozen=True)
class ItemNorms:
    """What one item does for its scale, among the people here; see `item_statistics`."""

    n: int
    """People who answered it."""
    mean: float
    """After reversal, in the unit of the answers."""
    sd: float | None
    rest_r: float | None
    """Correlation with the other items of the scale."""
    alpha_without: float | None
    """Cronbach's alpha of the other items."""


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
    people: int = 0
    """People here whose score counts; the figures below, and alpha, are theirs."""
    omega: float | None = None
    """Omega total on covariances, see `omega_total`; None: `omega_note` says why."""
    omega_note: OmegaNote = "few_people"
    floor: float | None = None
    """Share of the people here with the lowest possible score; None = nobody is scored."""
    ceiling: float | None = None
    """Share with the highest possible score."""
    item_norms: dict[str, ItemNorms] = field(default_factory=dict)
    """By item id."""


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
    return keyed_sums(name, sums, instrument)[0].covariance()


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
    """Norms of one scale before ipsatising.

    Args:
        name: scale id.
        sums: over the people here.
        pool: of the same sums, what is borrowed where people are few.
        instrument: items, range and published norms, which win.
        least: people from which a scale stands by itself.

    Returns:
        ScaleNorms in the unit of the answers; `scored_reliability` and `true_covariance` are not
        filled in yet.

    Limits:
        people with all items answered and people with some count alike; careless ones too.

    Source:
        Cronbach 1951, Feldt 1965; how small groups are blended is rolefit's own, see above.

    Example:
        >>> from rolefit.schema.surveys import Instrument
        >>> head = {"id": "mini", "kind": "strengths", "min": 1, "max": 5}
        >>> scales = {"calm": {"attribute": "composure", "items": ["a", "b"]}}
        >>> mini = Instrument.model_validate({"instrument": head, "scales": scales})
        >>> given = np.array([[1.0, 2.0], [2.0, 2.0], [3.0, 5.0]])
        >>> sums = AnswerSums.of(given, given.mean(axis=1, keepdims=True), mini)
        >>> calm = scale_norms("calm", sums, Pool.of(sums, mini), mini, least=3)
        >>> round(calm.mean, 2), round(calm.alpha, 4), round(calm.sem, 3), calm.source
        (2.5, 0.8571, 0.5, 'estimated')
    """
    return _recorded(_scored_by(name, sums, pool, instrument, least), name, sums, instrument)


def _scored_by(
    name: str, sums: AnswerSums, pool: Pool, instrument: Instrument, least: int
) -> ScaleNorms:
    """The figures people are scored by."""
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


def _recorded(norms: ScaleNorms, name: str, sums: AnswerSums, instrument: Instrument) -> ScaleNorms:
    """The same norms with what is kept for the record and scores nobody."""
    s = list(instrument.scales).index(name)
    keyed, asked = keyed_sums(name, sums, instrument)
    together = float(keyed.count.min()) if asked else 0.0
    fitted = omega_total(keyed.covariance(), together)
    people = int(sums.scores.people[s])
    share = (int(sums.floor[s]) / people, int(sums.ceiling[s]) / people) if people else (None, None)
    return replace(
        norms, people=people, omega=fitted.omega, omega_note=fitted.note,
        floor=share[0], ceiling=share[1], item_norms=_item_norms(keyed, asked, middle(instrument)),
    )  # fmt: skip


def _item_norms(keyed: PairSums, asked: list[str], centre: float) -> dict[str, ItemNorms]:
    """Item id -> its figures; what is not defined is None."""
    if not asked:
        return {}
    found = item_statistics(keyed)
    return {
        item: ItemNorms(
            int(found.n[k]), centre + float(found.mean[k]), _known(found.sd[k]),
            _known(found.rest_r[k]), _known(found.alpha_without[k]),
        )
        for k, item in enumerate(asked)
    }  # fmt: skip


def _known(value: float) -> float | None:
    """A figure as JSON keeps it."""
    return None if math.isnan(value) else float(value)


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
    """(S, S) covariances of true scores: errors of different scales are independent.

    Args:
        scales: norms of S scales.
        scores: pair sums of the scale scores.
        pool: whose correlation stands where a pair of scales has few people.
        least: people from which a pair stands by itself.

    Returns:
        squared units of the answers; the diagonal is reliability x variance.

    Limits:
        survey scales answered on one day share a mood: part of a covariance is that.

    Source:
        classical test theory: errors of different scales do not covary.

    Example:
        >>> from types import SimpleNamespace
        >>> scale, pool = SimpleNamespace(sd=1.0, reliability=0.8), SimpleNamespace(correlation=0.0)
        >>> scores = PairSums.of(np.array([[1.0, 1.0], [2.0, 3.0], [3.0, 2.0]]))
        >>> true_covariance([scale] * 2, scores, pool, least=3).round(3).tolist()
        [[0.8, 0.5], [0.5, 0.8]]
    """
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

    Returns:
        shape (S,), in [0, 1]; 0 where nothing is left.

    Source:
        Mosier 1943 (reliability of a combination).

    Example:
        What two scales have in common is lost with their mean: .8 becomes .2 / (.2 + .1).
        >>> true, noise = np.array([[0.8, 0.4], [0.4, 0.8]]), np.array([0.2, 0.2])
        >>> [ipsatised_reliability(true, noise, share).round(3).tolist() for share in (0.0, 1.0)]
        [[0.8, 0.8], [0.667, 0.667]]
    """
    take = np.eye(len(noise)) - share / len(noise)
    signal = np.maximum(np.diagonal(take @ true @ take.T), 0.0)
    total = signal + (take**2) @ noise
    return np.where(total > 0, signal / np.where(total > 0, total, 1.0), 0.0)
