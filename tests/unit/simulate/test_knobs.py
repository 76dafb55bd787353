"""Every knob is in one file, can be shown, changed and read back."""

import hashlib
import re

import pytest

from rolefit.errors import ConfigError
from rolefit.schema.tables import (
    AGENTS,
    CONTRIBUTIONS,
    METRIC_KEYS,
    PLACEMENTS,
    RATINGS,
    SURVEY_KEYS,
    WISH_ROWS,
)
from rolefit.schema.toml import read_toml
from rolefit.simulate.centre import simulate
from rolefit.simulate.worlds import World, knobs_toml, world_named, world_names
from rolefit.simulate.write import write_workspace

NAMES = (
    "plain", "sorted", "sparse", "inapplicable", "careless", "gaming", "biased_history",
    "heavy_tails", "non_linear", "no_glue_value", "metric_only", "shifted_validities", "drift",
)  # fmt: skip
PLAIN_60_5 = "c075b824c957af1336ea3762a1e01fd08d26ccff1ee4675a28d66d6878fb8620"
TRUTH = {
    "effects_truth": ["agent_id", "metric", "effect"],
    "outcomes": ["agent_id", "role", "outcome"],
    "policy": ["agent_id", "role", "propensity"],
}


def contents(folder):
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def written(folder, *arguments, **named):
    write_workspace(simulate(*arguments, **named), folder)
    return contents(folder)


def test_the_worlds_are_those_of_the_contract_and_one_more():
    assert world_names() == NAMES


def test_the_plain_world_keeps_its_bytes(tmp_path):
    digest = hashlib.sha256()
    for name, data in written(tmp_path, 60, 5, "plain").items():
        digest.update(name.encode() + data)
    assert digest.hexdigest() == PLAIN_60_5


@pytest.mark.parametrize("world", NAMES)
def test_the_same_seed_gives_the_same_bytes_in_every_world(tmp_path, world):
    a = written(tmp_path / "a", 40, 5, world)
    assert a == written(tmp_path / "b", 40, 5, world)
    other = written(tmp_path / "c", 40, 6, world)
    same = {name for name in a if a[name] == other.get(name)}
    assert same <= {"truth/knobs.toml", "rolefit.toml"}


@pytest.mark.parametrize("world", NAMES)
def test_every_table_has_the_columns_of_the_contract(world):
    centre = simulate(60, 2, world)
    whole = {
        "agents": AGENTS, "contributions": CONTRIBUTIONS, "ratings": RATINGS,
        "wishes": WISH_ROWS, "placements": PLACEMENTS,
    }  # fmt: skip
    for name, table in centre.tables.items():
        if name in whole:
            assert set(table.column_names) <= set(whole[name].names), name
            assert len(table.column_names) >= len(whole[name]) - 1, name
        else:
            keys = METRIC_KEYS if name == "metrics" else SURVEY_KEYS
            assert table.column_names[: len(keys)] == keys.names, name
    for name, columns in TRUTH.items():
        if name in centre.truth:
            assert centre.truth[name].column_names == columns, name
    assert {"agents_truth", "effects_truth", "outcomes"} <= set(centre.truth)
    assert ("placements" in centre.tables) == (world not in {"plain", "sorted"})
    assert centre.truth["outcomes"].num_rows == 60 * 11


@pytest.mark.parametrize("world", NAMES)
def test_shown_knobs_read_back_to_the_same_world(world):
    shown = read_toml(knobs_toml(world_named(world)), "shown")
    assert world_named(world, shown) == world_named(world)
    assert set(shown) == set(World.model_fields)


def test_every_knob_says_what_it_means():
    text = knobs_toml(world_named("sorted"))
    for name, field in World.model_fields.items():
        assert f"# {field.description}\n" in text, name
        assert re.search(rf"(?m)^\[?{name}\b", text), name


def test_the_knobs_written_beside_a_centre_make_it_again(tmp_path):
    first = written(tmp_path / "a", 40, 1, "plain", knobs={"careless": 0.5, "style": 0.4})
    assert b"--world plain --knobs truth/knobs.toml\n" in first["README.md"]
    again = read_toml(first["truth/knobs.toml"].decode(), "knobs.toml")
    assert written(tmp_path / "b", 40, 1, "plain", knobs=again) == first


def test_wrong_knobs_are_told_all_at_once_with_a_hint():
    wrong = {"sortng": 0.5, "careless": 2.0, "tails": 1.5, "clients": 2.5, "placed": "many"}
    with pytest.raises(ConfigError) as refused:
        simulate(50, 1, knobs=wrong, place="mine.toml")
    told = {problem.place: problem for problem in refused.value.problems}
    assert set(told) == {f"mine.toml: {name}" for name in wrong}
    assert told["mine.toml: sortng"].hint == "did you mean 'sorting'?"


CHANGES = {
    "sorting": 0.2, "clients": 7, "clients_per_agent": 2.0, "hardness": 0.3, "inapplicable": 0.4,
    "newcomers": 0.3, "general": 0.4, "kinship": 0.6, "tails": 5.0, "validity_spread": 0.02,
    "style": 0.5, "careless": 0.3, "unanswered": 0.1, "no_survey": 0.4, "asked_twice": 0.9,
    "fading": 0.9, "faded": 1.0, "contributing": 0.3, "silent": 0.6, "gaming": 0.5,
    "declining": 0.9, "decline": 0.2, "luck": 0.1, "bend": 0.5, "enough": 1.0, "ideal": 0.0,
    "glue_value": 0.5, "metric_share": 0.5, "placed": 0.3, "policy_slope": 0.0, "preferred": 0.2,
    "proxy": 0.1, "preference": 3.0, "favour": 1.0, "validity": {"ratings": 0.2},
}  # fmt: skip
EVERYTHING_ON = {
    "tails": 4.0, "asked_twice": 0.5, "fading": 0.3, "gaming": 0.1, "declining": 0.3, "bend": 1.0,
    "glue_value": 0.9, "placed": 0.1, "preferred": 0.5, "proxy": 0.6, "preference": 1.0,
    "favour": 0.2,
}  # fmt: skip


@pytest.fixture(scope="module")
def everything():
    return simulate(300, 3, knobs=EVERYTHING_ON)


@pytest.mark.parametrize("knob", CHANGES)
def test_every_knob_changes_the_centre(knob, everything):
    turned = simulate(300, 3, knobs={**EVERYTHING_ON, knob: CHANGES[knob]})
    tables = {**everything.tables, **everything.grouped, **everything.truth}
    others = {**turned.tables, **turned.grouped, **turned.truth}
    assert tables.keys() != others.keys() or not all(
        table.equals(others[name]) for name, table in tables.items()
    )


def test_every_knob_is_turned_by_a_test():
    assert set(CHANGES) == set(World.model_fields) - {"about"}


def test_the_page_tells_of_every_world_and_every_knob(repository):
    page = (repository / "docs/worlds.md").read_text("utf-8")
    assert [name for name in NAMES if f"### {name}\n" not in page] == []
    assert [name for name in World.model_fields if f"`{name}`" not in page] == []
