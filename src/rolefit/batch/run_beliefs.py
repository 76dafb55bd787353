"""Whether what a run says it knows is so: its posteriors, effects and chances beside a truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rolefit.batch.truth_arrays import lacks
from rolefit.evidence.table import numbers
from rolefit.worth.beliefs import calibration, coverage
from rolefit.worth.known import WELL
from rolefit.worth.measures import NOBODY_MOVED, Told
from rolefit.worth.seats import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa

    from rolefit.batch.truth_arrays import Side
    from rolefit.worth.known import Known

MEASURES_OF_CHANCES = ("error", "slope", "brier")


def beliefs_of(side: Side, known: Known, truth: Mapping[str, pa.Table]) -> list[Told]:
    """Coverage of intervals and calibration of chances.

    Args:
        side: the run.
        known: what is true of its agents.
        truth: tables of `read_truth`.
    """
    return [
        _attributes(side, known),
        _effects(side, truth),
        *_ready(side, known),
        *_confidence(side, known),
    ]


def _attributes(side: Side, known: Known) -> Told:
    """Attributes of which there is any evidence: beyond that, an interval is the prior alone."""
    if "posterior" not in side.tables:
        return Told.untold("attribute_coverage", lacks("posterior"))
    if not known.attributes:
        return Told.untold("attribute_coverage", "the truth has no agents_truth table")
    table, names = side.tables["posterior"], list(known.attributes)
    mean, sd, seen = (
        side.wide(table, "attribute", names, column) for column in ("mean", "sd", "sufficiency")
    )
    truth = np.column_stack([known.attributes[name] for name in names])
    return coverage("attribute_coverage", truth, mean, np.where(seen > 0.0, sd, np.nan))


def _effects(side: Side, truth: Mapping[str, pa.Table]) -> Told:
    """Effects that are told, hence comparable."""
    if "effects" not in side.tables:
        return Told.untold("effect_coverage", lacks("effects"))
    if "effects_truth" not in truth:
        return Told.untold("effect_coverage", "the truth has no effects_truth table")
    names, table = list(side.config.metrics), side.tables["effects"]
    true = side.wide(truth["effects_truth"], "metric", names, "effect")
    effect, se = (side.wide(table, "metric", names, column) for column in ("effect", "se"))
    return coverage("effect_coverage", true, effect, se)


def _ready(side: Side, known: Known) -> Iterator[Told]:
    """P(fit >= bar) of every agent in every inside role, beside doing well there."""
    if "fits" not in side.tables:
        names = (f"ready_{measure}" for measure in MEASURES_OF_CHANCES)
        yield from (Told.untold(name, lacks("fits")) for name in names)
        return
    chance = side.wide(side.tables["fits"], "role", known.roles, "p_ready")[:, known.inside]
    well = known.outcome[:, known.inside] >= WELL
    yield from calibration("ready", chance.ravel(), well.ravel(), "no chance is stated")


def _confidence(side: Side, known: Known) -> list[Told]:
    """The confidence told of every move, beside whether it turns out well."""
    moved = np.flatnonzero(side.target != NOBODY)
    chance = numbers(side.suggestions["confidence"])[moved]
    well = known.outcome[moved, side.target[moved]] >= WELL
    return calibration("confidence", chance, well, NOBODY_MOVED)
