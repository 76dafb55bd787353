"""A user's values go over the defaults piece by piece, and each value knows where it comes from."""

from __future__ import annotations

import copy

from hypothesis import given
from hypothesis import strategies as st

from rolefit.schema.build import build_config, packaged_defaults, provenance
from rolefit.schema.merge import merge

leaf = st.integers() | st.text(max_size=3) | st.booleans() | st.lists(st.integers(), max_size=2)
tables = st.recursive(
    st.dictionaries(st.sampled_from("abcde"), leaf, max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abcde"), inner | leaf, max_size=3),
    max_leaves=12,
)
shares = st.floats(0, 1)


@given(tables)
def test_nothing_over_something_changes_nothing(base):
    assert merge(base, {}) == base
    assert merge({}, base) == base
    assert merge(base, base) == base


@given(tables, tables, tables)
def test_order_of_merging_does_not_matter_as_long_as_the_last_one_wins(first, second, third):
    replaced = {"a": 0, "b": 0, "c": 0, "d": 0, "e": 0}
    assert merge(merge(first, second), replaced) == replaced
    assert merge(merge(first, second), third).keys() == merge(first, merge(second, third)).keys()


@given(tables, tables)
def test_arguments_stay_as_they_were(base, over):
    before = copy.deepcopy((base, over))
    merged = merge(base, over)
    merged["a"] = "changed"
    for value in merged.values():
        if isinstance(value, dict):
            value["a"] = "changed"
    assert (base, over) == before


@given(shares, shares)
def test_one_value_overrides_that_value_alone(record, margin):
    config = build_config({"policy": {"record": record, "margin": margin}})
    default = build_config({})
    assert config.policy == default.policy.model_copy(update={"record": record, "margin": margin})
    assert config.model_copy(update={"policy": default.policy}) == default


def test_one_key_of_one_metric():
    config = build_config({"metrics": {"aht": {"range": [10, 900]}}})
    aht, default = config.metrics["aht"], build_config({}).metrics["aht"]
    assert aht == default.model_copy(update={"range": (10.0, 900.0)})
    assert list(config.metrics) == list(build_config({}).metrics)


def test_a_profile_is_replaced_as_a_whole():
    role = build_config({"roles": {"mentor": {"demands": {"coaching": 1}}}}).roles["mentor"]
    assert role.demands == {"coaching": 1}
    assert role.supplies == build_config({}).roles["mentor"].supplies


def test_new_things_come_after_the_built_in_ones():
    spec = {"label": "Lead", "level": 3, "bar": 0.5, "demands": {"vision": 1, "planning": 1}}
    config = build_config({"roles": {"team_lead": spec}})
    assert config.role_ids == (*build_config({}).role_ids, "team_lead")


def test_built_in_things_are_left_out_with_false():
    config = build_config({"roles": {"specialist": False}, "metrics": {"aht": False}})
    assert "specialist" not in config.roles
    assert "aht" not in config.metrics
    assert config.inside_ids == ("frontline", "mentor", "account_management")


def test_a_survey_can_be_left_out():
    config = build_config({"instruments": {"interests": False}})
    assert list(config.questionnaires) == ["strengths"]


def test_provenance_names_the_source_of_each_value():
    user = {
        "policy": {"record": 0.4, "out": {"runs": 1}},
        "roles": {"mentor": {"demands": {"coaching": 1}}, "specialist": False},
    }
    found = provenance(user)
    theirs = {key for key, source in found.items() if source == "rolefit.toml"}
    assert theirs == {
        "policy.record",
        "policy.out.runs",
        "roles.mentor.demands",
        "roles.specialist",
    }
    assert found["policy.out.destination"] == "default"
    assert found["roles.mentor.supplies"] == "default"


def test_without_a_user_every_value_is_a_default():
    assert set(provenance({}).values()) == {"default"}
    assert len(provenance({})) > 200
    assert packaged_defaults()["metrics"]["aht"]["unit"] == "s"
