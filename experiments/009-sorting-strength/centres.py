"""Centres of one metric whose truth is known, at every sorting strength and some odd shapes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

MOST_CLIENTS = 4
AGENT_SD, CLIENT_SD, ROW_SD = 0.6, 1.0, 0.5
TAILS = 4
"""Degrees of freedom of heavy-tailed skill, clients and rows."""
MEAN_VOLUME = 20.0


@dataclass(frozen=True)
class Shape:
    """How a centre is made."""

    sorting: float
    """Correlation of skill with the difficulty of the clients assigned."""
    served: float
    """Mean number of clients an agent."""
    months: int = 1
    """Rows of each agent and client."""
    heavy: bool = False
    """Skill, clients and rows from Student's t with four degrees of freedom."""
    bent: bool = False
    """Only the best fifth is sorted, and strongly: far from a straight line."""
    pairing: float = 0.0
    """sd of how well one agent and one client get on, in agent sd."""
    movers: int = 0
    """So many agents serve one client more."""
    skill: float = AGENT_SD
    """sd of agents; 0 = the metric does not tell them apart."""


def draw(shape: Shape, agents: int, clients: int, seed: int) -> tuple[pd.DataFrame, pd.Series]:
    """Metric rows (agent_id, client_id, period, score, volume), and true skill in its own sd."""
    rng = np.random.default_rng([seed, agents, clients])
    skill = chance(shape, agents, rng)
    skill = (skill - skill.mean()) / skill.std()
    difficulty = np.sort(chance(shape, clients, rng))
    portion = np.cumsum(rng.dirichlet(np.full(clients, 4.0)))
    count = 1 + rng.binomial(MOST_CLIENTS - 1, (shape.served - 1) / (MOST_CLIENTS - 1), agents)
    serves = np.zeros((agents, clients), bool)
    for slot in range(MOST_CLIENTS):
        order = np.argsort(wanted(shape, skill, rng), kind="stable")
        rank = np.empty(agents)
        rank[order] = (np.arange(agents) + 0.5) / agents
        client = np.minimum(np.searchsorted(portion, rank), clients - 1)
        busy = np.flatnonzero(slot < count)
        serves[busy, client[busy]] = True
    for mover in rng.choice(agents, shape.movers, replace=False) if shape.movers else ():
        order = np.argsort(wanted(shape, skill, rng), kind="stable")
        rank = (np.flatnonzero(order == mover)[0] + 0.5) / agents
        client = int(min(np.searchsorted(portion, rank), clients - 1))
        serves[mover, (client + 1) % clients if serves[mover, client] else client] = True
    agent, client = np.nonzero(serves)
    together = shape.pairing * AGENT_SD * rng.standard_normal(len(agent))
    line, month = np.divmod(np.arange(len(agent) * shape.months), shape.months)
    volume = np.maximum(1, rng.poisson(MEAN_VOLUME * rng.gamma(4.0, 0.25, len(line))))
    score = shape.skill * skill[agent][line] - CLIENT_SD * difficulty[client][line] + together[line]
    score += ROW_SD * np.sqrt(MEAN_VOLUME / volume) * chance(shape, len(line), rng)
    names = np.array([f"A{k:05d}" for k in range(agents)])
    rows = pd.DataFrame({
        "agent_id": names[agent][line], "client_id": [f"C{k:03d}" for k in client[line]],
        "channel": "voice", "period": [f"2026-{k + 1:02d}" for k in month],
        "score": score, "volume": volume,
    })  # fmt: skip
    return rows, pd.Series(skill, names)


def chance(shape: Shape, size: int, rng: np.random.Generator) -> np.ndarray:
    """Random numbers of sd 1, heavy-tailed where the shape says so."""
    if shape.heavy:
        return rng.standard_t(TAILS, size) / np.sqrt(TAILS / (TAILS - 2))
    return rng.standard_normal(size)


def wanted(shape: Shape, skill: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """How hard a client the planners have in mind for each agent."""
    luck = rng.standard_normal(len(skill))
    if shape.bent:
        best = skill > np.quantile(skill, 0.8)
        return np.where(best, 2.0 * shape.sorting * skill + 0.7 * luck, 0.9 * luck)
    return shape.sorting * skill + np.sqrt(1.0 - shape.sorting**2) * luck
