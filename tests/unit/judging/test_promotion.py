"""The rule of promotion: every condition alone can stop a challenger."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rolefit.judging.promotion import CHALLENGER, Condition, judge_challenger
from rolefit.judging.standing import Measured, Standing

GOOD = Measured(0.05, 0.01, 0.09)
ECE = Measured(0.04, 0.03, 0.06)
HOLDS = (Condition("gates", 0.0, 0.0, held=True, told="gates"),)


def standing(split: str, gain: Measured = GOOD, ece: Measured = ECE, teams: int = 40) -> Standing:
    return Standing(CHALLENGER, "learned", split, 300, teams, {"ece": ece}, gain, ())


def both(**first) -> list[Standing]:
    return [standing("teams", **first), standing("time")]


def test_who_meets_every_condition_is_promoted():
    assert judge_challenger(both(), HOLDS).promoted


@pytest.mark.parametrize(("spoilt", "name"), [
    ({"gain": Measured(0.019, 0.01, 0.03)}, "gain_teams"),
    ({"gain": Measured(0.05, 0.0, 0.09)}, "gain_sure_teams"),
    ({"ece": Measured(0.051, 0.04, 0.06)}, "ece_teams"),
    ({"teams": 19}, "teams_teams"),
    ({"gain": Measured(float("nan"), float("nan"), float("nan"))}, "gain_teams"),
])  # fmt: skip
def test_one_condition_is_enough_to_stop_it(spoilt, name):
    verdict = judge_challenger(both(**spoilt), HOLDS)
    assert not verdict.promoted
    assert name in {one.name for one in verdict.conditions if not one.held}


def test_what_cannot_be_measured_forward_in_time_is_not_promoted():
    verdict = judge_challenger(both()[:1], HOLDS)
    assert [one.name for one in verdict.conditions if not one.held] == ["time"]


def test_a_broken_invariant_stops_it():
    broken = (replace(HOLDS[0], held=False),)
    assert not judge_challenger(both(), broken).promoted


def test_another_model_is_never_the_challenger():
    others = [replace(one, model="boosting") for one in both()]
    assert not judge_challenger(others, HOLDS).promoted
