"""Invariant 22: the direction can be recomputed from the emitted gates alone."""

import math
from itertools import groupby

import pytest
from hypothesis import given

import rolefit as rf
from centres import few, simulated
from edits import any_wishes, centres, earlier_runs, easy_policy, outward_interests

AT_MOST, BELOW, ABOVE = (
    {"no_inside_fit", "contest", "early_talk"},
    {"record_away", "coaching", "must_have", "held"},
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


def asked_without_history(name, kind, policy):
    """The chance a gate asks for where no run came before."""
    loss = getattr(policy.loss_ratio, kind)
    return {
        "ready": loss / (loss + 1.0), "better": policy.better_than_current,
        "record": policy.record, "evidence": policy.min_sufficiency,
    }[name]  # fmt: skip


def firm_move(gates, kind, policy):
    margin = policy.margin
    sure = all(
        gates[name]["value"] >= min(asked_without_history(name, kind, policy) + margin, 1.0)
        for name in CHANCES
    )
    return sure and gates["must_have"]["value"] <= gates["must_have"]["threshold"] - margin


def firm_talk(gates, policy):
    margin = policy.margin
    inside = gates["no_inside_fit"]
    return (
        inside["value"] <= inside["threshold"] - margin
        and all(with_margin(gates[name], margin) for name in ("destination", "record_thick"))
        and gates["history"]["value"] is not None
        and gates["history"]["value"] >= policy.out.runs
    )


def kind_of(role, here, config):
    step = config.roles[role].level - config.roles[here].level
    return "up" if step > 0 else "step_back" if step < 0 else "sideways"


def recomputed(row, config):
    """Direction, status and target of one agent: what stands, else what this run proposes."""
    here, by_role = row["current_role"], {}
    for gate in row["gates"]:
        by_role.setdefault(gate["role"], {})[gate["gate"]] = gate
    alone = proposed(row, by_role, config)
    assert (row["proposed_direction"], row["proposed_role"]) == (alone[0], alone[2])
    stands = [role for role, gates in by_role.items() if gates.get("held", {}).get("passed")]
    if not stands or alone[2] == stands[0]:
        return alone
    (role,) = stands
    assert alone[0] != "out"
    if role == here:
        return "stay", "tentative", here
    known = by_role[role]["wish"]["value"] != 0.5
    return kind_of(role, here, config), "tentative" if known else "explore", role


def proposed(row, by_role, config):
    """What this run alone would say: by choice, then moves, then a talk, then stay."""
    here, policy = row["current_role"], config.policy
    by_role = {
        role: {name: gate for name, gate in gates.items() if name != "held"}
        for role, gates in by_role.items()
    }
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
        kind = kind_of(best, here, config)
        firm = "firm" if firm_move(open_to[best], kind, policy) else "tentative"
        return kind, firm if best in known else "explore", best
    for role, gates in by_role.items():
        if role in config.outward_ids and len(gates) > 1:
            talk = {name: gate for name, gate in gates.items() if name != "by_choice"}
            if all(gate["passed"] for gate in talk.values()):
                return "out", "firm" if firm_talk(talk, policy) else "tentative", role
    if not any(all(by_role[r][g]["passed"] for g in EVIDENCE) for r in config.inside_ids):
        return "stay", "gather", here
    gates = by_role[here]
    firm = all(gates[g]["passed"] for g in ("ready", *EVIDENCE))
    firm = firm and with_margin(gates["evidence"], policy.margin)
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
    return {(row["direction"], row["status"]) for row in rows} | {
        ("held", row["direction"])
        for row in rows
        if (row["direction"], row["target_role"])
        != (row["proposed_direction"], row["proposed_role"])
    }


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
    held = {pair for pair in told if pair[0] == "held"}
    assert {"stay", "up"} <= {direction for _, direction in held}
    told -= held
    assert {direction for direction, _ in told} == {"up", "sideways", "stay", "step_back", "out"}
    assert {status for _, status in told} == {"firm", "tentative", "explore", "gather"}
    assert {("out", "firm"), ("out", "tentative")} <= told
