"""Notes: what does not apply, what differs, what is not yet seen."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chi2

from explained_centre import make_centre
from rolefit.evidence.table import Remarks
from rolefit.explain.notes import REMARK_ORDER, conflicts

RULE = "CSAT (customer satisfaction) does not count for client acme: its own vendor asks them"


@pytest.fixture(scope="module")
def silent():
    """A centre about which no kind of evidence has anything to remark."""
    return replace(make_centre(60, 3, share=1.0), remarks=())


def notes(centre, *remarks: Remarks) -> list[list[str]]:
    return replace(centre, remarks=remarks).explain().notes.to_pylist()


def remark(code: str, agents: list[int], subjects: list[int], names: tuple[str, ...]) -> Remarks:
    return Remarks(code, np.array(agents), np.array(subjects), names)


def test_a_rule_is_told_in_full_to_those_it_is_about(silent):
    told = notes(silent, remark("not_applicable", [4], [0], (RULE,)))
    assert told[4][0] == f"{RULE}."
    assert not any(RULE in note for agent, said in enumerate(told) if agent != 4 for note in said)


def test_a_text_names_the_rule_without_its_reason(silent):
    rules = (remark("not_applicable", [4], [0], (RULE,)),)
    text = replace(silent, remarks=rules).explain().text[4].as_py()
    assert "CSAT (customer satisfaction) does not count for client acme." in text
    assert "vendor" not in text


def test_a_note_is_told_once(silent):
    once = remark("not_applicable", [4], [0], (RULE,))
    assert notes(silent, once, once) == notes(silent, once)


def test_the_order_of_remarks_does_not_matter(silent):
    rows = [
        remark("retake", [1, 4], [0, 0], ("strengths",)),
        remark("not_applicable", [4, 1], [0, 0], (RULE,)),
        remark("too_few_answers", [4, 4], [1, 0], ("coaching", "quality")),
    ]
    assert notes(silent, *rows) == notes(silent, *rows[::-1])
    assert notes(silent, *rows)[4][0] == f"{RULE}."


def test_scales_without_a_score_share_one_note(silent):
    names = ("coaching", "teamwork", "planning", "ownership")
    told = notes(silent, remark("too_few_answers", [2] * 4, [3, 1, 0, 2], names))
    few = [note for note in told[2] if note.startswith("Too few")]
    assert len(few) == 1
    assert few[0].endswith("and others.")
    assert "helping colleagues learn" in few[0]


def test_a_code_without_a_sentence_is_refused(silent):
    with pytest.raises(ValueError, match="no sentence for the remark 'mystery'"):
        notes(silent, remark("mystery", [0], [0], ("x",)))


def test_sources_that_differ_are_found_by_their_own_precision():
    precision = np.array([[[2.0, 3.0, 0, 0, 0], [2.0, 0, 0, 0, 0]]])
    means = np.array([[[1.5, -1.0, 0, 0, 0], [9.0, 0, 0, 0, 0]]])
    centre = (2 * 1.5 - 3) / 5
    q = 2 * (1.5 - centre) ** 2 + 3 * (-1 - centre) ** 2
    np.testing.assert_allclose(conflicts(precision, means), [[chi2.sf(q, 1), 1.0]])


def test_a_conflict_is_noted_and_talked_about_first(silent):
    shape = silent.posterior.precision.shape
    role = silent.decision.target[0]
    attribute = int(silent.profiles.can[role].argmax())
    precision, means = np.zeros(shape), np.zeros(shape)
    precision[:, attribute, 1:3] = 4.0
    means[0, attribute, 1:3] = 2.0, -2.0
    told = notes(replace(silent, posterior=replace(
        silent.posterior, precision=precision, family_mean=means,
    )))  # fmt: skip
    assert [note for note in told[0] if note.startswith("Our sources differ")]
    assert not [note for said in told[1:] for note in said if note.startswith("Our sources differ")]


def test_a_conflict_that_does_not_count_for_the_role_is_not_noted(silent):
    shape = silent.posterior.precision.shape
    role = silent.decision.target[0]
    attribute = int(np.flatnonzero(silent.profiles.weights[role] == 0)[0])
    precision, means = np.zeros(shape), np.zeros(shape)
    precision[0, attribute, 1:3] = 4.0
    means[0, attribute, 1:3] = 2.0, -2.0
    told = notes(replace(silent, posterior=replace(
        silent.posterior, precision=precision, family_mean=means,
    )))  # fmt: skip
    assert not [note for note in told[0] if note.startswith("Our sources differ")]


def test_what_is_not_seen_is_named_heaviest_first():
    centre = replace(make_centre(5, 3, share=0.0), remarks=())
    spec = centre.config.attributes
    for agent, said in enumerate(notes(centre)):
        role = centre.decision.target[agent]
        heaviest = centre.config.attribute_ids[int(centre.profiles.weights[role].argmax())]
        assert len(said) == 1
        assert said[0].startswith(
            f"Not yet seen, so not counted for or against: {spec[heaviest].phrase}"
        )


def test_the_page_lists_every_remark_and_no_other(repository):
    page = (repository / "docs/reasons.md").read_text("utf-8").split("## Remarks")[1]
    assert tuple(re.findall(r"(?m)^\| `(\w+)` \|", page)) == REMARK_ORDER
