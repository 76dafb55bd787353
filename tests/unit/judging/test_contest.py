"""All models over the same folds: held out, by team and forward in time, and measured alike."""

from __future__ import annotations

import numpy as np
import pytest

from moves_made import CONFIG, made_moves
from rolefit.judging.contest import TEAMS, TIME, hold, make_splits
from rolefit.judging.standing import reliability_curve, stand

CHEAP = ("profile", "prior_centred", "metrics_only")


@pytest.fixture(scope="module")
def played():
    return made_moves(240, seed=3)


@pytest.fixture(scope="module")
def contest(played):
    return hold(played, CONFIG, make_splits(played), models=CHEAP)


def test_a_team_is_never_on_both_sides(played):
    team = np.array(played.team)
    folds = make_splits(played)[0].folds
    assert len(folds) == 5
    for train, test in folds:
        assert not set(team[train]) & set(team[test])


def test_time_goes_forward_with_the_embargo(played):
    split = make_splits(played, embargo=20)[1]
    assert split.name == TIME
    assert split.folds
    for train, test in split.folds:
        assert played.observed_on[train].max() + 20 <= played.placed_on[test].min()


def test_every_move_of_a_split_is_foretold_once_by_everybody(contest, played):
    for split in contest.splits:
        held = np.concatenate([test for _, test in split.folds])
        assert len(held) == len(set(held.tolist()))
        for name in CHEAP:
            told = contest.of(name, split.name)
            assert np.isfinite(told[split.judged]).all()
            rest = np.setdiff1d(np.arange(len(played)), split.judged)
            assert np.isnan(told[rest]).all()


def test_what_is_held_out_does_not_teach(played):
    split = make_splits(played)[:1]
    usual = hold(played, CONFIG, split, models=("profile",)).of("profile", TEAMS)
    _, test = split[0].folds[0]
    turned = made_moves(240, seed=3, turned=test)
    other = hold(turned, CONFIG, split, models=("profile",)).of("profile", TEAMS)
    assert (usual[test] == other[test]).all()
    assert (usual != other).any()


def test_the_profile_gains_nothing_on_itself(contest, played):
    for one in stand(contest, played):
        if one.model == "profile":
            assert (one.gain.value, one.gain.low, one.gain.high) == (0.0, 0.0, 0.0)


def test_standings_have_an_interval_around_each_auc(contest, played):
    standings = stand(contest, played)
    assert {one.split for one in standings} == {TEAMS, TIME}
    for one in standings:
        found = one.measures["auc"]
        assert found.low <= found.value <= found.high
        assert len(one.folds) >= 2


def test_moves_of_one_day_make_no_split_in_time():
    played = made_moves(60, seed=1, days=1)
    split = make_splits(played)[1]
    assert split.folds == ()
    assert "close together" in split.note


def test_outcomes_seen_late_are_told():
    played = made_moves(120, seed=1, seen_after=400)
    split = make_splits(played)[1]
    assert split.folds
    assert "seen too late" in split.note


def test_a_reliability_curve_of_honest_chances_lies_on_the_line():
    rng = np.random.default_rng(0)
    chance = rng.random(8000)
    curve = reliability_curve((rng.random(8000) < chance).astype(float), chance)
    assert np.abs(curve.foretold - curve.happened).max() < 0.05
    assert ((curve.low <= curve.foretold) & (curve.foretold <= curve.high)).mean() > 0.7
    assert sum(curve.moves) == 8000
