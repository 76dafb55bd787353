"""Foretelling a real call centre: the reference's windows, and never behind its best way."""

import tomllib

import pandas as pd
import pytest

from experiment_programs import programs

EXPERIMENT = "experiments/007-bank-forecast"
ESTIMATORS = ["random", "correlated"]
MATCHES = 5e-4
"""Of a log second: less than a window's draw of calls moves the mean."""


@pytest.fixture(scope="module")
def run(repository):
    """The experiment's own program."""
    (run,) = programs(repository / EXPERIMENT, "run")
    return run


@pytest.fixture(scope="module")
def found(run, repository, shared_data):
    """Errors of every window of every amount of training data."""
    assert (shared_data / "anonymous_bank").is_dir()
    spec = tomllib.loads((repository / EXPERIMENT / "experiment.toml").read_text("utf-8"))
    return run.errors(spec["experiment"] | {"training": spec["training"]}, ESTIMATORS)


@pytest.mark.slow
def test_the_usual_ways_are_the_references(run, found, shared_data):
    assert len(found[["weeks", "cap", "last"]].drop_duplicates()) == 88
    file = shared_data / "reference/baseline_bank_forecast.csv"
    # the file has four digits
    assert run.same_as_reference(found, file) < 1.01 * 5e-5


@pytest.mark.slow
@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_regular_calls_are_foretold_no_worse_than_by_the_best_usual_way(
    run, found, shared_data, estimator
):
    means = run.table(found, "ps_only")
    best = means.loc["adjusted + shrunk"]
    ours = means.loc[f"rolefit {estimator}, on regular calls"]
    assert (ours < best + MATCHES).all()
    few = ["1 week", "20 calls an agent", "10 calls an agent"]
    assert (ours[few] < 0.98 * best[few]).all()
    theirs = pd.read_csv(shared_data / "reference/baseline_bank_forecast.csv")
    theirs = theirs.query("target == 'ps_only' and method == 'eb_adj'").set_index(
        ["train_weeks", "cap"]
    )["rmse"]
    assert best.to_numpy() == pytest.approx(
        theirs.loc[[(4, 0), (1, 0), (1, 20), (1, 10)]].to_numpy(), abs=1e-4
    )
