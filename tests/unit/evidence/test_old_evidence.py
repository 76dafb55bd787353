"""Evidence of another century counts next to nothing, and never as something that is no number."""

from __future__ import annotations

import numpy as np
import pytest

import rolefit as rf
from rolefit.simulate.centre import simulate


@pytest.mark.parametrize("half_life", [0.5, 1.0, 1200.0])
def test_answers_of_long_ago_keep_every_number_finite(half_life):
    centre = simulate(40, 5)
    days = np.where(np.arange(40) % 2, "1900-01-01", "2026-06-01")
    tables = {
        name: table.to_pandas().assign(answered_on=days[: table.num_rows])
        for name, table in centre.tables.items()
        if name in ("strengths", "interests")
    }
    ratings = centre.tables["ratings"].to_pandas().assign(on="1900-01-01")
    agents = centre.tables["agents"]
    lives = {"strengths": half_life, "interests": half_life, "ratings": half_life}
    evidence = {"half_life_months": lives, "contributions_window_months": 1200.0}
    config = {**centre.config, "evidence": evidence}
    space = rf.Workspace(config=config, agents=agents, ratings=ratings, **tables)
    found = rf.score(space).evidence
    assert len(found)
    assert np.isfinite(found[["z", "variance"]]).all(axis=None)
