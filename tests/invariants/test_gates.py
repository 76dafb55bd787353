"""Invariant 22: the direction can be recomputed from the emitted gates alone."""

import math
from itertools import groupby

import pytest
from hypothesis import given

import rolefit as rf
from centres import few, simulated
from edits import any_wishes, centres, earlier_runs, easy_policy, outward_interests

AT_MOST, BELOW, ABOVE = (
    {"no_inside_fit", "contest"},
    {"record_away", "coaching", "must_have"},
    {"gain"},
)
UNKNOWN_PASSES = {"history"}
CHANCES = ("ready", "better", "record", "evidence")
EVIDENCE = ("evidence", "families", "beyond_metrics")
ENDS = ("agent_id", "direction", "status", "target_role")


def holds(gate):
    """Whether a gate passes, from its value and threshold alone."""
    name, value, threshold = gate["gate"], gate["value"], gate["threshold"]
    if value is None or math.isnan(value):
        return name in UNKNOWN_PASSES
    if name in AT_MOST:
        return value <= threshold
    if name in BELOW:
        return value < threshold
    return value > threshold if name in ABOVE else value >= threshold


def with_margin(gate, margin):
    return gate["value"] >= min(gate["threshold"] + margin, 1.0)


def firm_move(gates, margin):
    sure = all(with_margin(gates[name], margin) for name in CHANCES)
    return sure and gates["must_have"]["value"] <= gates["must_have"]["threshold"] - margin


def firm_talk(gates, margin):
    inside = gates["no_inside_fit"]
    return (
        inside["value"] <= inside["threshold"] - margin
        and all(with_margin(gates[name], margin) for name in ("destination", "record_thick"))
        and gates["history"]["value"] is not None
    )


def recomputed(row, config):
    """Direction, status and target of one agent: by choice, then moves, then a talk, then stay."""
    here, margin = row["current_role"], config.policy.margin
    by_role = {}
    for gate in row["gates"]:
        by_role.setdefault(gate["role"], {})[gate["gate"]] = gate
    choice = next(gate for gate in row["gates"] if gate["gate"] == "by_choice")
    if choice["passed"]:
        return "out", "firm", choice["role"]
    open_to = {
        role: gates
        for role, gates in by_role.items()
        if role in config.inside_ids and role != here and all(g["passed"] for g in gates.values())
    }
    if open_to:
        known = {role for role, gates in open_to.items() if gates["wish"]["value"] != 0.5}
        best = max(known or open_to, key=lambda role: open_to[role]["gain"]["value"])
        step = config.roles[best].level - config.roles[here].level
        kind = "up" if step > 0 else "step_back" if step < 0 else "sideways"
        firm = "firm" if firm_move(open_to[best], margin) else "tentative"
        return kind, firm if best in known else "explore", best
    for role, gates in by_role.items():
        if role in config.outward_ids and len(gates) > 1:
            del gates["by_choice"]
            if all(gate["passed"] for gate in gates.values()):
                return "out", "firm" if firm_talk(gates, margin) else "tentative", role
    if not any(all(by_role[r][g]["passed"] for g in EVIDENCE) for r in config.inside_ids):
        return "stay", "gather", here
    gates = by_role[here]
    firm = all(gates[g]["passed"] for g in ("ready", *EVIDENCE))
    firm = firm and with_margin(gates["evidence"], margin)
    return "stay", "firm" if firm else "tentative", here


def assert_recomputed(centre):
    result = rf.score(centre.workspace())
    rows = result.tables["suggestions"].to_pylist()
    for row in rows:
        for gate in row["gates"]:
            assert gate["passed"] == holds(gate), (row["agent_id"], gate)
        told = (row["direction"], row["status"], row["target_role"])
        assert told == recomputed(row, result.config), row["agent_id"]
    by_agent = {row["agent_id"]: row for row in rows}
    fits = sorted(result.tables["fits"].to_pylist(), key=lambda fit: fit["agent_id"])
    for agent, mine in groupby(fits, lambda fit: fit["agent_id"]):
        assert_confident(by_agent[agent], {fit["role"]: fit["p_ready"] for fit in mine})
    return {(row["direction"], row["status"]) for row in rows}


def assert_confident(row, ready):
    """The confidence is that of the direction told."""
    gates = {gate["gate"]: gate for gate in row["gates"] if gate["role"] == row["target_role"]}
    if row["direction"] != "out":
        assert row["confidence"] == pytest.approx(ready[row["target_role"]], abs=1e-12)
    elif "by_choice" in {gate["gate"] for gate in row["gates"] if gate["passed"]}:
        assert row["confidence"] == 1.0
    else:
        assert row["confidence"] == gates["destination"]["value"]


@given(centres())
@few(6)
def test_invariant_22_the_gates_are_the_direction(centre):
    assert_recomputed(centre)


@given(centres(always=(any_wishes, outward_interests, easy_policy)))
@few(8)
def test_invariant_22_the_gates_are_the_direction_where_much_is_possible(centre):
    assert_recomputed(centre)


def test_invariant_22_every_direction_and_status_was_recomputed():
    import numpy as np

    told = set()
    for seed in range(5):
        rng = np.random.default_rng(seed)
        told |= assert_recomputed(simulated(45, seed))
        free = easy_policy(outward_interests(simulated(45, seed), rng), rng)
        told |= assert_recomputed(any_wishes(free, rng))
        told |= assert_recomputed(earlier_runs(free.without("wishes"), rng))
    assert {direction for direction, _ in told} == {"up", "sideways", "stay", "step_back", "out"}
    assert {status for _, status in told} == {"firm", "tentative", "explore", "gather"}
    assert {("out", "firm"), ("out", "tentative")} <= told
