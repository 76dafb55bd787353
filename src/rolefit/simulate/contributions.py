"""Recorded contributions: how often somebody does more than the job asks, given the chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from rolefit.simulate.columns import before, gapped, named

if TYPE_CHECKING:
    from datetime import date

    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.config import Config
    from rolefit.simulate.clients import Clients
    from rolefit.simulate.people import People
    from rolefit.simulate.worlds import World

WINDOW = 12
"""Months that the records reach back."""
PULL = 0.6
"""How strongly the view bears on the rate: log rate = ... + PULL * view."""
RATES = {
    "peer_recognition": 0.8, "conflict_resolved": 0.4, "knowledge_article": 0.4,
    "client_briefing": 0.35, "process_improvement": 0.3,
}  # fmt: skip
"""Events a month of the average agent; counted against time."""
CHANCES = {"mentoring": (0.6, 2.0), "escalation_saved": (0.9, 0.6)}
"""Chances a month (mentees offered, escalations routed), and mean quantity of one chance."""
HOURS = "mentoring"
"""The kind that is measured in hours; the other one is done or not done."""
LUMPS = 3.0
"""Shape of the hours spent on one mentee: the smaller, the more uneven."""
OTHER_RATE = 0.15
ABOUT_A_CLIENT = ("escalation_saved", "client_briefing")


@dataclass(frozen=True)
class Events:
    """Rows of the contributions table."""

    agent: Ints
    kind: Ints
    day: Floats
    """Whole days before `as_of`."""
    quantity: Floats
    opportunity: Floats
    """Chances behind the quantity; NaN = counted against time."""


def contributions_table(
    people: People,
    clients: Clients,
    serves: Bools,
    views: Floats,
    config: Config,
    world: World,
    as_of: date,
    rng: np.random.Generator,
) -> pa.Table:
    """The contributions table of a workspace, sorted by agent, kind and day.

    Args:
        people: gives ids, teams and tenure.
        clients: gives client ids.
        serves: agents x clients, for the kinds that are about a client.
        views: how readily somebody contributes, agents x kinds, sd 1.
        config: gives the kinds.
        world: how often people contribute.
        as_of: day 0.
        rng: source of all chance.
    """
    kinds = tuple(config.contributions)
    months = np.minimum(people.tenure, WINDOW)
    events = _draw(kinds, months, np.exp(PULL * views), world.contributing, rng)
    client = _client_of(events.agent, serves, rng)
    about = np.isin(events.kind, [k for k, kind in enumerate(kinds) if kind in ABOUT_A_CLIENT])
    return pa.table(
        {
            "agent_id": named(people.ids, events.agent),
            "kind": named(kinds, events.kind),
            "on": before(as_of, events.day),
            "quantity": gapped(events.quantity),
            "by": named(people.ids, _colleague(people.team, events.agent, rng)),
            "client_id": named(clients.ids, np.where(about, client, -1)),
            "opportunity": gapped(events.opportunity),
        }
    )


def _draw(
    kinds: tuple[str, ...], months: Floats, pull: Floats, often: float, rng: np.random.Generator
) -> Events:
    """The events of all kinds, sorted by agent, kind and day."""
    parts = [
        (_with_chances if kind in CHANCES else _over_time)(kind, k, months, pull[:, k], often, rng)
        for k, kind in enumerate(kinds)
    ]
    agent, kind = (np.concatenate([getattr(p, name) for p in parts]) for name in ("agent", "kind"))
    day, quantity, opportunity = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("day", "quantity", "opportunity")
    )
    order = np.lexsort((-day, kind, agent))
    return Events(agent[order], kind[order], day[order], quantity[order], opportunity[order])


def _over_time(
    kind: str, code: int, months: Floats, pull: Floats, often: float, rng: np.random.Generator
) -> Events:
    """One row an event, on any day of the months somebody was there."""
    rate = often * RATES.get(kind, OTHER_RATE)
    agent = np.repeat(np.arange(len(months)), rng.poisson(rate * months * pull))
    day = np.floor(rng.random(len(agent)) * months[agent] * 30.0)
    count = len(agent)
    return Events(agent, np.full(count, code), day, np.ones(count), np.full(count, np.nan))


def _with_chances(
    kind: str, code: int, months: Floats, pull: Floats, often: float, rng: np.random.Generator
) -> Events:
    """One row a chance, taken up or not."""
    offered, size = CHANCES[kind]
    agent = np.repeat(np.arange(len(months)), rng.poisson(often * offered * months))
    day = np.floor(rng.random(len(agent)) * months[agent] * 30.0)
    mean = size * pull[agent]
    if kind == HOURS:
        quantity = (2.0 * mean * rng.gamma(LUMPS, 1.0 / LUMPS, len(agent))).round() / 2.0
    else:
        quantity = (rng.random(len(agent)) < 1.0 - np.exp(-mean)).astype(np.float64)
    return Events(agent, np.full(len(agent), code), day, quantity, np.ones(len(agent)))


def _client_of(agent: Ints, serves: Bools, rng: np.random.Generator) -> Ints:
    """One of the clients the agent serves."""
    count = serves.sum(axis=1)
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    pick = (rng.random(len(agent)) * count[agent]).astype(np.int64)
    served: Ints = np.nonzero(serves)[1][first[agent] + pick]
    return served


def _colleague(team: Ints, agent: Ints, rng: np.random.Generator) -> Ints:
    """Somebody of the same team who is not the agent, where the team has two people or more."""
    order = np.argsort(team, kind="stable")
    size = np.bincount(team)
    first = np.concatenate([[0], np.cumsum(size)[:-1]])
    place = np.empty(len(team), np.int64)
    place[order] = np.arange(len(team)) - first[team[order]]
    mine = team[agent]
    step = 1 + (rng.random(len(agent)) * np.maximum(size[mine] - 1, 0)).astype(np.int64)
    other: Ints = order[first[mine] + (place[agent] + step) % size[mine]]
    return other
