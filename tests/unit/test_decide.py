"""Directions from beliefs and wishes made by hand: each gate can stop a move, and only a gate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rolefit.direction.decide import Decision, decide
from rolefit.direction.earlier import Earlier
from rolefit.direction.gates import GATES
from rolefit.direction.situation import Situation
from rolefit.direction.wishes import NO, NOT_NOW, OPEN, UNKNOWN, WANT
from rolefit.fit import profile
from rolefit.posterior import Posterior
from rolefit.schema.build import build_config
from rolefit.schema.tables import DIRECTIONS, FAMILIES, STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping

CONFIG = build_config({})
PROFILES = profile(CONFIG)
ROLES, ATTRIBUTES = CONFIG.role_ids, CONFIG.attribute_ids
MENTOR = ROLES.index("mentor")
SURE = 6.0
"""Precision of well-documented families."""


def belief(
    means: Mapping[str, float], families: tuple[str, ...] = ("strengths", "contributions")
) -> Posterior:
    """One agent with evidence on every attribute; 0 where no mean is given."""
    precision = np.zeros((1, len(ATTRIBUTES), len(FAMILIES)))
    mean = np.zeros_like(precision)
    for k, name in enumerate(ATTRIBUTES):
        interest = CONFIG.attributes[name].group == "interest"
        for family in ("interests",) if interest else families:
            precision[0, k, FAMILIES.index(family)] = SURE
            mean[0, k, FAMILIES.index(family)] = means.get(name, 0.0)
    return Posterior(precision, mean)


def asked_of(role: str, by: float) -> dict[str, float]:
    """Strong (or weak) in all that a role asks and offers."""
    spec = CONFIG.roles[role]
    return dict.fromkeys((*spec.demands, *spec.supplies), by)


def standing(role: str = "frontline", **wishes: int) -> Situation:
    """Somebody with three years in a role who answered both surveys."""
    wish = np.full((1, len(ROLES)), UNKNOWN)
    for name, code in wishes.items():
        if name in ROLES:
            wish[0, ROLES.index(name)] = code
    return Situation(
        current=np.array([ROLES.index(role)]), wish=wish,
        outside=np.array([wishes.get("outside", UNKNOWN)]),
        step_back=np.array([wishes.get("step_back", UNKNOWN)]),
        tenure=np.array([36.0]), surveyed=np.array([2]), contests=np.array([0]),
        early=np.array([0]),
        earlier=Earlier.nothing(1, len(ROLES)),
    )  # fmt: skip


def seen(
    *, runs: int = 1, talks: int = 0, stood: str | None = None, alone: str | None = None
) -> Earlier:
    """Earlier runs of the one agent: how many, and what the last of them said."""
    role = ROLES.index(stood) if stood else UNKNOWN
    proposed = ROLES.index(alone) if alone else role
    nothing = Earlier.nothing(1, len(ROLES))
    return replace(
        nothing, runs=np.array([runs]), talks=np.array([talks]), standing=np.array([role]),
        proposed=np.array([proposed]),
    )  # fmt: skip


def say(posterior: Posterior, situation: Situation) -> tuple[str, str, str | None, Decision]:
    """Direction, status and target of the one agent."""
    found = decide(posterior, PROFILES, situation, CONFIG.policy)
    target = ROLES[found.target[0]] if found.target[0] >= 0 else None
    return DIRECTIONS[found.direction[0]], STATUSES[found.status[0]], target, found


def failed(found: Decision, role: int) -> set[str]:
    """Gates of a role that were not passed."""
    mine = (found.gates.role == role) & ~found.gates.passed
    return {GATES[gate] for gate in found.gates.gate[mine]}


def test_somebody_who_fits_and_wants_a_role_above_is_suggested_up() -> None:
    direction, status, target, found = say(belief(asked_of("mentor", 2.0)), standing(mentor=WANT))
    assert (direction, status, target) == ("up", "firm", "mentor")
    assert found.confidence[0] > 0.9
    assert found.admissible[0, MENTOR]


def test_an_unknown_wish_is_asked_about_first() -> None:
    assert say(belief(asked_of("mentor", 2.0)), standing())[:3] == ("up", "explore", "mentor")


@pytest.mark.parametrize("wish", [NOT_NOW, NO])
def test_no_strength_outweighs_a_wish_to_stay(wish: int) -> None:
    wishes = dict.fromkeys((role for role in CONFIG.inside_ids if role != "frontline"), wish)
    direction, _, target, found = say(belief(asked_of("mentor", 9.0)), standing(**wishes))
    assert (direction, target) == ("stay", "frontline")
    assert failed(found, MENTOR) == {"wish"}


def test_a_wanted_role_comes_before_a_better_one_that_must_be_asked_about() -> None:
    both = belief(asked_of("mentor", 2.5) | asked_of("account_management", 2.0))
    best = say(both, standing())[2]
    other = ({"mentor", "account_management"} - {best}).pop()
    assert say(both, standing(**{other: OPEN}))[:3] == ("up", "firm", other)


@pytest.mark.parametrize(
    ("change", "gate"),
    [
        ({"tenure": np.array([2.0])}, "tenure"),
        ({"tenure": np.array([np.nan])}, "tenure"),
        ({"contests": np.array([1])}, "contest"),
    ],
)
def test_time_in_the_role_and_open_contests_hold_a_move(
    change: dict[str, np.ndarray], gate: str
) -> None:
    situation = replace(standing(mentor=WANT), **change)
    direction, _, _, found = say(belief(asked_of("mentor", 2.0)), situation)
    assert direction == "stay"
    assert failed(found, MENTOR) == {gate}


def test_metrics_alone_move_nobody_whatever_they_say() -> None:
    for by in (-9.0, 9.0):
        means = dict.fromkeys(ATTRIBUTES, by)
        direction, status, _, found = say(belief(means, ("metrics",)), standing(mentor=WANT))
        assert (direction, status) == ("stay", "gather")
        assert {"beyond_metrics", "families"} <= failed(found, MENTOR)


def test_a_step_back_is_suggested_on_request_only() -> None:
    weak = asked_of("mentor", -1.5) | asked_of("frontline", 1.5)
    beside = {"account_management": NO}
    assert say(belief(weak), standing("mentor", **beside))[0] == "stay"
    assert say(belief(weak), standing("mentor", step_back=WANT, **beside))[0] == "step_back"
    refused = standing("mentor", step_back=WANT, frontline=NO, specialist=NO, **beside)
    assert say(belief(weak), refused)[0] == "stay"


def nothing_fits() -> dict[str, float]:
    """Weak in all that the centre asks and offers, drawn to making things."""
    inside = {k: -1.6 for role in CONFIG.inside_ids for k in asked_of(role, 0.0)}
    return inside | {"creating": 2.5}


def test_out_is_a_conversation_about_a_destination_that_suits_better() -> None:
    direction, status, target, found = say(belief(nothing_fits()), standing())
    assert (direction, status) == ("out", "tentative")
    assert target in CONFIG.outward_ids
    assert CONFIG.roles[target].supplies.get("creating", 0) > 0
    assert found.confidence[0] >= CONFIG.policy.out.destination


@pytest.mark.parametrize(
    ("change", "gate"),
    [
        ({"surveyed": np.array([1])}, "surveyed"),
        ({"early": np.array([1])}, "early_talk"),
        ({"earlier": seen(talks=1, runs=2)}, "history"),
        ({"outside": np.array([NO])}, "wish"),
        ({"tenure": np.array([1.0])}, "tenure"),
    ],
)
def test_one_missing_condition_is_enough_to_leave_out_unsaid(
    change: dict[str, np.ndarray], gate: str
) -> None:
    direction, _, _, found = say(belief(nothing_fits()), replace(standing(), **change))
    assert direction == "stay"
    assert gate in {GATES[g] for g in found.gates.gate[~found.gates.passed]}


def test_who_wants_the_present_role_is_not_asked_about_leaving() -> None:
    direction, _, _, found = say(belief(nothing_fits()), standing(frontline=WANT))
    assert direction == "stay"
    assert {GATES[g] for g in found.gates.gate[~found.gates.passed]} >= {"wish"}
    assert say(belief(nothing_fits()), standing(frontline=WANT, outside=OPEN))[0] == "out"


def test_poor_metrics_beside_a_good_record_never_lead_out() -> None:
    posterior = belief(nothing_fits(), ("strengths", "contributions", "metrics"))
    metrics = FAMILIES.index("metrics")
    mean = np.abs(posterior.family_mean)
    mean[:, :, metrics] = -9.0
    precision = posterior.precision.copy()
    precision[:, :, metrics] = 50.0
    assert say(Posterior(precision, mean), standing())[0] != "out"


def test_seen_in_two_earlier_runs_a_conversation_is_firm() -> None:
    situation = replace(standing(), earlier=seen(talks=2, runs=2))
    assert say(belief(nothing_fits()), situation)[:2] == ("out", "firm")


def test_a_conversation_needs_every_earlier_run_there_is_and_two_to_be_firm() -> None:
    for runs, talks, told in ((0, UNKNOWN, "tentative"), (1, 1, "tentative"), (5, 2, "firm")):
        situation = replace(standing(), earlier=seen(talks=talks, runs=runs))
        assert say(belief(nothing_fits()), situation)[:2] == ("out", told)
    for runs, talks in ((0, 0), (1, 0), (2, 1), (9, 1)):
        situation = replace(standing(), earlier=seen(talks=talks, runs=runs))
        assert say(belief(nothing_fits()), situation)[0] == "stay"


def chance(found: Decision, gate: str, role: int = MENTOR) -> tuple[float, float]:
    """Value and threshold of one gate of a role."""
    (row,) = np.flatnonzero((found.gates.role == role) & (found.gates.gate == GATES.index(gate)))
    return float(found.gates.value[row]), float(found.gates.threshold[row])


def nearly(chances: tuple[float, float]) -> dict[str, float]:
    """Means at which the chance of a match as mentor lies between two numbers."""
    for by in np.linspace(0.3, 2.0, 400):
        means = asked_of("mentor", by)
        if (
            chances[0]
            < chance(say(belief(means), standing(mentor=WANT))[3], "ready")[0]
            < chances[1]
        ):
            return means
    raise AssertionError


def test_the_suggestion_that_stands_is_left_later_and_another_entered_later() -> None:
    (up, wish) = (CONFIG.policy.loss_ratio.up, standing(mentor=WANT))
    pi = up / (up + 1.0)
    stood, fresh = (replace(wish, earlier=seen(stood=role)) for role in ("mentor", "frontline"))
    just_below, just_above = nearly((pi - 0.06, pi - 0.04)), nearly((pi + 0.02, pi + 0.04))
    for situation, threshold in ((wish, pi), (stood, pi - 0.10), (fresh, pi + 0.05)):
        assert chance(say(belief(just_above), situation)[3], "ready")[1] == pytest.approx(threshold)
    assert say(belief(just_below), wish)[0] == "stay"
    assert say(belief(just_below), stood)[0] == "up"
    assert say(belief(just_above), wish)[0] == "up"
    assert say(belief(just_above), fresh)[0] == "stay"


def test_a_change_waits_for_a_second_run_and_a_wish_does_not() -> None:
    sure = belief(asked_of("mentor", 2.5))
    first = replace(standing(mentor=WANT), earlier=seen(stood="frontline"))
    direction, status, target, found = say(sure, first)
    assert (direction, status, target) == ("stay", "tentative", "frontline")
    assert found.held[0]
    assert ROLES[found.proposed[1][0]] == "mentor"
    second = replace(first, earlier=seen(stood="frontline", alone="mentor", runs=2))
    assert say(sure, second)[0] == "up"
    changed = np.zeros((1, len(ROLES)), bool)
    changed[0, MENTOR] = True
    wished = replace(first, earlier=replace(first.earlier, changed=changed))
    assert say(sure, wished)[0] == "up"


@pytest.mark.parametrize("refusal", [{"contests": np.array([1])}, {"tenure": np.array([1.0])}])
def test_a_standing_move_ends_at_once_where_no_chance_is_at_stake(
    refusal: dict[str, np.ndarray],
) -> None:
    stood = replace(standing(mentor=WANT), earlier=seen(stood="mentor"))
    weak = belief(asked_of("mentor", 0.0))
    assert say(weak, stood)[0] == "up"
    assert say(weak, replace(stood, **refusal))[0] == "stay"
    assert say(weak, replace(standing(mentor=NO), earlier=seen(stood="mentor")))[0] == "stay"


def test_leaving_by_choice_needs_no_condition_and_honours_the_destination() -> None:
    direction, status, target, found = say(
        belief(asked_of("frontline", 2.0)), standing(outside=WANT, selling=WANT)
    )
    assert (direction, status, target) == ("out", "firm", "selling")
    assert found.by_choice[0]
    assert found.confidence[0] == 1.0


def test_leaving_by_choice_without_anything_known_names_no_destination() -> None:
    empty = Posterior(*np.zeros((2, 1, len(ATTRIBUTES), len(FAMILIES))))
    direction, _, target, _ = say(empty, standing(outside=WANT))
    assert (direction, target) == ("out", None)


def test_staying_is_firm_only_where_the_present_role_was_seen_from_several_sides() -> None:
    means = asked_of("frontline", 2.0)
    assert say(belief(means), standing(mentor=NO, account_management=NO, specialist=NO))[:2] == (
        "stay", "firm",
    )  # fmt: skip
    posterior = belief(means, ("strengths",))
    precision = posterior.precision.copy()
    elsewhere = [ATTRIBUTES.index(a) for a in ("coaching", "teamwork")]
    precision[0, elsewhere, FAMILIES.index("ratings")] = SURE
    one_sided = Posterior(precision, posterior.family_mean)
    direction, status, _, found = say(
        one_sided, standing(mentor=NO, account_management=NO, specialist=NO)
    )
    assert (direction, status) == ("stay", "tentative")
    assert "families" in failed(found, ROLES.index("frontline"))
