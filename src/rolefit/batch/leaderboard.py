"""Contrast with the leaderboard: where a ranking by raw numbers says something else, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rolefit.evidence.table import agent_positions, numbers, positions
from rolefit.schema.tables import CONTRASTS, DIRECTIONS, LEADERBOARD, REASON_LIST, STATUSES

if TYPE_CHECKING:
    from rolefit.schema.arrays import Bools, Floats, Ints

UP, SIDEWAYS, STAY, STEP_BACK, OUT = range(len(DIRECTIONS))
GATHER = STATUSES.index("gather")
RANKED = ("up", "stay", "out")
OWN_WISH = ("wish_stay",)
LEAVES_BY_CHOICE = ("wish_outside",)
OF_METRICS = ("brings_metric", "gap_metric")
STRENGTHS = ("brings", "interest")
"""Told last where the leaderboard promotes: they are not what makes the difference."""
CONTEXT = "context"
NEAR = 0.5
"""Agent sd: a raw place at either end that adjusting for context brings this near is its doing."""
LABELS = {
    "hidden": "hidden by the leaderboard",
    "kept": "told to go by the leaderboard alone",
    "against_wish": "promoted by the leaderboard against their wish",
    "without_match": "promoted by the leaderboard without a match",
    "unseen": "promoted by the leaderboard on numbers alone",
    "elsewhere": "promoted by the leaderboard past the role that suits",
    "leaves": "wants to leave, unseen by the leaderboard",
    "thrives_elsewhere": "would thrive elsewhere, unseen by the leaderboard",
    "steps_back": "asks for a step back, unseen by the leaderboard",
}


def contrast_with_leaderboard(suggestions: pa.Table, effects: pa.Table) -> pa.Table:
    """Agents whose direction is not what a ranking by raw metrics alone would say.

    Args:
        suggestions: output table.
        effects: output table of the same agents.

    Returns:
        Table with the columns of LEADERBOARD, one row an agent whose two directions differ:
        `contrast` (a key of LABELS), its label, and the reasons beside raw numbers that make the
        difference; reason `context` where adjusting for clients, channel and season already does.

    Limits:
        the ranking is that of `metrics_only_direction`: mean raw z, top and bottom tenth.
    """
    alone = positions(suggestions["metrics_only_direction"], RANKED)
    full = positions(suggestions["direction"], DIRECTIONS)
    differs = np.asarray(
        pc.not_equal(suggestions["metrics_only_direction"], suggestions["direction"])
    )
    mean = _mean_effect(suggestions, effects)
    kind = _kinds(suggestions, alone, full)
    rows = np.flatnonzero(differs & (kind >= 0))
    chosen = suggestions.take(rows)
    names = pa.array(CONTRASTS)
    columns = {
        **{
            name: chosen[name]
            for name in (
                "agent_id", "team_id", "current_role", "metrics_only_direction",
                "metrics_only_percentile", "direction", "status", "target_role",
            )
        },
        "metrics_adjusted": pa.array(mean[rows], pa.float64(), from_pandas=True),
        "contrast": names.take(pa.array(kind[rows])),
        "label": pa.array([LABELS[name] for name in CONTRASTS]).take(pa.array(kind[rows])),
        "reasons": _reasons(chosen, _by_context(alone, mean)[rows]),
    }  # fmt: skip
    return pa.table({field.name: columns[field.name] for field in LEADERBOARD}, schema=LEADERBOARD)


def _kinds(suggestions: pa.Table, alone: Ints, full: Ints) -> Ints:
    """Position in CONTRASTS; -1 where the two agree."""
    status = positions(suggestions["status"], STATUSES)
    moves = (full == UP) | (full == SIDEWAYS)
    by_choice = _has(suggestions["reasons"], LEAVES_BY_CHOICE)
    wish = _has(suggestions["reasons"], OWN_WISH)
    sent_up, sent_out = alone == RANKED.index("up"), alone == RANKED.index("out")
    cases = (
        ("leaves", (full == OUT) & by_choice & ~sent_out),
        ("thrives_elsewhere", (full == OUT) & ~sent_out),
        ("elsewhere", sent_up & ((full == SIDEWAYS) | (full == STEP_BACK))),
        ("unseen", sent_up & (full == STAY) & (status == GATHER)),
        ("against_wish", sent_up & (full == STAY) & wish),
        ("without_match", sent_up & (full == STAY)),
        ("hidden", moves & ~sent_up),
        ("kept", sent_out & (full != OUT)),
        ("steps_back", full == STEP_BACK),
    )
    codes = [CONTRASTS.index(name) for name, _ in cases]
    return np.select([where for _, where in cases], codes, -1).astype(np.int64)


def _mean_effect(suggestions: pa.Table, effects: pa.Table) -> Floats:
    """Mean context-adjusted effect of each agent, agent sd; NaN without any."""
    agent, value = agent_positions(effects, suggestions), numbers(effects["effect"])
    known = np.isfinite(value) & (agent >= 0)
    n = suggestions.num_rows
    total = np.bincount(agent[known], value[known], n)
    count = np.bincount(agent[known], minlength=n)
    return np.divide(total, count, out=np.full(n, np.nan), where=count > 0)


def _by_context(alone: Ints, mean: Floats) -> Bools:
    """Whether the numbers, once adjusted, no longer say what the raw ones say."""
    lifted = (alone == RANKED.index("out")) & (mean > -NEAR)
    lowered = (alone == RANKED.index("up")) & (mean < NEAR)
    return np.asarray(lifted | lowered)


def _has(reasons: pa.ChunkedArray, codes: tuple[str, ...]) -> Bools:
    """Whose reasons hold one of the codes."""
    lists = reasons.combine_chunks()
    parents = np.asarray(pc.list_parent_indices(lists))
    found = positions(pc.struct_field(pc.list_flatten(lists), "code"), codes) >= 0
    return np.bincount(parents[found], minlength=len(lists)) > 0


def _reasons(chosen: pa.Table, context: Bools) -> pa.ListArray:
    """Reasons that are no raw number, `context` first, strengths last where it promotes."""
    lists = chosen["reasons"].combine_chunks()
    parents, flat = np.asarray(pc.list_parent_indices(lists)), pc.list_flatten(lists)
    keep = np.flatnonzero(positions(pc.struct_field(flat, "code"), OF_METRICS) < 0)
    agent = np.append(np.flatnonzero(context), parents[keep])
    sent_up = np.asarray(pc.equal(chosen["metrics_only_direction"], "up"))
    strength = positions(pc.struct_field(flat, "code"), STRENGTHS)[keep] >= 0
    later = np.append(np.zeros(int(context.sum()), bool), strength & sent_up[parents[keep]])
    order = np.lexsort([later, agent])
    extra = int(context.sum())
    named = [
        pa.concat_arrays([first, pc.struct_field(flat, name).take(pa.array(keep))])
        for name, first in (
            ("code", pa.array([CONTEXT] * extra, pa.string())),
            ("attribute", pa.nulls(extra, pa.string())),
            ("term", pa.nulls(extra, pa.float64())),
        )
    ]
    structs = pa.StructArray.from_arrays(
        [column.take(pa.array(order)) for column in named], fields=list(REASON_LIST.value_type)
    )
    counts = np.bincount(agent, minlength=chosen.num_rows)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), structs, type=REASON_LIST)
