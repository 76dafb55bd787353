"""Ratings: what leads, peers and clients say of an agent, each with their own leniency."""

from __future__ import annotations

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

SEES = {
    "lead": ("quality", "dependability", "ownership", "composure", "coaching", "teamwork",
             "communication", "problem_solving", "follow_through", "planning", "influence"),
    "peer": ("coaching", "teamwork", "communication", "composure", "client_knowledge",
             "problem_solving", "relationship"),
    "qa": ("quality", "customer_satisfaction", "resolution", "communication", "composure"),
    "client": ("client_knowledge", "relationship", "ownership", "follow_through",
               "communication"),
}  # fmt: skip
"""What each kind of rater can judge."""
KINDS = ("lead", "peer", "peer", "lead", "client", "qa", "qa")
CHANCE = (0.95, 0.8, 0.5, 0.5, 0.4, 0.9, 0.6)
"""How often own lead, two peers, another lead, a client's contact, two listeners rate."""
AGENTS_PER_QA = 40
SKIPPED = 0.15
"""Share of attributes a rater leaves out."""
MIDDLE, STEP = 3.3, 0.6
"""Rating of the average agent on 1-5; what one sd of the view adds."""
LENIENCY, HALO, NOISE = 0.35, 0.25, 0.3
"""sd of a rater's leniency, of one rater's liking of one agent, and of one rating."""
OLDEST = 330
FIRST_MONTHS = 1.5
"""Nobody is rated before."""


def ratings_table(
    people: People,
    clients: Clients,
    serves: Bools,
    views: Floats,
    heard: Bools,
    config: Config,
    as_of: date,
    rng: np.random.Generator,
) -> pa.Table:
    """The ratings table of a workspace, sorted by agent and rater.

    Args:
        people: gives ids, teams and tenure.
        clients: each has one contact who rates.
        serves: agents x clients.
        views: what raters agree on, agents x `config.attribute_ids`, sd 1.
        heard: agents whom every kind of rater rates in full, shape (agents,).
        config: attributes and the rating range.
        as_of: the last possible day.
        rng: source of all chance.
    """
    agent, slot = np.nonzero(_who_rates(people, heard, rng))
    names, rater = _raters(people, clients, serves, agent, slot, rng)
    leniency = LENIENCY * rng.standard_normal(len(names))
    liking = leniency[rater] + HALO * rng.standard_normal(len(agent))
    oldest = np.minimum(OLDEST, people.tenure[agent] * 30.0)
    day = np.floor(rng.random(len(agent)) * oldest)
    pair, attribute = _judged(slot, heard[agent], config, rng)
    value = MIDDLE + STEP * views[agent[pair], attribute] + liking[pair]
    value = (value + NOISE * rng.standard_normal(len(pair))).round()
    low, high = config.evidence.rating_range
    unit = (high - low) / 4.0
    return pa.table(
        {
            "agent_id": named(people.ids, agent[pair]),
            "attribute": named(config.attribute_ids, attribute),
            "rater_id": named(names, rater[pair]),
            "rater_kind": named(KINDS, slot[pair]),
            "value": gapped(low + unit * (np.clip(value, 1.0, 5.0) - 1.0)),
            "on": before(as_of, day[pair]),
        }
    )


def _who_rates(people: People, heard: Bools, rng: np.random.Generator) -> Bools:
    """Agents x kinds of rater."""
    rates = rng.random((len(people), len(CHANCE))) < CHANCE
    return (rates | heard[:, None]) & (people.tenure >= FIRST_MONTHS)[:, None]


def _raters(
    people: People,
    clients: Clients,
    serves: Bools,
    agent: Ints,
    slot: Ints,
    rng: np.random.Generator,
) -> tuple[list[str], Ints]:
    """Ids of all raters (leads, agents, contacts, quality), and the rater of each pair."""
    teams = int(people.team.max()) + 1
    leads = [f"L{k:03d}" for k in range(1, teams + 1)]
    quality = [f"Q{k:03d}" for k in range(1, len(people) // AGENTS_PER_QA + 2)]
    names = [*leads, *people.ids, *(f"C-{client}" for client in clients.ids), *quality]
    team = people.team[agent]
    peers = [teams + _neighbour(people.team, step, rng)[agent] for step in (1, 2)]
    contact = teams + len(people) + serves.argmax(axis=1)[agent]
    heard = rng.integers(0, len(quality), len(people))[agent]
    listeners = [len(names) - 1 - (heard + step) % len(quality) for step in (0, 1)]
    return names, np.choose(slot, [team, *peers, (team + 1) % teams, contact, *listeners])


def _neighbour(team: Ints, step: int, rng: np.random.Generator) -> Ints:
    """A peer for each agent: some steps on in a shuffled line-up of two teams."""
    order = np.lexsort((rng.random(len(team)), team // 2))
    peer = np.empty(len(team), np.int64)
    peer[order] = np.roll(order, step)
    return peer


def _judged(
    slot: Ints, fully: Bools, config: Config, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Rater-agent pair and attribute of each rating; nothing is left out where `fully`."""
    names = config.attribute_ids
    sees = np.array([[name in SEES[kind] for name in names] for kind in KINDS])
    said = rng.random((len(slot), len(names))) >= SKIPPED
    judged = sees[slot] & (said | fully[:, None])
    pair, attribute = np.nonzero(judged)
    return pair.astype(np.int64), attribute.astype(np.int64)
