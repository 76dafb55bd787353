"""The text: short, plain, kind, and the last word is the agent's."""

from __future__ import annotations

import numpy as np
import pytest

from explained_centre import any_decision, make_centre
from rolefit.explain.lint import Facts, lint
from rolefit.explain.names import Names
from rolefit.explain.text import MOST_WORDS
from rolefit.schema.tables import DIRECTIONS, STATUSES

LANGUAGES = ("en", "de")
LONG = "a very long label that somebody wrote without any thought of those who read it later on"
CENTRES = {
    "any decision": (900, 11, 0.8, True),
    "as decided": (600, 3, 0.8, False),
    "little known": (600, 5, 0.2, True),
    "next to nothing known": (300, 6, 0.05, False),
    "nothing known": (100, 8, 0.0, False),
}


def texts_of(explained) -> dict[str, list[str]]:
    return {"agent": explained.text.to_pylist(), "leader": explained.text_leader.to_pylist()}


def told(language: str, agents: int, seed: int, share: float, *, random: bool):
    centre = make_centre(agents, seed, share=share, user={"centre": {"language": language}})
    return any_decision(centre, 3) if random else centre


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CENTRES)
def test_no_text_breaks_a_rule(language, name):
    agents, seed, share, random = CENTRES[name]
    centre = told(language, agents, seed, share, random=random)
    phrases = Names.of(centre.config).attributes
    seen = centre.posterior.precision.sum(axis=2) > 0
    checked = 0
    for reader, texts in texts_of(centre.explain()).items():
        for agent, text in enumerate(texts):
            facts = Facts(
                DIRECTIONS[centre.decision.direction[agent]],
                STATUSES[centre.decision.status[agent]],
                reader,
                tuple(p for p, known in zip(phrases, seen[agent], strict=True) if not known),
            )
            assert lint(text, facts, centre.config.language) == (), text
            checked += 1
    assert checked == 2 * agents


def test_texts_use_the_room_they_have(any_explained):
    words = [len(text.split()) for text in any_explained.text_leader.to_pylist()]
    assert MOST_WORDS - 10 < max(words) <= MOST_WORDS


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_longer_whatever_the_config_calls_things(language):
    base = make_centre(1, 0).config
    user = {
        "centre": {"language": language},
        "attributes": {a: {"label": LONG, "phrase": LONG} for a in base.attributes},
        "roles": {r: {"label": LONG} for r in base.roles},
        "metrics": {m: {"label": LONG} for m in base.metrics},
        "contributions": {c: {"label": LONG, "phrase": LONG} for c in base.contributions},
    }
    explained = any_decision(make_centre(1500, 2, user=user), 5).explain()
    for texts in texts_of(explained).values():
        assert max(len(text.split()) for text in texts) <= MOST_WORDS


def test_the_agent_has_the_last_word(any_explained):
    for text in any_explained.text.to_pylist():
        last = text.splitlines()[-1]
        assert "Your turn:" in last
        assert last.endswith("?")


def test_the_leader_is_given_a_question_to_ask(any_explained):
    for text in any_explained.text_leader.to_pylist():
        assert "Ask: " in text.splitlines()[-1]


def test_strengths_open_the_text(any_explained, any_centre):
    thanks = any_centre.config.language.sentences["bring"]["thanks"].agent
    for text in any_explained.text.to_pylist():
        assert text.startswith(("What you bring: ", thanks))


def test_like_reasons_are_told_in_one_breath(any_explained):
    for text in any_explained.text.to_pylist():
        for source in ("Your survey answers show a strength", "Your team lead sees a strength"):
            assert text.count(source) <= 1
        assert text.count("You told us you enjoy") <= 1


def test_nothing_is_lost_where_reasons_are_told_in_one_breath(any_explained, any_centre):
    phrases = {a: spec.phrase for a, spec in any_centre.config.attributes.items()}
    lists = any_explained.reasons.to_pylist()
    short = 0
    for agent, text in enumerate(any_explained.text.to_pylist()):
        if len(text.split()) > 80:
            continue
        why = text.splitlines()[1]
        brought = [r for r in lists[agent] if r["code"] in {"brings", "interest"}]
        short += len(brought) > 1
        assert all(phrases[r["attribute"]] in why for r in brought[:2])
    assert short > 50


def test_where_sources_differ_nobody_is_asked_to_grow_first(any_explained, any_centre):
    phrases = [spec.phrase for spec in any_centre.config.attributes.values()]
    differing = 0
    for text in any_explained.text.to_pylist():
        for phrase in phrases:
            if f"Our sources differ on {phrase}," in text:
                differing += 1
                assert f"Growing in {phrase} " not in text
    assert differing > 20


def test_a_person_nobody_knows_yet_is_asked_kindly():
    centre = make_centre(40, 1, share=0.0)
    sentences = centre.config.language.sentences
    nothing_changes = sentences["suggestion"]["gather"].agent
    gathers = [text for text in centre.explain().text.to_pylist() if nothing_changes in text]
    assert gathers
    for text in gathers:
        assert text.startswith(sentences["bring"]["thanks"].agent)
        assert "not held against you" in text


def test_a_conversation_about_leaving_asks_and_names_why(any_explained, any_centre):
    talks = (any_centre.decision.direction == 4) & ~any_centre.decision.by_choice
    lists = any_explained.reasons.to_pylist()
    for agent in np.flatnonzero(talks):
        text = any_explained.text[int(agent)].as_py()
        role = any_centre.config.role_ids[any_centre.decision.target[agent]]
        assert text.endswith("where would you thrive most?")
        assert any_centre.config.roles[role].label.lower() in text.lower()
        assert "Nothing is decided." in text
        assert lists[agent][-1]["code"] == "thrives_elsewhere"
        leader = any_explained.text_leader[int(agent)].as_py()
        assert "Nothing is decided; you owe them an offer to grow here first." in leader


def test_who_brings_interests_alone_hears_of_a_strength_too(any_explained, any_centre):
    spec = any_centre.config.attributes
    likes = {s.phrase for s in spec.values() if s.group == "interest"}
    able = np.array([s.group != "interest" for s in spec.values()])
    seen = any_centre.posterior.precision.sum(axis=2) > 0
    strong = (seen & (any_centre.posterior.mean > 0))[:, able].any(axis=1)
    met = 0
    for agent, text in enumerate(any_explained.text.to_pylist()):
        brought = text.split(".", maxsplit=1)[0].removeprefix("What you bring: ")
        if strong[agent]:
            assert not brought.startswith("an interest in ")
            met += any(like in brought for like in likes)
    assert met > 100


def test_the_present_role_gives_what_another_would(any_explained, any_centre):
    names = Names.of(any_centre.config)
    met = set()
    for agent, text in enumerate(any_explained.text.to_pylist()):
        current = names.roles[any_centre.situation.current[agent]]
        assert f"{current} would give you that" not in text
        for role in names.roles:
            if f"{role} gives you that" in text:
                assert role == current
                met.add(role)
    assert len(met) > 2


def test_nobody_is_asked_to_grow_in_what_they_bring(any_explained, any_centre):
    spec = any_centre.config.attributes
    grown = 0
    for text in any_explained.text.to_pylist():
        opening = text.split(".", maxsplit=1)[0]
        for phrase in (s.phrase for s in spec.values()):
            if f"Growing in {phrase} would" in text:
                grown += 1
                assert phrase not in opening
    assert grown > 500
