"""What must hold of a run whatever the weights: the end of the rule of promotion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rolefit.judging.promotion import Condition

if TYPE_CHECKING:
    from collections.abc import Mapping

MOVES = ("up", "sideways", "step_back")
SUM_WITHIN = 1e-9
REFUSED = ("no", "not_now")


def still_true(tables: Mapping[str, pa.Table]) -> tuple[Condition, ...]:
    """Checks a run with the challenger's weights.

    Args:
        tables: `suggestions`, `fits`, `terms` and `evidence` of the run.

    Returns:
        one condition each: terms sum to fits, wishes are kept, metrics alone move nobody, every
        move has passed all its gates.
    """
    return (_terms(tables), _wishes(tables), _metrics_alone(tables), _gates(tables["suggestions"]))


def _terms(tables: Mapping[str, pa.Table]) -> Condition:
    """Invariant: the terms of a fit sum to it."""
    keys = ["agent_id", "role"]
    sums = tables["terms"].group_by(keys).aggregate([("term", "sum")])
    both = tables["fits"].select([*keys, "fit"]).join(sums, keys, join_type="left outer")
    told = np.asarray(pc.fill_null(both["term_sum"], 0.0), np.float64)
    worst = float(np.abs(told - np.asarray(both["fit"], np.float64)).max(initial=0.0))
    return Condition(
        "terms_sum", worst, SUM_WITHIN, worst <= SUM_WITHIN, "the terms of every fit sum to it"
    )


def _wishes(tables: Mapping[str, pa.Table]) -> Condition:
    """Invariant: nobody is moved to a role that they do not wish."""
    moves = _moves(tables["suggestions"]).select(["agent_id", "target_role"])
    wish = tables["fits"].select(["agent_id", "role", "wish"]).rename_columns(
        ["agent_id", "target_role", "wish"]
    )  # fmt: skip
    told = moves.join(wish, ["agent_id", "target_role"])
    against = int(pc.sum(pc.is_in(told["wish"], pa.array(REFUSED))).as_py() or 0)
    return _none("wishes", against, "nobody is moved to where they said no, or not now")


def _metrics_alone(tables: Mapping[str, pa.Table]) -> Condition:
    """Invariant: who is known by metrics alone is not moved."""
    beside = tables["evidence"].filter(pc.not_equal(tables["evidence"]["family"], "metrics"))
    moves = _moves(tables["suggestions"])
    known = pc.is_in(moves["agent_id"], value_set=pc.unique(beside["agent_id"]))
    return _none("metrics_alone", moves.num_rows - int(pc.sum(known).as_py() or 0),
                 "nobody is moved by metrics alone")  # fmt: skip


def _gates(suggestions: pa.Table) -> Condition:
    """Invariant: a move has passed every gate of its role."""
    moves = _moves(suggestions)
    failed = sum(
        any(gate["role"] == role and not gate["passed"] for gate in gates if gate["gate"] != "wish")
        for role, gates in zip(
            moves["target_role"].to_pylist(), moves["gates"].to_pylist(), strict=True
        )
    )
    return _none("gates", failed, "every move has passed the gates of its role")


def _moves(suggestions: pa.Table) -> pa.Table:
    """Suggestions of another role."""
    return suggestions.filter(pc.is_in(suggestions["direction"], value_set=pa.array(MOVES)))


def _none(name: str, count: int, told: str) -> Condition:
    """A condition that holds where something occurs nowhere."""
    return Condition(name, float(count), 0.0, count == 0, told)
