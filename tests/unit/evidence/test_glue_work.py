"""Who is asked to do glue work, and who does it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

import rolefit as rf
from rolefit.evidence.glue_work import BAND_NAMES, SMALL_TEAMS, gini, glue_work

AS_OF = date(2026, 6, 30)
TEAMS = ["north"] * 20 + ["south"] * 20 + ["two"] * 2
IDS = [f"A{k:02d}" for k in range(len(TEAMS))]
HIRED = ["2020-01-01"] * 30 + ["2026-04-30"] * 10 + [None, "2025-01-01"]


def told(rows: pd.DataFrame | None, teams: list[str] = TEAMS):
    agents = pd.DataFrame({
        "agent_id": IDS, "team_id": teams, "current_role": "frontline", "hired_on": HIRED,
    })  # fmt: skip
    space = rf.Workspace(config={"centre": {"as_of": AS_OF}}, agents=agents, contributions=rows)
    found = glue_work(space.inputs, space.config, AS_OF)
    return {(one.kind, one.what, one.by, one.group): one for one in found}


def offered(agents: list[str], opportunity: float = 2.0) -> pd.DataFrame:
    return pd.DataFrame({
        "agent_id": agents, "kind": "mentoring", "on": "2026-05-01", "quantity": 1.0,
        "opportunity": opportunity,
    })  # fmt: skip


def test_who_is_never_asked_is_counted():
    found = told(offered(IDS[:10]))
    everybody = found["mentoring", "opportunity", "everybody", "everybody"]
    assert (everybody.agents, everybody.total) == (42, 20.0)
    assert everybody.none == pytest.approx(32 / 42)
    assert everybody.top_tenth == pytest.approx(5 / 10)
    assert found["mentoring", "opportunity", "team", "north"].none == 0.5
    south = found["mentoring", "opportunity", "team", "south"]
    assert south.none == 1.0
    assert np.isnan(south.gini)
    assert np.isnan(south.top_tenth)


def test_tenure_bands_are_told_for_a_month_in_the_centre():
    found = told(offered(IDS[:40]))
    new = found["mentoring", "opportunity", "tenure", BAND_NAMES[0]]
    old = found["mentoring", "opportunity", "tenure", BAND_NAMES[2]]
    assert (new.agents, old.agents) == (10, 30)
    assert new.per_month == pytest.approx(1.0, abs=0.01)
    assert old.per_month == pytest.approx(2 / 12)


def test_a_band_of_one_agent_is_not_told():
    bands = {group for _, _, by, group in told(offered(IDS)) if by == "tenure"}
    assert bands == {BAND_NAMES[0], BAND_NAMES[2]}


@pytest.mark.parametrize(("second", "told_together"), [("south", False), ("three", True)])
def test_small_teams_are_told_together_where_together_they_are_no_small_team(second, told_together):
    teams = [*TEAMS[:-2], *["two"] * 2]
    teams[20:23] = [second] * 3
    found = told(offered(IDS), teams)
    named = {group for _, _, by, group in found if by == "team"}
    assert named == {"north", "south", *([SMALL_TEAMS] * told_together)}


def test_without_recorded_opportunities_only_quantities_are_told():
    found = told(offered(IDS[:3]).drop(columns="opportunity"))
    assert {what for _, what, _, _ in found} == {"quantity"}


def test_old_rows_are_out_of_the_window():
    found = told(pd.concat([offered(IDS[:2]), offered(IDS[5:9]).assign(on="2024-01-01")]))
    assert found["mentoring", "quantity", "everybody", "everybody"].total == 2.0


def test_no_contributions_no_summary():
    assert told(None) == {}


def test_gini_of_known_spreads():
    value = np.array([3.0, 3.0, 3.0, 0.0, 0.0, 12.0, 0.0, 0.0])
    found = gini(value, np.array([0, 0, 0, 1, 1, 1, 2, 2]), 3)
    assert found[0] == pytest.approx(0.0, abs=1e-12)
    assert found[1] == pytest.approx(2 / 3)
    assert np.isnan(found[2])


def test_gini_is_the_mean_difference_of_pairs():
    rng = np.random.default_rng(0)
    value = rng.gamma(0.7, 2.0, 50)
    pairs = np.abs(value[:, None] - value).sum() / (2 * 50**2 * value.mean())
    assert gini(value, np.zeros(50, int), 1)[0] == pytest.approx(pairs)
