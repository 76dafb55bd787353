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
    """(bins,) people of a partition by distance from the usual pattern; partitions add up."""
    given, asked = item_answers(answers, instrument), item_ids(instrument)
    return count_bins(distance_depth(given, asked, norms), *DISTANCE_RANGE)


def with_distance_cut(norms: SurveyNorms, depths: Ints) -> SurveyNorms:
    """Norms with the cut of the distance: p < .001 if normal, further out where people are."""
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
    """Norms from sums; the distance has no cut yet (it needs a second look at the answers)."""
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

    Raises:
        ConfigError: RF142 another instrument, version, language or other scales.
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
