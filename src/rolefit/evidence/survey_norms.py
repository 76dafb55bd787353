"""What a population teaches about an instrument: means, spread, reliability, careless cuts.

Everything is a sum over people first (`SurveySums`), so partitions merge in any order.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from rolefit.errors import ConfigError, Problem, listed
from rolefit.evidence.answer_sums import AnswerSums, middle
from rolefit.evidence.careless import CarelessNorms, seconds_taken
from rolefit.evidence.distance import LEAST_PEOPLE, DistanceNorms, distance_depth, usual_pattern
from rolefit.evidence.scale_norms import (
    Pool,
    ScaleNorms,
    ipsatised_reliability,
    scale_norms,
    true_covariance,
)
from rolefit.evidence.scales import item_answers, item_ids, scale_scores
from rolefit.evidence.sign_counts import (
    SignCounts,
    count_bins,
    disagreement_cut,
    flat_cut,
    share_below,
    tail_cut,
)

if TYPE_CHECKING:
    import pyarrow as pa

    from rolefit.schema.arrays import Ints
    from rolefit.schema.policy import EvidencePolicy
    from rolefit.schema.surveys import Instrument

ROWS = 65_536
DISTANCE_DEPTH = 3.09
DISTANCE_RANGE = (-5.0, 15.0)


@dataclass(frozen=True)
class SurveyNorms:
    """What a population taught about one instrument; JSON-friendly."""

    instrument: str
    version: str
    language: str
    people: int
    ipsatise: float
    """Share of a person's mean deviation that is taken off; 0 for strengths."""
    scales: dict[str, ScaleNorms]
    """By scale id."""
    careless: CarelessNorms
    careless_shares: dict[str, float | None] = field(default_factory=dict)
    """Sign of careless answering -> share of the people here who show it; None = not looked at."""


@dataclass(frozen=True)
class SurveySums:
    """Sums over the people of a partition; they add up in any order."""

    people: int
    answers: AnswerSums
    signs: SignCounts

    @classmethod
    def of(cls, answers: pa.Table, instrument: Instrument, policy: EvidencePolicy) -> SurveySums:
        """The sums of one partition."""
        given = item_answers(answers, instrument)
        scores = scale_scores(answers, instrument, policy).score
        signs = SignCounts.of(given, seconds_taken(answers), instrument)
        return cls(len(given), AnswerSums.of(given, scores, instrument), signs)

    def __add__(self, other: SurveySums) -> SurveySums:
        return SurveySums(
            self.people + other.people, self.answers + other.answers, self.signs + other.signs
        )


def calibrate_survey(
    answers: pa.Table, instrument: Instrument, policy: EvidencePolicy
) -> SurveyNorms:
    """Estimates the norms of an instrument from everybody who answered it.

    Args:
        answers: checked survey table, one row a respondent.
        instrument: its items, scales, range and, where there are, published norms.
        policy: missing rule, ipsatising share and the least norm group.

    Returns:
        Norms by scale and the cuts of careless answering.

    Limits:
        careless people are part of the norm group; robust cuts keep their influence small.
        Norms of one centre say how somebody stands in that centre.

    Source:
        Cronbach 1951; Feldt 1965; Mosier 1943 for the reliability of ipsatised scores.

    Example:
        >>> import pyarrow as pa
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.surveys import Instrument
        >>> head = {"id": "mini", "kind": "strengths", "min": 1, "max": 5}
        >>> scales = {"calm": {"attribute": "composure", "items": ["a", "b"], "reversed": ["b"]}}
        >>> mini = Instrument.model_validate({"instrument": head, "scales": scales})
        >>> answers = pa.table({"a": [1.0, 2.0, 3.0] * 40, "b": [4.0, 4.0, 1.0] * 40})
        >>> calm = calibrate_survey(answers, mini, build_config({}).evidence).scales["calm"]
        >>> round(calm.mean, 2), round(calm.alpha, 4), calm.n, calm.source
        (2.5, 0.8571, 120, 'estimated')
    """
    starts = range(0, max(answers.num_rows, 1), ROWS)
    parts = [answers.slice(start, ROWS) for start in starts]
    sums = SurveySums.of(parts[0], instrument, policy)
    for part in parts[1:]:
        sums = sums + SurveySums.of(part, instrument, policy)
    norms = norms_of(sums, instrument, policy)
    far = norms.careless.distance
    if far is None:
        return norms
    depths = sum(depth_counts(part, instrument, far) for part in parts)
    return with_distance_cut(norms, np.asarray(depths))


def depth_counts(answers: pa.Table, instrument: Instrument, norms: DistanceNorms) -> Ints:
    """(bins,) people of a partition by distance from the usual pattern; partitions add up.

    Args:
        answers: survey table of the partition.
        instrument: its items.
        norms: usual pattern.

    Example:
        Two items that go together: usual answers lie low, answers that contradict each other high.
        >>> import pyarrow as pa
        >>> from rolefit.schema.surveys import Instrument
        >>> head = {"id": "mini", "kind": "strengths", "min": 1, "max": 5}
        >>> scales = {"calm": {"attribute": "composure", "items": ["a", "b"]}}
        >>> mini = Instrument.model_validate({"instrument": head, "scales": scales})
        >>> usual = DistanceNorms(("a", "b"), (3.0, 3.0), ((1.0, 0.8), (0.8, 1.0)), cut=3.09)
        >>> counts = depth_counts(pa.table({"a": [3.0, 5.0], "b": [3.0, 1.0]}), mini, usual)
        >>> width = (DISTANCE_RANGE[1] - DISTANCE_RANGE[0]) / len(counts)
        >>> [round(DISTANCE_RANGE[0] + k * width, 1) for k in np.flatnonzero(counts).tolist()]
        [-2.7, 5.5]
    """
    given, asked = item_answers(answers, instrument), item_ids(instrument)
    return count_bins(distance_depth(given, asked, norms), *DISTANCE_RANGE)


