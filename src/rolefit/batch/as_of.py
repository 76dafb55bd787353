"""Evidence as of a day: what the tables said before it, and nothing that could tell of later."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rolefit.errors import Problem, UsageError
from rolefit.evidence.periods import last_day

if TYPE_CHECKING:
    from datetime import date

    from rolefit.schema.arrays import Bools
    from rolefit.schema.config import Config
    from rolefit.schema.tables import Inputs

DATED = {
    "contributions": "on",
    "ratings": "on",
    "wishes": "on",
    "strengths": "answered_on",
    "interests": "answered_on",
    "earlier_interests": "answered_on",
}
"""Tables whose rows have a day, and where it stands; metrics have periods."""


@dataclass(frozen=True)
class Cut:
    """Tables and config as they could have been on a day."""

    inputs: Inputs
    config: Config
    kept: Bools
    """Agents of the whole table who were there already."""
    undated: dict[str, int]
    """Table -> rows without a date that nobody can place before the day."""


def cut_off(inputs: Inputs, config: Config, day: date) -> Cut:
    """What was known before a day.

    Rows dated on or after it go, and so do undated rows: they cannot be shown to be earlier. So do
    the roles of agents, which may be what came of a move, and earlier runs and replies.

    Args:
        inputs: checked tables.
        config: effective config.
        day: the first day of which nothing may be known.

    Returns:
        Cut; `centre.as_of` is the day before.

    Limits:
        teams, sites and hours of work are as the agents table has them today. A cell that was
        corrected later has the corrected value.
    """
    agents = inputs.agents
    hired = pc.fill_null(pc.less(agents["hired_on"], pa.scalar(day)), fill_value=True)
    tables: dict[str, pa.Table | None] = {}
    undated: dict[str, int] = {}
    for name, column in DATED.items():
        table = getattr(inputs, name)
        if table is not None:
            undated[name] = table[column].null_count
            tables[name] = table.filter(pc.less(table[column], pa.scalar(day)))
    tables["interests"] = _newest(tables.get("interests"), tables.get("earlier_interests"))
    if inputs.metrics is not None:
        tables["metrics"] = inputs.metrics.filter(_ended(inputs.metrics["period"], day))
    there = _without_roles(agents.filter(hired), config)
    theirs = {name: _of(table, there) for name, table in tables.items()}
    known = replace(inputs, agents=there, history=None, placements=None, replies=None, **theirs)
    centre = config.centre.model_copy(update={"as_of": day - timedelta(days=1)})
    check_no_leak(known, day)
    settled = config.model_copy(update={"centre": centre})
    return Cut(known, settled, np.asarray(hired, np.bool_), undated)


def check_no_leak(inputs: Inputs, day: date) -> None:
    """Refuses tables with a row dated on or after a day, or without a date.

    Args:
        inputs: tables that are to speak of the time before `day`.
        day: the first day of which nothing may be known.

    Raises:
        UsageError: RF440, one problem a table, with the number of such rows.
    """
    late: dict[str, int] = {}
    for name, column in DATED.items():
        table = getattr(inputs, name)
        if table is not None:
            before = pc.fill_null(pc.less(table[column], pa.scalar(day)), fill_value=False)
            late[name] = len(before) - pc.sum(before).as_py() if len(before) else 0
    if inputs.metrics is not None:
        ended = _ended(inputs.metrics["period"], day)
        late["metrics"] = len(ended) - int(np.asarray(ended).sum())
    problems = [
        Problem(
            place=name, message=f"{count} rows are not dated before {day}", code="RF440",
            expected="evidence from before the day of a move alone",
            hint="cut_off(inputs, config, day) leaves them out",
        )
        for name, count in late.items()
        if count
    ]  # fmt: skip
    if problems:
        raise UsageError(problems)


def _of(table: pa.Table | None, agents: pa.Table) -> pa.Table | None:
    """The rows of some agents."""
    if table is None:
        return None
    known = agents["agent_id"].combine_chunks()
    return table.filter(pc.is_in(table["agent_id"], value_set=known))


def _newest(newest: pa.Table | None, earlier: pa.Table | None) -> pa.Table | None:
    """The newest answers of before, and the earlier ones of whom has no newer."""
    if newest is None or earlier is None:
        return newest
    older = pc.invert(pc.is_in(earlier["agent_id"], value_set=newest["agent_id"].combine_chunks()))
    return pa.concat_tables([newest, earlier.filter(older).select(newest.column_names)])


def _ended(periods: pa.ChunkedArray, day: date) -> pa.Array:
    """Rows whose period ended before a day."""
    codes = periods.combine_chunks().dictionary_encode()
    ends = [last_day(name) for name in codes.dictionary.to_pylist()]
    before = np.array([end is not None and end < day for end in ends], bool)
    return pa.array(before[np.asarray(codes.indices)] if len(codes) else np.zeros(0, bool))


def _without_roles(agents: pa.Table, config: Config) -> pa.Table:
    """Everybody in the same role since nobody knows when: what came of a move is not told."""
    rows = agents.num_rows
    plain = {
        "current_role": pa.array([config.inside_ids[0]] * rows, pa.string()),
        "in_role_since": pa.nulls(rows, pa.date32()),
    }
    for name, column in plain.items():
        agents = agents.set_column(agents.column_names.index(name), name, column)
    return agents
