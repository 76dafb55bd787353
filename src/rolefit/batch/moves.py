"""Past moves with the evidence of their day, and the people who could have been moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.batch.as_of import cut_off
from rolefit.batch.person_features import person_features
from rolefit.batch.placed import day_column, read_placements, who_could_move
from rolefit.errors import DataStoppedError
from rolefit.evidence.table import agent_positions
from rolefit.fit import profile
from rolefit.learn.features import Features, of_roles, person_columns, stacked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.batch.local import Progress
    from rolefit.batch.placed import Days, Placed
    from rolefit.io.workspace import Workspace
    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.config import Config
    from rolefit.schema.tables import Inputs

SUCCESS = 0.5
"""Outcome from which a move went well."""


@dataclass(frozen=True)
class Moves:
    """One row a placement with an outcome, in the order of the placements table."""

    features: Features
    """Evidence from before the month of the move alone."""
    agent: tuple[str, ...]
    role: tuple[str, ...]
    """Placed in."""
    team: tuple[str, ...]
    """Of the agents table; the agent's own id where there is none, so nobody shares a gap."""
    placed_on: Days
    observed_on: Days
    """NaT where nobody wrote it down."""
    outcome: Floats
    """In [0, 1]."""
    config: Config
    notes: tuple[str, ...]
    """What was left out, and why."""

    def __len__(self) -> int:
        """Number of moves."""
        return len(self.agent)

    @property
    def success(self) -> Ints:
        """1 where the outcome is .5 or more, else 0."""
        return (self.outcome >= SUCCESS).astype(np.int64)


@dataclass(frozen=True)
class AtRisk:
    """One row an agent who could have been moved in a month in which somebody was."""

    features: Features
    """The columns that need no role, as of the month's first day."""
    agent: tuple[str, ...]
    team: tuple[str, ...]
    month: Days
    placed: Bools
    """Who was moved in that month."""
    moved: Ints
    """Row of the moves; -1 for whom nobody moved, or whose outcome is not known."""


@dataclass(frozen=True)
class PastMoves:
    """Moves, and those who could have been moved."""

    moves: Moves
    at_risk: AtRisk


def as_of_moves(workspace: Workspace) -> Moves:
    """One row a placement, with what was known before the month in which it began.

    Args:
        workspace: with placements.

    Returns:
        Moves; empty where there are no placements with an outcome.

    Raises:
        DataStoppedError: RF301, too large a share of a table was rejected.

    Limits:
        evidence is cut at the first day of the month, so up to four weeks of it go unused; each
        month with moves is one run of the two phases over the tables of that day.

    Example:
        >>> import pandas as pd, rolefit as rf
        >>> agents = pd.DataFrame({"agent_id": ["A1"], "current_role": ["mentor"]})
        >>> moved = {"agent_id": ["A1"], "role": ["mentor"], "placed_on": ["2026-03-09"]}
        >>> placements = pd.DataFrame({**moved, "outcome": [0.75]})
        >>> ws = rf.Workspace(
        ...     {"centre": {"as_of": "2026-06-30"}}, agents=agents, placements=placements
        ... )
        >>> moves = as_of_moves(ws)
        >>> moves.role, moves.success.tolist(), moves.features.pick(["fit"]).tolist()
        (('mentor',), [1], [[0.0]])
    """
    return past_moves(workspace).moves


def at_risk(workspace: Workspace) -> AtRisk:
    """Who could have been moved in each month in which somebody was.

    Args:
        workspace: with placements.

    Returns:
        AtRisk: one row an agent x month. Somebody was at risk who had been there for
        `policy.min_tenure_months` and had not been placed earlier; not who is known to have held a
        role already that others were placed in.

    Limits:
        which role somebody held before a move is not written down anywhere: a role that nobody was
        placed in is taken for where people come from. Where there is none, everybody counts.
    """
    return past_moves(workspace).at_risk


def past_moves(workspace: Workspace, *, progress: Progress | None = None) -> PastMoves:
    """Both at once, for the price of one: `as_of_moves` and `at_risk`.

    Args:
        workspace: with placements.
        progress: told of each month with moves: name of the stage, months done, months in all.

    Returns:
        PastMoves.

    Raises:
        DataStoppedError: RF301, too large a share of a table was rejected.
    """
    if workspace.stopped:
        raise DataStoppedError(workspace.stopped)
    inputs, config = workspace.inputs, workspace.config
    placed, notes = read_placements(inputs, config)
    placed, unhired = _hired(inputs, placed)
    notes = (*notes, *unhired, *_answered_later(inputs, placed))
    seen = placed.of(~np.isnan(placed.outcome))
    parts: list[Features] = []
    rows: list[Ints] = []
    risks: list[AtRisk] = []
    undated: dict[str, int] = {}
    months = np.unique(placed.months())
    for done, month in enumerate(months):
        if progress:
            progress("months with moves", done, len(months))
        cut = cut_off(inputs, config, month.astype("datetime64[D]").item())
        undated = cut.undated
        known = person_features(cut.inputs, cut.config)
        place = np.cumsum(cut.kept) - 1
        here = np.flatnonzero(seen.months() == month)
        rows.append(here)
        parts.append(known.rows(place[seen.agent[here]]))
        eligible = np.flatnonzero(cut.kept & who_could_move(inputs, config, placed, month))
        risks.append(_at_risk(inputs, known.rows(place[eligible]), eligible, month, placed, seen))
    features = _in_order(parts, rows, config)
    moves = _moves(inputs, config, seen, features, (*notes, *_undated(undated)))
    return PastMoves(moves, _joined(risks, config))


