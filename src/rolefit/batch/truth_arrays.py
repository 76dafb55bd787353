"""A run and a truth side by side: rows matched by agent, roles by name, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rolefit.errors import Problem, UsageError, did_you_mean, listed
from rolefit.evidence.table import agent_positions, numbers, positions
from rolefit.schema.tables import DIRECTIONS, EFFECTS, WISHES
from rolefit.worth.beliefs import churn
from rolefit.worth.known import Known
from rolefit.worth.seats import NOBODY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.config import Config
    from rolefit.worth.measures import Told

UP, SIDEWAYS, STAY, STEP_BACK, OUT = range(len(DIRECTIONS))
MOST_NAMED = 3
REFUSALS = ("not_now", "no")


@dataclass(frozen=True)
class Side:
    """The tables of a run, agents in the order of their ids, and its config."""

    tables: Mapping[str, pa.Table]
    """By name; `suggestions` always is there."""
    config: Config

    @classmethod
    def of(cls, tables: Mapping[str, pa.Table], config: Config) -> Side:
        """Suggestions in the order of the ids, so that the order of a file does not matter."""
        suggestions = tables["suggestions"].sort_by("agent_id")
        return cls({**tables, "suggestions": suggestions}, config)

    @property
    def suggestions(self) -> pa.Table:
        """One row an agent."""
        return self.tables["suggestions"]

    @property
    def agents(self) -> int:
        """How many."""
        return self.suggestions.num_rows

    @property
    def direction(self) -> Ints:
        """Position in DIRECTIONS."""
        return positions(self.suggestions["direction"], DIRECTIONS)

    @property
    def target(self) -> Ints:
        """Role position of those who are moved, a step back included; NOBODY for the others."""
        moved = np.isin(self.direction, (UP, SIDEWAYS, STEP_BACK))
        role = positions(self.suggestions["target_role"], self.config.role_ids)
        return np.where(moved, role, NOBODY)

    @property
    def talks(self) -> Bools:
        """Out, and not by choice."""
        return (self.direction == OUT) & ~self._by_choice()

    def _by_choice(self) -> Bools:
        """Whose gate `by_choice` passed."""
        lists = self.suggestions["gates"].combine_chunks()
        parents, flat = np.asarray(pc.list_parent_indices(lists)), pc.list_flatten(lists)
        chosen = pc.and_(
            pc.equal(pc.struct_field(flat, "gate"), "by_choice"), pc.struct_field(flat, "passed")
        )
        count = np.bincount(parents[np.asarray(pc.fill_null(chosen, fill_value=False))])
        return np.pad(count, (0, self.agents - len(count))) > 0

    def wide(
        self, table: pa.Table, key: str, names: Sequence[str], value: str
    ) -> Floats:  # fmt: skip
        """A long table as agents x names; NaN where it has no row."""
        found = np.full((self.agents, len(names)), np.nan)
        agent = agent_positions(table, self.suggestions)
        name = positions(table[key].cast(pa.string()), names)
        known = (agent >= 0) & (name >= 0)
        found[agent[known], name[known]] = numbers(table[value])[known]
        return found

    def refused(self) -> Bools | None:
        """Where wishes say no or not now, agents x roles; None where no wish is known."""
        fits = self.tables.get("fits")
        if fits is None or fits["wish"].null_count == len(fits):
            return None
        wish = positions(fits["wish"], WISHES)
        codes = [WISHES.index(name) for name in REFUSALS]
        found = pa.table({
            "agent_id": fits["agent_id"], "role": fits["role"], "no": np.isin(wish, codes),
        })  # fmt: skip
        return self.wide(found, "role", self.config.role_ids, "no") == 1.0

    def churn_since(self, before: Side) -> Told:
        """Share of agents in both runs whose direction or target is another."""
        then = agent_positions(self.suggestions, before.suggestions)
        both = np.flatnonzero(then >= 0)
        names = ("direction", "target_role")
        now_told = (self.suggestions[name].take(pa.array(both)) for name in names)
        then_told = (before.suggestions[name].take(pa.array(then[both])) for name in names)
        same = [
            np.asarray(pc.equal(pc.fill_null(one, ""), pc.fill_null(other, "")))
            for one, other in zip(now_told, then_told, strict=True)
        ]
        return churn(~np.logical_and(*same))

    def mean_effect(self) -> Floats:
        """Mean adjusted effect over the metrics that a ranking counts; NaN without any."""
        effects = self.tables.get("effects", EFFECTS.empty_table())
        counts = [name for name, spec in self.config.metrics.items() if not spec.alarm]
        values = self.wide(effects, "metric", counts, "effect")
        known = np.isfinite(values)
        total, count = np.where(known, values, 0.0).sum(axis=1), known.sum(axis=1)
        return np.divide(total, count, out=np.full(self.agents, np.nan), where=count > 0)


def known_of(side: Side, truth: Mapping[str, pa.Table]) -> Known:
    """What is true of the agents of a run.

    Args:
        side: the run.
        truth: tables of `read_truth`.

    Raises:
        UsageError: RF452, an agent or a role of the run has no true outcome.
    """
    config = side.config
    outcome = side.wide(truth["outcomes"], "role", config.role_ids, "outcome")
    _must_be_known(side, outcome, truth["outcomes"])
    roles = config.roles.values()
    return Known(
        roles=config.role_ids,
        outcome=outcome,
        current=positions(side.suggestions["current_role"], config.role_ids),
        level=np.array([np.nan if r.level is None or r.outward else r.level for r in roles]),
        refused=side.refused(),
        percentile=numbers(side.suggestions["metrics_only_percentile"]),
        attributes=attributes_of(side, truth),
        unheard="" if "fits" in side.tables else lacks("fits"),
    )


def lacks(table: str) -> str:
    """Why a measure that needs a table of the run is not told."""
    return f"the run has no {table} table: run `rolefit score` without --tables"


def attributes_of(side: Side, truth: Mapping[str, pa.Table]) -> dict[str, Floats]:
    """True attributes by name, in the order of the run's agents; empty without `agents_truth`."""
    if "agents_truth" not in truth:
        return {}
    table = truth["agents_truth"]
    agent = agent_positions(table, side.suggestions)
    found = {}
    for name in (n for n in side.config.attribute_ids if n in table.column_names):
        values = np.full(side.agents, np.nan)
        values[agent[agent >= 0]] = numbers(table[name])[agent >= 0]
        found[name] = values
    return found


