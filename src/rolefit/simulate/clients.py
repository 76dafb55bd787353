"""Clients: how hard they are, who serves them, and where a metric does not apply."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.simulate.shapes import SHAPES, measured

if TYPE_CHECKING:
    from datetime import date

    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.config import Config
    from rolefit.simulate.worlds import World

NAMES = (
    "harbour-bank", "northline-telecom", "green-grid", "tulip-travel", "alpine-insurance",
    "riverside-health", "lantern-books", "metro-parcel", "oakfield-foods", "summit-devices",
    "bluebird-air", "quay-fashion",
)  # fmt: skip
CHANNELS = ("phone", "chat", "email")
MOST_CLIENTS = 4
"""Most clients one agent serves."""
HARD = 0.85
"""Correlation of a client's effect on one metric with its overall difficulty."""


@dataclass(frozen=True)
class Clients:
    """Clients, hardest last."""

    ids: tuple[str, ...]
    effect: Floats
    """Clients x measured metrics: what the client adds to a metric, better positive, in sd."""
    applies: Bools
    """Clients x measured metrics: False where the metric is pure noise."""
    channels: Bools
    """Clients x CHANNELS: over which the client is served; one at least."""

    def __len__(self) -> int:
        """Number of clients."""
        return len(self.ids)


def client_count(agents: int) -> int:
    """Clients of a centre with so many agents: a few for a small one, a few hundred at most."""
    return max(4, round(0.5 * math.sqrt(agents)))


def draw_clients(config: Config, world: World, count: int, rng: np.random.Generator) -> Clients:
    """Clients of a centre; the last one is the hardest.

    Args:
        config: gives the metrics.
        world: gives how far clients differ, and the share of client x metric pairs where the
            metric does not apply.
        count: how many clients.
        rng: source of all chance.
    """
    difficulty = np.sort(rng.standard_normal(count))
    own = rng.standard_normal((count, len(measured(config))))
    effect = world.hardness * (-HARD * difficulty[:, None] + np.sqrt(1.0 - HARD**2) * own)
    applies = rng.random(effect.shape) >= world.inapplicable
    channels = rng.random((count, len(CHANNELS))) < (0.9, 0.5, 0.35)
    channels[~channels.any(axis=1), 0] = True
    names = rng.permutation(NAMES)
    more = tuple(f"client-{k:03d}" for k in range(len(NAMES) + 1, count + 1))
    return Clients((*(str(n) for n in names), *more)[:count], effect, applies, channels)


def assign(skill: Floats, clients: int, world: World, rng: np.random.Generator) -> Bools:
    """Who serves whom: the more sorting, the more the best people serve the hardest clients.

        wanted = sorting * skill + sqrt(1 - sorting^2) * chance, cut into client portions by rank

    Args:
        skill: overall skill as the planners see it, any unit, shape (agents,).
        clients: number of clients, hardest last.
        world: gives sorting and the mean number of clients an agent.
        rng: source of all chance.

    Returns:
        agents x clients, True where the agent serves the client; one client an agent at least.
    """
    agents = len(skill)
    standing = (skill - skill.mean()) / max(float(skill.std()), 1e-12)
    share = np.cumsum(rng.dirichlet(np.full(clients, 4.0)))
    extra = rng.binomial(
        MOST_CLIENTS - 1, (world.clients_per_agent - 1) / (MOST_CLIENTS - 1), agents
    )
    serves = np.zeros((agents, clients), bool)
    for slot in range(MOST_CLIENTS):
        chance = rng.standard_normal(agents)
        wanted = world.sorting * standing + np.sqrt(1.0 - world.sorting**2) * chance
        rank = np.empty(agents)
        rank[np.argsort(wanted, kind="stable")] = (np.arange(agents) + 0.5) / agents
        client = np.minimum(np.searchsorted(share, rank), clients - 1)
        busy = slot <= extra
        serves[np.flatnonzero(busy), client[busy]] = True
    return serves


def applicability(clients: Clients, config: Config, decided: date) -> list[dict[str, object]]:
    """The rules of `rolefit.toml` that say where a metric does not apply, and why."""
    metrics = measured(config)
    return [
        {
            "metric": metrics[m],
            "client": clients.ids[c],
            "applies": False,
            "reason": SHAPES[metrics[m]].exempt,
            "decided_by": "operations",
            "on": decided,
        }
        for c, m in np.argwhere(~clients.applies).tolist()
    ]


def client_positions(serves: Bools) -> tuple[Ints, Ints]:
    """Agent and client of each pair that works together, sorted by agent."""
    agent, client = np.nonzero(serves)
    return agent.astype(np.int64), client.astype(np.int64)
