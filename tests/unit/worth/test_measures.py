"""Every measure on a truth of six people that can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rolefit.worth.beliefs import calibration, churn, coverage
from rolefit.worth.known import Known
from rolefit.worth.measures import Placing, measured
from rolefit.worth.seats import NOBODY
from rolefit.worth.ways import free_oracle, oracle, promoted, ranked, scored, seats_filled

FRONTLINE, MENTOR, ACCOUNT, AWAY = range(4)
OUTCOME = np.array([
    [0.6, 0.9, 0.2, 0.1],
    [0.8, 0.4, 0.7, 0.1],
    [0.3, 0.2, 0.1, 0.9],
    [0.7, 0.8, 0.6, 0.1],
    [0.4, 0.3, 0.9, 0.1],
    [0.9, 0.6, 0.5, 0.1],
])  # fmt: skip
"""Six people; the last is a mentor, the others are frontline."""
REFUSED = np.zeros((6, 4), bool)
REFUSED[3, MENTOR] = True
ATTRIBUTES = {
    "coaching": np.array([2.0, 0.0, 0.0, 1.5, 0.0, 0.0]),
    "teamwork": np.array([2.0, 0.0, 0.0, 1.5, 0.0, 0.0]),
    "client_knowledge": np.array([0.0, 1.0, 0.0, 0.0, 2.0, 0.0]),
    "relationship": np.array([0.0, 1.0, 0.0, 0.0, 2.0, 0.0]),
    "ownership": np.array([0.0, 1.0, 0.0, 0.0, 2.0, 0.0]),
}


@pytest.fixture
def known():
    return Known(
        roles=("frontline", "mentor", "account_management", "away"),
        outcome=OUTCOME,
        current=np.array([0, 0, 0, 0, 0, 1]),
        level=np.array([1.0, 2.0, 2.0, np.nan]),
        refused=REFUSED,
        percentile=np.array([0.3, 0.9, 0.1, 0.6, 0.2, 0.8]),
        attributes=ATTRIBUTES,
    )


def values(known, target, talks=None):
    told = measured(known, Placing(np.array(target), talks))
    return {one.measure: one for one in told}


def test_what_comes_of_moves(known):
    told = values(known, [MENTOR, MENTOR, -1, MENTOR, ACCOUNT, -1])
    assert told["moved"].value == pytest.approx(4 / 6)
    assert told["outcome"].value == pytest.approx((0.9 + 0.4 + 0.8 + 0.9) / 4)
    assert told["gain"].value == pytest.approx((0.3 - 0.4 + 0.1 + 0.5) / 4)
    assert told["success"].value == pytest.approx(3 / 4)
    assert told["unwanted"].value == pytest.approx(1 / 4)
    assert {told[name].n for name in ("outcome", "gain", "success", "unwanted", "best_role")} == {4}


def test_the_best_role_is_the_best_of_those_open_to_the_agent(known):
    told = values(known, [MENTOR, MENTOR, -1, MENTOR, ACCOUNT, -1])
    assert told["best_role"].value == pytest.approx(2 / 4)  # the fourth refuses what suits best
    freely = values(replace(known, refused=None), [MENTOR, MENTOR, -1, MENTOR, ACCOUNT, -1])
    assert freely["best_role"].value == pytest.approx(3 / 4)
    assert freely["unwanted"].note == "not told, because the run knows no wishes"
    assert np.isnan(freely["unwanted"].value)


def test_glue_agents_and_client_experts_at_their_seats(known):
    told = values(known, [MENTOR, MENTOR, -1, MENTOR, ACCOUNT, -1])
    assert (told["glue_mentors"].value, told["glue_mentors"].n) == (pytest.approx(2 / 3), 3)
    assert (told["client_experts"].value, told["client_experts"].n) == (1.0, 1)
    told = values(known, [-1, -1, -1, -1, -1, ACCOUNT])
    assert np.isnan(told["glue_mentors"].value)
    assert told["client_experts"].value == 0.0
    told = values(replace(known, attributes={}), [MENTOR] + [-1] * 5)
    assert "no such attributes" in told["glue_mentors"].note


def test_who_would_not_do_well_is_no_glue_agent_at_a_mentor_seat(known):
    outcome = OUTCOME.copy()
    outcome[0, MENTOR] = 0.4
    told = values(replace(known, outcome=outcome), [MENTOR] + [-1] * 5)
    assert told["glue_mentors"].value == 0.0


def test_hidden_gems_are_below_the_median_and_do_well_and_better_elsewhere(known):
    assert known.gems().tolist() == [True, False, False, False, True, False]
    everybody = replace(known, percentile=np.full(6, 0.1)).gems()
    assert everybody.tolist() == [True, False, False, False, True, False]
    assert values(known, [MENTOR, -1, -1, MENTOR, -1, -1])["gems_found"].value == 0.5
    assert values(known, [ACCOUNT, -1, -1, MENTOR, ACCOUNT, -1])["gems_found"].value == 0.5
    assert values(known, [-1, ACCOUNT, -1, -1, -1, -1])["gems_found"].value == 0.0


def test_a_talk_is_wrong_where_a_role_inside_suits(known):
    talks = np.array([0, 0, 1, 0, 1, 1], bool)
    told = values(known, [-1] * 6, talks)
    assert told["talked"].value == pytest.approx(3 / 6)
    assert told["wrongful_outs"].value == pytest.approx(2 / 6)
    assert (told["wrongful_talks"].value, told["wrongful_talks"].n) == (pytest.approx(2 / 3), 3)
    silent = values(known, [-1] * 6, np.zeros(6, bool))
    assert np.isnan(silent["wrongful_talks"].value)
    assert silent["wrongful_outs"].value == 0.0
    assert np.isnan(values(known, [-1] * 6)["talked"].value)


def test_nobody_moved_is_no_number(known):
    told = values(known, [-1] * 6)
    assert np.isnan(told["outcome"].value)
    assert told["outcome"].note == "not told, because nobody is moved"
    assert told["moved"].value == 0.0


def test_options_are_inside_other_and_of_no_lower_level(known):
    assert known.options[0].tolist() == [False, True, True, False]
    assert known.options[5].tolist() == [False, False, True, False]


def test_a_ranking_takes_the_top_and_talks_to_the_bottom(known):
    placing = ranked(known, known.percentile, np.array([0, 1, 1, 0]), 1)
    assert placing.target.tolist() == [NOBODY, MENTOR, NOBODY, NOBODY, NOBODY, ACCOUNT]
    assert np.flatnonzero(placing.talks).tolist() == [2]


def test_a_leaderboard_by_itself_promotes_a_tenth_one_level_up(known):
    ten = Known(
        known.roles, np.tile(OUTCOME[:1], (20, 1)), np.zeros(20, int), known.level, None,
        np.arange(20) / 20.0, {},
    )  # fmt: skip
    placing = promoted(ten, ten.percentile)
    assert placing.target[[19, 18]].tolist() == [MENTOR, ACCOUNT]
    assert (placing.target != NOBODY).sum() == 2
    assert np.flatnonzero(placing.talks).tolist() == [0, 1]


def test_the_oracle_fills_the_seats_with_whom_they_suit(known):
    seats = np.array([0, 1, 1, 0])
    free = oracle(known, seats, 1, with_wishes=False)
    assert free.target.tolist() == [MENTOR, NOBODY, NOBODY, NOBODY, ACCOUNT, NOBODY]
    assert np.flatnonzero(free.talks).tolist() == [2]
    two = oracle(known, np.array([0, 2, 0, 0]), 0, with_wishes=False)
    kept = oracle(known, np.array([0, 2, 0, 0]), 0, with_wishes=True)
    assert np.flatnonzero(two.target == MENTOR).tolist() == [0, 3]
    assert np.flatnonzero(kept.target == MENTOR).tolist() == [0, 1]


def test_the_free_oracle_moves_whoever_does_well_and_better(known):
    free = free_oracle(known, with_wishes=False)
    assert free.target.tolist() == [MENTOR, NOBODY, NOBODY, MENTOR, ACCOUNT, NOBODY]
    assert np.flatnonzero(free.talks).tolist() == [2]
    assert free_oracle(known, with_wishes=True).target[3] == NOBODY


def test_another_way_fills_the_same_seats_and_skips_pairs_without_a_score(known):
    score = np.full((6, 4), np.nan)
    score[1, MENTOR], score[0, MENTOR], score[0, ACCOUNT] = 0.2, 0.9, 0.8
    placing = scored(score, np.array([0, 1, 1, 0]), known.options)
    assert placing.target.tolist() == [ACCOUNT, MENTOR, NOBODY, NOBODY, NOBODY, NOBODY]
    assert placing.talks is None
    assert seats_filled(known, placing.target).tolist() == [0, 1, 1, 0]


def test_coverage_counts_intervals_that_hold_the_truth():
    truth, mean = np.array([0.0, 2.0, 1.0, np.nan]), np.array([1.6, 0.0, 1.0, 0.0])
    told = coverage("c", truth, mean, np.array([1.0, 1.0, np.nan, 1.0]))
    assert (told.value, told.n) == (0.5, 2)
    assert np.isnan(coverage("c", truth[3:], mean[3:], np.ones(1)).value)


def test_chances_that_are_not_stated_do_not_count():
    chance, happened = np.array([0.5, np.nan, 0.5]), np.array([1, 1, 0], bool)
    error, slope, brier = calibration("p", chance, happened, "none")
    assert (error.value, error.n, brier.value) == (0.0, 2, 0.25)
    assert "not told" in slope.note
    assert [one.note for one in calibration("p", chance[1:2], happened[1:2], "none")] == [
        "not told, because none"
    ] * 3


def test_churn_is_the_share_that_changed():
    assert churn(np.array([True, False, False, False])).value == 0.25
    assert np.isnan(churn(np.zeros(0, bool)).value)
