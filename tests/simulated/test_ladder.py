"""The ladder of experiment 014 on one small centre: the same seats, more and more evidence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiment_programs import programs


@pytest.fixture(scope="module")
def programs_of_ladder(repository):
    return programs(repository / "experiments" / "014-ladder", "ladder", "run")


def test_an_interval_takes_centres_as_units(programs_of_ladder):
    ladder, _ = programs_of_ladder
    mean, width = ladder.interval(pd.Series([0.0, 1.0, 2.0, np.nan]))
    assert mean == 1.0
    assert width == pytest.approx(4.302653 / 3**0.5, rel=1e-6)
    assert np.isnan(ladder.interval(pd.Series([1.0]))[1])


@pytest.mark.slow
def test_evidence_climbs_from_metrics_towards_the_oracle(programs_of_ladder):
    ladder, run = programs_of_ladder
    found = run.measure(300, "sorted", 301).set_index("policy")
    assert found.index.tolist() == list(ladder.RUNGS)
    assert found["outcome"].max() == pytest.approx(found.loc["oracle", "outcome"], abs=1e-12)
    assert found.loc["+ strengths", "outcome"] > found.loc["metrics_adjusted", "outcome"]
    assert found.loc["+ interests", "unwanted"] > 0.0
    for rung in ("+ wishes", "rolefit", "oracle_with_wishes"):
        assert found.loc[rung, "unwanted"] == 0.0
