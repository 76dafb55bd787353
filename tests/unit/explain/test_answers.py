"""Answers promise nothing, ask for nothing that was refused, and say each thing once."""

from __future__ import annotations

from dataclasses import replace

import pytest

import rolefit as rf
from rolefit.explain.lint import lint_sentence
from rolefit.explain.show import Show
from rolefit.explain.wording import change
from rolefit.schema.build import build_config
from rolefit.schema.languages import builtin_language
from rolefit.simulate.centre import simulate

LANGUAGES = ("en", "de")
PROMISES = {
    "en": ("What can be added now would not settle it; time and a talk will.",
           "A rating will settle it."),
    "de": ("Das würde es noch nicht klären; das tun Zeit und ein Gespräch.",
           "Ein Gespräch wird es klären."),
}  # fmt: skip
RATING = "a rating by a second person"


@pytest.fixture(scope="module", params=LANGUAGES)
def answers(request):
    made = simulate(40, seed=4, stories=True)
    tables = rf.Workspace(config=build_config({"centre": {"language": request.param}}),
                          **made.tables)  # fmt: skip
    result = rf.score(tables, with_terms=True)
    whys = [result.explain(agent) for agent in result.suggestions["agent_id"]]
    return [(why, role, why.what_would_change(role)) for why in whys for role in why.config.roles]


@pytest.mark.parametrize("language", LANGUAGES)
def test_that_something_will_settle_it_is_a_promise(language):
    for text in PROMISES[language]:
        found = [finding.code for finding in lint_sentence(text, builtin_language(language))]
        assert found == ["promise"]


def test_no_answer_is_a_promise(answers):
    unsettled = 0
    for why, _, change_ in answers:
        language = why.config.language
        found = {finding.code for finding in lint_sentence(change_.sentence, language)}
        assert not found & {"promise", "banned_word"}
        unsettled += language.answers["unsettled"] in change_.sentence
    assert unsettled


def test_who_refused_a_role_hears_that_first_and_is_asked_for_nothing(answers):
    refused = 0
    for why, role, change_ in answers:
        spoken = why.config.language
        wish = next(row["wish"] for row in why.fits if row["role"] == role)
        starts = {w: spoken.sentences["wish"][w].agent.split("{")[0] for w in ("no", "not_now")}
        if wish in starts:
            refused += 1
            assert change_.sentence.startswith(starts[wish])
            assert change_.show == ()
            assert spoken.answers["unsettled"] not in change_.sentence
            assert spoken.labels.gates["wish"] not in change_.sentence
    assert refused


def told(*pieces: Show) -> str:
    return change(
        build_config({}), "mentor", [], pieces, [], None, feasible=True, settles=True, refusal=None
    )


def test_several_ratings_say_what_they_are_on_and_one_does_not():
    one = Show(RATING, "ratings", ("coaching",))
    survey = Show("the strengths survey", "strengths", ("vision",))
    assert "a rating by a second person could settle it" in told(one).lower()
    both = told(one, replace(one, attributes=("planning",)), survey).lower()
    assert f"{RATING}, on helping colleagues learn and planning ahead" in both
    assert both.count(RATING) == 1
    assert "the strengths survey could settle it" in both
    other = Show("a rating by somebody who works with you", "ratings", ("planning",))
    assert f"{RATING}, on helping colleagues learn" in told(one, other).lower()
    assert "works with you, on planning ahead" in told(one, other).lower()
