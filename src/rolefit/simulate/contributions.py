"""Recorded contributions: how often somebody does more than the job asks, given the chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from datetime import date

    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.config import Config
    from rolefit.simulate.clients import Clients
    from rolefit.simulate.people import People

WINDOW = 12
"""Months that the records reach back."""
PULL = 0.55
"""How strongly the view bears on the rate: log rate = ... + PULL * view."""
RATES = {
    "peer_recognition": 0.40, "conflict_resolved": 0.15, "knowledge_article": 0.18,
    "client_briefing": 0.12, "process_improvement": 0.10,
}  # fmt: skip
"""Events a month of the average agent; counted against time."""
CHANCES = {"mentoring": (0.35, 2.5), "escalation_saved": (0.45, 0.6)}
"""Chances a month (mentees offered, escalations routed), and mean quantity of one chance."""
HOURS = "mentoring"
"""The kind that is measured in hours; the other one is done or not done."""
LUMPS = 1.5
"""Shape of the hours spent on one mentee: the smaller, the more uneven."""
OTHER_RATE = 0.15
ABOUT_A_CLIENT = ("escalation_saved", "client_briefing")


@dataclass(frozen=True)
class Events:
    """Rows of one kind."""

    agent: Ints
    day: Ints
    """Days before `as_of`."""
    quantity: Floats
    opportunity: Floats
    """Chances behind the quantity; NaN = counted against time."""


def contributions_table(
    people: People,
    clients: Clients,
    serves: Bools,
    views: Floats,
    config: Config,
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
        as_of: day 0.
        rng: source of all chance.
    """
    months = np.minimum(people.tenure, WINDOW)
    parts, kinds = [], []
    for k, kind in enumerate(config.contributions):
        draw = _with_chances if kind in CHANCES else _over_time
        parts.append(draw(kind, months, np.exp(PULL * views[:, k]), rng))
        kinds.append(np.full(len(parts[-1].agent), k))
    agent, day, quantity, opportunity = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("agent", "day", "quantity", "opportunity")
    )
    kind = np.concatenate(kinds)
    order = np.lexsort((-day, kind, agent))
    agent, day, kind = agent[order], day[order], kind[order]
    names = pa.array(list(config.contributions))
    client = _client_of(agent, serves, rng)
    about = np.isin(kind, [k for k, n in enumerate(config.contributions) if n in ABOUT_A_CLIENT])
    return pa.table(
        {
            "agent_id": pa.array(people.ids).take(pa.array(agent)),
            "kind": names.take(pa.array(kind)),
            "on": pa.array(np.datetime64(as_of, "D") - day.astype("timedelta64[D]")),
            "quantity": pa.array(quantity[order]),
            "by": pa.array(people.ids).take(pa.array(_colleague(people.team, agent, rng))),
            "client_id": pa.array(clients.ids).take(pa.array(client, mask=~about)),
            "opportunity": pa.array(opportunity[order], from_pandas=True),
        }
    )


def _over_time(kind: str, months: Floats, pull: Floats, rng: np.random.Generator) -> Events:
    """One row an event, on any day of the months somebody was there."""
    rate = RATES.get(kind, OTHER_RATE)
    agent = np.repeat(np.arange(len(months)), rng.poisson(rate * months * pull))
    day = (rng.random(len(agent)) * months[agent] * 30.0).astype(np.int64)
    return Events(agent, day, np.ones(len(agent)), np.full(len(agent), np.nan))


def _with_chances(kind: str, months: Floats, pull: Floats, rng: np.random.Generator) -> Events:
    """One row a chance, taken up or not."""
    offered, size = CHANCES[kind]
    agent = np.repeat(np.arange(len(months)), rng.poisson(offered * months))
    day = (rng.random(len(agent)) * months[agent] * 30.0).astype(np.int64)
    mean = size * pull[agent]
    if kind == HOURS:
        quantity = (2.0 * mean * rng.gamma(LUMPS, 1.0 / LUMPS, len(agent))).round() / 2.0
    else:
        quantity = (rng.random(len(agent)) < 1.0 - np.exp(-mean)).astype(np.float64)
    return Events(agent, day, quantity, np.ones(len(agent)))


def _client_of(agent: Ints, serves: Bools, rng: np.random.Generator) -> Ints:
    """One of the clients the agent serves."""
    count = serves.sum(axis=1)
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    pick = (rng.random(len(agent)) * count[agent]).astype(np.int64)
    return np.nonzero(serves)[1][first[agent] + pick]


def _colleague(team: Ints, agent: Ints, rng: np.random.Generator) -> Ints:
    """Somebody of the same team who is not the agent, where the team has two people or more."""
    order = np.argsort(team, kind="stable")
    size = np.bincount(team)
    first = np.concatenate([[0], np.cumsum(size)[:-1]])
    place = np.empty(len(team), np.int64)
    place[order] = np.arange(len(team)) - first[team[order]]
    mine = team[agent]
    step = 1 + (rng.random(len(agent)) * np.maximum(size[mine] - 1, 0)).astype(np.int64)
    return order[first[mine] + (place[agent] + step) % size[mine]]
