"""Talk early: a sure decline, or an interest that surely fell, is told before anything else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

import rolefit as rf
from centres import simulated, told_by
from edits import easy_policy, outward_interests
from rolefit.simulate.centre import AS_OF

if TYPE_CHECKING:
    from centres import Centre

HARDER, JOY = "become harder for you", "less joy in"
OFFERED = "serving_customers"


def falling(centre: Centre, agent: str, metric: str = "fcr", step: float = 0.08) -> Centre:
    """The centre with one agent whose results fall month by month."""
    table = centre.tables["metrics"].copy()
    mine = table["agent_id"] == agent
    month = table["period"].str[-2:].astype(int)
    table.loc[mine, metric] = 0.95 - step * (month[mine] - month.min())
    return centre.put(metrics=table)


def notes(centre: Centre, taught: Centre) -> dict[str, str]:
    """By agent, by norms of a centre: how much trends differ is learned too."""
    told = told_by(centre, taught).suggestions
    return {a: " ".join(n) for a, n in zip(told["agent_id"], told["notes"], strict=True)}


@pytest.fixture(scope="module")
def centre() -> Centre:
    return simulated(60, 3)


def test_a_sure_decline_asks_for_a_talk_and_a_steady_record_does_not(centre: Centre) -> None:
    agent = centre.ids[7]
    less = falling(centre, agent)
    before, after = notes(centre, centre), notes(less, less)
    assert HARDER not in before[agent]
    assert HARDER in after[agent]
    asked = [a for a, said in after.items() if HARDER in said]
    assert len(asked) <= 3


def test_a_decline_on_a_metric_that_does_not_apply_asks_for_nothing(centre: Centre) -> None:
    agent = centre.ids[7]
    rule = {"metric": "fcr", "applies": False, "reason": "somebody else measures it"}
    quiet = falling(centre, agent).configured(
        applicability=[{**rule, "decided_by": "ops", "on": "2026-01-01"}]
    )
    assert not any(HARDER in said for said in notes(quiet, quiet).values())


def asked_twice(centre: Centre, agent: str, then: float, now: float) -> Centre:
    """One agent answered the items on one interest twice, half a year apart."""
    table = centre.tables["interests"].copy()
    instrument = rf.builtin_instrument("builtin:interests")
    scale = next(s for s in instrument.scales.values() if s.attribute == OFFERED)
    mine = table["agent_id"] == agent
    items = [c for c in table if c not in ("agent_id", "answered_on", "seconds")]
    old = table[mine].copy()
    for rows, level in ((old, then), (table, now)):
        chosen = slice(None) if rows is old else mine
        rows.loc[chosen, items] = 3.0
        for item in scale.items:
            rows.loc[chosen, item] = 6.0 - level if item in scale.reversed else level
    old["answered_on"] = AS_OF - timedelta(days=200)
    table.loc[mine, "answered_on"] = AS_OF - timedelta(days=10)
    return centre.put(interests=pd.concat([table, old]))


def test_an_interest_that_surely_fell_asks_for_a_talk(centre: Centre) -> None:
    agents = centre.tables["agents"]
    agent = agents.loc[agents["current_role"] == "frontline", "agent_id"].iloc[0]
    said = notes(asked_twice(centre, agent, 5.0, 1.0), centre)
    assert [a for a, told in said.items() if JOY in told] == [agent]
    for then, now in ((3.0, 3.0), (1.0, 5.0), (4.0, 4.0)):
        assert JOY not in notes(asked_twice(centre, agent, then, now), centre)[agent]


def test_earlier_answers_move_no_fit(centre: Centre) -> None:
    twice = asked_twice(centre, centre.ids[0], 5.0, 2.0)
    table = twice.tables["interests"]
    once = twice.put(interests=table[~table.duplicated("agent_id", keep="first")])
    left, right = (told_by(c, centre) for c in (twice, once))
    assert left.fits.equals(right.fits)
    assert left.evidence.equals(right.evidence)


def test_the_talk_comes_before_an_out_conversation() -> None:
    spared = 0
    for seed in range(4):
        rng = np.random.default_rng(seed)
        centre = easy_policy(outward_interests(simulated(45, seed), rng), rng).without("wishes")
        told = told_by(centre).suggestions
        for agent in told.loc[told["direction"] == "out", "agent_id"][:2]:
            twice = asked_twice(centre, agent, 5.0, 1.0)
            after = told_by(twice, centre).suggestions.set_index("agent_id").loc[agent]
            if any(JOY in note for note in after["notes"]):
                assert after["direction"] != "out"
                gate = next(g for g in after["gates"] if g["gate"] == "early_talk")
                spared += not gate["passed"]
    assert spared


@pytest.mark.parametrize("day", ["", "20.06.2026", "nonsense"])
def test_answers_without_a_readable_day_are_no_earlier_ones(centre: Centre, day: str) -> None:
    agent = centre.ids[0]
    twice = asked_twice(centre, agent, 5.0, 1.0)
    table = twice.tables["interests"].copy()
    table["answered_on"] = table["answered_on"].astype(str)
    table.loc[table.index[-1], "answered_on"] = day
    assert JOY not in notes(twice.put(interests=table), centre)[agent]


def test_an_empty_answer_sheet_takes_the_place_of_nothing(centre: Centre) -> None:
    table = centre.tables["interests"]
    empty = table[table["agent_id"] == centre.ids[0]].copy()
    items = [c for c in table if c not in ("agent_id", "answered_on", "seconds")]
    empty[items], empty["answered_on"] = np.nan, AS_OF
    again = centre.put(interests=pd.concat([table, empty]))
    left, right = (told_by(c, centre) for c in (centre, again))
    assert left.fits.equals(right.fits)
