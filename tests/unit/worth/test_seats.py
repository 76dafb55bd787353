"""Seats are filled by the best total score, or dealt down a ranking."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from rolefit.worth.seats import NOBODY, best_seats, dealt_seats


def by_trying(score, seats, allowed):
    """The most that any way of filling all seats reaches."""
    line = np.repeat(np.arange(len(seats)), seats)
    totals = [
        sum(score[agent, role] for agent, role in zip(who, line, strict=True))
        for who in permutations(range(len(score)), len(line))
        if all(allowed[agent, role] for agent, role in zip(who, line, strict=True))
    ]
    return max(totals)


@pytest.mark.parametrize("seed", range(12))
def test_no_other_way_of_filling_the_seats_scores_more(seed):
    rng = np.random.default_rng(seed)
    score, allowed = rng.normal(size=(6, 3)), rng.random((6, 3)) < 0.8
    seats = np.array([1, 2, 1])
    target = best_seats(score, seats, allowed)
    filled = target != NOBODY
    assert np.bincount(target[filled], minlength=3).tolist() == seats.tolist()
    assert allowed[filled, target[filled]].all()
    total = score[filled, target[filled]].sum()
    assert total == pytest.approx(by_trying(score, seats, allowed))


def test_seats_nobody_may_take_stay_empty():
    score, allowed = np.ones((3, 2)), np.array([[1, 0], [1, 0], [1, 0]], bool)
    target = best_seats(score, np.array([1, 1]), allowed)
    assert sorted(target.tolist()) == [NOBODY, NOBODY, 0]
    assert (best_seats(score, np.array([0, 0]), allowed) == NOBODY).all()


def test_seats_are_filled_even_by_the_lowest_scores():
    score = np.array([[-5.0, -9.0], [-4.0, -9.5]])
    target = best_seats(score, np.array([1, 1]), np.ones((2, 2), bool))
    assert target.tolist() == [1, 0]


def test_the_ranking_takes_the_top_and_spreads_roles_evenly():
    score = np.array([0.9, 0.1, 0.8, 0.7, 0.6, 0.5, np.nan])
    target = dealt_seats(score, np.array([2, 4]), np.ones((7, 2), bool))
    ranked = target[[0, 2, 3, 4, 5, 1]]
    assert ranked.tolist() == [1, 0, 1, 1, 0, 1]
    assert target[6] == NOBODY


def test_who_may_not_take_the_seat_at_hand_gets_the_next():
    allowed = np.array([[0, 1], [1, 1], [1, 1]], bool)
    target = dealt_seats(np.array([3.0, 2.0, 1.0]), np.array([1, 1]), allowed)
    assert target.tolist() == [1, 0, NOBODY]
