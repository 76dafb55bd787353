"""The day of a run: the newest date at work, and a word where one table runs far ahead."""

from __future__ import annotations

from datetime import date

import pandas as pd

import rolefit as rf

PEOPLE = pd.DataFrame({
    "agent_id": ["A1", "A2"], "team_id": "T", "current_role": "frontline",
    "hired_on": ["2020-01-01", "2031-01-01"],
})  # fmt: skip


def wishes(*days: str) -> pd.DataFrame:
    """A wish a day."""
    return pd.DataFrame({"agent_id": "A1", "role": "mentor", "wish": "open", "on": list(days)})


def contributions(day: str) -> pd.DataFrame:
    """One event."""
    return pd.DataFrame({"agent_id": ["A1"], "kind": "mentoring", "on": day, "quantity": 1.0})


def test_somebody_who_joins_later_does_not_move_the_day() -> None:
    workspace = rf.Workspace(agents=PEOPLE, wishes=wishes("2026-05-01"))
    assert workspace.config.centre.as_of == date(2026, 5, 1)


def test_hire_dates_count_where_nothing_else_is_dated() -> None:
    assert rf.Workspace(agents=PEOPLE).config.centre.as_of == date(2031, 1, 1)


def test_one_table_far_ahead_of_the_others_is_told() -> None:
    slip = rf.Workspace(
        agents=PEOPLE, wishes=wishes("2026-05-01"), contributions=contributions("2062-05-01")
    )
    assert any("if it is a slip" in line and "2026-05-01" in line for line in slip.reports)
    near = rf.Workspace(
        agents=PEOPLE, wishes=wishes("2026-05-01"), contributions=contributions("2026-06-01")
    )
    assert not any("slip" in line for line in near.reports)
