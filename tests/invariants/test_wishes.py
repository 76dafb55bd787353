"""Invariant 4: nobody is suggested where they said no, and a step back is only ever asked for."""

import pandas as pd
from hypothesis import given

import rolefit as rf
from centres import few, told_by
from edits import any_wishes, centres, easy_policy
from rolefit.schema.build import build_config

LEVEL = {role: spec.level for role, spec in build_config({}).roles.items()}


def newest(centre):
    """Agent and role -> wish, the newest row of a pair."""
    empty = pd.DataFrame(columns=["agent_id", "role", "wish", "on"])
    table = centre.tables.get("wishes", empty).sort_values("on", kind="stable")
    return dict(zip(zip(table["agent_id"], table["role"], strict=True), table["wish"], strict=True))


@given(centres(always=(any_wishes, easy_policy)))
@few(10)
def test_invariant_04_a_refused_role_is_never_the_target(centre):
    wish = newest(centre)
    told = told_by(centre).suggestions
    for agent, current, direction, target, gates in zip(
        told["agent_id"], told["current_role"], told["direction"], told["target_role"],
        told["gates"], strict=True,
    ):  # fmt: skip
        chosen = any(g["gate"] == "by_choice" and g["passed"] for g in gates)
        if direction == "stay":
            assert target == current
            continue
        assert wish.get((agent, target)) not in {"not_now", "no"}
        if direction == "out" and not chosen and wish.get((agent, target)) is None:
            assert wish.get((agent, "outside")) not in {"not_now", "no"}
        if chosen:
            roles = {role for (who, role), said in wish.items() if who == agent and said == "want"}
            assert roles & {"outside", *(role for role in LEVEL if LEVEL[role] is None)}


@given(centres(always=(any_wishes, easy_policy)))
@few(10)
def test_invariant_04_a_step_back_is_asked_for(centre):
    wish = newest(centre)
    told = told_by(centre).suggestions
    inside = told[~told["direction"].isin(["stay", "out"])]
    for agent, current, direction, target in zip(
        inside["agent_id"], inside["current_role"], inside["direction"], inside["target_role"],
        strict=True,
    ):  # fmt: skip
        lower = LEVEL[target] < LEVEL[current]
        assert lower == (direction == "step_back")
        asked = {wish.get((agent, "step_back")), wish.get((agent, target))}
        assert not lower or asked & {"want", "open"}


@given(centres(always=(any_wishes, easy_policy)))
@few(6)
def test_invariant_04_a_wish_is_a_gate_and_moves_no_fit(centre):
    norms = rf.calibrate(centre.workspace())
    heard = rf.score(centre.workspace(), norms).tables
    unheard = rf.score(centre.without("wishes").workspace(), norms).tables
    plain = ["wish", "admissible"]
    assert heard["fits"].drop_columns(plain).equals(unheard["fits"].drop_columns(plain))
    assert heard["posterior"].equals(unheard["posterior"])
