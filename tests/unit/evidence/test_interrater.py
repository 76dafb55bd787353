"""Agreement of raters, and the summary a reader sees."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest

import rolefit as rf
from rolefit.evidence.interrater import add_groups, intraclass, within_group
from rolefit.evidence.rating_agreement import rating_agreement
from rolefit.evidence.ratings import calibrate_ratings

AS_OF = date(2026, 6, 30)
N = 400


def summary(rows: pd.DataFrame):
    agents = pd.DataFrame({
        "agent_id": [f"A{k:03d}" for k in range(N)], "team_id": "T",
        "current_role": "frontline", "hired_on": "2020-01-01",
    })  # fmt: skip
    space = rf.Workspace(config={"centre": {"as_of": AS_OF}}, agents=agents, ratings=rows)
    norms = calibrate_ratings(space.inputs, space.config, AS_OF)
    return {
        (one.attribute, one.rater_kind): one
        for one in rating_agreement(space.inputs, space.config, norms, AS_OF)
    }


def ratings(each: int, kind: str = "lead", attribute: str = "ownership") -> pd.DataFrame:
    """Ratings with an sd of .5 between agents, .3 between raters, .4 beyond both."""
    rng = np.random.default_rng(1)
    skill, lenient = rng.normal(0, 0.5, N), rng.normal(0, 0.3, 40)
    rows = [
        (f"A{k:03d}", f"R{r}", 3 + skill[k] + lenient[r] + rng.normal(0, 0.4))
        for k in range(N)
        for r in rng.choice(40, each, replace=False)
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["agent_id", "rater_id", "value"])
    table["value"] = table["value"].clip(1, 5)
    return table.assign(rater_kind=kind, attribute=attribute, on="2026-06-01")


def test_the_summary_says_what_made_the_ratings():
    told = summary(ratings(4))["ownership", "lead"]
    assert (told.raters, told.ratings, told.agents, told.pooled) == (40, 4 * N, N, False)
    assert told.leniency_sd == pytest.approx(0.3, abs=0.06)
    assert told.single_rating == pytest.approx(0.25 / 0.5, abs=0.06)
    assert told.mean_rating == pytest.approx(0.25 / (0.25 + 0.25 / 4), abs=0.05)
    assert told.leniency_removed == pytest.approx(0.25 / (0.25 + 0.16 / 4), abs=0.04)
    assert told.icc1 == pytest.approx(told.single_rating, abs=0.06)
    assert told.icc2 == pytest.approx(told.mean_rating, abs=0.05)
    assert told.median_rwg == pytest.approx(1 - 0.25 / 2, abs=0.04)


def test_kinds_and_attributes_are_told_apart_and_oneself_not_at_all():
    own = ratings(1, "self", "quality")
    told = summary(pd.concat([ratings(2), ratings(3, "peer"), ratings(2, "qa", "quality"), own]))
    assert set(told) == {("ownership", "lead"), ("ownership", "peer"), ("quality", "qa")}


def test_one_rating_each_tells_no_agreement():
    told = summary(ratings(1))["ownership", "lead"]
    for name in ("leniency_sd", "single_rating", "mean_rating", "icc1", "icc2", "median_rwg"):
        assert math.isnan(getattr(told, name))


def test_nobody_differs_is_not_perfect_agreement():
    sums = add_groups(np.repeat(np.arange(5), 3), np.full(15, 4.0), 5)
    assert math.isnan(intraclass(sums).icc1)
    assert (within_group(sums, 2.0) == 1.0).all()


def test_more_noise_than_chance_is_no_agreement():
    sums = add_groups(np.zeros(4, int), np.array([1.0, 5.0, 1.0, 5.0]), 1)
    assert within_group(sums, 2.0)[0] == 0.0


def test_sums_around_different_origins_do_not_add_up():
    one, other = (add_groups(np.zeros(2, int), np.ones(2), 1, origin) for origin in (0.0, 3.0))
    with pytest.raises(ValueError, match="do not add up"):
        one + other
