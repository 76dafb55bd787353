"""The effective config as TOML builds the same config again, on its own."""

from __future__ import annotations

import tomllib
from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from rolefit.schema.build import build_config, effective_toml
from rolefit.schema.questionnaires import builtin_text
from rolefit.schema.toml import read_toml, write_toml

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
number = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**62), 2**62)
value = text | number | st.booleans() | st.dates() | st.lists(number, max_size=3)
tables = st.recursive(
    st.dictionaries(text, value, max_size=4),
    lambda inner: st.dictionaries(text, inner | value | st.lists(inner, max_size=2), max_size=4),
    max_leaves=15,
)
USER = {
    "centre": {"name": 'North "wind" \\ \u00fc\n', "as_of": date(2026, 6, 30)},
    "columns": {"metrics": {"agent_id": "Agent Login"}},
    "inputs": {"metrics": "exports/agent queue.parquet"},
    "metrics": {"csat": {"kind": "rate", "range": [0, 1], "scale": 100}, "fcr": False},
    "applicability": [
        {
            "metric": "csat", "client": "acme", "applies": False, "reason": "own vendor",
            "decided_by": "ops", "on": date(2026, 3, 1),
        },
        {
            "metric": "aht", "channel": "chat", "applies": False, "reason": "three chats at once",
            "decided_by": "ops", "on": date(2026, 4, 1),
        },
    ],
    "roles": {
        "specialist": False,
        "team lead": {"label": "Lead", "level": 3, "bar": 0.5, "demands": {"vision": 2}},
    },
}  # fmt: skip


@given(tables)
@example({"": [{"": {}}]})
@example({"a": [{"b": {"c": [1, {"d": "e"}]}}], "f g": [{}]})
def test_what_is_written_reads_back(written):
    assert tomllib.loads(write_toml({"tables": written})) == {"tables": written}


def test_defaults():
    config = build_config({})
    assert build_config(tomllib.loads(effective_toml(config))) == config


def test_a_user_config():
    config = build_config(USER)
    again = build_config(tomllib.loads(effective_toml(config)))
    assert again == config
    assert again.role_ids == config.role_ids
    assert again.attribute_ids == config.attribute_ids


def test_written_twice_is_the_same_text():
    written = effective_toml(build_config(USER))
    assert effective_toml(build_config(tomllib.loads(written))) == written


def test_with_sources_it_still_reads_back():
    written = effective_toml(build_config(USER), USER)
    assert build_config(tomllib.loads(written)) == build_config(USER)
    lines = written.splitlines()
    assert "scale = 100.0  # rolefit.toml" in lines
    assert "specialist = false  # rolefit.toml" in lines
    assert "bar = -0.5  # default" in lines


def test_an_own_instrument_travels_with_the_config():
    own = builtin_text("strengths").replace("strengths-v1", "own-v1")
    user = {"instruments": {"strengths": {"key": "own.toml"}}}
    config = build_config(user, file_reader=lambda _: own)
    written = effective_toml(config, user)
    assert 'id = "own-v1"  # own.toml' in written.splitlines()
    again = build_config(tomllib.loads(written))
    assert again == config
    assert again.questionnaires["strengths"].instrument.id == "own-v1"


def test_built_in_instruments_are_named_and_not_copied():
    assert "questionnaires" not in tomllib.loads(effective_toml(build_config({})))


def test_a_byte_order_mark_is_ignored():
    assert read_toml("\ufeff[centre]\n", "rolefit.toml") == {"centre": {}}
