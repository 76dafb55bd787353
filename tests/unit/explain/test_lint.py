"""The lint finds what it is there to find, on texts that are wrong on purpose."""

from __future__ import annotations

import pytest

from rolefit.explain.lint import CODES, Facts, lint, lint_sentence
from rolefit.explain.reading import flesch_kincaid, school_grade, wiener
from rolefit.schema.build import build_config
from rolefit.schema.languages import builtin_language
from said_aloud import every_sentence

LANGUAGES = ("en", "de")
GOOD = {
    "en": "What you bring: planning ahead. We suggest you stay.\nYour turn: what do you think?",
    "de": "Das bringst du mit: vorausplanen. Wir sagen: Bleib hier.\nJetzt du: Was meinst du?",
}
HARD = {
    "en": "What you bring: interdepartmental organisational responsibilities notwithstanding "
    "extraordinarily complicated administrative considerations, do you agree?",
    "de": "Das bringst du mit: außerordentliche abteilungsübergreifende Verantwortungsbereitschaft "
    "hinsichtlich organisatorischer Rahmenbedingungen, stimmt das?",
}
BAD = {
    ("en", "banned_word"): "You are a poor performer. ",
    ("de", "banned_word"): "Deine Leistung ist schlecht. ",
    ("en", "promise"): "You will lead a team. ",
    ("de", "promise"): "Du bekommst die Rolle. ",
    ("en", "jargon"): "Your posterior is wide. ",
    ("de", "jargon"): "Dein Perzentil ist hoch. ",
    ("en", "too_long"): "We see a lot. " * 40,
    ("de", "too_long"): "Wir sehen viel. " * 40,
    ("en", "questions"): "Why not the mentor role? ",
    ("de", "questions"): "Warum nicht Mentoring? ",
}


def codes(text: str, language: str, facts: Facts | None = None) -> list[str]:
    found = lint(text, facts or Facts("stay", "firm"), builtin_language(language))
    return [finding.code for finding in found]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_good_text_passes(language):
    assert codes(GOOD[language], language) == []


@pytest.mark.parametrize(("language", "code"), BAD)
def test_one_bad_sentence_is_one_finding(language, code):
    first, rest = GOOD[language].split(". ", maxsplit=1)
    assert codes(f"{first}. {BAD[language, code]}{rest}", language) == [code]


@pytest.mark.parametrize("language", LANGUAGES)
def test_hard_words_are_found(language):
    assert codes(HARD[language], language) == ["hard_to_read"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_that_does_not_open_with_a_strength_is_found(language):
    assert codes(GOOD[language].split(". ", maxsplit=1)[1], language) == ["strength_not_first"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_without_a_question_is_found(language):
    assert codes(GOOD[language].splitlines()[0], language) == ["questions", "no_last_word"]


def test_a_question_in_quotation_marks_is_a_last_word():
    assert codes(GOOD["en"].replace("what do you think?", "ask \u201cwhat now?\u201d"), "en") == []


@pytest.mark.parametrize(
    ("language", "gap", "phrase"),
    [
        ("en", "The mentor role asks for planning ahead; your record shows less of it so far.",
         "planning ahead"),
        ("en", "Growing in planning ahead would make it a stronger match.", "planning ahead"),
        ("de", "Für die Rolle „X“ zählt auch: vorausplanen. Deine Werte lassen Luft nach oben.",
         "vorausplanen"),
        ("de", "Ein gutes Lernfeld auf dem Weg dorthin: vorausplanen.", "vorausplanen"),
    ],
)  # fmt: skip
def test_what_is_unseen_is_no_gap(language, gap, phrase):
    text = GOOD[language].replace("\n", f" {gap}\n")
    assert codes(text, language) == []
    unseen = Facts("stay", "firm", unseen=(phrase,))
    assert codes(text, language, unseen) == ["unseen_as_gap"]
    for facts in (Facts("out", "tentative"), Facts("stay", "gather")):
        assert codes(text, language, facts) == ["gap_out_of_place"]


def test_saying_that_something_is_unseen_is_no_gap():
    text = GOOD["en"].replace("\n", " Not yet seen, and not held against you: helping others.\n")
    assert codes(text, "en", Facts("stay", "firm", unseen=("helping others",))) == []


def test_every_code_is_shown():
    assert {code for _, code in BAD} | {
        "hard_to_read", "strength_not_first", "no_last_word", "unseen_as_gap", "gap_out_of_place",
    } == set(CODES)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_that_the_templates_can_make_breaks_a_rule(language):
    config = build_config({"centre": {"language": language}})
    sentences = every_sentence(config)
    assert len(sentences) > 3000
    assert [(s, f) for s in sentences for f in lint_sentence(s, config.language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_whole(language):
    for text in every_sentence(build_config({"centre": {"language": language}})):
        assert text[0].isupper() or text[0] == '"', text
        assert text.endswith((".", "?")), text
        assert "  " not in text
        assert not {"{", "}"} & set(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_beside_the_numbers_hold_no_banned_word(language):
    labels = builtin_language(language).labels
    words = [*labels.gates.values(), *labels.directions.values(), *labels.statuses.values()]
    banned = set(builtin_language(language).lint.banned)
    assert not [text for text in words if banned & set(text.lower().split())]


def test_reading_grades_agree_with_counting_by_hand():
    # 12 words, 2 sentences, 15 syllables
    text = "We like to help our customers. They are happy with us today."
    assert flesch_kincaid(text) == pytest.approx(0.39 * 6 + 11.8 * 16 / 12 - 15.59)
    # 6 words: 1 of 3+ syllables, 2 of more than six letters, 4 of one syllable
    text = "Wir helfen gern und bleiben freundlicher."
    expected = 0.1935 * 100 / 6 + 0.1672 * 6 + 0.1297 * 200 / 6 - 0.0327 * 300 / 6 - 0.875
    assert wiener(text) == pytest.approx(expected)
    assert school_grade(text, "none") == 0.0
