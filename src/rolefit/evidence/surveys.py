"""Surveys as evidence: true-score estimates of scales, with the error of every single person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from rolefit.evidence.careless import careless_flags, seconds_taken
from rolefit.evidence.dates import fade, months_before
from rolefit.evidence.readings import Gathered, Readings
from rolefit.evidence.scales import item_answers, scale_scores
from rolefit.evidence.survey_norms import check_norms
from rolefit.evidence.table import NO_NOTE, Remarks, agent_positions, family_code

if TYPE_CHECKING:
    from datetime import date

    from rolefit.evidence.scales import ScaleScores
    from rolefit.evidence.survey_norms import SurveyNorms
    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.config import Config
    from rolefit.schema.policy import EvidencePolicy
    from rolefit.schema.surveys import Instrument
    from rolefit.schema.tables import SurveyFamily


POOR_RELIABILITY = 0.6
LEAST_RELIABILITY = 0.1
LEAST_AGREEMENT = 0.1
NOTES = (NO_NOTE, "careless_1", "careless_2", "old")
RETAKE_FLAGS = 2


@dataclass(frozen=True)
class TrueScores:
    """Estimates of n people's true scores on S scales, in true-score sd."""

    estimate: Floats
    """(n, S) Kelley's estimate, NaN where the scale is not scored."""
    reliability: Floats
    """(n, S) of this person's score; NaN where the scale is not scored."""
    elevation: Floats
    """(n,) mean deviation over the scales that are scored: how high somebody answers overall."""
    agreement: Floats
    """(S,) correlation of a scale's true score with itself before ipsatising; 1 without it."""


def score_survey(
    answers: pa.Table,
    agents: pa.Table,
    instrument: Instrument,
    norms: SurveyNorms,
    *,
    family: SurveyFamily,
    config: Config,
    as_of: date,
) -> Gathered:
    """Turns answered surveys into evidence on the attributes of their scales.

    Args:
        answers: checked survey table, at most one row an agent; unknown agents are left out.
        agents: the agents table, which numbers the agents.
        instrument: items, scales and range.
        norms: of this instrument, from `calibrate_survey`.
        family: whose validity, method variance and half-life count.
        config: the effective config.
        as_of: today; an answer in the future has age 0.

    Returns:
        Readings (true-score sd, better positive) and remarks `too_few_answers`,
        `poor_scale`, `unusable_scale` (subject: attribute), `careless`, `retake` (subject:
        family).

    Raises:
        ConfigError: RF142 the norms are of another instrument.

    Limits:
        self-reports: `validity` and the family's method variance carry that.

    Source:
        see `true_scores`; `careless_flags` for the signs.

    Example:
        1.5 above the mean of 2.5: 1.5 x .857 / (sd of true scores, about 1).
        >>> from datetime import date
        >>> from rolefit.evidence.survey_norms import calibrate_survey
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.surveys import Instrument
        >>> head = {"id": "mini", "kind": "strengths", "min": 1, "max": 5}
        >>> scales = {"calm": {"attribute": "composure", "items": ["a", "b"]}}
        >>> mini = Instrument.model_validate({"instrument": head, "scales": scales})
        >>> everybody = pa.table({"a": [1.0, 2.0, 3.0] * 40, "b": [2.0, 2.0, 5.0] * 40})
        >>> config, today = build_config({}), date(2026, 6, 30)
        >>> norms = calibrate_survey(everybody, mini, config.evidence)
        >>> one, agents = {"agent_id": ["A"], "a": [3.0], "b": [5.0]}, pa.table({"agent_id": ["A"]})
        >>> rest = {"family": "strengths", "config": config, "as_of": today}
        >>> found = score_survey(pa.table(one), agents, mini, norms, **rest).readings
        >>> found.estimate.round(2).tolist(), found.reliability.round(3).tolist(), found.n.tolist()
        ([1.28], [0.857], [2.0])
    """
    check_norms(norms, instrument)
    person = agent_positions(answers, agents)
    answers, person = answers.filter(pa.array(person >= 0)), person[person >= 0]
    scores = scale_scores(answers, instrument, config.evidence)
    true = true_scores(scores, norms)
    flags = count_flags(answers, instrument, norms)
    attributes = tuple(scale.attribute for scale in instrument.scales.values())
    months = _months(answers, as_of)
    half_life = getattr(config.evidence.half_life_months, family)
    widening = _careless_factor(flags, config.evidence) / fade(months, half_life)
    note = np.where(flags > 0, np.minimum(flags, RETAKE_FLAGS), np.where(months > half_life, 3, 0))
    row, scale = np.nonzero(~np.isnan(true.estimate))
    rho = getattr(config.evidence.validity, family) * true.agreement[scale]
    at = (row, scale)
    readings = Readings(
        agent=person[row],
        attribute=np.array([config.attribute_ids.index(name) for name in attributes])[scale],
        family=np.full(len(row), family_code(family)),
        source=scale,
        estimate=true.estimate[at],
        reliability=true.reliability[at],
        widening=widening[row],
        validity=rho,
        n=scores.answered[at],
        method_variance=np.full(len(row), getattr(config.evidence.method_variance, family)),
        note=note[row],
        sources=tuple(instrument.scales),
        notes=NOTES,
    )
    remarks = (
        *_scale_remarks(true, scores, norms, person, attributes),
        _remarks("careless", (flags == 1)[:, None], person, (family,)),
        _remarks("retake", (flags >= RETAKE_FLAGS)[:, None], person, (family,)),
    )
    return Gathered(readings, tuple(remark for remark in remarks if len(remark.agent)))


