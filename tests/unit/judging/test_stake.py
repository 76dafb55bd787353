"""What a model's choice would have been worth, told from moves that another choice made."""

from __future__ import annotations

import numpy as np
import pytest

from rolefit.judging.stake import DONE, Stake, chosen, worth
from rolefit.learn.features import Features

ROLES = 2


def at_stake(n, seed, *, share=0.5):
    """People: one column tells how they would do in the first role, nothing in the second."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(n)
    true = np.column_stack([1.0 / (1.0 + np.exp(-2.0 * x)), np.full(n, 0.5)])
    action = np.where(rng.random(n) < share, rng.integers(0, ROLES, n), -1)
    outcome = np.where(action >= 0, true[np.arange(n), action], np.nan)
    features = Features(("mean:skill", "tenure"), np.column_stack([x, np.zeros(n)]))
    team = tuple(f"T{k}" for k in rng.integers(0, 40, n))
    return Stake((features, features), action, outcome, team), true


def test_what_was_done_stands_first():
    stake, _ = at_stake(800, 0)
    found = worth(stake, {})
    assert [one.model for one in found] == [DONE]
    assert found[0].value == pytest.approx(np.nanmean(stake.outcome))


def test_values_are_near_the_truth_and_a_better_choice_is_worth_more():
    held = []
    for seed in range(8):
        stake, true = at_stake(1200, seed)
        rng = np.random.default_rng(seed)
        rated = {"knows": true, "coin": rng.random(true.shape)}
        _, knows, coin = worth(stake, rated)
        assert knows.value > coin.value + 0.1
        count = int((stake.action >= 0).sum())
        for one, told in ((knows, rated["knows"]), (coin, rated["coin"])):
            policy = chosen(told, count)
            truth = (policy * true).sum() / policy.sum()
            assert abs(one.value - truth) < 0.06
            held.append(one.low <= truth <= one.high)
    assert np.mean(held) > 0.7


def test_a_choice_that_moves_say_little_of_has_no_value():
    stake, true = at_stake(300, 1, share=0.15)
    told = worth(stake, {"knows": true})[1]
    assert told.value is None
    assert "RF330" in told.note


def test_whom_no_fold_held_out_is_not_chosen():
    rated = np.array([[0.9, 0.1], [np.nan, np.nan], [0.2, 0.3], [0.4, 0.8]])
    assert chosen(rated, 2).tolist() == [[1, 0], [0, 0], [0, 0], [0, 1]]
    assert chosen(rated, 4).sum() == 3


def test_without_a_move_there_is_nothing_to_tell():
    stake, true = at_stake(50, 2, share=0.0)
    assert worth(stake, {"knows": true}) == ()
