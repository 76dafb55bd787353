"""The shipped instruments are sound, and a centre's own is checked as a whole."""

from __future__ import annotations

import re

import pytest

from rolefit.errors import ConfigError
from rolefit.schema.build import build_config
from rolefit.schema.questionnaires import (
    KINDS,
    builtin_instrument,
    builtin_text,
    instrument_from_toml,
)

OWN = """
[instrument]
id = "own"
kind = "strengths"
min = 1
max = 6

[scales.calm]
attribute = "composure"
items = ["c1", "c2"]
reversed = ["c2"]

[items]
c1 = "I stay calm."
"""
WORDS = re.compile(r"[A-Za-z']+")


def codes_and_places(error):
    return [(problem.code, problem.place) for problem in error.value.problems]


@pytest.mark.parametrize(("kind", "scales"), [("strengths", 12), ("interests", 6)])
def test_shape(kind, scales):
    instrument = builtin_instrument(kind)
    items = [item for scale in instrument.scales.values() for item in scale.items]
    assert instrument.instrument.kind == kind
    assert len(instrument.scales) == scales
    assert all(len(scale.items) == 4 for scale in instrument.scales.values())
    assert len(set(items)) == len(items)
    assert list(instrument.items) == items
    assert len(instrument.instrument.labels) == 5
    assert (instrument.instrument.min, instrument.instrument.max) == (1, 5)


def test_each_shipped_scale_belongs_to_an_attribute_of_its_own_kind():
    config = build_config({})
    for kind in KINDS:
        for scale in builtin_instrument(kind).scales.values():
            is_interest = config.attributes[scale.attribute].group == "interest"
            assert is_interest == (kind == "interests")


def test_most_strengths_scales_have_one_reversed_item():
    reversed_items = [
        len(scale.reversed) for scale in builtin_instrument("strengths").scales.values()
    ]
    assert max(reversed_items) == 1
    assert sum(reversed_items) > len(reversed_items) / 2


@pytest.mark.parametrize("kind", KINDS)
def test_wording_is_short_plain_and_never_twice(kind):
    wording = list(builtin_instrument(kind).items.values())
    assert len(set(wording)) == len(wording)
    for text in wording:
        words = WORDS.findall(text)
        assert 4 <= len(words) <= 18, text
        assert max(map(len, words)) <= 13, text
    words = WORDS.findall(" ".join(wording))
    assert sum(map(len, words)) / len(words) < 5


def test_strengths_are_told_as_behaviour_in_the_first_person():
    for text in builtin_instrument("strengths").items.values():
        assert re.search(r"\b(I|me|my)\b", text), text
        assert text.endswith(".")


def test_name_with_or_without_prefix():
    assert builtin_instrument("builtin:interests") == builtin_instrument("interests")
    assert "[instrument]" in builtin_text("builtin:interests")


def test_unknown_builtin_is_named_with_a_suggestion():
    with pytest.raises(ConfigError) as error:
        builtin_instrument("builtin:strenghts")
    (problem,) = error.value.problems
    assert problem.code == "RF101"
    assert problem.hint == "did you mean 'strengths'?"


def test_own_instrument_needs_no_wording_for_every_item():
    instrument = instrument_from_toml(OWN, "own.toml")
    assert instrument.scales["calm"].items == ("c1", "c2")
    assert instrument.instrument.version == "1"


def test_every_problem_of_an_instrument_at_once():
    text = OWN.replace('reversed = ["c2"]', 'reversed = ["c3"]').replace("c1 = ", "cc1 = ")
    text += (
        '[norms.clam]\nmean = 3\nsd = 1\nn = 9\n[scales.two]\nattribute = "x"\n'
        'items = ["c1", "seconds", "gender"]\n'
    )
    with pytest.raises(ConfigError) as error:
        instrument_from_toml(text, "own.toml")
    assert codes_and_places(error) == [
        ("RF106", "own.toml: scales.calm.items"),
        ("RF106", "own.toml: scales.two.items"),
        ("RF106", "own.toml: scales.two.items"),
        ("RF107", "own.toml: scales.two.items"),
        ("RF101", "own.toml: scales.calm.reversed"),
        ("RF101", "own.toml: norms.clam"),
        ("RF101", "own.toml: items.cc1"),
    ]
    assert error.value.problems[5].hint == "did you mean 'calm'?"


def test_wrong_keys_and_values_of_an_instrument():
    text = OWN.replace("max = 6", "max = 0").replace("[scales.calm]", "[scales.calm]\nitem = 3")
    with pytest.raises(ConfigError) as error:
        instrument_from_toml(text, "own.toml")
    assert codes_and_places(error) == [
        ("RF103", "own.toml: instrument"),
        ("RF102", "own.toml: scales.calm.item"),
    ]
    assert error.value.problems[0].message == "min must be below max"
    assert error.value.problems[1].hint == "did you mean 'items'?"


def test_config_reads_an_own_instrument_by_its_path():
    read = []

    def reader(path):
        read.append(path)
        return OWN

    config = build_config(
        {"instruments": {"strengths": {"key": "surveys/own.toml"}}}, file_reader=reader
    )
    assert read == ["surveys/own.toml"]
    assert list(config.questionnaires["strengths"].scales) == ["calm"]
    assert config.questionnaires["interests"] == builtin_instrument("interests")


def test_scale_of_an_unknown_attribute_is_told_at_the_instrument_file():
    user = {"instruments": {"strengths": {"key": "own.toml"}}}
    with pytest.raises(ConfigError) as error:
        build_config(user, file_reader=lambda _: OWN.replace("composure", "compsure"))
    (problem,) = error.value.problems
    assert problem.place == "own.toml: scales.calm.attribute"
    assert (problem.code, problem.hint) == ("RF101", "did you mean 'composure'?")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "cannot read 'own.toml': No such file or directory"),
        (OWN.replace('"strengths"', '"interests"'), "'own' is an instrument of kind 'interests'"),
    ],
)
def test_instrument_that_is_missing_or_of_the_other_kind(text, message):
    def reader(path):
        if text is None:
            raise FileNotFoundError(2, "No such file or directory", path)
        return text

    with pytest.raises(ConfigError) as error:
        build_config({"instruments": {"strengths": {"key": "own.toml"}}}, file_reader=reader)
    (problem,) = error.value.problems
    assert problem.place == "rolefit.toml: instruments.strengths.key"
    assert (problem.code, problem.message) == ("RF106", message)


def test_instrument_path_without_a_folder_to_read_from():
    with pytest.raises(ConfigError) as error:
        build_config({"instruments": {"strengths": {"key": "own.toml"}}})
    assert codes_and_places(error) == [("RF106", "rolefit.toml: instruments.strengths.key")]


def test_instrument_that_is_not_toml():
    with pytest.raises(ConfigError) as error:
        build_config(
            {"instruments": {"strengths": {"key": "own.toml"}}}, file_reader=lambda _: "a b"
        )
    assert codes_and_places(error) == [("RF105", "own.toml")]
