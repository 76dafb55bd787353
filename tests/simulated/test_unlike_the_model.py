"""The experiment on centres unlike the model, a fast version: intervals stay honest."""

import pandas as pd
import pytest

import rolefit as rf
from experiment_programs import programs

EXPERIMENT = "experiments/006-unlike-the-model"
AGENTS, SEEDS = 600, (101, 102, 103)
WORLDS = ("higher", "lower", "all at once")


@pytest.fixture(scope="module")
def parts(repository):
    """The programs of the experiment."""
    beliefs, centre, worlds = programs(repository / EXPERIMENT, "beliefs", "centre", "worlds")
    return centre.make, beliefs, worlds.WORLDS


@pytest.fixture(scope="module", params=WORLDS)
def measured(request, parts):
    """A world: its name, beliefs, and learned beside true validities."""
    make, holds, worlds = parts
    believed, trusted = [], []
    for seed in SEEDS:
        made = make(worlds[request.param], AGENTS, seed)
        norms = rf.calibrate(made.workspace)
        believed.append(holds.beliefs(made, norms))
        trusted.append(holds.learned_beside_true(made, norms))
    return request.param, pd.concat(believed), pd.concat(trusted)


def test_intervals_are_honest_with_learned_validities(measured):
    _, believed, _ = measured
    learned = believed[believed["validities"] == "learned"]
    assert 0.88 <= learned["squared"].mean() <= 1.12
    assert 0.87 <= learned["covered"].mean() <= 0.93


def test_with_defaults_alone_they_are_not(measured):
    _, believed, _ = measured
    ways = believed.groupby("validities")["squared"].mean()
    assert abs(ways["default"] - 1.0) > abs(ways["learned"] - 1.0) + 0.02


def test_learned_validities_come_nearer_to_the_true_ones(measured):
    _, _, trusted = measured
    seen = trusted[trusted["family"] != "interests"].groupby("family")
    off = {way: (seen[way].mean() - seen["true"].mean()).abs() for way in ("default", "learned")}
    assert off["learned"].mean() < 0.5 * off["default"].mean()


def test_beliefs_order_people_no_worse(measured):
    _, believed, _ = measured
    order = {way: rows["mean"].corr(rows["truth"]) for way, rows in believed.groupby("validities")}
    assert order["learned"] > order["default"] - 0.01
