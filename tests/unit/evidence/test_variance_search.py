"""Variances are found whatever the start, and pairs of many calls decide, not the rare ones."""

from types import SimpleNamespace

import numpy as np
import pytest

from rolefit.evidence.cells import Rows, add_up
from rolefit.evidence.crossed import solve_random
from rolefit.evidence.reml import evaluate
from rolefit.evidence.row_noise import learn_noise
from rolefit.evidence.search import least
from rolefit.evidence.split import Split

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


def bowl(at, flat=1.0):
    """A criterion that no parabola is: its curvature grows away from (1, -2), or fades."""
    away = at - np.array([1.0, -2.0])
    criterion = float(np.cosh(away[0]) + flat * np.log1p(away[1] ** 2) + 0.3 * away.prod())
    slope = np.array([np.sinh(away[0]), flat * 2.0 * away[1] / (1.0 + away[1] ** 2)])
    slope += 0.3 * away[::-1]
    return SimpleNamespace(
        criterion=criterion, slope=slope, bend=np.diag([1.0, 2.0 * flat]), levels=np.zeros(2)
    )


LOW, HIGH = np.full(2, -12.0), np.full(2, 15.0)


@pytest.mark.parametrize("start", [(0.0, 0.0), (3.0, -4.0), (-1.0, -2.5)])
def test_the_search_ends_where_nothing_is_left_to_gain(start):
    calls = []

    def counted(at):
        calls.append(at)
        return bowl(at)

    ended = least(counted, np.array(start), LOW, HIGH)
    assert ended.point == pytest.approx([1.0, -2.0], abs=1e-9)
    assert len(calls) < 25


def test_the_search_stays_inside_its_box_and_holds_what_is_held():
    ended = least(bowl, np.zeros(2), LOW, np.array([0.5, 15.0]))
    assert ended.point[0] == 0.5
    assert abs(ended.found.slope[1]) < 1e-8
    held = least(bowl, np.zeros(2), np.array([0.2, -12.0]), np.array([0.2, 15.0]))
    assert held.point[0] == 0.2
    assert abs(held.found.slope[1]) < 1e-8


def test_a_direction_without_any_information_runs_to_its_end():
    def falling(at):
        slope = np.array([2.0 * at[0], -np.exp(-at[1])])
        criterion = float(at[0] ** 2 + np.exp(-at[1]))
        return SimpleNamespace(
            criterion=criterion, slope=slope, bend=np.diag([2.0, 0.0]), levels=np.zeros(2)
        )

    ended = least(falling, np.array([1.0, 2.0]), LOW, HIGH)
    assert ended.point == pytest.approx([0.0, 15.0], abs=1e-9)


def test_a_log_ratio_far_away_is_a_step_or_two_from_its_place():
    calls = []

    def factor(at):
        """A factor of 1,000 levels whose effects are as good as known: J (e^x - x)."""
        calls.append(at)
        grown = 1000.0 * np.exp(at)
        return SimpleNamespace(
            criterion=float(grown[0] - 1000.0 * at[0]), slope=grown - 1000.0,
            bend=np.diag(grown), levels=np.array([1000.0]),
        )  # fmt: skip

    ended = least(factor, np.array([2.5]), LOW[:1], HIGH[:1])
    assert ended.point == pytest.approx([0.0], abs=1e-9)
    assert len(calls) <= 3


def test_no_point_of_a_grid_is_better_than_where_the_search_ends():
    rng = np.random.default_rng(2)
    found = [one_way(rng) for _ in range(25)]
    assert all(ours <= best + 1e-9 for ours, best in found)


def one_way(rng):
    """The criterion found, and the least one on a grid."""
    agent, client = np.divmod(np.arange(12), 3)
    columns = np.column_stack([np.zeros(12, np.int64), 1 + client])
    y = (
        rng.normal(size=4)[agent] * rng.exponential()
        + rng.normal(size=3)[client]
        + 0.6 * (rng.normal(size=12))
    )
    rows = Rows(agent, columns, y, np.ones(12), 4, 4)
    groups = np.array([-1, 0, 0, 0])
    split = Split.of(add_up(rows), np.zeros(4, bool))
    grid = np.linspace(-8.0, 15.0, 24)
    best = min(
        evaluate(split, groups, np.array([one, other])).criterion for one in grid for other in grid
    )
    return solve_random(add_up(rows), groups).criterion, best
