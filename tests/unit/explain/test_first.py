"""What comes before everything else: an answer that is owed, and a talk that should not wait."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from explained_centre import any_decision, make_centre
from rolefit.evidence.table import Remarks
from rolefit.explain.notes import NOTE_CODES, REMARK_ORDER
from rolefit.explain.text import MOST_WORDS

LANGUAGES = ("en", "de")
EARLY = ("talk_early_decline", "talk_early_interest")


@pytest.fixture(scope="module")
def silent():
    return replace(any_decision(make_centre(600, 31), 7), remarks=())


def about(code: str, centre, *subjects: str) -> Remarks:
    """The same remark on everybody, one row a subject."""
    agents = np.arange(len(centre.situation.current))
    who = np.tile(agents, len(subjects))
    return Remarks(code, who, np.repeat(np.arange(len(subjects)), len(agents)), subjects)


def heard(centre, *remarks: Remarks):
    return replace(centre, remarks=remarks).explain()


def first(text: str) -> str:
    """What is told right after what the agent brings."""
    return text.splitlines()[0].split(". ", maxsplit=1)[1]


def test_a_decline_is_told_in_every_direction_before_the_suggestion(silent):
    explained = heard(silent, about("talk_early_decline", silent, "aht"))
    assert set(silent.decision.direction) == set(range(5))
    for text in explained.text.to_pylist():
        assert first(text).startswith("Lately average handle time may have become harder for you.")
    for text in explained.text_leader.to_pylist():
        assert first(text).startswith("Lately average handle time may have become harder for them")
        assert "Talk with them early" in text


def test_a_fading_interest_is_told_in_every_direction(silent):
    explained = heard(silent, about("talk_early_interest", silent, "developing_people"))
    for text in explained.text.to_pylist():
        assert first(text).startswith("Your answers show less joy in helping people grow than")


def test_both_are_told_in_one_breath(silent):
    remarks = [
        about(code, silent, name) for code, name in zip(EARLY, ("aht", "creating"), strict=True)
    ]
    for text in heard(silent, *remarks).text.to_pylist():
        assert "average handle time" in first(text)
        assert "less joy in creating things" in first(text)
        assert text.count("Let us talk early") == 1


def test_two_metrics_are_both_named(silent):
    explained = heard(silent, about("talk_early_decline", silent, "csat", "aht"))
    for text in explained.text.to_pylist():
        assert first(text).startswith("Lately average handle time and customer satisfaction may")


def test_an_answer_that_is_owed_is_told_first_of_all(silent):
    remarks = (about("reply_contested", silent, ""), about("talk_early_decline", silent, "aht"))
    explained = heard(silent, *remarks)
    for text in explained.text.to_pylist():
        assert first(text).startswith("You disagreed with an earlier suggestion, and a person owes")
        assert "Let us talk early" in text
        assert "You raised a question" not in text
    for text in explained.text_leader.to_pylist():
        assert "you owe them an answer before anything else" in first(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_told_however_long_the_names_are(language):
    long = "a very long label that somebody wrote without any thought of those who read it"
    base = make_centre(1, 0).config
    user = {
        "centre": {"language": language},
        "attributes": {a: {"label": long, "phrase": long} for a in base.attributes},
        "metrics": {m: {"label": long} for m in base.metrics},
        "roles": {r: {"label": long} for r in base.roles},
    }
    centre = replace(any_decision(make_centre(800, 32, user=user), 8), remarks=())
    remarks = (
        about("reply_contested", centre, ""), about(EARLY[0], centre, "aht", "csat"),
        about(EARLY[1], centre, "creating", "analysing"),
    )  # fmt: skip
    explained = heard(centre, *remarks)
    first = centre.config.language.sentences["first"]
    talk = {"en": ("Let us talk early", "Talk with them early")}
    talk["de"] = ("Lass uns fr\u00fch", "Sprich fr\u00fch")
    for reader, column in (("agent", explained.text), ("leader", explained.text_leader)):
        for text in column.to_pylist():
            assert len(text.split()) <= MOST_WORDS
            assert getattr(first["contested"], reader) in text
            assert talk[language][reader == "leader"] in text


def test_every_note_has_its_code(any_explained):
    notes, codes = any_explained.notes.to_pylist(), any_explained.note_codes.to_pylist()
    assert [len(said) for said in notes] == [len(said) for said in codes]
    flat = [pair for said in zip(notes, codes, strict=True) for pair in zip(*said, strict=True)]
    starts = {
        "talk_early": ("Your answers show less joy", "talk early"),
        "reply_contested": ("You disagreed",),
        "evidence_conflicts": ("Our sources differ",),
        "not_yet_seen": ("Not yet seen",),
        "retake": ("Some of your",),
        "held": ("As last time",),
        "too_few_answers": ("Too few",),
    }
    met = set()
    for note, code in flat:
        assert code in NOTE_CODES
        if code in starts:
            met.add(code)
            assert any(words in note for words in starts[code]), (code, note)
    assert met == set(starts)


def test_codes_are_told_in_the_order_of_the_page(any_explained):
    order = list(dict.fromkeys(NOTE_CODES))
    for codes in any_explained.note_codes.to_pylist():
        assert [order.index(code) for code in codes] == sorted(order.index(code) for code in codes)
    assert "talk_early_decline" in REMARK_ORDER
    assert "talk_early_decline" not in NOTE_CODES
