"""Splits keep teams together, and never learn from what was not known yet."""

from __future__ import annotations

import numpy as np

from rolefit.learn.folds import team_folds, time_folds

RNG = np.random.default_rng(4)
N = 200
TEAM = RNG.integers(0, 24, N)
SUCCESS = RNG.integers(0, 2, N)
PLACED = np.datetime64("2025-01-01") + RNG.integers(0, 400, N)
SEEN = PLACED + RNG.integers(30, 120, N)


def test_every_move_is_judged_once_by_a_model_that_never_saw_its_team():
    folds = team_folds(SUCCESS, TEAM)
    assert sorted(np.concatenate([test for _, test in folds])) == list(range(N))
    for train, test in folds:
        assert not set(TEAM[train]) & set(TEAM[test])
        assert abs(SUCCESS[test].mean() - SUCCESS.mean()) < 0.15


def test_the_same_moves_are_split_the_same_way():
    first, second = team_folds(SUCCESS, TEAM), team_folds(SUCCESS, TEAM)
    assert all((a[1] == b[1]).all() for a, b in zip(first, second, strict=True))


def test_too_few_teams_or_outcomes_give_no_folds():
    assert team_folds(SUCCESS, np.zeros(N)) == []
    assert team_folds(np.ones(N), TEAM) == []
    assert team_folds(np.zeros(0), []) == []


def test_nothing_is_learned_that_was_not_known_before_the_embargo():
    folds = time_folds(PLACED, SEEN, folds=4, embargo_days=30)
    assert len(folds) >= 3
    for train, test in folds:
        assert (SEEN[train] + 30 <= PLACED[test].min()).all()
    tests = np.concatenate([test for _, test in folds])
    assert len(tests) == len(set(tests))


def test_a_move_whose_day_of_outcome_is_missing_waits_as_long_as_the_others():
    missing = SEEN.copy()
    missing[:50] = np.datetime64("NaT")
    for train, test in time_folds(PLACED, missing, folds=4):
        wait = np.median((SEEN - PLACED)[50:].astype(int))
        hidden = train[train < 50]
        assert (PLACED[hidden] + int(wait) + 30 <= PLACED[test].min()).all()


def test_a_history_too_short_for_outcomes_gives_no_folds_unless_moves_alone_count():
    placed = np.datetime64("2026-03-01") + np.arange(60)
    assert time_folds(placed, placed + 60) == []
    short = time_folds(placed, folds=3, embargo_days=14)
    assert [len(test) for _, test in short] == [15, 15, 15]
    assert all((placed[train] + 14 <= placed[test].min()).all() for train, test in short)
