"""Variances are found whatever the start, and pairs of many calls decide, not the rare ones."""

from types import SimpleNamespace

import numpy as np
import pytest

from rolefit.evidence.cells import Rows
from rolefit.evidence.row_noise import learn_noise
from rolefit.evidence.search import least

AGENTS, CLIENTS, MONTHS = 60, 5, 6


def served(seed, pairing, agent=0.17):
    """Everybody serves every client each month; two clients have next to no calls."""
    rng = np.random.default_rng(seed)
    who, client, _ = (
        axis.ravel() for axis in np.indices((AGENTS, CLIENTS, MONTHS)).astype(np.int64)
    )
    volume = np.where(client < 3, 200.0, 2.0)
    together = np.sqrt(pairing) * rng.standard_normal((AGENTS, CLIENTS))[who, client]
    noise = rng.standard_t(5, len(who)) * np.sqrt(0.6 * 1.3 / volume)
    y = agent * rng.standard_normal(AGENTS)[who] + together + noise
    y += np.array([0.3, -0.3, 0.5, -0.6, 0.1])[client]
    columns = np.column_stack([np.zeros(len(who), np.int64), 1 + client])
    rows = Rows(who, columns, y, np.ones(len(who)), AGENTS, 1 + CLIENTS, client)
    return rows, volume


@pytest.mark.parametrize("pairing", [0.002, 0.02])
def test_rare_pairs_do_not_decide_how_much_agents_differ_between_clients(pairing):
    found = [learn_noise(*served(seed, pairing)).pairing for seed in range(6)]
    assert np.mean(found) == pytest.approx(pairing, rel=0.35)


@pytest.mark.parametrize(("deep", "shallow"), [(0.5, 4.0), (4.0, 0.5)])
def test_the_search_finds_the_deeper_of_two_wells(deep, shallow):
    def evaluate(at):
        wells = ((2.0, deep), (1.0, shallow))
        criterion = -sum(depth * np.exp(-4 * ((at - well) ** 2).sum()) for depth, well in wells)
        slope = sum(
            8 * depth * (at - well) * np.exp(-4 * ((at - well) ** 2).sum())
            for depth, well in wells
        )  # fmt: skip
        return SimpleNamespace(criterion=float(criterion), slope=slope)

    starts = [np.array([start]) for start in (0.7, 3.0)]
    low, high, curvature = np.array([-12.0]), np.array([18.0]), np.array([1.0])
    found = least(evaluate, starts, low, high, curvature)
    assert found == pytest.approx([deep], abs=1e-3)
