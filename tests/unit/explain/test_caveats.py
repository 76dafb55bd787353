"""How far a text can be relied on is said: first impressions, what stands, what has to be done."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from explained_centre import Centre, make_centre
from rolefit.direction.gates import NO_ROLE
from rolefit.direction.moves import OUT, SIDEWAYS, STAY, UP
from rolefit.direction.wishes import WANT
from rolefit.evidence.table import Remarks
from rolefit.explain.names import Names
from rolefit.explain.text import MOST_WORDS
from rolefit.schema.tables import STATUSES

FIRM, TENTATIVE = STATUSES.index("firm"), STATUSES.index("tentative")
LANGUAGES = ("en", "de")


@pytest.fixture(scope="module", params=LANGUAGES)
def people(request):
    return replace(make_centre(120, 41, user={"centre": {"language": request.param}}), remarks=())


def decided(centre: Centre, **fields) -> Centre:
    """The same people, all of them with the same decision in some of its fields."""
    n = len(centre.situation.current)
    plain = {"held": False, "by_choice": False, "confidence": 0.9, "status": FIRM} | fields
    arrays = {name: np.full(n, value) if np.isscalar(value) else value
              for name, value in plain.items()}  # fmt: skip
    return replace(centre, decision=replace(centre.decision, **arrays))


def forms(centre: Centre, part: str, key: str):
    return centre.config.language.sentences[part][key]


def all_say(centre: Centre, part: str, key: str, **names: str) -> bool:
    """Whether every text to either reader holds a sentence."""
    told, form = centre.explain(), forms(centre, part, key)
    columns = ((told.text, form.agent), (told.text_leader, form.leader))
    texts = [
        (text, said.format(**names)) for column, said in columns for text in column.to_pylist()
    ]
    assert max(len(text.split()) for text, _ in texts) <= MOST_WORDS
    return all(said in text for text, said in texts)


def outside(centre: Centre) -> int:
    return int(np.flatnonzero(centre.profiles.outward)[0])


def noted(centre: Centre, code: str, *subjects: str) -> Centre:
    """The same remark on everybody, one row a subject."""
    agents = np.arange(len(centre.situation.current))
    rows = np.repeat(np.arange(len(subjects)), len(agents))
    return replace(centre, remarks=(Remarks(code, np.tile(agents, len(subjects)), rows, subjects),))


@pytest.mark.parametrize("direction", [UP, SIDEWAYS, OUT])
def test_what_is_tentative_is_called_a_first_impression(people, direction):
    target = outside(people) if direction == OUT else 2
    centre = decided(people, direction=direction, target=target, status=TENTATIVE)
    assert all_say(centre, "unsure", "first_impression")


def test_a_firm_conversation_says_that_we_may_be_wrong(people):
    centre = decided(people, direction=OUT, target=outside(people))
    assert all_say(centre, "unsure", "may_be_wrong")


def test_who_stays_for_want_of_better_hears_that_the_role_may_not_suit(people):
    stays = {"direction": STAY, "target": people.situation.current, "status": TENTATIVE}
    assert all_say(decided(people, **stays, confidence=0.4), "unsure", "not_sure_here")
    assert all_say(decided(people, **stays, confidence=0.6), "unsure", "first_impression")
    sure = decided(people, **stays | {"status": FIRM}, confidence=0.4)
    assert not all_say(sure, "unsure", "not_sure_here")


def test_what_the_agent_added_counts_once_it_is_recorded(people):
    centre = noted(people, "reply_evidence", "")
    assert all_say(centre, "first", "added")
    once = {
        "en": "It counts once somebody records it.",
        "de": "Es zählt, sobald es jemand festhält.",
    }
    note = centre.explain().notes[0].as_py()[0]
    assert note.endswith(once[centre.config.language.language.id])


def test_leaving_without_a_destination_is_asked_for_one(people):
    place, centre = outside(people), decided(people, direction=OUT, by_choice=True)
    role = Names.of(centre.config).roles[place]
    wish = np.full_like(centre.situation.wish, -1)
    quiet = replace(centre, situation=replace(centre.situation, wish=wish))
    guess, nowhere = (
        decided(quiet, direction=OUT, by_choice=True, target=place),
        decided(quiet, direction=OUT, by_choice=True, target=NO_ROLE),
    )
    upper = role[:1].upper() + role[1:]
    assert all_say(guess, "suggestion", "leaving_guess", Role=upper)
    assert all_say(nowhere, "suggestion", "leaving_open")
    assert all_say(guess, "turn", "leaving_open")
    assert all_say(nowhere, "turn", "leaving_open")
    wish = wish.copy()
    wish[:, place] = WANT
    named = replace(guess, situation=replace(guess.situation, wish=wish))
    assert all_say(named, "suggestion", "leaving", Role=upper)
    assert all_say(named, "turn", "leaving")


def test_a_suggestion_that_is_held_names_what_today_would_say(people):
    n, names = len(people.situation.current), Names.of(people.config)
    held = {"direction": SIDEWAYS, "target": 2, "status": TENTATIVE, "held": True}
    proposed = {"role": (SIDEWAYS, 1), "stay": (STAY, 0), "something": (OUT, NO_ROLE)}
    for key, (direction, role) in proposed.items():
        alone = (np.full(n, direction), np.full(n, role))
        centre = decided(people, **held)
        centre = replace(centre, decision=replace(centre.decision, proposed=alone))
        assert all_say(centre, "held", key, role=names.roles[role])
        assert all_say(centre, "unsure", "may_be_wrong")


def test_several_metrics_that_do_not_apply_are_told_as_several():
    agents = 40
    for language, labels in (("en", ("Alpha", "Beta")), ("de", ("Zebra", "Omega"))):
        user = {"centre": {"language": language}}
        centre = replace(make_centre(agents, 42, user=user), remarks=())
        subjects = tuple(f"{label} does not count: why" for label in labels)
        gathers = {"direction": STAY, "target": centre.situation.current, "status": FIRM}
        some = forms(centre, "unsure", "some_do_not_apply").agent
        texts = noted(decided(centre, **gathers), "not_applicable", *subjects).explain().text
        assert not [text for text in texts.to_pylist() if labels[0] in text or labels[1] in text]
        assert sum(some in text for text in texts.to_pylist()) > agents // 2
        one = noted(decided(centre, **gathers), "not_applicable", subjects[0]).explain().text
        assert sum(labels[0] in text for text in one.to_pylist()) > agents // 2
