"""The search ends at an optimum, even in the bent valley where nobody serves two clients."""

import numpy as np
import pytest

from rolefit.evidence.cells import Rows, add_up
from rolefit.evidence.correlated import solve_sorted
from rolefit.evidence.ridge import Ridge

AGENTS, CLIENTS, MONTHS = 600, 30, 6
GROUPS = np.repeat([-1, 0, 1], [1, CLIENTS, MONTHS])


def centre(seed, movers, sorting):
    """Agents of one client, some of two; months that hardly differ."""
    rng = np.random.default_rng(seed)
    skill, difficulty = rng.normal(size=AGENTS), np.sort(rng.normal(size=CLIENTS))
    rank = np.argsort(np.argsort(sorting * skill + rng.normal(size=AGENTS)))
    client = rank * CLIENTS // AGENTS
    also = rng.integers(0, CLIENTS, movers)
    agent = np.repeat(np.append(np.arange(AGENTS), np.arange(movers)), MONTHS)
    client = np.repeat(np.append(client, also), MONTHS)
    month = np.tile(np.arange(MONTHS), AGENTS + movers)
    order = np.lexsort([month, client, agent])
    agent, client, month = agent[order], client[order], month[order]
    y = 0.6 * skill[agent] - difficulty[client] + 0.5 * rng.normal(size=len(agent))
    columns = np.column_stack([np.zeros_like(agent), 1 + client, 1 + CLIENTS + month])
    return Rows(agent, columns, y, np.ones(len(y)), AGENTS, 1 + CLIENTS + MONTHS, client)


@pytest.mark.parametrize("movers", [0, 1, 60])
@pytest.mark.parametrize("sorting", [0.0, 1.0])
@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_left_to_gain_at_the_mode(monkeypatch, seed, movers, sorting):
    middles = []
    points = Ridge.points

    def seen(self, *axes):
        middles.append(self.middle)
        return points(self, *axes)

    monkeypatch.setattr(Ridge, "points", seen)
    found = solve_sorted(add_up(centre(seed, movers, sorting)), GROUPS, GROUPS == 0)
    assert np.abs(middles[-1].slope).max() < 1e-6
    assert found.identified == (movers > 1)
    if not movers:
        assert abs(found.rho) < 0.5
