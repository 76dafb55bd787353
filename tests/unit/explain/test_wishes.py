"""What an agent told us is heard in the reasons and in the text."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from explained_centre import make_centre
from rolefit.direction.decide import decide
from rolefit.direction.earlier import Earlier
from rolefit.direction.wishes import NO, NOT_NOW, OPEN, WANT
from rolefit.evidence.table import Evidence
from rolefit.fit import assess
from rolefit.posterior import Posterior, believe
from rolefit.schema.tables import DIRECTIONS, FAMILIES, STATUSES


@pytest.fixture(scope="module")
def mentor_to_be():
    """One frontline agent with every sign of a mentor, and no wish on record."""
    centre = make_centre(1, 0)
    config = centre.config
    sources = {"strengths": 1.8, "contributions": 1.9, "ratings": 1.9}
    rows = [
        (config.attribute_ids.index(a), FAMILIES.index(f), z)
        for a in ("coaching", "teamwork", "communication")
        for f, z in sources.items()
    ]
    rows.append((config.attribute_ids.index("developing_people"), FAMILIES.index("interests"), 1.5))
    attribute, family, z = (np.array(column) for column in zip(*rows, strict=True))
    zeros = np.zeros(len(z), np.int64)
    evidence = Evidence(
        zeros, attribute, family, zeros, z, np.full(len(z), 0.1), np.full(len(z), 9.0),
        np.full(len(z), 0.1), zeros, ("coaching",),
    )  # fmt: skip
    situation = replace(
        centre.situation,
        current=np.array([config.role_ids.index("frontline")]),
        wish=np.full((1, len(config.roles)), -1),
        outside=np.array([-1]), step_back=np.array([-1]), tenure=np.array([30.0]),
        contests=np.array([0]), early=np.array([0]),
        earlier=Earlier.nothing(1, len(config.roles)),
    )  # fmt: skip
    posterior = believe(evidence, agents=1, attributes=len(config.attribute_ids))
    return replace(centre, evidence=evidence, situation=situation, posterior=posterior, remarks=())


def suggest(centre, *, outside: int = -1, **wishes: int):
    """Decides and explains with some wishes: direction, status, codes, text."""
    wish = centre.situation.wish.copy()
    for role, said in wishes.items():
        wish[0, centre.config.role_ids.index(role)] = said
    situation = replace(centre.situation, wish=wish, outside=np.array([outside]))
    decision = decide(centre.posterior, centre.profiles, situation, centre.config.policy)
    told = replace(centre, situation=situation, decision=decision).explain()
    codes = [reason["code"] for reason in told.reasons[0].as_py()]
    return (
        DIRECTIONS[decision.direction[0]],
        STATUSES[decision.status[0]],
        codes,
        told.text[0].as_py(),
    )


def test_an_unknown_wish_is_asked_about_first(mentor_to_be):
    direction, status, codes, text = suggest(mentor_to_be)
    assert (direction, status) == ("up", "explore")
    assert "wish_asks_first" in codes
    assert "We do not know if you would like it" in text


@pytest.mark.parametrize(("said", "code"), [(WANT, "wish_want"), (OPEN, "wish_open")])
def test_a_wish_for_the_role_is_named(mentor_to_be, said, code):
    direction, _, codes, text = suggest(mentor_to_be, mentor=said)
    assert direction == "up"
    assert code in codes
    assert "You told us you" in text


@pytest.mark.parametrize(
    ("said", "words"), [(NOT_NOW, "now is not the time for"), (NO, "is not for you")]
)
def test_a_refusal_is_the_reason_to_stay(mentor_to_be, said, words):
    direction, _, codes, text = suggest(mentor_to_be, mentor=said)
    assert direction == "stay"
    assert "wish_stay" in codes
    assert words in text
    assert not any(code.startswith("waits_") for code in codes)


def test_a_wish_to_stay_is_heard(mentor_to_be):
    _, _, codes, text = suggest(mentor_to_be, frontline=WANT, mentor=NO)
    assert "wish_stay" in codes
    assert "that counts" in text


def test_a_wish_to_look_outside_is_supported(mentor_to_be):
    direction, _, codes, text = suggest(mentor_to_be, outside=WANT)
    assert direction == "out"
    assert "wish_outside" in codes
    assert "we support you" in text
    assert "care and teaching" in text.lower()


def test_what_a_wished_role_waits_for_is_said(mentor_to_be):
    new = replace(mentor_to_be.situation, tenure=np.array([2.0]))
    direction, _, codes, text = suggest(replace(mentor_to_be, situation=new), mentor=WANT)
    assert direction == "stay"
    assert "waits_tenure" in codes
    assert "needs some time in your current role first" in text


def test_nobody_hears_why_a_far_role_nobody_asked_about_has_to_wait(mentor_to_be):
    far = Posterior(mentor_to_be.posterior.precision, -mentor_to_be.posterior.family_mean)
    centre = replace(mentor_to_be, posterior=far, fit=assess(far, mentor_to_be.profiles))
    direction, _, codes, _ = suggest(centre)
    assert direction == "stay"
    assert not any(code.startswith("waits_") for code in codes)
    _, _, codes, _ = suggest(centre, mentor=WANT)
    assert "waits_must_have" in codes


def test_the_present_role_and_a_refused_one_are_never_asked_about(any_centre, any_explained):
    config, wish = any_centre.config, any_centre.situation.wish
    labels = [role.label.lower() for role in config.roles.values()]
    asked = 0
    for agent, text in enumerate(any_explained.text.to_pylist()):
        others = [r for r, label in enumerate(labels) if f"looked at the {label} role" in text]
        asked += len(others)
        assert any_centre.situation.current[agent] not in others
        assert not any(wish[agent, r] in (NO, NOT_NOW) for r in others)
    assert asked > 0
