"""The steps a centre could take, and whom each of them is asked of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rolefit.quality.coverage import flagged, older_than_half_life
from rolefit.quality.improve import Step
from rolefit.quality.typical import what_moving_adds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from rolefit.evidence.metrics import Effects
    from rolefit.evidence.table import Evidence, Remarks
    from rolefit.quality.connections import Connections
    from rolefit.schema.arrays import Bools
    from rolefit.schema.config import Config
    from rolefit.schema.tables import Inputs

NO_TABLE = {
    "strengths": "no_survey",
    "interests": "no_survey",
    "contributions": "no_record",
    "metrics": "no_metrics",
}


def possible_steps(
    inputs: Inputs,
    config: Config,
    masks: Mapping[str, Bools],
    about: Mapping[str, Bools],
    remarks: Sequence[Remarks],
    effects: Effects,
    connections: Connections,
    evidence: Evidence,
    as_of: date,
) -> tuple[Step, ...]:
    """Every step, in no order of worth.

    Args:
        inputs: checked tables.
        config: effective config.
        masks: who has evidence of what, family -> agents x attributes.
        about: family -> attributes it could speak of.
        remarks: of all families.
        effects: of the metrics.
        connections: of the agent-client graph.
        evidence: all evidence.
        as_of: day of the run.

    Returns:
        steps that are asked of somebody.

    Limits:
        knows what is missing, not what it would cost to get: a person weighs the two.

    Source:
        docs/data-quality.md explains each step.

    Example:
        Two agents of whom nothing is known.
        >>> from datetime import date
        >>> import pyarrow as pa
        >>> from rolefit.evidence.metrics import score_metrics
        >>> from rolefit.evidence.table import Evidence
        >>> from rolefit.quality.connections import connect
        >>> from rolefit.quality.improve import family_masks
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.tables import Inputs
        >>> inputs, config = Inputs(pa.table({"agent_id": ["A", "B"]})), build_config({})
        >>> effects, nothing = score_metrics(inputs, config, {})[1], Evidence.empty()
        >>> masks = family_masks(nothing, 2, len(config.attribute_ids))
        >>> known = inputs, config, masks, speaks_of(config), (), effects, connect(inputs), nothing
        >>> steps = possible_steps(*known, date(2026, 6, 30))
        >>> sorted({step.code for step in steps}), steps[0].who.tolist()
        (['no_metrics', 'no_ratings', 'no_record', 'no_survey'], [True, True])
    """
    agents = inputs.agents.num_rows
    alone = np.zeros(agents, bool)
    alone[effects.agent[effects.note == effects.notes.index("not_comparable")]] = True
    nothing = {family: np.asarray(~masks[family].any(axis=1)) for family in NO_TABLE}
    nothing["metrics"] &= ~alone
    steps = [
        Step(code, family, about[family], nothing[family]) for family, code in NO_TABLE.items()
    ]
    for family in inputs.surveys():
        steps.append(Step("retake", family, about[family], flagged(remarks, family, agents)))
        old = older_than_half_life(inputs, family, config, as_of)
        steps.append(Step("renew", family, about[family], old))
    steps += [
        Step("no_ratings", "ratings", _only(d, about["ratings"]), ~masks["ratings"][:, d], name)
        for d, name in enumerate(config.attribute_ids)
        if about["ratings"][d]
    ]
    one = (connections.clients_by_agent == 1) & ~alone
    steps.append(Step("not_comparable", "metrics", about["metrics"], alone))
    adds = what_moving_adds(evidence, connections.clients_by_agent, about["metrics"])
    steps.append(Step("one_client", "metrics", about["metrics"], one, adds=adds))
    return tuple(step for step in steps if step.who.any())


def speaks_of(config: Config) -> Mapping[str, Bools]:
    """Attributes each family of evidence could speak of, by the config.

    Args:
        config: effective config.

    Returns:
        family -> shape (attributes,).

    Example:
        >>> from rolefit.schema.build import build_config
        >>> config = build_config({})
        >>> bool(speaks_of(config)["metrics"][config.attribute_ids.index("efficiency")])
        True
    """
    ids = config.attribute_ids
    named = {
        "metrics": {m.attribute for m in config.metrics.values() if not m.alarm},
        "contributions": {c.attribute for c in config.contributions.values()},
        "ratings": {a for a, spec in config.attributes.items() if spec.group != "interest"},
    }
    for family in ("strengths", "interests"):
        instrument = config.questionnaires.get(family)
        scales = instrument.scales.values() if instrument else ()
        named[family] = {scale.attribute for scale in scales}
    return {family: np.isin(ids, sorted(names)) for family, names in named.items()}


def _only(d: int, about: Bools) -> Bools:
    """One attribute alone."""
    out = np.zeros_like(about)
    out[d] = True
    return out
