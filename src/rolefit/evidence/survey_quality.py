"""What a centre's own answers say about a questionnaire: figures of each scale, and what to mend.

Findings are about the questionnaire, never about a person, and change no score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rolefit.evidence.survey_norms import check_norms
from rolefit.evidence.surveys import LEAST_RELIABILITY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolefit.evidence.scale_norms import ScaleNorms
    from rolefit.evidence.survey_norms import SurveyNorms
    from rolefit.schema.surveys import Instrument

LEAST_PEOPLE = 30
MANY_AT_THE_END = 0.15
BETTER_WITHOUT = 0.02
LOW_RELIABILITY = 0.6
MANY_CARELESS = 0.05

FindingCode = Literal[
    "too_few_people",
    "unusable_scale",
    "low_reliability",
    "floor",
    "ceiling",
    "reversed_item",
    "item_lowers_alpha",
    "item_never_varies",
    "careless_sign",
]


@dataclass(frozen=True)
class ScaleQuality:
    """How one scale measures the people here; None where a figure is not defined."""

    scale: str
    n: int
    """People whose score counts."""
    items: int
    """Items that anybody answered, else those of the scale."""
    mean: float
    """In the unit of the answers; published or blended where `source` says so."""
    sd: float
    alpha: float | None
    alpha_low: float | None
    """Ends of alpha's 95 % interval."""
    alpha_high: float | None
    omega: float | None
    omega_note: str
    """Why there is no omega."""
    sem: float
    """Standard error of measurement, in the unit of the answers."""
    floor: float | None
    """Share of people with the lowest possible score."""
    ceiling: float | None
    source: str
    """published, estimated or pooled."""


@dataclass(frozen=True)
class SurveyFinding:
    """One thing worth knowing of a questionnaire, with the figure and the limit it passed."""

    code: FindingCode
    scale: str | None
    """None: the finding is about the whole questionnaire."""
    item: str | None
    """An item id; of `careless_sign` the sign; else None."""
    value: float
    limit: float
    text: str
    """One plain sentence."""


def scale_qualities(norms: SurveyNorms) -> list[ScaleQuality]:
    """One row a scale, in the order of the instrument, for a table.

    Args:
        norms: of `calibrate_survey`.

    Returns:
        n, mean, sd, alpha with its interval, omega, SEM, floor and ceiling of every scale.

    Limits:
        figures of fewer than 30 people say little; alpha's interval shows how little.

    Example:
        >>> from rolefit.evidence.survey_norms import calibrate_survey
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.questionnaires import builtin_instrument
        >>> import pyarrow as pa
        >>> nobody = pa.table({"agent_id": pa.array([], pa.string())})
        >>> instrument = builtin_instrument("builtin:interests")
        >>> norms = calibrate_survey(nobody, instrument, build_config({}).evidence)
        >>> [(row.n, row.alpha, row.source) for row in scale_qualities(norms)][0]
        (0, None, 'pooled')
    """
    return [
        ScaleQuality(
            name, scale.people, scale.items, scale.mean, scale.sd, scale.alpha, scale.alpha_low,
            scale.alpha_high, scale.omega, scale.omega_note, scale.sem, scale.floor,
            scale.ceiling, scale.source,
        )
        for name, scale in norms.scales.items()
    ]  # fmt: skip


def survey_quality(norms: SurveyNorms, instrument: Instrument) -> list[SurveyFinding]:
    """What a person who looks after a questionnaire should look at.

    Args:
        norms: of `calibrate_survey`, of this instrument.
        instrument: names scales and reversed items.

    Returns:
        Findings, scales in the order of the instrument, then careless signs:
        `too_few_people` (under 30: nothing else is said of the scale), `unusable_scale`
        (reliability of .1 or less), `low_reliability` (alpha's interval ends below .6),
        `floor` and `ceiling` (over 15 % at the end of the range), `item_never_varies`,
        `reversed_item` (correlates negatively with the rest: keyed the wrong way round?),
        `item_lowers_alpha` (alpha more than .02 higher without it), `careless_sign` (over 5 % of
        people show a sign).

    Raises:
        ConfigError: RF142 the norms are of another instrument.

    Limits:
        with few people an item looks odd by chance: a finding is a question to the author of the
        questionnaire, not a verdict. Which items to drop has to be seen on other people.

    Source:
        McHorney & Tarlov 1995 (15 % at floor or ceiling); Nunnally & Bernstein 1994 (item-rest
        correlation, alpha if dropped).

    Example:
        >>> from rolefit.evidence.survey_norms import calibrate_survey
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.questionnaires import builtin_instrument
        >>> import pyarrow as pa
        >>> nobody = pa.table({"agent_id": pa.array([], pa.string())})
        >>> instrument = builtin_instrument("builtin:interests")
        >>> norms = calibrate_survey(nobody, instrument, build_config({}).evidence)
        >>> survey_quality(norms, instrument)[0].code
        'too_few_people'
    """
    check_norms(norms, instrument)
    found = [
        finding
        for name in instrument.scales
        for finding in _scale_findings(name, norms.scales[name], instrument)
    ]
    return [*found, *_careless_findings(norms)]


