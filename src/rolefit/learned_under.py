"""What norms were learned under: settings that must not change, and those that are worth a word."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, TypeAlias

from rolefit.errors import ConfigError, Problem, listed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rolefit.norms import Norms
    from rolefit.schema.config import Config
    from rolefit.schema.surveys import Instrument

Settings: TypeAlias = dict[str, dict[str, str]]
"""Part of the norms (`metrics.aht`) -> setting -> value."""
SECTIONS = (
    "attributes", "metrics", "applicability", "contributions", "questionnaires", "evidence",
)  # fmt: skip
"""Of the config: what norms depend on. Roles, policy and the day play no part."""
WITH_THE_FILE = ("scale", "range")
"""Settings that may change together with the file, so that the numbers mean the same."""


def settings_of(
    config: Config,
    metrics: Iterable[str],
    kinds: Iterable[str],
    surveys: Iterable[str],
    *,
    ratings: bool,
) -> Settings:
    """The settings without which the numbers of norms mean nothing.

    Args:
        config: effective config.
        metrics: metrics with norms.
        kinds: kinds of contribution with norms.
        surveys: survey tables with norms.
        ratings: there are norms of ratings.

    Returns:
        Settings: how a metric is read, counted and turned; the unit of a contribution; the rating
        range; items, reversal and range of a questionnaire.

    Example:
        >>> from rolefit.schema.build import build_config
        >>> found = settings_of(build_config({}), ["aht"], ["mentoring"], [], ratings=False)
        >>> found["metrics.aht"]["kind"], found["contributions.mentoring"]["unit"]
        ('duration', 'hours')
    """
    found: Settings = {}
    if ratings:
        found["evidence"] = {"rating_range": _plain(config.evidence.rating_range)}
    for name in metrics:
        spec = config.metrics[name]
        found[f"metrics.{name}"] = {
            "kind": spec.kind, "better": spec.better, "volume": spec.volume, "unit": spec.unit,
            "scale": _plain(spec.scale), "range": _plain(spec.range),
        }  # fmt: skip
    for name in kinds:
        work = config.contributions[name]
        praise = _plain(work.damp_reciprocity)
        found[f"contributions.{name}"] = {"unit": work.unit, "damp_reciprocity": praise}
    for name in surveys:
        found[f"surveys.{name}"] = _key(config.questionnaires[name])
    return found


def section_hashes(config: Config) -> dict[str, str]:
    """SHA-256 of each section of the config that norms depend on, shortened.

    Example:
        >>> from rolefit.schema.build import build_config
        >>> one, other = build_config({}), build_config({"evidence": {"huber": 3.0}})
        >>> [k for k, v in section_hashes(one).items() if section_hashes(other)[k] != v]
        ['evidence']
    """
    content = config.model_dump(mode="json", include=set(SECTIONS))
    return {
        name: hashlib.sha256(json.dumps(content[name]).encode()).hexdigest()[:16]
        for name in SECTIONS
    }


def check_settings(norms: Norms, config: Config) -> None:
    """Refuses norms whose numbers mean something else under this config.

    Args:
        norms: of this or an earlier run.
        config: effective config of this run.

    Raises:
        ConfigError: RF143, every setting that changed since the norms were learned.
    """
    problems = [
        Problem(
            place=f"norms.json: {part}.{name}", code="RF143",
            message=f"the norms were learned with {known!r}, the config says {now!r}",
            expected="norms learned under the settings in use",
            hint="run `rolefit norms` again, or put the setting back",
        )
        for part, name, known, now in _changed(norms, config)
        if name not in WITH_THE_FILE
    ]  # fmt: skip
    if problems:
        raise ConfigError(problems)


def changed_sections(norms: Norms, config: Config) -> tuple[str, ...]:
    """What to say where the config changed since, in ways that norms outlive.

    Args:
        norms: of this or an earlier run.
        config: effective config of this run.

    Returns:
        sentences; none where nothing changed.
    """
    told = [
        f"norms: {part}.{name} was {known} when they were learned and is {now}: right only where "
        "the column of the file changed with it"
        for part, name, known, now in _changed(norms, config)
        if name in WITH_THE_FILE
    ]
    now = section_hashes(config)
    changed = [name for name, known in norms.sections.items() if now.get(name) != known]
    if changed:
        told.append(
            f"norms: learned under another config ({listed(changed)} changed since), so they "
            "describe it as it was; `rolefit norms` learns them anew"
        )
    return tuple(told)


def _changed(norms: Norms, config: Config) -> list[tuple[str, str, str, str]]:
    """Part, setting, value then and value now of every setting that is not what it was."""
    now = settings_of(
        config,
        [metric for metric in norms.metrics if metric in config.metrics],
        [kind for kind in norms.contributions if kind in config.contributions],
        [family for family in norms.surveys if family in config.questionnaires],
        ratings=bool(norms.ratings),
    )
    return [
        (part, name, known, now[part][name])
        for part, settings in norms.learned_under.items()
        for name, known in settings.items()
        if now.get(part, {}).get(name, known) != known
    ]


def _key(instrument: Instrument) -> dict[str, str]:
    """Range of the answers, and the items of each scale, with a minus where reversed."""
    head = instrument.instrument
    key = {"answers": _plain((head.min, head.max))}
    for name, scale in instrument.scales.items():
        signed = [f"-{item}" if item in scale.reversed else item for item in scale.items]
        key[name] = " ".join(signed)
    return key


def _plain(value: object) -> str:
    """A setting as JSON writes it."""
    return json.dumps(value)
