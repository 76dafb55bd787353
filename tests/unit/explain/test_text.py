"""The text: short, plain, kind, and the last word is the agent's."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from explained_centre import any_decision, make_centre
from rolefit.explain import labels, wording
from rolefit.explain.names import Names
from rolefit.explain.notes import REMARK_ORDER, TOGETHER
from rolefit.explain.text import MOST_WORDS
from rolefit.explain.view import KEYS, WAITS
from rolefit.schema.tables import FAMILIES, WISHES

BANNED = re.compile(rf"\b(?:{'|'.join(map(re.escape, wording.BANNED))})\b", re.IGNORECASE)
PROMISE = re.compile(r"\b(?:you will (?:get|be|become)|will get|promise)\b", re.IGNORECASE)
JARGON = re.compile(r"\b(?:posterior|sd|sufficiency|evidence|percentile)\b", re.IGNORECASE)
VOWELS = re.compile(r"[aeiouy]+")
LONG = "a very long label that somebody wrote without any thought of those who read it later on"


def every_sentence(config) -> set[str]:
    """Every sentence that the wording can say about a config."""
    names = Names.of(config)
    attributes, roles = range(len(names.attributes)), range(len(names.roles))
    sources = [*config.metrics, *config.contributions, *wording.RATERS, "ratings"]
    said = {
        wording.THANKS, wording.FIRST_IMPRESSION, wording.SOME_DO_NOT_APPLY, wording.ONLY_METRICS,
        wording.TOO_LITTLE_SEEN, wording.ELSEWHERE, wording.WANTS_OUTSIDE, wording.WANTS_TO_STAY,
        wording.STAY_AND_GROW, *wording.TURNS.values(),
    }  # fmt: skip
    for a, family, source in itertools.product(attributes, FAMILIES, sources):
        said.add(wording.brings(names, a, family, source))
        said.add(wording.gap(names, a, family, source, 0))
    for a, r in itertools.product(attributes, roles):
        said |= {
            wording.enjoys(names, a, r), wording.enjoys_less(names, a, r),
            wording.could_change(names, a, r), wording.why_not(names, 0, r, a),
            wording.gap(names, a, "strengths", "", r),
        }  # fmt: skip
    for a in attributes:
        said |= {
            wording.not_yet_seen(names, a), wording.sources_differ(names, a),
            wording.unseen_note(names, [a]), wording.what_you_bring(names, [a, 0]),
        }  # fmt: skip
        said |= {wording.remark_on(names, code, [a], more=True) for code in TOGETHER}
    for r in roles:
        said |= {wording.wish(names, r, word) for word in (*WISHES, "unknown", "step_back")}
        said |= {wording.waits(names, r, gate) for gate in WAITS}
        said |= {wording.suggestion(names, key, r) for key in KEYS}
    coded = set(REMARK_ORDER) - {*TOGETHER, "not_applicable"}
    for code, source in itertools.product(coded, sources):
        said.add(wording.remark(names, code, source))
    return said


def grade(text: str) -> float:
    """Flesch-Kincaid grade, syllables counted as groups of vowels."""
    words = re.findall(r"[A-Za-z']+", text.lower())
    sentences = max(len(re.findall(r"[.?!:](?:\s|$)", text)), 1)
    syllables = sum(max(len(VOWELS.findall(re.sub(r"e$", "", word))), 1) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


@pytest.fixture(scope="module")
def sentences(centre):
    return sorted(every_sentence(centre.config))


def test_no_sentence_holds_a_banned_word(sentences):
    assert len(sentences) > 1000
    assert not [text for text in sentences if BANNED.search(text)]


def test_no_sentence_promises(sentences):
    assert not [text for text in sentences if PROMISE.search(text)]


def test_no_sentence_uses_our_jargon(sentences):
    assert not [text for text in sentences if JARGON.search(text)]


def test_every_sentence_is_whole(sentences):
    for text in sentences:
        assert text[0].isupper() or text[0] == '"', text
        assert text.endswith((".", "?")), text
        assert "  " not in text


def test_labels_beside_the_numbers_hold_no_banned_word():
    words = [*labels.GATE_LABELS.values(), *labels.DIRECTION_LABELS.values()]
    assert not [text for text in words if BANNED.search(text)]


def test_no_text_is_longer_than_120_words(any_explained):
    words = [len(text.split()) for text in any_explained.text.to_pylist()]
    assert max(words) <= MOST_WORDS
    assert max(words) > MOST_WORDS - 10


def test_no_text_is_longer_whatever_the_config_calls_things():
    base = make_centre(1, 0).config
    user = {
        "attributes": {a: {"label": LONG, "phrase": LONG} for a in base.attributes},
        "roles": {r: {"label": LONG} for r in base.roles},
        "metrics": {m: {"label": LONG} for m in base.metrics},
        "contributions": {c: {"label": LONG, "phrase": LONG} for c in base.contributions},
    }
    told = any_decision(make_centre(1500, 2, user=user), 5).explain()
    assert max(len(text.split()) for text in told.text.to_pylist()) <= MOST_WORDS


def test_texts_are_easy_to_read(any_explained):
    grades = np.array([grade(text) for text in any_explained.text.to_pylist()])
    assert np.mean(grades) <= 8
    assert np.quantile(grades, 0.99) <= 9.5


def test_the_agent_has_the_last_word(any_explained):
    for text in any_explained.text.to_pylist():
        last = text.splitlines()[-1]
        assert "Your turn:" in last
        assert last.endswith("?")


def test_strengths_open_the_text(any_explained):
    for text in any_explained.text.to_pylist():
        assert text.startswith(("What you bring: ", wording.THANKS))


def test_a_person_nobody_knows_yet_is_asked_kindly():
    told = make_centre(40, 1, share=0.0).explain()
    gathers = [text for text in told.text.to_pylist() if wording.NO_CHANGE in text]
    assert gathers
    for text in gathers:
        assert text.startswith(wording.THANKS)
        assert "not held against you" in text


def test_a_conversation_about_leaving_asks_and_names_why(any_explained, any_centre):
    talks = (any_centre.decision.direction == 4) & ~any_centre.decision.by_choice
    lists = any_explained.reasons.to_pylist()
    for agent in np.flatnonzero(talks):
        text = any_explained.text[int(agent)].as_py()
        role = any_centre.config.role_ids[any_centre.decision.target[agent]]
        assert "where would you thrive most?" in text
        assert any_centre.config.roles[role].label.lower() in text.lower()
        assert "Nothing is decided." in text
        assert lists[agent][-1]["code"] == "thrives_elsewhere"
