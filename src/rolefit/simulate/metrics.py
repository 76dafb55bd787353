"""Metric rows: agent, client, channel, period and chance, through the metric's own scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from rolefit.simulate.clients import CHANNELS, client_positions
from rolefit.simulate.columns import Column, gapped, named, whole
from rolefit.simulate.shapes import (
    CHANNEL_SHIFT,
    DAILY,
    PAIRING,
    SHAPES,
    VOLUMES,
    exported,
    measured,
)
from rolefit.simulate.tails import noise

if TYPE_CHECKING:
    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.config import Config
    from rolefit.simulate.behaviour import Behaviour
    from rolefit.simulate.clients import Clients
    from rolefit.simulate.people import People
    from rolefit.simulate.worlds import World

PERIODS = ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06")
CONTACTS = 380.0
"""Mean contacts of an agent in a month."""
SECOND_CHANNEL = 0.25
LOST_ROWS = 0.03
"""Share of rows that never made it into the export."""
NOISE_SHIFT = 1.5
"""How poor an inapplicable metric looks, in client sd."""


@dataclass(frozen=True)
class Rows:
    """Keys and volume of the metrics table, sorted by agent, client, channel, period."""

    agent: Ints
    client: Ints
    channel: Ints
    period: Ints
    pair: Ints
    """Which agent-client pair the row belongs to."""
    contacts: Floats

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.agent)


def draw_rows(people: People, clients: Clients, serves: Bools, rng: np.random.Generator) -> Rows:
    """Who worked for whom, over which channel, in which month, and how much.

    Args:
        people: tenure says in which months somebody was there.
        clients: channels of each client.
        serves: agents x clients.
        rng: source of all chance.
    """
    agent, client = client_positions(serves)
    pair, channel = _channels(clients, client, rng)
    months = np.arange(len(PERIODS))
    ago = len(PERIODS) - 1 - months
    here = people.tenure[agent[pair]][:, None] > ago
    here &= rng.random(here.shape) >= LOST_ROWS
    line, period = np.nonzero(here)
    parts = np.bincount(agent[pair], minlength=len(people))[agent[pair]]
    season = 1.0 + 0.1 * np.sin(2 * np.pi * months / len(months))
    mean = CONTACTS / parts[line] * season[period]
    contacts = 1 + rng.poisson(mean * rng.gamma(6.0, 1 / 6.0, len(line)))
    where = (agent[pair][line], client[pair][line], channel[line], period, pair[line])
    return Rows(*where, contacts.astype(np.float64))


def _channels(clients: Clients, client: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Pair and channel of each line of work: one channel a pair, sometimes a second one."""
    keenness = rng.random((len(client), len(CHANNELS))) * clients.channels[client]
    ranked = np.argsort(-keenness, axis=1, kind="stable")
    chosen = np.zeros(keenness.shape, bool)
    row = np.arange(len(client))
    chosen[row, ranked[:, 0]] = True
    second = rng.random(len(client)) < SECOND_CHANNEL
    chosen[row[second], ranked[second, 1]] = True
    pair, channel = np.nonzero(chosen & clients.channels[client])
    return pair.astype(np.int64), channel.astype(np.int64)


def metrics_table(
    people: People,
    clients: Clients,
    rows: Rows,
    effects: Floats,
    behaviour: Behaviour,
    config: Config,
    world: World,
    rng: np.random.Generator,
) -> pa.Table:
    """The metrics table of a workspace.

    Args:
        people: gives the ids.
        clients: client effects, and where a metric is pure noise.
        rows: keys and volumes.
        effects: true agent effects, agents x measured metrics, sd 1, better positive.
        behaviour: who works towards a number, and whose results fall.
        config: kinds, directions and ranges.
        world: how far the noise of a row reaches.
        rng: source of all chance.
    """
    volumes = behaviour.asked(_volumes(config, rows, rng), rows)
    columns: dict[str, Column] = {
        "agent_id": named(people.ids, rows.agent),
        "client_id": named(clients.ids, rows.client),
        "channel": named(CHANNELS, rows.channel),
        "period": named(PERIODS, rows.period),
    }
    columns |= {name: whole(volume) for name, volume in volumes.items()}
    for m, metric in enumerate(measured(config)):
        spec, shape = config.metrics[metric], SHAPES[metric]
        own = rng.standard_normal(int(rows.pair.max()) + 1)[rows.pair]
        season = 0.2 * rng.standard_normal(len(PERIODS))[rows.period]
        daily = noise(rng, len(rows), world.tails)
        place = clients.effect[rows.client, m] + np.take(CHANNEL_SHIFT, rows.channel)
        own_part = effects[rows.agent, m] + PAIRING * own + season + DAILY * daily
        good = shape.agent * (own_part + behaviour.shift(metric, rows, len(PERIODS)))
        good += shape.client * place
        barred = 2.0 * shape.agent * daily - NOISE_SHIFT * shape.client
        good = np.where(clients.applies[rows.client, m], good, barred)
        value = exported(spec, shape, good, volumes[spec.volume], rng)
        columns[metric] = gapped(value)
    return pa.table(columns)


def _volumes(config: Config, rows: Rows, rng: np.random.Generator) -> dict[str, Floats]:
    """Every volume column that the measured metrics ask for."""
    names = dict.fromkeys(config.metrics[metric].volume for metric in measured(config))
    return {
        name: rows.contacts
        if name == "contacts"
        else rng.poisson(VOLUMES[name] * rows.contacts).astype(np.float64)
        for name in names
    }
