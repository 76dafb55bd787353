"""Contributions against opportunity and time; silence is no evidence."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

import rolefit as rf
from rolefit.evidence.propensity import believable, fit_rate
from rolefit.evidence.tallies import lumpiness

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


def test_single_lumps_tell_their_size_too() -> None:
    rng = np.random.default_rng(5)
    agent = np.repeat(np.arange(4_000), 12)
    quantity = 3.0 * rng.poisson(0.05, len(agent))
    assert 2.7 < lumpiness(agent, quantity, np.ones(len(agent))) < 3.3


def test_months_before_hiring_are_not_empty_months() -> None:
    rng = np.random.default_rng(6)
    hired = pd.Timestamp("2026-05-01")
    days = [hired + pd.Timedelta(days=int(d)) for d in rng.integers(0, 60, 30 * N)]
    rows = pd.DataFrame({
        "agent_id": np.repeat([f"A{k:03d}" for k in range(N)], 30), "on": days,
        "kind": "conflict_resolved", "quantity": 1.0,
    })  # fmt: skip
    agents = people().assign(hired_on=hired)
    config = {"centre": {"as_of": AS_OF}}
    norms = rf.calibrate(rf.Workspace(config=config, agents=agents, contributions=rows))
    assert norms.contributions["conflict_resolved"].over_time.dispersion < 1.2


def test_rows_without_an_opportunity_are_counted_against_time() -> None:
    rows, pull = mentoring(7)
    half = rows.agent_id < "A150"
    some = rows.assign(opportunity=rows.opportunity.where(half))
    config = {"centre": {"as_of": AS_OF}}
    norm = rf.calibrate(rf.Workspace(config=config, agents=people(), contributions=some))
    assert norm.contributions["mentoring"].offered.agents == 150
    assert norm.contributions["mentoring"].over_time.agents == 150
    found = evidence(contributions=some).set_index("agent_id").z.reindex(people().agent_id)
    for part in (slice(0, 150), slice(150, None)):
        assert np.corrcoef(found[part], pull[part])[0, 1] > 0.7


def test_nothing_recorded_is_lost_where_both_sorts_of_rows_meet() -> None:
    rows, _ = mentoring(8)
    rng = np.random.default_rng(8)
    some = rows.assign(opportunity=rows.opportunity.where(rng.random(len(rows)) < 0.9))
    config = {"centre": {"as_of": AS_OF}}
    norms = rf.calibrate(rf.Workspace(config=config, agents=people(), contributions=some))

    def z_of(table: pd.DataFrame) -> float:
        space = rf.Workspace(config=config, agents=people(), contributions=table)
        return float(rf.score(space, norms).evidence.set_index("agent_id").z["A003"])

    mine = (some.agent_id == "A003").to_numpy()
    for missing in (True, False):
        place = np.flatnonzero(mine & (some.opportunity.isna() == missing))
        if missing and not len(place):
            place = np.flatnonzero(mine)[:1]
            some.loc[some.index[place], "opportunity"] = np.nan
        more = some.copy()
        more.loc[more.index[place[0]], "quantity"] += 5
        assert z_of(more) > z_of(some)


def test_work_that_nobody_offered_still_counts() -> None:
    rows, _ = mentoring(9)
    extra = pd.DataFrame({
        "agent_id": [f"A{k:03d}" for k in range(20)], "on": "2026-03-01", "quantity": 4,
        "opportunity": 0, "kind": "mentoring",
    })  # fmt: skip
    left = evidence(contributions=pd.concat([rows, extra.assign(quantity=0)]))
    config = {"centre": {"as_of": AS_OF}}
    both = rf.Workspace(config=config, agents=people(), contributions=pd.concat([rows, extra]))
    right = rf.score(both).evidence
    merged = left.merge(right, on="agent_id", suffixes=("_left", "_right")).set_index("agent_id")
    assert (merged.z_right > merged.z_left)[extra.agent_id].all()


def test_a_handful_of_opportunities_does_not_hide_the_other_rows() -> None:
    rows, pull = mentoring(10)
    few = rows.assign(opportunity=rows.opportunity.where(rows.agent_id < "A003"))
    found = evidence(contributions=few).set_index("agent_id").z.reindex(people().agent_id)
    assert found.notna().all()
    assert np.corrcoef(found, pull)[0, 1] > 0.6


def test_a_part_timer_is_counted_against_the_time_they_had() -> None:
    rng = np.random.default_rng(11)
    half = np.arange(N) % 2 == 0
    count = rng.poisson(np.where(half, 15.0, 30.0) * np.exp(0.3 * rng.normal(size=N)))
    rows = pd.DataFrame({
        "agent_id": np.repeat([f"A{k:03d}" for k in range(N)], count), "on": "2026-03-01",
        "kind": "conflict_resolved", "quantity": 1.0,
    })  # fmt: skip
    config = {"centre": {"as_of": AS_OF}}
    gap = []
    for fte in (None, np.where(half, 0.5, 1.0), np.where(half, 0.5, np.nan)):
        agents = people() if fte is None else people().assign(fte=fte)
        space = rf.Workspace(config=config, agents=agents, contributions=rows)
        z = rf.score(space).evidence.set_index("agent_id").z.reindex(people().agent_id)
        gap.append(np.nanmean(z[~half]) - np.nanmean(z[half]))
    assert gap[0] > 1.0
    assert gap[1] == gap[2]
    assert abs(gap[1]) < 0.3


@pytest.mark.parametrize("slip", [1e3, 1e5, 1e6])
def test_a_slip_of_the_pen_makes_nobody_else_unsure(slip: float) -> None:
    for seed, offered in ((3, True), (4, False)):
        rows, _ = mentoring(seed)
        rows = rows if offered else rows.drop(columns="opportunity")
        wrong = rows.astype({"quantity": float})
        wrong.loc[0, "quantity"] = slip
        before, after = (evidence(contributions=r).set_index("agent_id") for r in (rows, wrong))
        others = before.index[before.index != rows.agent_id[0]]
        ratio = after.variance[others] / before.variance[others]
        assert 0.8 < ratio.min() <= ratio.max() < 1.1
        assert np.isfinite(after.z).all()
        assert np.corrcoef(before.z[others], after.z[others])[0, 1] > 0.99


@pytest.mark.parametrize("column", ["quantity", "opportunity"])
def test_what_no_row_can_record_is_rejected(column: str) -> None:
    rows, _ = mentoring(5)
    wrong = rows.astype({column: float})
    wrong.loc[0, column] = 1e300
    space = rf.Workspace(config={"centre": {"as_of": AS_OF}}, agents=people(), contributions=wrong)
    told = space.rejects.iloc[0]
    assert (told.column, told.code) == (column, "out_of_range")
    assert "1e+06" in told.message
    found = rf.score(space)
    assert np.isfinite(found.evidence.z).all()
    assert found.norms.to_json()


def test_lumpy_work_is_still_seen_as_lumpy() -> None:
    rng = np.random.default_rng(6)
    agent = np.repeat(np.arange(400), 12)
    quantity = 8.0 * rng.poisson(0.3, len(agent))
    assert lumpiness(agent, quantity, np.ones(len(agent))) == pytest.approx(8.0, rel=0.08)


@pytest.mark.parametrize("doers", [1, 3, 12, 40])
def test_where_few_do_something_they_are_not_slips_of_the_pen(doers: int) -> None:
    quantity = np.where(np.arange(100) < doers, 5.0 + np.arange(100) % 7, 0.0)
    exposure = np.full(100, 12.0)
    assert believable(quantity, exposure).all()
    taught = fit_rate(quantity, exposure, 1.0)
    assert np.isfinite([taught.rate, taught.spread]).all()
    assert believable(np.append(quantity, 1e4), np.append(exposure, 12.0))[-1] == (doers < 5)
