"""Contributions against opportunity, ratings without their raters' leniency, and shrinkage."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

import rolefit as rf
from rolefit.evidence.contributions import Tally, lumpiness, root_deviation
from rolefit.evidence.shrinkage import Spread, shrink, spread_of

AS_OF = date(2026, 6, 30)
N = 300


def people(agents: int = N) -> pd.DataFrame:
    """Agents hired long ago."""
    ids = [f"A{k:03d}" for k in range(agents)]
    return pd.DataFrame({
        "agent_id": ids, "team_id": "T", "current_role": "frontline", "hired_on": "2020-01-01",
    })  # fmt: skip


def evidence(**tables: pd.DataFrame) -> pd.DataFrame:
    """Evidence of a workspace dated AS_OF."""
    config = {"centre": {"as_of": AS_OF}}
    return rf.score(rf.Workspace(config=config, agents=people(), **tables)).evidence


def mentoring(seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Monthly counts of mentees taken on of those offered, driven by a true inclination."""
    rng = np.random.default_rng(seed)
    pull = rng.normal(size=N)
    rows = [
        (f"A{k:03d}", f"2026-0{month}-15", rng.poisson(offered * np.exp(0.5 * pull[k])), offered)
        for k in range(N)
        for month, offered in enumerate(rng.integers(1, 9, 6), start=1)
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["agent_id", "on", "quantity", "opportunity"])
    return table.assign(kind="mentoring"), pull


def test_contributions_follow_the_inclination_not_the_opportunity() -> None:
    rows, pull = mentoring(1)
    found = evidence(contributions=rows).set_index("agent_id")
    assert set(found.attribute) == {"coaching"}
    offered = rows.groupby("agent_id").opportunity.sum()
    z = found.z.reindex(people().agent_id)
    assert np.corrcoef(z, pull)[0, 1] > 0.85
    assert abs(np.corrcoef(z, offered.reindex(z.index))[0, 1]) < 0.2


def test_more_of_a_good_thing_never_counts_for_less() -> None:
    exposure = np.repeat([0.05, 0.5, 5.0, 50.0], 40)
    quantity = np.tile(np.arange(40.0), 4)
    agent = np.arange(160)
    value, noise = root_deviation(Tally(agent, quantity, exposure, 1.0, offered=True), 0.8, 1.0)
    assert (np.diff(value.reshape(4, 40), axis=1) > 0).all()
    assert (np.ptp(noise.reshape(4, 40), axis=1) == 0).all()
    assert (np.diff(noise.reshape(4, 40)[:, 0]) < 0).all()


def test_silence_is_no_evidence() -> None:
    rows, _ = mentoring(2)
    quiet = rows[rows.agent_id != "A007"]
    found = evidence(contributions=quiet)
    assert "A007" not in set(found.agent_id)


def test_events_older_than_the_window_are_left_out() -> None:
    rows, _ = mentoring(3)
    old = rows.assign(on="2024-01-15", quantity=500)
    pd.testing.assert_frame_equal(
        evidence(contributions=rows), evidence(contributions=pd.concat([rows, old]))
    )


@pytest.mark.parametrize(("lump", "low", "high"), [(1, 0.9, 1.15), (4, 3.4, 4.6)])
def test_lumpiness_is_variance_over_mean_within_agents(lump: int, low: float, high: float) -> None:
    rng = np.random.default_rng(4)
    agent = np.repeat(np.arange(200), 12)
    rate = rng.gamma(2.0, 1.0, 200)[agent] / lump
    quantity = lump * rng.poisson(rate).astype(float)
    assert low < lumpiness(agent, quantity, np.ones(len(agent))) < high


def test_totals_over_a_span_are_not_taken_for_lumps() -> None:
    assert lumpiness(np.arange(50), np.full(50, 30.0), np.full(50, 12.0)) == 1.0


