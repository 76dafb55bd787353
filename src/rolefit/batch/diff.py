"""Two runs side by side: whose suggestion changed, and which evidence, weight or wish did it."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rolefit.batch.diff_causes import causes_of, turned_gates
from rolefit.batch.diff_fits import Side, shift_of_fits
from rolefit.batch.result import Result
from rolefit.io.frames import to_pandas
from rolefit.io.run_folder import read_run
from rolefit.schema.tables import CHANGES, OUTSIDE

if TYPE_CHECKING:
    import pandas as pd

    from rolefit.schema.config import Config

TABLES = ("suggestions", "fits", "evidence")
MOST_PIECES = 3
MOVES = ("up", "sideways", "step_back")


@dataclass(frozen=True)
class Difference:
    """What changed between two runs."""

    table: pa.Table
    """One row a changed agent; the columns of CHANGES."""
    agents: int
    """In both runs."""
    status_only: int
    """Direction and target are the same, the status is another."""
    came: tuple[str, ...]
    """Ids in the later run only."""
    went: tuple[str, ...]
    """Ids in the earlier run only."""

    @property
    def changes(self) -> pd.DataFrame:
        """One row a changed agent."""
        return to_pandas(self.table)

    def summary(self) -> dict[str, Any]:
        """Counts: changed, by direction and by cause; churn is the share of agents changed."""
        rows = self.table.select(["from_direction", "to_direction", "causes"]).to_pylist()
        moves = Counter(f"{row['from_direction']} -> {row['to_direction']}" for row in rows)
        causes = Counter(cause for row in rows for cause in row["causes"])
        return {
            "agents": self.agents, "changed": len(rows),
            "churn": len(rows) / self.agents if self.agents else 0.0,
            "status_only": self.status_only, "came": len(self.came), "went": len(self.went),
            "directions": dict(moves.most_common()), "causes": dict(causes.most_common()),
        }  # fmt: skip


@dataclass(frozen=True)
class _Run:
    """One of the two runs."""

    tables: dict[str, pa.Table]
    config: Config

    @classmethod
    def of(cls, run: Result | Path | str) -> _Run:
        if isinstance(run, Result):
            return cls(run.tables, run.config)
        return cls(*read_run(Path(run), TABLES))


def diff(before: Result | Path | str, after: Result | Path | str) -> Difference:
    """Compares the suggestions of two runs.

    Args:
        before: the earlier run, or the folder it wrote.
        after: the later run, or the folder it wrote.

    Returns:
        Difference: `.changes`, `.summary()`.

    Raises:
        UsageError: RF402, a folder is not that of a run.

    Limits:
        causes are read off the gates that turned; where several things changed at once, each that
        turned a gate is named, not how much each would have done alone.

    Example:
        >>> import pandas as pd, rolefit as rf
        >>> agents = pd.DataFrame({"agent_id": ["A1"], "current_role": ["frontline"]})
        >>> result = rf.score(rf.Workspace(agents=agents))
        >>> rf.diff(result, result).summary()["changed"]
        0
    """
    one, two = _Run.of(before), _Run.of(after)
    ids = [run.tables["suggestions"]["agent_id"].combine_chunks() for run in (one, two)]
    both = ids[0].filter(pc.is_in(ids[0], ids[1])).sort()
    then, now = (_rows(run.tables["suggestions"], both) for run in (one, two))
    other = pc.or_(
        pc.not_equal(then["direction"], now["direction"]),
        pc.not_equal(_filled(then["target_role"]), _filled(now["target_role"])),
    )
    status = pc.and_(pc.invert(other), pc.not_equal(then["status"], now["status"]))
    changed = both.filter(other)
    return Difference(
        table=_changes(one, two, changed, then.filter(other), now.filter(other)),
        agents=len(both),
        status_only=int(pc.sum(status).as_py() or 0),
        came=tuple(ids[1].filter(pc.invert(pc.is_in(ids[1], both))).to_pylist()),
        went=tuple(ids[0].filter(pc.invert(pc.is_in(ids[0], both))).to_pylist()),
    )


def _changes(one: _Run, two: _Run, agents: pa.Array, then: pa.Table, now: pa.Table) -> pa.Table:
    """One row a changed agent."""
    before, after = then.to_pylist(), now.to_pylist()
    roles = [_about(a, b) for a, b in zip(before, after, strict=True)]
    old, new = (Side(run.tables["evidence"], run.config) for run in (one, two))
    shift = shift_of_fits(old, new, agents, roles, MOST_PIECES)
    wishes = [_wishes(run.tables["fits"], agents) for run in (one, two)]
    same_policy = one.config.policy == two.config.policy
    rows = []
    for k, (a, b, role) in enumerate(zip(before, after, roles, strict=True)):
        involved = {role, a["target_role"], b["target_role"], a["current_role"], None}
        turned = turned_gates(a["gates"], b["gates"], [*involved])
        key = (a["agent_id"], role)
        wish = [side.get(key) for side in wishes]
        causes = causes_of(
            turned,
            wish_changed=wish[0] != wish[1],
            role_changed=a["current_role"] != b["current_role"],
            held=any(x["proposed_role"] != x["target_role"] for x in (a, b)),
            same_policy=same_policy,
            by_evidence=float(np.nan_to_num(shift.by_evidence[k])),
            by_weights=float(np.nan_to_num(shift.by_weights[k])),
        )
        rows.append({
            "agent_id": a["agent_id"],
            **{f"from_{name}": a[column] for name, column in _TOLD},
            **{f"to_{name}": b[column] for name, column in _TOLD},
            "role": role, "causes": causes,
            "fit_before": _known(shift.before[k]), "fit_after": _known(shift.after[k]),
            "by_evidence": _known(shift.by_evidence[k]),
            "by_weights": _known(shift.by_weights[k]),
            "wish_for": OUTSIDE if role in two.config.outward_ids else role,
            "wish_before": wish[0], "wish_after": wish[1],
            "pieces": shift.pieces[k], "gates": [asdict(t) for t in turned],
        })  # fmt: skip
    return pa.Table.from_pylist(rows, schema=CHANGES)


_TOLD = (("direction", "direction"), ("status", "status"), ("target", "target_role"))


def _about(before: dict[str, Any], after: dict[str, Any]) -> str:
    """The role a change is about: the new target of a move, else the old one, else outside."""
    for row in (after, before):
        if row["direction"] in MOVES:
            return str(row["target_role"])
    for row in (after, before):
        if row["direction"] == "out" and row["target_role"] is not None:
            return str(row["target_role"])
    return str(after["current_role"])


def _rows(table: pa.Table, agents: pa.Array) -> pa.Table:
    """Rows of some agents, in their order."""
    return table.take(pc.index_in(agents, value_set=table["agent_id"].combine_chunks()))


def _wishes(fits: pa.Table, agents: pa.Array) -> dict[tuple[str, str], str | None]:
    """Wish by agent and role."""
    mine = fits.filter(pc.is_in(fits["agent_id"], agents)).select(["agent_id", "role", "wish"])
    return {(row["agent_id"], row["role"]): row["wish"] for row in mine.to_pylist()}


def _filled(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """No target is a target of its own."""
    return pc.fill_null(column, "")


def _known(value: float) -> float | None:
    """A number, or nothing where a run does not know the role."""
    return None if np.isnan(value) else float(value)