def _must_be_known(side: Side, outcome: Floats, outcomes: pa.Table) -> None:
    """Refuses a truth that is not that of the run's centre."""
    names = pc.unique(outcomes["role"].cast(pa.string())).to_pylist()
    problems = [
        Problem(
            "truth: outcomes", f"there is no outcome for role '{role}' of the run", "RF452",
            expected=listed(names), hint=did_you_mean(role, names),
        )
        for role in side.config.role_ids
        if role not in names
    ]  # fmt: skip
    lacking = np.flatnonzero(~np.isfinite(outcome).any(axis=1))
    if len(lacking):
        ids = side.suggestions["agent_id"].take(pa.array(lacking[:MOST_NAMED])).to_pylist()
        problems.append(Problem(
            "truth: outcomes",
            f"{len(lacking):,} of the run's {side.agents:,} agents are not in it, such as "
            + ", ".join(ids),
            "RF452",
            expected="the truth of the centre that the run scored",
            hint="score that centre: `rolefit score DIR --out OUT`, then "
            "`rolefit evaluate OUT --truth DIR/truth`",
        ))  # fmt: skip
    elif not problems and not np.isfinite(outcome).all():
        problems.append(Problem(
            "truth: outcomes", "some pairs of agent and role have no outcome", "RF452",
            expected="one row for every agent and role",
        ))  # fmt: skip
    if problems:
        raise UsageError(problems)