def true_scores(scores: ScaleScores, norms: SurveyNorms) -> TrueScores:
    """Estimates true scores; interests lose a share c of the person's mean deviation first.

        d = x - mean;  d' = d - c w'd,  w = 1 / (scored scales) where scored
        signal = var of the same combination of true scores, noise = of errors
        noise of one scale = SEM^2 k / k_i + SE(mean)^2
        rel = signal / (signal + noise);  estimate = rel d' / sqrt(signal)
        agreement = corr(true score, the same combination of true scores), all scales scored

    Args:
        scores: scale scores and numbers of answered items.
        norms: means, errors and true covariances; `ipsatise` is c.

    Returns:
        Estimates and reliabilities person by person; scales with reliability of .1 or less
        (negative alpha, nothing varies) are left out.

    Limits:
        the less a person's scales differ by more than style, the less an ipsatised score
        knows: its reliability is that of the combination, below that of the scale itself, and
        what is taken off with the style was partly true: the agreement, by which the validity
        is lowered. It is that of all scales for everybody, so that answering one scale more
        never makes another less sure.

    Source:
        Kelley 1947 (true score); Mosier 1943 (reliability of a combination).

    Example:
        One point above the mean on a complete scale of sd 1 and reliability .8: .8 / sqrt(.8).
        >>> from types import SimpleNamespace
        >>> from rolefit.evidence.scales import ScaleScores
        >>> figures = {"mean": 3.0, "sem": 0.2**0.5, "mean_se": 0.0, "items": 4, "reliability": 0.8}
        >>> calm = SimpleNamespace(**figures, true_covariance={"calm": 0.8})
        >>> scores = ScaleScores(np.array([[4.0], [np.nan]]), np.array([[4.0], [1.0]]), ("calm",))
        >>> true = true_scores(scores, SimpleNamespace(scales={"calm": calm}, ipsatise=0.0))
        >>> true.estimate.round(3).tolist(), true.reliability.round(3).tolist()
        ([[0.894], [nan]], [[0.8], [nan]])
    """
    scales = [norms.scales[name] for name in scores.scales]
    mean, sem, mean_se, items, own = np.array([
        (s.mean, s.sem, s.mean_se, s.items, s.reliability) for s in scales
    ]).T  # fmt: skip
    true = np.array([[s.true_covariance[other] for other in scores.scales] for s in scales])
    c = norms.ipsatise
    seen = ~np.isnan(scores.score)
    weight = seen / np.maximum(seen.sum(axis=1, keepdims=True), 1)
    deviation = np.where(seen, scores.score - mean, 0.0)
    elevation = (weight * deviation).sum(axis=1)
    noise = sem**2 * items / np.maximum(scores.answered, 1.0) + mean_se**2
    signal = _combined(np.diagonal(true), weight @ true, weight, c)
    noise = _combined(noise, weight * noise, weight, c)
    usable = seen & (own > LEAST_RELIABILITY) & (signal > 0)
    reliability = np.where(usable, signal / np.where(usable, signal + noise, 1.0), 0.0)
    usable &= reliability > LEAST_RELIABILITY
    standard = (deviation - c * elevation[:, None]) / np.sqrt(np.where(usable, signal, 1.0))
    return TrueScores(
        np.where(usable, reliability * standard, np.nan),
        np.where(usable, reliability, np.nan),
        np.where(seen.any(axis=1), elevation, np.nan),
        _agreement(true, c),
    )


