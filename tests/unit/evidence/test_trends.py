"""Trends: slopes of adjusted rows, honest about their noise, and apart from the level."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import rolefit as rf
from rolefit.evidence.periods import by_month, period_numbers
from rolefit.evidence.trends import chance_of_decline

QUALITY = "quality_score"
MONTHS = [f"2026-{k:02d}" for k in range(1, 9)]


def centre(seed, slopes, *, months=MONTHS, noise=2.0, lift=None):
    """Agents with a level, a slope a month and two clients; `lift` moves everything of a client."""
    rng = np.random.default_rng(seed)
    agents = len(slopes)
    level = rng.normal(0, 5, agents)
    rows = [
        (f"A{k:04d}", f"C{(k + c) % 6}", "voice", month, 20,
         70 + level[k] + slopes[k] * t + 4 * ((k + c) % 6) * (lift or 1) + rng.normal(0, noise))
        for k in range(agents) for c in (0, 1) for t, month in enumerate(months)
    ]  # fmt: skip
    columns = ["agent_id", "client_id", "channel", "period", "evaluations", QUALITY]
    people = pd.DataFrame({
        "agent_id": [f"A{k:04d}" for k in range(agents)], "team_id": "T",
        "current_role": "frontline", "hired_on": "2020-01-01",
    })  # fmt: skip
    return people, pd.DataFrame(rows, columns=columns)


def effects(people, rows, **evidence):
    config = {"metrics": {QUALITY: {"range": [-500.0, 500.0]}}, "evidence": evidence}
    return rf.score(rf.Workspace(config, agents=people, metrics=rows)).effects.set_index("agent_id")


def test_trends_find_slopes_in_agent_sd_and_their_intervals_cover():
    true = np.random.default_rng(1).normal(0, 0.6, 400)
    found = effects(*centre(2, true))
    sd = 5.0
    error = found["trend"] - (true - true.mean()) / sd
    assert np.corrcoef(found["trend"], true)[0, 1] > 0.85
    assert 0.85 < (np.abs(error) < 1.645 * found["trend_se"]).mean() < 0.95


def test_a_steady_population_has_trends_near_zero_that_are_never_certain():
    found = effects(*centre(3, np.zeros(200)))
    assert found["trend"].abs().max() < 0.06
    assert (found["trend_se"] > 0.005).all()


def test_two_periods_are_no_trend_and_unknown_is_not_zero():
    people, rows = centre(4, np.zeros(40))
    few = (rows["agent_id"] == "A0003") & ~rows["period"].isin(MONTHS[-2:])
    found = effects(people, rows[~few])
    assert np.isnan(found.loc["A0003", "trend"])
    assert np.isnan(found.loc["A0003", "trend_se"])
    assert found.drop("A0003")["trend"].notna().all()


def test_only_the_last_six_periods_count():
    people, rows = centre(5, np.zeros(60))
    early = rows["period"].isin(MONTHS[:2]) & (rows["agent_id"] == "A0001")
    spoilt = rows.assign(**{QUALITY: np.where(early, rows[QUALITY] + 60, rows[QUALITY])})
    config = {"metrics": {QUALITY: {"range": [-500.0, 500.0]}}}
    norms = rf.calibrate(rf.Workspace(config, agents=people, metrics=rows))
    left, right = (
        rf.score(rf.Workspace(config, agents=people, metrics=r), norms).effects["trend"]
        for r in (rows, spoilt)
    )
    assert np.allclose(left, right, rtol=0, atol=1e-12)


def test_moving_a_whole_client_moves_no_trend():
    left, right = (
        effects(*centre(6, np.zeros(60), lift=k), client_effects="within") for k in (1, 5)
    )
    assert np.allclose(left["trend"], right["trend"], atol=1e-9)


def test_who_has_been_away_for_six_months_has_no_trend():
    people, rows = centre(7, np.zeros(40), months=[*MONTHS, "2026-09", "2026-10", "2026-11"])
    gone = (rows["agent_id"] == "A0002") & (rows["period"] > "2026-05")
    found = effects(people, rows[~gone])
    assert np.isnan(found.loc["A0002", "trend"])
    assert np.isfinite(found.loc["A0002", "effect"])


@pytest.mark.parametrize("style", ["%G-W%V", "%Y-%m-%d"])
def test_weeks_and_days_are_counted_in_weeks(style):
    weeks = [d.strftime(style) for d in pd.date_range("2026-01-07", periods=8, freq="7D")]
    true = np.random.default_rng(1).normal(0, 1.0, 150)
    found = effects(*centre(8, true, months=weeks))
    assert np.corrcoef(found["trend"], true)[0, 1] > 0.85


def test_a_year_end_is_one_period_like_any_other():
    assert np.diff(period_numbers(("2025-12", "2026-01"), monthly=True)) == 1
    assert np.diff(period_numbers(("2025-W52", "2026-W01"), monthly=False)) == 1
    assert np.diff(period_numbers(("2026-01-04", "2026-01-05"), monthly=False)) == 1
    assert (
        period_numbers(("", "nonsense", "2026-13", "2026-W54"), monthly=True).tolist() == [-1] * 4
    )
    assert by_month(("2026-W01", "2026-01"))


def test_a_confident_decline_is_told_from_a_doubtful_one():
    sure, doubtful = chance_of_decline(np.array([-1.0, -0.6]), np.array([0.2, 0.5]))
    assert sure > 0.98
    assert 0.5 < doubtful < 0.7


def test_a_trend_without_a_unit_is_no_decline():
    assert np.isnan(chance_of_decline(np.array([-1e42]), np.array([0.0])))[0]
