"""A simulated centre: chains the parts, each with its own stream of chance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa

from rolefit.errors import Problem, UsageError
from rolefit.schema.build import build_config
from rolefit.simulate.behaviour import asked_before, draw_behaviour, interests_before
from rolefit.simulate.clients import (
    MOST_CLIENTS,
    applicability,
    assign,
    client_count,
    draw_clients,
)
from rolefit.simulate.contributions import contributions_table
from rolefit.simulate.history import (
    draw_history,
    groups_table,
    placements_table,
    policy_table,
)
from rolefit.simulate.metrics import draw_rows, metrics_table
from rolefit.simulate.outcomes import draw_outcomes, truth_tables
from rolefit.simulate.people import agents_table, draw_people
from rolefit.simulate.ratings import ratings_table
from rolefit.simulate.shapes import measured
from rolefit.simulate.stories import STORIES, Cast
from rolefit.simulate.surveys import handed_in, survey_table
from rolefit.simulate.views import draw_views
from rolefit.simulate.wishes import draw_wishes, wishes_table
from rolefit.simulate.worlds import World, world_named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolefit.schema.arrays import Bools
    from rolefit.schema.config import Config
    from rolefit.simulate.behaviour import Behaviour
    from rolefit.simulate.clients import Clients
    from rolefit.simulate.people import People
    from rolefit.simulate.views import Views

AS_OF = date(2026, 6, 30)
DECIDED = date(2026, 1, 12)
NAME = "Simulated support centre"
FEWEST = 20
STAGES = (
    "people", "views", "clients", "assignment", "rows", "metrics", "strengths", "interests",
    "handed_in", "contributions", "ratings", "wishes", "wish_days", "outcomes", "behaviour",
    "history", "asked_before", "interests_before",
)  # fmt: skip
"""New ones at the end: the place of a stage is part of its seed."""
Chances: TypeAlias = "dict[str, np.random.Generator]"


@dataclass(frozen=True)
class Simulated:
    """A centre and its truth."""

    tables: dict[str, pa.Table]
    """Input tables by name: agents, metrics, strengths, interests, contributions, ...; also
    placements where people were moved."""
    groups: pa.Table | None
    """Who is of which group, where the world has groups; scoring never reads it."""
    truth: dict[str, pa.Table]
    """agents_truth, effects_truth, outcomes; policy where people were moved; circumstances where
    anybody works towards a number, declines or loses interest."""
    config: dict[str, Any]
    """What goes into rolefit.toml."""
    settings: dict[str, Any]
    """How it was made: agents, seed, world, stories."""
    world: World
    """All knobs, as they were used."""

    @property
    def grouped(self) -> dict[str, pa.Table]:
        """The table of groups by its name, if there is one."""
        return {} if self.groups is None else {"groups": self.groups}


def simulate(
    agents: int,
    seed: int,
    world: str = "sorted",
    *,
    stories: bool = False,
    sorting: float | None = None,
    clients_per_agent: float | None = None,
    clients: int | None = None,
    knobs: Mapping[str, Any] | None = None,
    place: str = "knobs",
) -> Simulated:
    """A centre with known truth; the same arguments give the same centre.

    Args:
        agents: how many, 20 at least.
        seed: 0 or more.
        world: one of `worlds.world_names()`.
        stories: the last agents are the characters of STORIES.
        sorting: instead of the world's own, in [0, 1).
        clients_per_agent: instead of the world's own, 1 to 4.
        clients: how many; default: half the square root of `agents`, 4 at least.
        knobs: any knobs of the world instead of its own.
        place: where `knobs` come from, for errors.

    Returns:
        Simulated.

    Raises:
        UsageError: RF405 for an unknown world, RF406 for a number out of range.
        ConfigError: RF102, RF103 for knobs that are not there or make no sense.

    Limits:
        every source is linear in its attribute, and nobody joins or leaves within the months.

    Example:
        >>> simulate(40, seed=1).tables["agents"].num_rows
        40
    """
    asked = {"sorting": sorting, "clients_per_agent": clients_per_agent, "clients": clients}
    changed = {name: value for name, value in asked.items() if value is not None}
    _check(agents, seed, clients, changed)
    chosen = world_named(world, {**(knobs or {}), **changed}, place)
    cast = Cast(STORIES if stories else (), agents)
    settings = {"agents": agents, "seed": seed, "world": world, "stories": stories}
    return _build(chosen, cast, seed, settings)


def _build(world: World, cast: Cast, seed: int, settings: dict[str, Any]) -> Simulated:
    """Draws people first, then what every source sees and records of them."""
    rng = {name: np.random.default_rng([seed, k]) for k, name in enumerate(STAGES)}
    config, count = build_config({}), world.clients or client_count(cast.agents)
    people = cast.among(draw_people(config, world, cast.agents, rng["people"]), config)
    views = cast.seen(draw_views(config, world, people.theta, rng["views"]), people, config)
    skill = views.metrics.sum(axis=1)
    behaviour = draw_behaviour(world, people, cast.free, rng["behaviour"])
    history = draw_history(config, world, people, skill, cast.free, rng["history"])
    people = history.lived(people)
    clients = draw_clients(config, world, count, rng["clients"])
    serves = assign(skill, count, world, rng["assignment"])
    clients, serves = cast.served(clients, serves)
    rows = draw_rows(people, clients, serves, rng["rows"])
    wish = cast.wished(draw_wishes(config, world, people, rng["wishes"]), config)
    tables = {
        "agents": agents_table(people, config, AS_OF),
        "metrics": metrics_table(
            people, clients, rows, views.metrics, behaviour, config, world, rng["metrics"]
        ),
    }
    for kind, seen in (("strengths", views.strengths), ("interests", views.interests)):
        came = handed_in(people, world, rng["handed_in"])
        came = (came | cast.heard) & ~cast.unheard
        tables[kind] = survey_table(
            kind, people, seen, came, history.since, cast.heard, config, world, AS_OF, rng[kind]
        )
    tables["interests"] = _twice(
        tables["interests"], behaviour, views, people, cast.heard, config, world, rng
    )
    tables["contributions"] = contributions_table(
        people, clients, serves, views.contributions, config, world, AS_OF, rng["contributions"]
    )
    tables["ratings"] = ratings_table(
        people, clients, serves, views.ratings, cast.heard, config, AS_OF, rng["ratings"]
    )
    tables["wishes"] = wishes_table(wish, config, people, AS_OF, rng["wish_days"])
    outcomes = draw_outcomes(config, world, people.theta, views.metrics, rng["outcomes"])
    truth = truth_tables(config, people, views.metrics, measured(config), outcomes)
    truth |= behaviour.truth(people, came)
    if world.placed:
        tables["placements"] = placements_table(history, people, outcomes, config, world, AS_OF)
        truth["policy"] = policy_table(history, people, config)
    groups = groups_table(history, people) if world.preferred else None
    return Simulated(tables, groups, truth, _config(clients, config), settings, world)


def _twice(
    newest: pa.Table,
    behaviour: Behaviour,
    views: Views,
    people: People,
    diligent: Bools,
    config: Config,
    world: World,
    rng: Chances,
) -> pa.Table:
    """The answers on interests, and those of the people who were asked a year earlier too."""
    if not world.asked_twice:
        return newest
    seen = interests_before(behaviour, views, people, config, world)
    came, since = behaviour.asked_twice, asked_before(behaviour, rng["asked_before"])
    earlier = survey_table(
        "interests", people, seen, came, since, diligent, config, world, AS_OF,
        rng["interests_before"],
    )  # fmt: skip
    return pa.concat_tables([earlier, newest])


def _config(clients: Clients, config: Config) -> dict[str, Any]:
    """The content of rolefit.toml: the day, and where metrics do not apply."""
    rules = applicability(clients, config, DECIDED)
    centre = {"name": NAME, "as_of": AS_OF}
    return {"centre": centre, "applicability": rules} if rules else {"centre": centre}


def _check(agents: int, seed: int, clients: int | None, changed: dict[str, float]) -> None:
    """Refuses numbers that make no centre, all at once."""
    asked = [
        ("agents", agents, agents >= FEWEST, f"{FEWEST} or more"),
        ("seed", seed, seed >= 0, "0 or more"),
        ("clients", clients, clients is None or clients >= 1, "1 or more"),
        ("sorting", changed.get("sorting"), 0 <= changed.get("sorting", 0) < 1, "0 to below 1"),
        (
            "clients_per_agent", changed.get("clients_per_agent"),
            1 <= changed.get("clients_per_agent", 1) <= MOST_CLIENTS, f"1 to {MOST_CLIENTS}",
        ),
    ]  # fmt: skip
    problems = [
        Problem(f"simulate: {name}", f"{value} is out of range", "RF406", expected)
        for name, value, right, expected in asked
        if not right
    ]
    if problems:
        raise UsageError(problems)