def ratings(seed: int, raters: int, each: int) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Ratings of ownership by raters of different leniency."""
    rng = np.random.default_rng(seed)
    skill, lenient = rng.normal(size=N), rng.normal(0, 0.8, raters)
    rows = [
        (f"A{k:03d}", f"R{r:03d}", 3 + 0.5 * skill[k] + lenient[r] + rng.normal(0, 0.4))
        for k in range(N)
        for r in rng.choice(raters, each, replace=False)
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["agent_id", "rater_id", "value"])
    table = table.assign(attribute="ownership", rater_kind="lead", on="2026-06-01")
    return table.assign(value=table.value.clip(1, 5)), skill, lenient


@pytest.mark.parametrize("raters", [20, 900], ids=["dense", "many raters"])
def test_leniency_of_raters_is_taken_out(raters: int) -> None:
    table, skill, _ = ratings(5, raters, 12)
    found = evidence(ratings=table).set_index("agent_id").z.reindex(people().agent_id)
    raw = table.groupby("agent_id").value.mean().reindex(found.index)
    adjusted = np.corrcoef(found, skill)[0, 1]
    assert adjusted > 0.9
    assert adjusted > np.corrcoef(raw, skill)[0, 1]


def test_one_rater_is_believed_less_than_two_and_oneself_not_at_all() -> None:
    table, _, _ = ratings(6, 20, 2)
    table = table[~((table.agent_id == "A000") & table.duplicated("agent_id"))]
    own = table[table.agent_id == "A001"].assign(agent_id="A002", rater_kind="self")
    table = pd.concat([table[table.agent_id != "A002"], own])
    found = evidence(ratings=table).set_index("agent_id")
    assert found.method_variance["A000"] == 1.0
    assert found.method_variance["A001"] == 0.5
    assert "A002" not in found.index


def test_spread_is_recovered_and_covers() -> None:
    rng = np.random.default_rng(7)
    noise = rng.uniform(0.1, 3.0, 4_000)
    true = rng.normal(0, 1.5, 4_000)
    group = np.arange(4_000) % 4
    value = true + 10.0 * group + rng.normal(size=4_000) * np.sqrt(noise)
    spread = spread_of(value, noise, group, 4)
    assert spread.tau2 == pytest.approx(2.25, rel=0.08)
    effect, reliability = shrink(value, noise, spread, group)
    se = np.sqrt(1 - reliability)
    covered = np.abs(effect - true / 1.5) < 1.645 * se
    assert 0.88 < covered.mean() < 0.92


def test_pure_noise_has_no_spread() -> None:
    rng = np.random.default_rng(8)
    value = rng.normal(size=200) * 0.5
    spread = spread_of(value, np.ones(200), np.zeros(200, int), 1)
    effect, reliability = shrink(value, np.ones(200), spread, np.zeros(200, int))
    assert spread.tau2 == 0.0
    assert not effect.any()
    assert not reliability.any()


def test_somebody_alone_in_a_group_is_told_nothing() -> None:
    spread = Spread(1.0, np.array([5.0]), np.array([1 / 1.5]))
    effect, reliability = shrink(np.array([5.0]), np.array([0.5]), spread, np.array([0]))
    assert effect[0] == 0.0
    assert reliability[0] == pytest.approx(0.0, abs=1e-12)


def test_an_older_rating_beside_a_new_one_never_widens() -> None:
    table, _, _ = ratings(9, 20, 4)
    new = table.drop_duplicates("agent_id").assign(on="2026-06-01")
    config = {"centre": {"as_of": AS_OF}}
    norms = rf.calibrate(rf.Workspace(config=config, agents=people(), ratings=table))
    older = table[table.duplicated("agent_id")].assign(on="2021-06-01")
    found = [
        rf.score(rf.Workspace(config=config, agents=people(), ratings=rows), norms).posterior.sd
        for rows in (new, pd.concat([new, older]))
    ]
    assert (found[1] <= found[0] + 1e-12).all()
    assert (found[1] < found[0] - 1e-3).any()


def test_a_few_ratings_that_agree_are_not_taken_as_free_of_noise() -> None:
    table, _, _ = ratings(10, 20, 2)
    few = table[table.agent_id < "A012"]
    same = few.assign(value=few.groupby("agent_id").value.transform("first"))
    config = {"centre": {"as_of": AS_OF}}
    norms = rf.calibrate(rf.Workspace(config=config, agents=people(), ratings=same))
    norm = norms.ratings["ownership"]
    assert norm.s2 >= 0.09 * norm.tau2
