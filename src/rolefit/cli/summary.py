"""What a run found, as numbers: counts that the screen tells and `--json` gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.stats import rankdata

from rolefit.batch.leaderboard import LABELS
from rolefit.batch.left_out import left_out
from rolefit.batch.sorting import sorting_told
from rolefit.schema.tables import DIRECTIONS, STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolefit.norms import Norms
    from rolefit.schema.config import Config
    from rolefit.schema.tables import Inputs

MORE_LIKELY_THAN_NOT = 0.5
NOT_COMPARABLE = "not_comparable"
LEAST_AGENTS_TO_RANK = 3
TOLD = tuple(LABELS[name] for name in ("hidden", "against_wish", "without_match", "unseen"))
"""Contrasts told on the screen; the table has them all."""


def summarise(
    tables: Mapping[str, pa.Table], inputs: Inputs, config: Config, norms: Norms
) -> dict[str, Any]:
    """Counts of one run.

    Args:
        tables: output tables; `suggestions`, `fits` and `effects` are read.
        inputs: the checked input tables.
        config: the effective config.
        norms: those that were scored by.

    Returns:
        JSON-friendly: agents, directions, targets, contrast, examples, metrics, sorting,
        not_applicable.
    """
    suggestions = tables["suggestions"]
    return {
        "agents": suggestions.num_rows,
        "directions": _crossed(suggestions),
        "targets": _targets(suggestions),
        "contrast": {
            **_contrast(suggestions, tables["fits"], config),
            "leaderboard": _labels(tables["leaderboard"]),
        },
        "examples": _examples(suggestions),
        "metrics": _metrics(tables["effects"], config),
        "sorting": sorting_told(norms.metrics),
        "not_applicable": left_out(inputs, config),
    }


def tally(table: pa.Table, *columns: str) -> list[dict[str, Any]]:
    """Rows of a table counted by some of its columns, most frequent first."""
    counted = table.select(list(columns)).group_by(list(columns)).aggregate([([], "count_all")])
    order = [("count_all", "descending"), *((column, "ascending") for column in columns)]
    return [
        {**{column: row[column] for column in columns}, "count": row["count_all"]}
        for row in counted.sort_by(order).to_pylist()
    ]


def _crossed(suggestions: pa.Table) -> dict[str, dict[str, int]]:
    """Agents by direction and status; every cell is there."""
    crossed = {direction: dict.fromkeys(STATUSES, 0) for direction in DIRECTIONS}
    for row in tally(suggestions, "direction", "status"):
        crossed[row["direction"]][row["status"]] = row["count"]
    return crossed


def _targets(suggestions: pa.Table) -> dict[str, dict[str, int]]:
    """Agents by direction and target role, `stay` left out."""
    targets: dict[str, dict[str, int]] = {}
    moves = suggestions.filter(pc.not_equal(suggestions["direction"], "stay"))
    for row in tally(moves, "direction", "target_role"):
        targets.setdefault(row["direction"], {})[row["target_role"] or ""] = row["count"]
    return targets


def _contrast(suggestions: pa.Table, fits: pa.Table, config: Config) -> dict[str, Any]:
    """What becomes here of those whom a ranking by metrics alone would tell to go, or send up."""
    told_to_go = suggestions.filter(pc.equal(suggestions["metrics_only_direction"], "out"))
    sent_up = suggestions.filter(pc.equal(suggestions["metrics_only_direction"], "up"))
    gather = told_to_go.filter(pc.equal(told_to_go["status"], "gather")).num_rows
    out = told_to_go.filter(pc.equal(told_to_go["direction"], "out")).num_rows
    seen = told_to_go.filter(_is_seen(told_to_go))
    moves = seen.filter(pc.not_equal(seen["direction"], "stay"))
    suited = seen.filter(pc.is_in(seen["agent_id"], _suited(fits, config))).num_rows
    return {
        "told_to_go": told_to_go.num_rows,
        "suited_inside": suited,
        "suggested_a_move": {r["target_role"]: r["count"] for r in tally(moves, "target_role")},
        "too_little_evidence": gather,
        "suggested_out": out,
        "others": seen.num_rows - suited,
        "sent_up": sent_up.num_rows,
        "sent_up_directions": {r["direction"]: r["count"] for r in tally(sent_up, "direction")},
    }


def _labels(leaderboard: pa.Table) -> dict[str, int]:
    """Agents by what a ranking by metrics alone gets otherwise, as told to people."""
    counted = {row["label"]: row["count"] for row in tally(leaderboard, "label")}
    return {label: counted[label] for label in TOLD if label in counted}


def _is_seen(suggestions: pa.Table) -> pa.ChunkedArray:
    """Where there is evidence enough, and the direction is not `out`."""
    enough = pc.not_equal(suggestions["status"], "gather")
    return pc.and_(enough, pc.not_equal(suggestions["direction"], "out"))


def _suited(fits: pa.Table, config: Config) -> pa.Array:
    """Ids of the agents who more likely than not reach the bar of some role inside."""
    inside = pc.is_in(fits["role"], pa.array(config.inside_ids))
    ready = pc.greater_equal(fits["p_ready"], MORE_LIKELY_THAN_NOT)
    return pc.unique(
        fits.filter(pc.and_(inside, pc.fill_null(ready, fill_value=False)))["agent_id"]
    )


def _examples(suggestions: pa.Table) -> list[dict[str, str]]:
    """Agents worth asking about: where metrics alone say something else, and who is asked to go."""
    alone, here = suggestions["metrics_only_direction"], suggestions["direction"]
    moves = pc.is_in(here, pa.array(["up", "sideways"]))
    worth_asking = (
        pc.and_(pc.equal(alone, "out"), moves),
        pc.and_(pc.equal(alone, "up"), pc.not_equal(here, "up")),
        pc.equal(here, "out"),
        pc.equal(here, "up"),
    )
    examples: dict[str, dict[str, str]] = {}
    for where in worth_asking:
        found = suggestions.filter(where)
        order = [("confidence", "descending"), ("agent_id", "ascending")]
        for row in found.sort_by(order).slice(0, 1).to_pylist():
            examples.setdefault(row["agent_id"], {
                key: row[key] for key in ("agent_id", "metrics_only_direction", "direction")
            })  # fmt: skip
    return list(examples.values())


def _metrics(effects: pa.Table, config: Config) -> list[dict[str, Any]]:
    """Per metric: agents, typical reliability, and how alike raw and adjusted numbers rank them."""
    rows = []
    for metric in pc.unique(effects["metric"]).to_pylist():
        of_it = effects.filter(pc.equal(effects["metric"], metric))
        noted = pc.fill_null(pc.match_substring(of_it["note"], NOT_COMPARABLE), fill_value=False)
        usable = of_it.filter(pc.invert(noted))
        sign = -1.0 if config.metrics[metric].better == "lower" else 1.0
        reliability = pc.quantile(usable["reliability"], 0.5)[0].as_py()
        rows.append({
            "metric": metric,
            "agents": of_it.num_rows,
            "reliability": reliability,
            "same_order": _rank_correlation(
                sign * np.asarray(usable["raw"], np.float64), np.asarray(usable["effect"], float)
            ),
            "not_comparable": of_it.num_rows - usable.num_rows,
        })  # fmt: skip
    return rows


def _rank_correlation(x: np.ndarray, y: np.ndarray) -> float | None:
    """Correlation of two orders; None where there is nothing to order."""
    known = np.isfinite(x) & np.isfinite(y)
    if known.sum() < LEAST_AGENTS_TO_RANK or np.ptp(x[known]) == 0 or np.ptp(y[known]) == 0:
        return None
    return float(np.corrcoef(rankdata(x[known]), rankdata(y[known]))[0, 1])
