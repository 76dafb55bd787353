"""Who is asked to do glue work, and who does it: how evenly contributions are spread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rolefit.evidence.cells import sum_by
from rolefit.evidence.dates import months_before
from rolefit.evidence.tallies import months_present, take_records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from rolefit.schema.arrays import Floats, Ints
    from rolefit.schema.config import Config
    from rolefit.schema.tables import Inputs

BANDS = (6.0, 24.0)
"""Months in the centre at which a tenure band ends."""
BAND_NAMES = ("under 6 months", "6 to 24 months", "over 24 months", "not known")
LEAST_GROUP = 5
"""Smaller teams are told together, smaller groups not at all: nobody is read off a summary."""
SMALL_TEAMS = "small teams"
TOP_SHARE = 0.1
EVERYBODY = "everybody"


@dataclass(frozen=True)
class GlueShare:
    """How one kind of glue work is spread over one group of agents in the window."""

    kind: str
    """Contribution kind."""
    what: Literal["opportunity", "quantity"]
    """Who is asked (recorded opportunities), or who does it (recorded quantities)."""
    by: Literal["everybody", "team", "tenure"]
    group: str
    """Team id, tenure band, or `everybody`."""
    agents: int
    total: float
    """Opportunities, or quantity in the unit of the kind."""
    per_month: float
    """Mean over the group for a full-time month in the centre; NaN without any month."""
    none: float
    """Share of agents with none at all."""
    top_tenth: float
    """Share of the total that the busiest tenth of agents has; NaN where the total is 0."""
    gini: float
    """0 = spread evenly, towards 1 = one agent has all; NaN where the total is 0."""


@dataclass(frozen=True)
class _Grouping:
    """Agents put into groups."""

    by: Literal["everybody", "team", "tenure"]
    code: Ints
    names: tuple[str, ...]


def glue_work(inputs: Inputs, config: Config, as_of: date) -> tuple[GlueShare, ...]:
    """How evenly every kind of contribution is asked for and done.

    Args:
        inputs: checked tables. All agents count, those without any row too: not being asked is
            what is looked for. Groups of people are out of reach here: they belong to the audit.
        config: kinds, and the window in months.
        as_of: end of the window.

    Returns:
        for each kind with rows: opportunities (where any are recorded) and quantities, over
        everybody, by team and by tenure band, groups of fewer than five agents left out; empty
        without contributions.

    Limits:
        what nobody writes down is not seen. An even spread is no aim in itself: the question is
        whether people were asked who would want to, and whether it counts for those who do it.

    Source:
        Babcock, Recalde, Vesterlund & Weingart 2017 (who is asked to do work that is not
        promotable); Gini 1912.

    Example:
        One of six agents does all the mentoring.

        >>> from datetime import date
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.tables import Inputs
        >>> people = {"agent_id": list("abcdef"), "team_id": ["T1"] * 6}
        >>> agents = pa.table({**people, "hired_on": [date(2020, 1, 1)] * 6})
        >>> row = {"agent_id": ["a"], "kind": ["mentoring"], "on": [date(2026, 5, 1)]}
        >>> inputs = Inputs(agents, contributions=pa.table({**row, "quantity": [6.0]}))
        >>> everybody = glue_work(inputs, build_config({}), date(2026, 6, 30))[0]
        >>> everybody.agents, round(everybody.none, 3), round(everybody.gini, 3)
        (6, 0.833, 0.833)
    """
    records = take_records(inputs, config, as_of)
    if records is None:
        return ()
    groupings = _groupings(inputs, as_of)
    months = months_present(inputs.agents, as_of, records.window)
    found: list[GlueShare] = []
    for position, kind in enumerate(config.contributions):
        rows = records.of(position)
        for what in ("opportunity", "quantity"):
            amount = np.nan_to_num(getattr(rows, what))
            if not amount.any():
                continue
            total = sum_by(rows.agent, amount, len(months))
            for grouping in groupings:
                found.extend(_shares(kind, what, grouping, total, months))
    return tuple(found)


def gini(value: Floats, group: Ints, groups: int) -> Floats:
    """How unevenly a total is spread, by group.

        G = 2 sum_i i x_(i) / (n sum x) - (n + 1) / n,  x_(1) <= x_(2) <= ...

    Args:
        value: shape (n,), >= 0.
        group: group of each, shape (n,).
        groups: number of groups.

    Returns:
        shape (groups,), in [0, 1 - 1/n]; NaN where a group has none.

    Example:
        >>> gini(np.array([1.0, 1.0, 0.0, 4.0]), np.array([0, 0, 1, 1]), 2)
        array([0. , 0.5])
    """
    order = np.lexsort((value, group))
    n, total = np.bincount(group, minlength=groups), sum_by(group, value, groups)
    rank = np.arange(len(value)) - (np.cumsum(n) - n)[group[order]] + 1.0
    ranked = sum_by(group[order], rank * value[order], groups)
    some = total > 0
    found = np.full(groups, np.nan)
    found[some] = 2.0 * ranked[some] / (n[some] * total[some]) - (n[some] + 1.0) / n[some]
    return found


def _top_share(value: Floats, group: Ints, groups: int) -> Floats:
    """Share of the total that the busiest tenth of each group has, one agent at least."""
    order = np.lexsort((-value, group))
    n, total = np.bincount(group, minlength=groups), sum_by(group, value, groups)
    place = np.arange(len(value)) - (np.cumsum(n) - n)[group[order]]
    top = place < np.ceil(TOP_SHARE * n)[group[order]]
    busiest = sum_by(group[order][top], value[order][top], groups)
    return np.divide(busiest, total, out=np.full(groups, np.nan), where=total > 0)


def _shares(
    kind: str,
    what: Literal["opportunity", "quantity"],
    grouping: _Grouping,
    total: Floats,
    months: Floats,
) -> Iterator[GlueShare]:
    """One kind's spread over the groups of a grouping that are large enough to be told."""
    code, groups = grouping.code, len(grouping.names)
    agents, amount = np.bincount(code, minlength=groups), sum_by(code, total, groups)
    spent, none = sum_by(code, months, groups), sum_by(code, total == 0, groups)
    top, uneven = _top_share(total, code, groups), gini(total, code, groups)
    least = 1 if grouping.by == "everybody" else LEAST_GROUP
    for k in np.flatnonzero(agents >= least).tolist():
        yield GlueShare(
            kind=kind, what=what, by=grouping.by, group=grouping.names[k], agents=int(agents[k]),
            total=float(amount[k]),
            per_month=float(amount[k] / spent[k]) if spent[k] > 0 else float("nan"),
            none=float(none[k] / agents[k]), top_tenth=float(top[k]), gini=float(uneven[k]),
        )  # fmt: skip


def _groupings(inputs: Inputs, as_of: date) -> tuple[_Grouping, ...]:
    """Everybody, teams (the small ones together, in order of their id) and tenure bands."""
    size = inputs.agents.num_rows
    hired = months_before(inputs.agents["hired_on"], as_of)
    band = np.where(np.isnan(hired), len(BANDS) + 1, np.digitize(hired, BANDS))
    teams = pc.fill_null(inputs.agents["team_id"].cast(pa.string()), "").combine_chunks()
    names = pc.unique(teams)
    names = names.take(pc.sort_indices(names))
    code = np.asarray(pc.index_in(teams, value_set=names), np.int64)
    large = (np.bincount(code, minlength=len(names)) >= LEAST_GROUP) & (np.asarray(names) != "")
    place = np.where(large, np.cumsum(large) - 1, int(large.sum()))
    labels = (*names.filter(pa.array(large)).to_pylist(), SMALL_TEAMS)
    return (
        _Grouping("everybody", np.zeros(size, np.int64), (EVERYBODY,)),
        _Grouping("team", place[code], labels),
        _Grouping("tenure", band, BAND_NAMES),
    )