def with_distance_cut(norms: SurveyNorms, depths: Ints) -> SurveyNorms:
    """Norms with the cut of the distance: p < .001 if normal, further out where people are.

    Args:
        norms: of `norms_of`.
        depths: of `depth_counts`, over everybody.

    Returns:
        SurveyNorms; without the distance where fewer than 15 people have one.

    Limits:
        careless people are among those the tail is read off.

    Example:
        >>> usual = DistanceNorms(("a", "b"), (3.0, 3.0), ((1.0, 0.8), (0.8, 1.0)), cut=np.inf)
        >>> norms = SurveyNorms("mini", "1", "en", 99, 0.0, {}, CarelessNorms(0.2, None, usual))
        >>> near = count_bins(np.linspace(-1.0, 1.0, 99), *DISTANCE_RANGE)
        >>> far = count_bins(np.linspace(-3.0, 3.0, 99), *DISTANCE_RANGE)
        >>> [round(with_distance_cut(norms, d).careless.distance.cut, 2) for d in (near, far)]
        [3.09, 6.84]
        >>> with_distance_cut(norms, near * 0).careless.distance is None
        True
    """
    far = norms.careless.distance
    if far is None or depths.sum() < LEAST_PEOPLE:
        return replace(norms, careless=replace(norms.careless, distance=None))
    cut = max(DISTANCE_DEPTH, tail_cut(depths, DISTANCE_DEPTH, *DISTANCE_RANGE))
    near = share_below(depths, cut, *DISTANCE_RANGE)
    return replace(
        norms,
        careless=replace(norms.careless, distance=replace(far, cut=cut)),
        careless_shares={**norms.careless_shares, "distance": None if near is None else 1.0 - near},
    )


def norms_of(sums: SurveySums, instrument: Instrument, policy: EvidencePolicy) -> SurveyNorms:
    """Norms from sums; the distance has no cut yet (it needs a second look at the answers).

    Args:
        sums: over everybody, partitions added up.
        instrument: its items, scales and published norms.
        policy: ipsatising share and the least norm group.

    Returns:
        SurveyNorms.

    Source:
        see `calibrate_survey`, which is this and the distance.

    Example:
        >>> import pyarrow as pa
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.surveys import Instrument
        >>> head = {"id": "mini", "kind": "strengths", "min": 1, "max": 5}
        >>> scales = {"calm": {"attribute": "composure", "items": ["a", "b"]}}
        >>> mini = Instrument.model_validate({"instrument": head, "scales": scales})
        >>> policy = build_config({}).evidence
        >>> halves = [pa.table({"a": [x] * 60, "b": [x] * 60}) for x in (2.0, 5.0)]
        >>> one, other = (SurveySums.of(half, mini, policy) for half in halves)
        >>> norms = norms_of(one + other, mini, policy)
        >>> norms.people, round(norms.scales["calm"].mean, 2)
        (120, 3.5)
    """
    head, least = instrument.instrument, policy.min_norm_group
    share = policy.ipsatise if head.kind == "interests" else 0.0
    pool = Pool.of(sums.answers, instrument)
    plain = {
        name: scale_norms(name, sums.answers, pool, instrument, least) for name in instrument.scales
    }
    true = true_covariance(list(plain.values()), sums.answers.scores, pool, least)
    careless = CarelessNorms(
        flat_cut(sums.signs.variability, instrument, least),
        disagreement_cut(sums.signs.even_odd, least),
        usual_pattern(sums.answers.items, middle(instrument), instrument),
    )
    scored = ipsatised_reliability(true, np.array([s.sem for s in plain.values()]) ** 2, share)
    scales = {
        name: replace(
            scale,
            scored_reliability=float(value),
            true_covariance=dict(zip(plain, row, strict=True)),
        )
        for (name, scale), value, row in zip(plain.items(), scored, true.tolist(), strict=True)
    }
    return SurveyNorms(
        head.id, head.version, head.language, sums.people, share, scales, careless,
        sums.signs.shares(careless, instrument),
    )  # fmt: skip


def check_norms(norms: SurveyNorms, instrument: Instrument) -> None:
    """Refuses norms of another instrument than the one that was answered.

    Args:
        norms: of some instrument.
        instrument: that was answered.

    Raises:
        ConfigError: RF142 another instrument, version, language or other scales.

    Example:
        >>> from rolefit.schema.questionnaires import builtin_instrument
        >>> norms = SurveyNorms("mini", "1", "en", 99, 0.0, {}, CarelessNorms(0.2, None, None))
        >>> try:
        ...     check_norms(norms, builtin_instrument("builtin:strengths"))
        ... except ConfigError as refused:
        ...     print(refused.problems[0].code, refused.problems[0].message)
        RF142 norms of instrument mini 1 en ()
    """
    head = instrument.instrument
    asked = (head.id, head.version, head.language, *sorted(instrument.scales))
    known = (norms.instrument, norms.version, norms.language, *sorted(norms.scales))
    if asked != known:
        raise ConfigError([Problem(
            place="norms.json: surveys", code="RF142",
            message=f"norms of instrument {' '.join(known[:3])} ({listed(known[3:])})",
            expected=f"norms of instrument {' '.join(asked[:3])} ({listed(asked[3:])})",
            hint="run `rolefit norms` again with this instrument",
        )])  # fmt: skip
