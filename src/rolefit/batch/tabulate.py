"""What a run found -> the contract's tables, as Arrow; columns are built whole, never by agent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from rolefit.direction.gates import GATES
from rolefit.direction.wishes import UNKNOWN
from rolefit.evidence.watch import NOTES
from rolefit.fit import terms
from rolefit.schema.tables import (
    DIRECTIONS,
    EFFECTS,
    EVIDENCE,
    FAMILIES,
    FITS,
    GATE,
    POSTERIOR,
    STATUSES,
    SUGGESTIONS,
    TERMS,
    WISHES,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.direction.gates import Gates
    from rolefit.engine import Heard, Scored
    from rolefit.evidence.metrics import Effects
    from rolefit.evidence.table import Evidence
    from rolefit.schema.arrays import Floats, Ints
    from rolefit.schema.config import Config

TOP_SHARE, BOTTOM_SHARE = 0.9, 0.1
"""A raw-metric ranking promotes the top tenth and manages out the bottom tenth."""


def suggestions_table(agents: pa.Table, heard: Heard, scored: Scored, config: Config) -> pa.Table:
    """One row an agent: direction, target, reasons, gates, notes and text."""
    decision, fit = scored.decision, scored.fit
    row, here = np.arange(agents.num_rows), heard.situation.current
    there = np.where(decision.target >= 0, decision.target, here)
    out = decision.direction == DIRECTIONS.index("out")
    percentile = heard.percentile
    raw = np.select([percentile >= TOP_SHARE, percentile <= BOTTOM_SHARE], [0, 2], 1)
    columns = {
        "agent_id": agents["agent_id"],
        "team_id": agents["team_id"],
        "current_role": agents["current_role"],
        "direction": named(decision.direction, DIRECTIONS),
        "status": named(decision.status, STATUSES),
        "target_role": named(decision.target, config.role_ids),
        "confidence": number(decision.confidence),
        "score_current": number(fit.score[row, here]),
        "score_target": number(np.where(out, np.nan, fit.score[row, there])),
        "sufficiency": number(fit.sufficiency[row, there]),
        "metrics_only_direction": named(raw, ("up", "stay", "out")),
        "metrics_only_percentile": number(percentile),
        "reasons": scored.explained.reasons,
        "gates": _gates(decision.gates, agents.num_rows, config),
        "notes": scored.explained.notes,
        "text": scored.explained.text,
        "proposed_direction": named(decision.proposed[0], DIRECTIONS),
        "proposed_role": named(decision.proposed[1], config.role_ids),
        "text_leader": scored.explained.text_leader,
        "note_codes": scored.explained.note_codes,
    }
    return pa.table(columns, schema=SUGGESTIONS)


def fits_table(agents: pa.Table, heard: Heard, scored: Scored, config: Config) -> pa.Table:
    """One row an agent x role."""
    fit, n, roles = scored.fit, agents.num_rows, len(config.role_ids)
    wish = heard.situation.wish.copy()
    outward = scored.profiles.outward
    wish[:, outward] = np.where(
        wish[:, outward] == UNKNOWN, heard.situation.outside[:, None], wish[:, outward]
    )
    admissible = scored.decision.admissible.copy()
    admissible[np.arange(n), heard.situation.current] = True
    numbers = {
        "fit": fit.mean, "sd": fit.sd, "low": fit.low, "high": fit.high, "score": fit.score,
        "p_ready": fit.p_ready, "can": fit.can, "can_sd": fit.can_sd, "want": fit.want,
        "want_sd": fit.want_sd, "sufficiency": fit.sufficiency,
    }  # fmt: skip
    columns = {
        "agent_id": _ids(agents, np.repeat(np.arange(n), roles)),
        "role": named(np.tile(np.arange(roles), n), config.role_ids),
        **{name: number(values.ravel()) for name, values in numbers.items()},
        "wish": named(wish.ravel(), WISHES),
        "admissible": pa.array(admissible.ravel()),
    }
    return pa.table(columns, schema=FITS)


def terms_table(agents: pa.Table, scored: Scored, config: Config) -> pa.Table:
    """Non-zero terms of every fit: agent x role x attribute x family; they sum to the fit."""
    parts = []
    n = agents.num_rows
    for one in range(len(config.role_ids)):
        values = terms(scored.posterior, scored.profiles, np.full(n, one, np.int64))
        cell = np.nonzero(values)
        parts.append((np.full(len(cell[0]), one), *cell, values[cell]))
    role, who, attribute, family, value = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    order = np.lexsort((family, attribute, role, who))
    columns = {
        "agent_id": _ids(agents, who[order]),
        "role": named(role[order], config.role_ids),
        "attribute": named(attribute[order], config.attribute_ids),
        "family": named(family[order], FAMILIES),
        "term": number(value[order]),
    }
    return pa.table(columns, schema=TERMS)


def posterior_table(agents: pa.Table, scored: Scored, config: Config) -> pa.Table:
    """One row an agent x attribute, those without evidence too."""
    n, attributes = agents.num_rows, len(config.attribute_ids)
    variance = scored.posterior.variance.ravel()
    columns = {
        "agent_id": _ids(agents, np.repeat(np.arange(n), attributes)),
        "attribute": named(np.tile(np.arange(attributes), n), config.attribute_ids),
        "mean": number(scored.posterior.mean.ravel()),
        "sd": number(np.sqrt(variance)),
        "sufficiency": number(1.0 - variance),
    }
    return pa.table(columns, schema=POSTERIOR)


def evidence_table(agents: pa.Table, evidence: Evidence, config: Config) -> pa.Table:
    """Every piece of evidence."""
    columns = {
        "agent_id": _ids(agents, evidence.agent),
        "attribute": named(evidence.attribute, config.attribute_ids),
        "family": named(evidence.family, FAMILIES),
        "source": named(evidence.source, evidence.sources),
        "z": number(evidence.z),
        "variance": number(evidence.variance),
        "n": number(evidence.n),
        "note": named(evidence.note, evidence.notes),
        "method_variance": number(evidence.method_variance),
    }
    return pa.table(columns, schema=EVIDENCE)


def effects_table(agents: pa.Table, effects: Effects) -> pa.Table:
    """Every context-adjusted metric."""
    columns = {
        "agent_id": _ids(agents, effects.agent),
        "metric": named(effects.metric, effects.metrics),
        "raw": number(effects.raw),
        "effect": number(effects.effect),
        "se": number(effects.se),
        "reliability": number(effects.reliability),
        "n": number(effects.n),
        "component": pa.array(effects.component, pa.int64()),
        "confounded": number(effects.confounded),
        "note": named(effects.note, effects.notes),
        "trend": number(effects.trend),
        "trend_se": number(effects.trend_se),
        "alarm": named(effects.alarm, NOTES),
    }
    return pa.table(columns, schema=EFFECTS)


def named(index: Ints, names: Sequence[str]) -> pa.Array:
    """Names by position; missing where the position is below 0."""
    index = np.asarray(index, np.int64)
    where = pa.array(index, mask=index < 0)
    return pa.array(list(names), pa.string()).take(where)


def number(values: Floats) -> pa.Array:
    """Floats, missing where NaN."""
    return pa.array(values, pa.float64(), from_pandas=True)


def _ids(agents: pa.Table, index: Ints) -> pa.Array:
    """Agent ids by row of the agents table."""
    return agents["agent_id"].combine_chunks().take(pa.array(index))


def _gates(gates: Gates, n: int, config: Config) -> pa.ListArray:
    """The ledger as one list of structs an agent."""
    offsets = np.searchsorted(gates.agent, np.arange(n + 1)).astype(np.int32)
    fields = [
        named(gates.gate, GATES), named(gates.role, config.role_ids), number(gates.value),
        number(gates.threshold), pa.array(gates.passed),
    ]  # fmt: skip
    structs = pa.StructArray.from_arrays(fields, fields=list(GATE))
    return pa.ListArray.from_arrays(pa.array(offsets), structs, type=pa.list_(GATE))
