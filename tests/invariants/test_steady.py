"""Invariant 17: constant input, constant direction; a change takes two runs, or a new wish."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from centres import few, simulated, told_by
from edits import any_wishes, centres, earlier_runs, easy_policy, outward_interests
from rolefit.simulate.centre import AS_OF

FACTS = ("must_have", "wish", "tenure", "contest", "evidence", "families", "beyond_metrics")
TOLD = ["direction", "status", "target_role", "proposed_direction", "proposed_role"]


def run(centre, *before):
    """Suggestions by agent, after runs some days earlier."""
    days = [AS_OF - timedelta(days=10 * k) for k in range(len(before), 0, -1)]
    history = [told.assign(as_of=day) for told, day in zip(before, days, strict=True)]
    table = pd.concat(history).reset_index(drop=True) if history else None
    return told_by(centre.put(history=table)).suggestions


def told(suggestions):
    return suggestions.set_index("agent_id")[["direction", "target_role"]].fillna("")


def changed(before, after):
    """Agents whose direction or target is another."""
    return set(before.index[(told(before.reset_index()) != told(after.reset_index())).any(axis=1)])


def perturbed(centre, rng):
    """The same people, other answers and other ratings: wishes, time and roles stay."""
    tables = {}
    for name in ("ratings", "contributions"):
        if name in centre.tables:
            table = centre.tables[name].copy()
            column = "value" if name == "ratings" else "quantity"
            table[column] = rng.permutation(table[column].to_numpy())
            tables[name] = table
    return centre.put(**tables)


def free(seed):
    """A centre in which much is possible."""
    rng = np.random.default_rng(seed)
    return easy_policy(outward_interests(simulated(45, seed), rng), rng), rng


@given(centres(never=(earlier_runs,)))
@few(5)
def test_invariant_17_constant_input_constant_direction(centre):
    first = run(centre)
    second = run(centre, first)
    third = run(centre, first, second)
    fourth = run(centre, first, second, third)
    assert told(first).equals(told(second))
    assert told(second).equals(told(third))
    assert told(third).equals(told(fourth))


def outside_or_out_of_reach(row, standing):
    """Why a suggestion may change at once: leaving, or a gate that weighs no chance."""
    gates = [gate for gate in row["gates"] if gate["role"] == standing["target_role"]]
    fails = any(gate["gate"] in FACTS and not gate["passed"] for gate in gates)
    return "out" in (row["direction"], standing["direction"]) or (
        standing["direction"] != "stay" and fails
    )


def test_invariant_17_a_change_takes_two_runs():
    held = 0
    for seed in range(4):
        centre, rng = free(seed)
        first = run(centre).set_index("agent_id")
        other = perturbed(centre, rng)
        second = run(other, first.reset_index()).set_index("agent_id")
        third = run(other, first.reset_index(), second.reset_index()).set_index("agent_id")
        for agent in changed(first, second):
            assert outside_or_out_of_reach(second.loc[agent], first.loc[agent]), agent
        alone = second["proposed_role"].fillna("") != second["target_role"].fillna("")
        held += int(alone.sum())
        for agent in second.index[alone]:
            assert second.loc[agent, "status"] in {"tentative", "explore"}
            assert any("As last time" in note for note in second.loc[agent, "notes"])
        assert third["proposed_role"].equals(third["target_role"])
        assert third.loc[alone, "target_role"].equals(second.loc[alone, "proposed_role"])
    assert held > 10


def test_invariant_17_a_changed_wish_acts_at_once():
    acted = 0
    for seed in range(4):
        centre, rng = free(seed)
        centre = any_wishes(centre, rng)
        first = run(centre)
        wishes = any_wishes(centre, rng).tables["wishes"]
        second = run(centre.put(wishes=wishes), first)
        moved = second["proposed_role"].fillna("") != first["target_role"].fillna("")
        with_wish = [
            wish_of(row, row["proposed_role"]) != wish_of(old, row["proposed_role"])
            for (_, row), (_, old) in zip(second.iterrows(), first.iterrows(), strict=True)
        ]
        at_once = moved & np.array(with_wish)
        acted += int(at_once.sum())
        assert second.loc[at_once, "target_role"].equals(second.loc[at_once, "proposed_role"])
    assert acted > 10


def answered(ids, days_before, about=None, answer=None):
    """Contests of some agents, and answers to them, some days before the run."""
    day = AS_OF - timedelta(days=days_before)
    rows = [(agent, "r", state, day, word, line)
            for agent in ids for state, word, line in (("contested", about, 1),
                                                       ("human_replied", answer, 2))]  # fmt: skip
    return pd.DataFrame(rows, columns=["agent_id", "run", "state", "on", "about", "line"])


def test_invariant_17_an_answered_contest_ends_a_move_at_once_and_begins_none():
    ended = kept = 0
    for seed in range(4):
        centre, rng = free(seed)
        first = run(centre)
        other = perturbed(centre, rng)
        silent = run(other, first)
        heard, old, offered = (
            run(other.put(replies=answered(centre.ids, *said)), first)
            for said in ((5,), (25,), (5, "facts", "development_offer"))
        )
        held = silent["proposed_role"].fillna("") != silent["target_role"].fillna("")
        moves = first["direction"].isin(["up", "sideways", "step_back"])
        ended, kept = ended + int((held & moves).sum()), kept + int((held & ~moves).sum())
        at_once, later = heard[held & moves], heard[held & ~moves]
        assert at_once["target_role"].equals(at_once["proposed_role"])
        assert later["target_role"].equals(silent.loc[held & ~moves, "target_role"])
        assert old["target_role"].equals(silent["target_role"])
        assert not offered["direction"].isin(["up", "sideways", "step_back"]).any()
    assert ended > 10
    assert kept > 2


def wish_of(row, role):
    """What the wish gate of a role found; None where it was not looked at."""
    found = [g["value"] for g in row["gates"] if g["gate"] == "wish" and g["role"] == role]
    return found[0] if found else None


@pytest.mark.parametrize("seed", range(3))
def test_invariant_17_a_change_that_does_not_last_is_never_told(seed):
    centre, rng = free(seed)
    first = run(centre)
    once = run(perturbed(centre, rng), first)
    back = run(centre, first, once)
    inside = (first["direction"] != "out") & (once["direction"] != "out")
    same = (once["target_role"] == first["target_role"]) & inside
    assert same.sum() > 20
    assert back.loc[same, "target_role"].equals(first.loc[same, "target_role"])
