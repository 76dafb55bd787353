"""The experiment on sorted centres, a fast version: near the truth, where raw numbers mislead."""

import pandas as pd
import pytest

from experiment_programs import programs
from rolefit.simulate.centre import simulate

EXPERIMENT = "experiments/001-sorted-centres"
AGENTS, SEEDS = 500, (1, 2, 3, 4, 5)


@pytest.fixture(scope="module")
def measured(repository):
    """One row a centre, each strongly sorted."""
    (measures,) = programs(repository / EXPERIMENT, "measures")
    centres = [simulate(AGENTS, seed, sorting=0.8, clients_per_agent=1.6) for seed in SEEDS]
    return pd.DataFrame([measures.measure(centre) for centre in centres])


def test_adjusted_effects_beat_raw_and_client_centred_means_by_a_wide_margin(measured):
    assert (measured["within"] > measured["raw"] + 0.25).all()
    assert (measured["within"] > measured["centred"] + 0.05).all()
    assert measured["within"].mean() > measured["random"].mean() > measured["raw"].mean()


@pytest.mark.parametrize(
    "cover", ["within_cover", "attributes_cover", "fits_cover", "outward_cover"]
)
def test_ninety_per_cent_intervals_hold_the_truth_about_nine_times_in_ten(measured, cover):
    assert 0.85 <= measured[cover].mean() <= 0.95


def test_no_move_is_suggested_that_somebody_does_not_want(measured):
    assert measured["moves"].sum() > 100
    assert measured["unwanted"].sum() == 0
    assert measured["metrics_up_unwanted"].sum() > 10


def test_people_moved_up_do_better_than_the_best_by_metrics(measured):
    total = measured.sum()
    ours = total["up_outcome"] / total["up"]
    assert total["up"] > 30
    assert ours > total["metrics_up_mean"] / total["up"] + 0.25
    assert ours > total["metrics_up_hindsight"] / total["up"] + 0.15


def test_those_asked_where_they_would_thrive_would_thrive_there(measured):
    total = measured.sum()
    assert total["talks"] > 0
    assert total["talks_elsewhere"] / total["talks"] > 0.8
    assert total["metrics_out_right"] / total["metrics_out"] < 0.5
