"""Moments of a crossed model: exactly REML's in a balanced table, near the truth elsewhere."""

import numpy as np
import pytest

from rolefit.evidence.cells import Rows, add_up
from rolefit.evidence.crossed import solve_random
from rolefit.evidence.moments import moment_ratios


def crossed(agents, clients, seed, share=1.0):
    """Sums of a table with one row an agent and client, or of a share of its rows."""
    rng = np.random.default_rng(seed)
    agent, client = np.divmod(np.flatnonzero(rng.random(agents * clients) < share), clients)
    y = rng.normal(size=agents)[agent] + rng.normal(size=clients)[client]
    w = rng.uniform(0.5, 2.0, len(agent)) if share < 1.0 else np.ones(len(agent))
    y += rng.normal(size=len(agent)) / np.sqrt(w)
    columns = np.column_stack([np.zeros(len(agent), int), 1 + client])
    return add_up(Rows(agent, columns, y, w, agents, 1 + clients))


@pytest.mark.parametrize("seed", range(3))
def test_a_balanced_table_has_the_ratios_of_reml(seed):
    sums, groups = crossed(30, 12, seed), np.repeat([-1, 0], [1, 12])
    found = solve_random(sums, groups)
    ratios = found.s2 / np.array([found.tau2, *found.side_variances])
    np.testing.assert_allclose(moment_ratios(sums, groups), ratios, rtol=1e-8)


def test_rows_of_many_weights_have_about_the_true_ratios():
    sums = crossed(4000, 400, 5, share=0.02)
    ratios = moment_ratios(sums, np.repeat([-1, 0], [1, 400]))
    np.testing.assert_allclose(ratios, [1.0, 1.0], rtol=0.1)


def test_without_side_factors_there_is_one_ratio():
    agent = np.repeat(np.arange(50), 4)
    y = np.random.default_rng(2).normal(size=50)[agent] + np.tile([0.3, -0.3, 0.1, -0.1], 50)
    sums = add_up(Rows(agent, np.zeros((200, 1), int), y, np.ones(200), 50, 1))
    within = 4 * (0.09 + 0.01) * 50 / 2 / 150
    between = np.var(y.reshape(50, 4).mean(axis=1), ddof=1) - within / 4
    assert moment_ratios(sums, np.array([-1])) == pytest.approx([within / between])
