"""The two phases: calibrate on a population, score any agents against it. A chain, no logic."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rolefit.direction.decide import decide
from rolefit.direction.situation import describe_situation
from rolefit.direction.steady import remark_held
from rolefit.evidence.contributions import calibrate_contributions, score_contributions
from rolefit.evidence.decline import remark_declines
from rolefit.evidence.earlier_replies import reply_remarks
from rolefit.evidence.falling_interest import remark_falling_interest
from rolefit.evidence.metrics import calibrate_metrics, score_metrics
from rolefit.evidence.ratings import calibrate_ratings, score_ratings
from rolefit.evidence.raw_ranking import calibrate_ranking, rank_raw
from rolefit.evidence.readings import join_readings, weigh
from rolefit.evidence.survey_norms import calibrate_survey
from rolefit.evidence.surveys import score_survey
from rolefit.evidence.trusting import learn_from, trusted
from rolefit.explain.explain_all import explain_all
from rolefit.fit import assess, profile
from rolefit.learned_under import check_settings, section_hashes, settings_of
from rolefit.norms import Norms
from rolefit.posterior import believe

if TYPE_CHECKING:
    from datetime import date

    from rolefit.direction.decide import Decision
    from rolefit.direction.situation import Situation
    from rolefit.evidence.metrics import Effects
    from rolefit.evidence.readings import Gathered, Readings
    from rolefit.evidence.table import Evidence, Remarks
    from rolefit.explain.explain_all import Explained
    from rolefit.fit import Fit, Profiles
    from rolefit.posterior import Posterior
    from rolefit.schema.arrays import Floats
    from rolefit.schema.config import Config
    from rolefit.schema.tables import Inputs


@dataclass(frozen=True)
class Heard:
    """Everything the tables say of the agents, before anybody is judged by it."""

    evidence: Evidence
    remarks: tuple[Remarks, ...]
    effects: Effects
    situation: Situation
    percentile: Floats
    """Of raw metrics alone, for contrast."""

    def of(self, agents: slice) -> Heard:
        """The same for a run of agents, numbered from 0 again."""
        return Heard(
            self.evidence.of(agents), tuple(remark.of(agents) for remark in self.remarks),
            self.effects, self.situation.of(agents), self.percentile[agents],
        )  # fmt: skip


@dataclass(frozen=True)
class Scored:
    """All that a run finds out about n agents."""

    posterior: Posterior
    profiles: Profiles
    fit: Fit
    decision: Decision
    explained: Explained


def calibrate(inputs: Inputs, config: Config) -> Norms:
    """Phase one: what the population teaches.

    Args:
        inputs: checked tables.
        config: effective config with `centre.as_of` resolved.

    Returns:
        Norms.
    """
    as_of = today(config)
    metrics = calibrate_metrics(inputs, config)
    gathered, effects = score_metrics(inputs, config, metrics)
    norms = Norms(
        as_of=as_of.isoformat(),
        config_hash=config_hash(config),
        metrics=metrics,
        surveys={
            family: calibrate_survey(table, config.questionnaires[family], config.evidence)
            for family, table in inputs.surveys().items()
        },
        contributions=calibrate_contributions(inputs, config, as_of),
        ratings=calibrate_ratings(inputs, config, as_of),
        ranking=calibrate_ranking(effects, metrics, config, inputs.agents.num_rows),
        sections=section_hashes(config),
    )
    known = settings_of(
        config, norms.metrics, norms.contributions, norms.surveys, ratings=bool(norms.ratings)
    )
    norms = replace(norms, learned_under=known)
    if not config.evidence.learn_validities:
        return norms
    found = [gathered, *_others(inputs, config, norms)]
    return replace(norms, validities=learn_from(_readings(found), config))


def hear(inputs: Inputs, config: Config, norms: Norms) -> Heard:
    """Phase two, first half: every table becomes evidence.

    Args:
        inputs: checked tables.
        config: effective config with `centre.as_of` resolved.
        norms: of this or an earlier run.

    Returns:
        Heard.

    Raises:
        ConfigError: RF142 norms of another questionnaire, RF143 norms that were learned under
            settings that give their numbers another meaning.
    """
    check_settings(norms, config)
    as_of = today(config)
    metrics, effects = score_metrics(inputs, config, norms.metrics)
    gathered = [metrics, *_others(inputs, config, norms)]
    evidence = weigh(trusted(_readings(gathered), norms.validities, config))
    agents = inputs.agents.num_rows
    early = (
        remark_declines(effects, config),
        remark_falling_interest(inputs, config, norms.surveys, profile(config).want, as_of),
    )
    return Heard(
        evidence=evidence,
        remarks=(
            *early,
            *(remark for part in gathered for remark in part.remarks),
            *reply_remarks(inputs),
        ),
        effects=effects,
        situation=describe_situation(inputs, evidence, early, config, as_of),
        percentile=rank_raw(effects, norms.metrics, config, norms.ranking, agents),
    )


def _others(inputs: Inputs, config: Config, norms: Norms) -> list[Gathered]:
    """What every family but metrics found."""
    as_of = today(config)
    gathered = [
        score_contributions(inputs, config, norms.contributions, as_of),
        score_ratings(inputs, config, norms.ratings, as_of),
    ]
    gathered += [
        score_survey(
            table, inputs.agents, config.questionnaires[family], norms.surveys[family],
            family=family, config=config, as_of=as_of,
        )
        for family, table in inputs.surveys().items()
        if family in norms.surveys
    ]  # fmt: skip
    return gathered


def _readings(gathered: list[Gathered]) -> Readings:
    """What all families read."""
    return join_readings([part.readings for part in gathered])


def judge(heard: Heard, config: Config) -> Scored:
    """Phase two, second half: evidence -> belief -> fit -> direction -> explanation."""
    agents = len(heard.situation.current)
    posterior = believe(heard.evidence, agents=agents, attributes=len(config.attribute_ids))
    profiles = profile(config)
    fit = assess(posterior, profiles)
    decision = decide(posterior, profiles, heard.situation, config.policy)
    explained = explain_all(
        posterior=posterior, profiles=profiles, fit=fit, decision=decision,
        situation=heard.situation, evidence=heard.evidence,
        remarks=(*heard.remarks, remark_held(decision.held)), config=config,
    )  # fmt: skip
    return Scored(posterior, profiles, fit, decision, explained)


def config_hash(config: Config) -> str:
    """SHA-256 of the effective config."""
    return hashlib.sha256(config.model_dump_json().encode()).hexdigest()


def today(config: Config) -> date:
    """`as_of`, which the border resolves before anything is scored."""
    if config.centre.as_of is None:
        message = "centre.as_of must be resolved before scoring"
        raise ValueError(message)
    return config.centre.as_of