def _hired(inputs: Inputs, placed: Placed) -> tuple[Placed, tuple[str, ...]]:
    """The placements of people who were there when the month of the move began."""
    since = day_column(inputs.agents["hired_on"])[placed.agent]
    late = since >= placed.months().astype(since.dtype)
    told = f"{late.sum()} placements of people hired within that month or later are left out"
    return placed.of(~late), (told,) if late.any() else ()


def _answered_later(inputs: Inputs, placed: Placed) -> tuple[str, ...]:
    """Whose strengths survey is of a later day than their move; earlier answers are not kept."""
    table = inputs.strengths
    if table is None or not len(placed.agent):
        return ()
    answered = np.full(inputs.agents.num_rows, np.datetime64("NaT"), "datetime64[D]")
    answered[agent_positions(table, inputs.agents)] = day_column(table["answered_on"])
    later = answered[placed.agent] >= placed.months().astype(answered.dtype)
    told = f"{later.sum()} moves are told without strengths: answered that month or later"
    return (told,) if later.any() else ()


def _moves(
    inputs: Inputs, config: Config, seen: Placed, known: Features, notes: tuple[str, ...]
) -> Moves:
    """The moves with an outcome beside their features."""
    attributes = config.attribute_ids
    means, sds = (known.pick(f"{what}:{a}" for a in attributes) for what in ("mean", "sd"))
    return Moves(
        features=known.beside(of_roles(config, means, sds, seen.role, profile(config))),
        agent=_named(inputs, seen.agent),
        role=tuple(config.role_ids[k] for k in seen.role),
        team=_teams(inputs, seen.agent),
        placed_on=seen.on, observed_on=seen.observed, outcome=seen.outcome,
        config=config, notes=notes,
    )  # fmt: skip


def _at_risk(
    inputs: Inputs,
    known: Features,
    agent: Ints,
    month: np.datetime64,
    placed: Placed,
    seen: Placed,
) -> AtRisk:
    """Those at risk in one month."""
    count = inputs.agents.num_rows
    moved, chosen = np.full(count, -1), np.zeros(count, np.bool_)
    here = np.flatnonzero(seen.months() == month)
    moved[seen.agent[here]] = here
    chosen[placed.agent[placed.months() == month]] = True
    months = np.full(len(agent), month)
    return AtRisk(
        known, _named(inputs, agent), _teams(inputs, agent), months, chosen[agent], moved[agent]
    )


def _joined(parts: Sequence[AtRisk], config: Config) -> AtRisk:
    """All months one below another."""
    if not parts:
        none = np.zeros(0, np.int64)
        features, month = _none(config), none.astype("datetime64[M]")
        return AtRisk(features, (), (), month, none.astype(bool), none)
    return AtRisk(
        features=stacked([part.features for part in parts]),
        agent=tuple(name for part in parts for name in part.agent),
        team=tuple(name for part in parts for name in part.team),
        month=np.concatenate([part.month for part in parts]),
        placed=np.concatenate([part.placed for part in parts]),
        moved=np.concatenate([part.moved for part in parts]),
    )


def _in_order(parts: Sequence[Features], rows: Sequence[Ints], config: Config) -> Features:
    """Features of all months, back in the order of the moves."""
    if not parts:
        return _none(config)
    return stacked(parts).rows(np.argsort(np.concatenate(rows), kind="stable"))


def _none(config: Config) -> Features:
    """The columns that need no role, without a row."""
    names = person_columns(config)
    return Features(names, np.zeros((0, len(names))))


def _named(inputs: Inputs, agent: Ints) -> tuple[str, ...]:
    """Ids of agents by row."""
    return tuple(inputs.agents["agent_id"].take(agent).to_pylist())


def _teams(inputs: Inputs, agent: Ints) -> tuple[str, ...]:
    """Teams of agents by row; the own id of whoever is in none, so that nobody shares a gap."""
    teams = inputs.agents["team_id"].take(agent).to_pylist()
    return tuple(team or own for team, own in zip(teams, _named(inputs, agent), strict=True))


def _undated(undated: dict[str, int]) -> tuple[str, ...]:
    """A sentence for each table with rows that nobody can place before a move."""
    return tuple(
        f"{count} undated rows of {name} cannot be shown to be older than a move and are left out"
        for name, count in undated.items()
        if count
    )
