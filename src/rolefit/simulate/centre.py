"""A simulated centre: chains the parts, each with its own stream of chance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from rolefit.errors import Problem, UsageError
from rolefit.schema.build import build_config
from rolefit.simulate.clients import (
    MOST_CLIENTS,
    applicability,
    assign,
    client_count,
    draw_clients,
)
from rolefit.simulate.contributions import contributions_table
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
    import pyarrow as pa

    from rolefit.schema.config import Config
    from rolefit.simulate.clients import Clients

AS_OF = date(2026, 6, 30)
DECIDED = date(2026, 1, 12)
NAME = "Simulated support centre"
FEWEST = 20
STAGES = (
    "people", "views", "clients", "assignment", "rows", "metrics", "strengths", "interests",
    "handed_in", "contributions", "ratings", "wishes", "wish_days", "outcomes",
)  # fmt: skip


@dataclass(frozen=True)
class Simulated:
    """A centre and its truth."""

    tables: dict[str, pa.Table]
    """Input tables by name: agents, metrics, strengths, interests, contributions, ..."""
    truth: dict[str, pa.Table]
    """agents_truth, effects_truth, outcomes."""
    config: dict[str, Any]
    """What goes into rolefit.toml."""
    settings: dict[str, Any]
    """How it was made: agents, seed, world and what was changed in it."""


def simulate(
    agents: int,
    seed: int,
    world: str = "sorted",
    *,
    stories: bool = False,
    sorting: float | None = None,
    clients_per_agent: float | None = None,
    clients: int | None = None,
) -> Simulated:
    """A centre with known truth; the same arguments give the same centre.

    Args:
        agents: how many, 20 at least.
        seed: 0 or more.
        world: `plain` or `sorted`.
        stories: the last agents are the characters of STORIES.
        sorting: instead of the world's own, in [0, 1).
        clients_per_agent: instead of the world's own, 1 to 4.
        clients: how many; default: half the square root of `agents`, 4 at least.

    Returns:
        Simulated.

    Raises:
        UsageError: RF405 for an unknown world, RF406 for a number out of range.

    Limits:
        the true fit follows the shipped role profiles exactly, and every source is linear in the
        attribute: a centre unlike this is not covered.

    Example:
        >>> simulate(40, seed=1).tables["agents"].num_rows
        40
    """
    chosen = world_named(world)
    asked = {"sorting": sorting, "clients_per_agent": clients_per_agent}
    changed = {name: value for name, value in asked.items() if value is not None}
    _check(agents, seed, clients, changed)
    chosen = replace(chosen, **changed)
    cast = Cast(STORIES if stories else (), agents)
    count = client_count(agents) if clients is None else clients
    settings = {"agents": agents, "seed": seed, "world": world, "stories": stories, **changed}
    return _build(chosen, cast, count, seed, settings)


def _build(world: World, cast: Cast, count: int, seed: int, settings: dict[str, Any]) -> Simulated:
    """Draws people first, then what every source sees and records of them."""
    rng = {name: np.random.default_rng([seed, k]) for k, name in enumerate(STAGES)}
    config = build_config({})
    people = cast.among(draw_people(config, world, cast.agents, rng["people"]), config)
    views = cast.seen(draw_views(config, people.theta, rng["views"]), people, config)
    clients = draw_clients(config, world, count, rng["clients"])
    serves = assign(views.metrics.sum(axis=1), count, world, rng["assignment"])
    clients, serves = cast.served(clients, serves)
    rows = draw_rows(people, clients, serves, rng["rows"])
    wish = cast.wished(draw_wishes(config, world, people, rng["wishes"]), config)
    tables = {
        "agents": agents_table(people, config, AS_OF),
        "metrics": metrics_table(people, clients, rows, views.metrics, config, rng["metrics"]),
    }
    for kind, seen in (("strengths", views.strengths), ("interests", views.interests)):
        came = handed_in(people, world, rng["handed_in"])
        came = (came | cast.heard) & ~cast.unheard
        tables[kind] = survey_table(
            kind, people, seen, came, cast.heard, config, world, AS_OF, rng[kind]
        )
    tables["contributions"] = contributions_table(
        people, clients, serves, views.contributions, config, AS_OF, rng["contributions"]
    )
    tables["ratings"] = ratings_table(
        people, clients, serves, views.ratings, cast.heard, config, AS_OF, rng["ratings"]
    )
    tables["wishes"] = wishes_table(wish, config, people, AS_OF, rng["wish_days"])
    outcomes = draw_outcomes(config, people.theta, rng["outcomes"])
    truth = truth_tables(config, people, views.metrics, measured(config), outcomes)
    return Simulated(tables, truth, _config(clients, config), settings)


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
