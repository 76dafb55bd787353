"""Ratings: what leads and peers say of an agent, each with their own leniency."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from rolefit.simulate.columns import before, gapped, named

if TYPE_CHECKING:
    from datetime import date

    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.config import Config
    from rolefit.simulate.people import People

LEAD, PEER, OTHER_LEAD = range(3)
KINDS = ("lead", "peer", "lead")
SEES = (
    ("quality", "dependability", "ownership", "composure", "coaching", "teamwork"),
    ("coaching", "teamwork", "communication", "composure", "client_knowledge"),
    ("communication", "problem_solving", "follow_through", "influence", "relationship", "vision"),
)
"""What each kind of rater can judge."""
CHANCE = (0.9, 0.6, 0.3)
"""How often the own lead, a peer, and the lead of another team rate somebody."""
SKIPPED = 0.15
"""Share of attributes a rater leaves out."""
MIDDLE, STEP = 3.3, 0.6
"""Rating of the average agent on 1-5; what one sd of the view adds."""
LENIENCY, HALO, NOISE = 0.35, 0.3, 0.35
"""sd of a rater's leniency, of one rater's liking of one agent, and of one rating."""
OLDEST = 330
FIRST_MONTHS = 1.5
"""Nobody is rated before."""


def ratings_table(
    people: People,
    views: Floats,
    heard: Bools,
    config: Config,
    as_of: date,
    rng: np.random.Generator,
) -> pa.Table:
    """The ratings table of a workspace, sorted by agent and rater.

    Args:
        people: gives ids, teams and tenure.
        views: what raters agree on, agents x `config.attribute_ids`, sd 1.
        heard: agents whom all three raters rate, shape (agents,).
        config: attributes and the rating range.
        as_of: the last possible day.
        rng: source of all chance.
    """
    n, teams = len(people), int(people.team.max()) + 1
    agent, slot = np.nonzero(_who_rates(people, heard, rng))
    rater = np.where(
        slot == PEER,
        teams + _neighbour(people.team, rng)[agent],
        np.where(slot == LEAD, people.team[agent], (people.team[agent] + 1) % teams),
    )
    leniency = LENIENCY * rng.standard_normal(teams + n)
    liking = leniency[rater] + HALO * rng.standard_normal(len(agent))
    oldest = np.minimum(OLDEST, people.tenure[agent] * 30.0)
    day = np.floor(rng.random(len(agent)) * oldest)
    pair, attribute = _judged(slot, config, rng)
    value = MIDDLE + STEP * views[agent[pair], attribute] + liking[pair]
    value = (value + NOISE * rng.standard_normal(len(pair))).round()
    low, high = config.evidence.rating_range
    unit = (high - low) / 4.0
    raters = [*(f"L{k + 1:03d}" for k in range(teams)), *people.ids]
    return pa.table(
        {
            "agent_id": named(people.ids, agent[pair]),
            "attribute": named(config.attribute_ids, attribute),
            "rater_id": named(raters, rater[pair]),
            "rater_kind": named(KINDS, slot[pair]),
            "value": gapped(low + unit * (np.clip(value, 1.0, 5.0) - 1.0)),
            "on": before(as_of, day[pair]),
        }
    )


def _who_rates(people: People, heard: Bools, rng: np.random.Generator) -> Bools:
    """Agents x kinds of rater."""
    rates = rng.random((len(people), len(CHANCE))) < CHANCE
    return (rates | heard[:, None]) & (people.tenure >= FIRST_MONTHS)[:, None]


def _neighbour(team: Ints, rng: np.random.Generator) -> Ints:
    """A peer for each agent: the next one in a shuffled line-up of the own and the next team."""
    order = np.lexsort((rng.random(len(team)), team // 2))
    peer = np.empty(len(team), np.int64)
    peer[order] = np.roll(order, 1)
    return peer


def _judged(slot: Ints, config: Config, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Rater-agent pair and attribute of each rating."""
    names = config.attribute_ids
    sees = np.array([[name in seen for name in names] for seen in SEES])
    judged = sees[slot] & (rng.random((len(slot), len(names))) >= SKIPPED)
    pair, attribute = np.nonzero(judged)
    return pair.astype(np.int64), attribute.astype(np.int64)