def _scale_findings(
    name: str, scale: ScaleNorms, instrument: Instrument
) -> Iterator[SurveyFinding]:
    """What is worth knowing of one scale."""
    if scale.people < LEAST_PEOPLE:
        yield SurveyFinding(
            "too_few_people", name, None, scale.people, LEAST_PEOPLE,
            f"{name}: {scale.people} people answered it; with {LEAST_PEOPLE} its quality can be "
            "looked at.",
        )  # fmt: skip
        return
    yield from _reliability_findings(name, scale)
    yield from _end_findings(name, scale)
    yield from _item_findings(name, scale, instrument)


def _reliability_findings(name: str, scale: ScaleNorms) -> Iterator[SurveyFinding]:
    """A scale that measures little or nothing."""
    if scale.scored_reliability <= LEAST_RELIABILITY:
        yield SurveyFinding(
            "unusable_scale", name, None, scale.scored_reliability, LEAST_RELIABILITY,
            f"{name}: its items do not measure one thing here (reliability "
            f"{scale.scored_reliability:.2f}), so it counts for nobody.",
        )  # fmt: skip
    elif scale.alpha_high is not None and scale.alpha_high < LOW_RELIABILITY:
        yield SurveyFinding(
            "low_reliability", name, None, scale.alpha_high, LOW_RELIABILITY,
            f"{name}: alpha {scale.alpha:.2f} (95 % interval {scale.alpha_low:.2f} to "
            f"{scale.alpha_high:.2f}); it is used with wide intervals. More items would help.",
        )  # fmt: skip


def _end_findings(name: str, scale: ScaleNorms) -> Iterator[SurveyFinding]:
    """A scale that cannot tell people apart at one end."""
    if (scale.floor or 0.0) > MANY_AT_THE_END:
        yield SurveyFinding(
            "floor", name, None, scale.floor or 0.0, MANY_AT_THE_END,
            f"{name}: {scale.floor:.0%} of the people have the lowest possible score; it cannot "
            "tell them apart.",
        )  # fmt: skip
    if (scale.ceiling or 0.0) > MANY_AT_THE_END:
        yield SurveyFinding(
            "ceiling", name, None, scale.ceiling or 0.0, MANY_AT_THE_END,
            f"{name}: {scale.ceiling:.0%} of the people have the highest possible score; it cannot "
            "tell them apart.",
        )  # fmt: skip


def _item_findings(name: str, scale: ScaleNorms, instrument: Instrument) -> Iterator[SurveyFinding]:
    """Items that do not go with the others, each with its most telling finding only."""
    turned = instrument.scales[name].reversed
    for item, figures in scale.item_norms.items():
        if figures.sd == 0:
            yield SurveyFinding(
                "item_never_varies", name, item, 0.0, 0.0,
                f"{name}, item {item}: everybody gave the same answer.",
            )  # fmt: skip
        elif figures.rest_r is not None and figures.rest_r < 0:
            keyed = "It is keyed as reversed: is it?" if item in turned else "Is it reversed?"
            yield SurveyFinding(
                "reversed_item", name, item, figures.rest_r, 0.0,
                f"{name}, item {item}: goes against the other items (r = {figures.rest_r:.2f}). "
                f"{keyed}",
            )  # fmt: skip
        elif _gain(scale, figures.alpha_without) > BETTER_WITHOUT:
            yield SurveyFinding(
                "item_lowers_alpha", name, item, _gain(scale, figures.alpha_without),
                BETTER_WITHOUT,
                f"{name}, item {item}: without it alpha would be {figures.alpha_without:.2f} "
                f"instead of {scale.alpha:.2f}. Does it ask the same thing as the others?",
            )  # fmt: skip


def _gain(scale: ScaleNorms, alpha_without: float | None) -> float:
    """By how much alpha is higher without an item; 0 where that is not known."""
    if scale.alpha is None or alpha_without is None:
        return 0.0
    return alpha_without - scale.alpha


def _careless_findings(norms: SurveyNorms) -> Iterator[SurveyFinding]:
    """Signs that many people show: the questionnaire, or the hour it is answered at, may be why."""
    for sign, share in norms.careless_shares.items():
        if share is not None and share > MANY_CARELESS and norms.people >= LEAST_PEOPLE:
            yield SurveyFinding(
                "careless_sign", None, sign, share, MANY_CARELESS,
                f"{share:.0%} of the people show the sign '{sign}' of answering without reading; "
                "their evidence is widened. Is the questionnaire too long, or time too short?",
            )  # fmt: skip