def _agreement(true: Floats, c: float) -> Floats:
    """(S,) correlation of every true score with itself less c times the mean of all; see above."""
    take = np.eye(len(true)) - c / len(true)
    own, left = np.diagonal(true), np.diagonal(take @ true @ take.T)
    scale = np.sqrt(np.maximum(own * left, 0.0))
    known = scale > 0
    agreement = np.where(known, np.diagonal(take @ true) / np.where(known, scale, 1.0), 1.0)
    return np.clip(agreement, LEAST_AGREEMENT, 1.0)


def _combined(own: Floats, with_mean: Floats, weight: Floats, c: float) -> Floats:
    """Variance of a scale less c times the weighted mean of all scales.

    Args:
        own: variance of the scale, (S,) or (n, S).
        with_mean: its covariance with the mean, (n, S).
        weight: of each scale in the mean, (n, S).
        c: share of the mean that is taken off.
    """
    of_mean = (weight * with_mean).sum(axis=1, keepdims=True)
    combined: Floats = own - 2.0 * c * with_mean + c**2 * of_mean
    return combined


def count_flags(answers: pa.Table, instrument: Instrument, norms: SurveyNorms) -> Ints:
    """(n,) how many signs of careless answering each respondent shows; see `careless_flags`.

    Example:
        The same answer throughout: a long string, and no spread.
        >>> from types import SimpleNamespace
        >>> from rolefit.evidence.careless import CarelessNorms
        >>> from rolefit.evidence.scales import item_ids
        >>> from rolefit.schema.questionnaires import builtin_instrument
        >>> strengths = builtin_instrument("builtin:strengths")
        >>> answers = {item: [3.0, 1.0 + k % 5] for k, item in enumerate(item_ids(strengths))}
        >>> norms = SimpleNamespace(careless=CarelessNorms(0.2, None, None))
        >>> count_flags(pa.table(answers), strengths, norms).tolist()
        [2, 0]
    """
    given, seconds = item_answers(answers, instrument), seconds_taken(answers)
    flags: Ints = careless_flags(given, seconds, instrument, norms.careless).sum(axis=1)
    return flags


def _careless_factor(flags: Ints, policy: EvidencePolicy) -> Floats:
    """Variance multiplier of a number of flags."""
    steps = np.array([1.0, policy.careless_one_flag, policy.careless_more_flags])
    return steps[np.minimum(flags, RETAKE_FLAGS)]


def _months(answers: pa.Table, as_of: date) -> Floats:
    """(n,) age of the answers; 0 where the day is unknown or still to come."""
    if "answered_on" not in answers.column_names:
        return np.zeros(answers.num_rows)
    age = months_before(answers["answered_on"], as_of)
    return np.maximum(np.nan_to_num(age, nan=0.0), 0.0)


def _scale_remarks(
    true: TrueScores,
    scores: ScaleScores,
    norms: SurveyNorms,
    person: Ints,
    attributes: tuple[str, ...],
) -> list[Remarks]:
    """What must be said of scales that are not scored, or scored with little certainty."""
    reliability = np.array([norms.scales[name].scored_reliability for name in scores.scales])
    spoke = (scores.answered.sum(axis=1) > 0)[:, None]
    complete, used = ~np.isnan(scores.score), ~np.isnan(true.estimate)
    said = {
        "too_few_answers": spoke & ~complete,
        "unusable_scale": complete & ~used,
        "poor_scale": used & (reliability < POOR_RELIABILITY),
    }
    return [_remarks(code, where, person, attributes) for code, where in said.items()]


def _remarks(code: str, where: Bools, person: Ints, subjects: tuple[str, ...]) -> Remarks:
    """One code for every true cell of (respondent, subject)."""
    row, subject = np.nonzero(where)
    return Remarks(code, person[row], subject, subjects)
