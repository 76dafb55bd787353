"""A no to leaving, or to stepping back, ends every older yes to a role of that kind."""

from __future__ import annotations

import pandas as pd
import pytest

import small_centre as centre
from rolefit.direction.wishes import NO, OPEN, WANT
from rolefit.engine import calibrate, hear


def wish_for(role: str, *rows: tuple[str, str, str], current: str = "frontline") -> int:
    """What the situation says of one agent's wish for a role."""
    columns = ["role", "wish", "on"]
    wishes = pd.DataFrame(rows, columns=columns).assign(agent_id="A0000")
    agents = centre.agents(2).assign(current_role=current)
    ws = centre.workspace({"centre": {"as_of": "2026-06-30"}}, agents=agents, wishes=wishes)
    heard = hear(ws.inputs, ws.config, calibrate(ws.inputs, ws.config))
    return int(heard.situation.wish[0, ws.config.role_ids.index(role)])


@pytest.mark.parametrize(
    ("kind", "role", "current"),
    [("outside", "selling", "frontline"), ("step_back", "frontline", "mentor")],
)
def test_the_newer_word_counts(kind, role, current):
    yes, no = (role, "want", "2026-01-01"), (kind, "no", "2026-02-01")
    assert wish_for(role, yes, no, current=current) == NO
    assert wish_for(role, yes, (kind, "no", "2026-01-01"), current=current) == NO
    assert wish_for(role, yes, (kind, "no", "2025-12-01"), current=current) == WANT
    assert wish_for(role, (role, "open", "2026-03-01"), no, current=current) == OPEN


def test_a_no_to_leaving_says_nothing_of_roles_inside():
    yes, no = ("mentor", "want", "2026-01-01"), ("outside", "no", "2026-02-01")
    assert wish_for("mentor", yes, no) == WANT
    assert wish_for("mentor", yes, ("step_back", "no", "2026-02-01")) == WANT
