"""The data-quality page: all its figures, as one record."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rolefit.evidence.glue_work import glue_work
from rolefit.evidence.suggest_applicability import propose_rules
from rolefit.evidence.watch import ALARMS, NOTES
from rolefit.fit import profile
from rolefit.posterior import believe
from rolefit.quality.connections import connect
from rolefit.quality.coverage import cover, cover_ratings
from rolefit.quality.improve import CHUNK, family_masks, rank_steps
from rolefit.quality.steps import possible_steps, speaks_of
from rolefit.quality.trust import trust_metrics, trust_scales
from rolefit.quality.typical import learn_typical

if TYPE_CHECKING:
    from datetime import date

    from rolefit.evidence.glue_work import GlueShare
    from rolefit.evidence.metrics import Effects
    from rolefit.evidence.suggest_applicability import Proposal
    from rolefit.evidence.table import Evidence, Remarks
    from rolefit.fit import Profiles
    from rolefit.norms import Norms
    from rolefit.quality.connections import Connections
    from rolefit.quality.coverage import Coverage, RatingCover
    from rolefit.quality.improve import Improvement
    from rolefit.quality.trust import MetricTrust, ScaleTrust
    from rolefit.schema.config import Config
    from rolefit.schema.tables import Inputs


@dataclass(frozen=True)
class RoleSufficiency:
    """How much is known of the agents' fits in one inside role."""

    role: str
    mean: float
    """Mean sufficiency: share of the prior variance of the fit that evidence removed."""
    enough: float
    """Share of agents at `policy.min_sufficiency` or above."""


@dataclass(frozen=True)
class Quality:
    """What a centre's data are worth."""

    agents: int
    roles: tuple[RoleSufficiency, ...]
    coverage: tuple[Coverage, ...]
    connections: Connections
    metrics: tuple[MetricTrust, ...]
    scales: tuple[ScaleTrust, ...]
    ratings: RatingCover
    alarms: dict[str, int]
    """Alarm -> agents about whom it asks."""
    glue_work: tuple[GlueShare, ...]
    """How evenly contributions are asked for and done: everybody, by team, by tenure."""
    proposals: tuple[Proposal, ...]
    """Where a metric may not apply: a person decides."""
    improvements: tuple[Improvement, ...]
    """Most worth first."""

    @property
    def sufficiency(self) -> float:
        """Mean sufficiency over agents and inside roles; NaN without roles."""
        return float(np.mean([role.mean for role in self.roles])) if self.roles else float("nan")

    def to_dict(self) -> dict[str, Any]:
        """The same as plain numbers and lists, for JSON."""
        plain = asdict(self)
        plain["connections"].pop("clients_by_agent")
        plain["connections"]["mover_share"] = self.connections.mover_share
        plain["improvements"] = [asdict(one) | {"gain": one.gain} for one in self.improvements]
        return {"sufficiency": self.sufficiency, **plain}

    def __repr__(self) -> str:
        return f"Quality({self.agents} agents: mean sufficiency {self.sufficiency:.2f})"


def judge_quality(
    inputs: Inputs,
    config: Config,
    norms: Norms,
    evidence: Evidence,
    remarks: tuple[Remarks, ...],
    effects: Effects,
    as_of: date,
) -> Quality:
    """Everything the page says.

    Args:
        inputs: checked tables.
        config: effective config.
        norms: of `calibrate` on these inputs.
        evidence: all evidence, sorted by agent.
        remarks: of all families.
        effects: of the metrics.
        as_of: day of the run.

    Returns:
        Quality.

    Limits:
        figures of this centre on this day; a figure that few agents are behind says little.

    Source:
        docs/data-quality.md explains each figure.

    Example:
        Two agents and no table of evidence: nothing is known, and a survey would tell most.
        >>> from datetime import date
        >>> from types import SimpleNamespace
        >>> import pyarrow as pa
        >>> from rolefit.evidence.metrics import score_metrics
        >>> from rolefit.evidence.table import Evidence
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.tables import Inputs
        >>> inputs, config = Inputs(pa.table({"agent_id": ["A", "B"]})), build_config({})
        >>> norms, today = SimpleNamespace(metrics={}, surveys={}), date(2026, 6, 30)
        >>> effects = score_metrics(inputs, config, {})[1]
        >>> quality = judge_quality(inputs, config, norms, Evidence.empty(), (), effects, today)
        >>> quality.sufficiency, quality.improvements[0].code, quality.improvements[0].family
        (0.0, 'no_survey', 'strengths')
    """
    agents, attributes = inputs.agents.num_rows, len(config.attribute_ids)
    profiles = profile(config)
    masks, about = family_masks(evidence, agents, attributes), speaks_of(config)
    connections = connect(inputs)
    steps = possible_steps(
        inputs, config, masks, about, remarks, effects, connections, evidence, as_of
    )
    typical = learn_typical(evidence, masks, about, config)
    inside = profiles.weights[~profiles.outward]
    return Quality(
        agents=agents,
        roles=_sufficiencies(evidence, profiles, config, agents),
        coverage=cover(inputs, evidence, remarks, config, as_of),
        connections=connections,
        metrics=trust_metrics(effects, norms.metrics),
        scales=trust_scales(norms.surveys),
        ratings=cover_ratings(inputs.ratings),
        alarms=_alarms(effects),
        glue_work=glue_work(inputs, config, as_of),
        proposals=propose_rules(inputs, config, norms.metrics),
        improvements=rank_steps(evidence, steps, inside, typical, agents),
    )


def _alarms(effects: Effects) -> dict[str, int]:
    """Agents by alarm."""
    return {
        code: len(np.unique(effects.agent[effects.alarm == NOTES.index(code)])) for code in ALARMS
    }


def _sufficiencies(
    evidence: Evidence, profiles: Profiles, config: Config, agents: int
) -> tuple[RoleSufficiency, ...]:
    """Sufficiency of every inside role, a run of agents at a time."""
    inside = np.flatnonzero(~profiles.outward)
    square = profiles.weights[inside] ** 2
    share = square / np.maximum(square.sum(axis=1, keepdims=True), 1e-300)
    total, enough = np.zeros(len(inside)), np.zeros(len(inside))
    for start in range(0, agents, CHUNK):
        these = slice(start, min(start + CHUNK, agents))
        some = believe(evidence.of(these), agents=these.stop - start, attributes=share.shape[1])
        known = 1.0 - some.variance @ share.T
        total += known.sum(axis=0)
        enough += (known >= config.policy.min_sufficiency).sum(axis=0)
    return tuple(
        RoleSufficiency(config.role_ids[k], float(a / max(agents, 1)), float(b / max(agents, 1)))
        for k, a, b in zip(inside.tolist(), total, enough, strict=True)
    )
