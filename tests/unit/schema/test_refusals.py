"""Protected characteristics and group membership never become evidence."""

from __future__ import annotations

import pytest

from rolefit.errors import ConfigError
from rolefit.schema.build import build_config
from rolefit.schema.refusals import is_protected

METRIC = {
    "label": "x", "better": "lower", "kind": "mean", "range": [0, 9], "attribute": "quality",
}  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "gender", "Gender", "agent_gender", "AgentGender", "age", "age_band", "Age (years)",
        "date_of_birth", "ethnicity", "ethnic group", "sexual-orientation", "disability",
        "is_disabled", "pregnancy", "marital_status", "nationality", "religion", "gender_score",
    ],
)  # fmt: skip
def test_protected_names(name):
    assert is_protected(name)


@pytest.mark.parametrize(
    "name",
    [
        "ticket_age", "backlog_age_days", "customer_orientation", "language", "usage", "average",
        "percentage", "team_id", "score", "value", "agent_id", "aht", "race_track_client", "",
    ],
)  # fmt: skip
def test_other_names(name):
    assert not is_protected(name)


@pytest.mark.parametrize(
    ("user", "place"),
    [
        ({"metrics": {"gender": METRIC}}, "metrics.gender"),
        ({"metrics": {"x": METRIC | {"volume": "age"}}}, "metrics.x.volume"),
        ({"attributes": {"age": {"label": "Age", "group": "result"}}}, "attributes.age"),
        (
            {"contributions": {"religion": {"label": "x", "attribute": "coaching"}}},
            "contributions.religion",
        ),
        ({"columns": {"metrics": {"aht": "Gender"}}}, "columns.metrics.aht"),
        ({"columns": {"agents": {"team_id": "ethnicity"}}}, "columns.agents.team_id"),
        ({"inputs": {"metrics": "hr/groups.csv"}}, "inputs.metrics"),
        ({"inputs": {"groups": "hr/people.csv", "ratings": "hr/people.csv"}}, "inputs.ratings"),
    ],
)
def test_a_config_that_would_make_groups_count_is_refused(user, place):
    with pytest.raises(ConfigError) as error:
        build_config(user)
    (problem,) = error.value.problems
    assert (problem.code, problem.place) == ("RF107", f"rolefit.toml: {place}")
    assert problem.hint


def test_the_groups_table_itself_may_be_named():
    config = build_config(
        {"inputs": {"groups": "hr.csv"}, "columns": {"groups": {"sex": "Gender"}}}
    )
    assert config.inputs == {"groups": "hr.csv"}
