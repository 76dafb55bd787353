"""How far metrics and survey scales can be trusted in this centre."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolefit.evidence.metric_norms import MetricNorms
    from rolefit.evidence.metrics import Effects
    from rolefit.evidence.survey_norms import SurveyNorms

USABLE = 0.5
"""Reliability from which an agent's number is more signal than noise."""


@dataclass(frozen=True)
class MetricTrust:
    """One metric after taking out client, channel and period."""

    metric: str
    agents: int
    """With rows of it."""
    reliability: float | None
    """Median over the agents who can be compared: 0 = noise, 1 = certain."""
    usable: float
    """Share of all agents with rows whose reliability is .5 or more."""
    not_comparable: int
    confounded: float | None
    """Median share of an agent's noise that is doubt about the clients served."""
    with_trend: int
    alarms: int
    """Agents about whom an alarm asks."""
    sorting: float | None
    """Correlation of an agent's skill with the difficulty of a client served; None = not asked."""
    sorting_low: float | None
    sorting_high: float | None
    """Ends of its 90 % interval."""
    sorting_identified: bool
    """Enough agents serve several clients to tell it."""


@dataclass(frozen=True)
class ScaleTrust:
    """One survey scale."""

    family: str
    scale: str
    people: int
    reliability: float
    alpha: float | None
    omega: float | None
    floor: float | None
    """Share of people at the lowest possible score, where it is known."""
    ceiling: float | None
    source: str
    """`published`, `estimated` here, or `pooled` over the scales (few people)."""


def trust_metrics(effects: Effects, norms: Mapping[str, MetricNorms]) -> tuple[MetricTrust, ...]:
    """Reliability, comparability, sorting and alarms of every metric.

    Args:
        effects: of `score_metrics`.
        norms: of `calibrate_metrics`, by metric.

    Returns:
        one entry a metric, in order of the effects.

    Limits:
        a median hides a tail: `usable` says how many have a number worth reading.

    Source:
        reliability as 1 - prediction error variance / variance between agents (Laird & Ware 1982).

    Example:
        Three agents, the last of whom can be compared with nobody.
        >>> from types import SimpleNamespace
        >>> k, none = np.zeros(3, int), np.full(3, np.nan)
        >>> columns = {"metric": k, "alarm": k, "trend": none, "confounded": none}
        >>> columns |= {"note": np.array([0, 0, 1]), "reliability": np.array([0.6, 0.8, 0.0])}
        >>> names = {"metrics": ("csat",), "notes": ("", "not_comparable")}
        >>> effects = SimpleNamespace(**columns, **names)
        >>> sorting = {name: None for name in ("sorting", "sorting_low", "sorting_high")}
        >>> norms = {"csat": SimpleNamespace(**sorting, sorting_identified=False)}
        >>> (found,) = trust_metrics(effects, norms)
        >>> found.reliability, round(found.usable, 2), found.not_comparable
        (0.7, 0.67, 1)
    """
    found = []
    for k, metric in enumerate(effects.metrics):
        mine = effects.metric == k
        alone = effects.note[mine] == effects.notes.index("not_comparable")
        reliability, some = effects.reliability[mine], ~alone
        norm = norms[metric]
        found.append(MetricTrust(
            metric=metric, agents=int(mine.sum()),
            reliability=float(np.median(reliability[some])) if some.any() else None,
            usable=float((reliability >= USABLE).mean()) if mine.any() else 0.0,
            not_comparable=int(alone.sum()),
            confounded=float(np.median(effects.confounded[mine][some])) if some.any() else None,
            with_trend=int(np.isfinite(effects.trend[mine]).sum()),
            alarms=int((effects.alarm[mine] > 0).sum()),
            sorting=norm.sorting, sorting_low=norm.sorting_low, sorting_high=norm.sorting_high,
            sorting_identified=norm.sorting_identified,
        ))  # fmt: skip
    return tuple(found)


def trust_scales(surveys: Mapping[str, SurveyNorms]) -> tuple[ScaleTrust, ...]:
    """Reliability of every scale that was answered, as far as its norms know it.

    Args:
        surveys: norms by family.

    Returns:
        one entry a scale.

    Limits:
        the figures of a `pooled` scale are partly those of its instrument.

    Example:
        >>> import pyarrow as pa
        >>> from rolefit.evidence.survey_norms import calibrate_survey
        >>> from rolefit.schema.build import build_config
        >>> config, answers = build_config({}), pa.table({"agent_id": pa.array([], pa.string())})
        >>> norms = calibrate_survey(answers, config.questionnaires["strengths"], config.evidence)
        >>> found = trust_scales({"strengths": norms})[0]
        >>> found.scale, found.people, found.alpha, found.source
        ('coaching', 0, None, 'pooled')
    """
    return tuple(
        ScaleTrust(
            family, name, scale.n, scale.reliability, scale.alpha, _number(scale, "omega"),
            _number(scale, "floor"), _number(scale, "ceiling"), scale.source,
        )
        for family, survey in surveys.items()
        for name, scale in survey.scales.items()
    )  # fmt: skip


def _number(norms: object, name: str) -> float | None:
    """A figure that only some norms have."""
    value = getattr(norms, name, None)
    known = isinstance(value, int | float) and np.isfinite(value)
    return float(value) if known and value is not None else None
