"""Everything wrong with a config is told at once: place, value, expectation, hint, code."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from rolefit.errors import ConfigError
from rolefit.schema.build import build_config
from rolefit.schema.toml import read_toml

RULE = {"applies": False, "reason": "r", "decided_by": "ops", "on": date(2026, 3, 1)}
ROLE = {"label": "Lead", "level": 3, "bar": 0.5}


def problems(user):
    with pytest.raises(ConfigError) as error:
        build_config(user)
    return error.value.problems


CASES = {
    "half-life of no time": (
        {"evidence": {"half_life_months": {"ratings": 0.1}}},
        "RF103", "evidence.half_life_months.ratings", "0.1 is out of bounds", "",
    ),
    "window of an age": (
        {"evidence": {"contributions_window_months": 1e9}},
        "RF103", "evidence.contributions_window_months", "1000000000.0 is out of bounds", "",
    ),
    "unknown attribute in demands": (
        {"roles": {"mentor": {"demands": {"coachng": 4, "coaching": 1}}}},
        "RF101", "roles.mentor.demands", "unknown attribute 'coachng'", "did you mean 'coaching'?",
    ),
    "unknown attribute in supplies": (
        {"roles": {"mentor": {"supplies": {"analyzing": 4}}}},
        "RF101", "roles.mentor.supplies", "unknown attribute 'analyzing'",
        "did you mean 'analysing'?",
    ),
    "interest among the demands": (
        {"roles": {"frontline": {"demands": {"creating": 2}}}},
        "RF106", "roles.frontline.demands", "attribute 'creating' is an interest", "",
    ),
    "capability among the supplies": (
        {"roles": {"frontline": {"supplies": {"coaching": 2}}}},
        "RF106", "roles.frontline.supplies", "attribute 'coaching' is no interest", "",
    ),
    "must-have that is not demanded": (
        {"roles": {"frontline": {"must_have": {"coaching": -1}}}},
        "RF106", "roles.frontline.must_have", "'coaching' is not among the demands",
        "add it to demands: a must-have that does not count cannot be explained",
    ),
    "too many must-haves": (
        {"roles": {"mentor": {"must_have": {"coaching": 0, "teamwork": 0, "quality": 0}}}},
        "RF103", "roles.mentor.must_have",
        '{"coaching": 0, "teamwork": 0, "quality": 0} is out of bounds', "",
    ),
    "unknown attribute of a metric": (
        {"metrics": {"aht": {"attribute": "speed"}}},
        "RF101", "metrics.aht.attribute", "unknown attribute 'speed'", "",
    ),
    "interest as the attribute of a metric": (
        {"metrics": {"aht": {"attribute": "analysing"}}},
        "RF106", "metrics.aht.attribute", "attribute 'analysing' is an interest", "",
    ),
    "unknown attribute of a contribution": (
        {"contributions": {"mentoring": {"attribute": "coacing"}}},
        "RF101", "contributions.mentoring.attribute", "unknown attribute 'coacing'",
        "did you mean 'coaching'?",
    ),
    "unknown metric in a rule": (
        {"applicability": [RULE | {"metric": "csatt", "client": "acme"}]},
        "RF101", "applicability[1].metric", "unknown metric 'csatt'", "did you mean 'csat'?",
    ),
    "unknown section": (
        {"metrcs": {}}, "RF102", "metrcs", "unknown key 'metrcs'", "did you mean 'metrics'?",
    ),
    "unknown key of a metric": (
        {"metrics": {"aht": {"bettr": "lower"}}},
        "RF102", "metrics.aht.bettr", "unknown key 'bettr'", "did you mean 'better'?",
    ),
    "unknown key of a rule": (
        {"applicability": [RULE | {"metric": "csat", "clint": "acme"}]},
        "RF102", "applicability[1].clint", "unknown key 'clint'", "did you mean 'client'?",
    ),
    "unknown key deep in the policy": (
        {"policy": {"loss_ratio": {"upp": 3}}},
        "RF102", "policy.loss_ratio.upp", "unknown key 'upp'", "did you mean 'up'?",
    ),
    "unknown input table": (
        {"inputs": {"metric": "m.csv"}},
        "RF102", "inputs.metric", "unknown key 'metric'", "did you mean 'metrics'?",
    ),
    "unknown table of columns": (
        {"columns": {"agent": {"agent_id": "Login"}}},
        "RF102", "columns.agent", "unknown key 'agent'", "did you mean 'agents'?",
    ),
    "unknown column": (
        {"columns": {"metrics": {"agentid": "Login"}}},
        "RF102", "columns.metrics.agentid", "unknown key 'agentid'", "did you mean 'agent_id'?",
    ),
    "unknown survey": (
        {"instruments": {"strength": {"key": "builtin:strengths"}}},
        "RF102", "instruments.strength", "unknown key 'strength'", "did you mean 'strengths'?",
    ),
    "unknown built-in instrument": (
        {"instruments": {"interests": {"key": "builtin:interest"}}},
        "RF101", None, "unknown instrument 'builtin:interest'", "did you mean 'interests'?",
    ),
    "leaving out what is not there": (
        {"roles": {"mentr": False}},
        "RF101", "roles.mentr", "unknown built-in role 'mentr'", "did you mean 'mentor'?",
    ),
    "wrong choice": (
        {"metrics": {"aht": {"better": "lowre"}}},
        "RF103", "metrics.aht.better", '"lowre" is not known', "did you mean 'lower'?",
    ),
    "number in quotes, with a comma": (
        {"policy": {"want_weight": "0,35"}},
        "RF103", "policy.want_weight", '"0,35" is not a number', "write 0.35 without quotes",
    ),
    "text without quotes": (
        {"centre": {"name": 7}}, "RF103", "centre.name", "7 is not text", 'write "7"',
    ),
    "boolean in quotes": (
        {"applicability": [RULE | {"metric": "csat", "applies": "false"}]},
        "RF103", "applicability[1].applies", '"false" is not true or false',
        "write false without quotes",
    ),
    "boolean as a number": (
        {"policy": {"loss_ratio": {"up": True}}},
        "RF103", "policy.loss_ratio.up", "true is not a number", "",
    ),
    "half a seat": (
        {"roles": {"mentor": {"seats": 1.5}}},
        "RF103", "roles.mentor.seats", "1.5 is not a whole number", "",
    ),
    "not a date": (
        {"centre": {"as_of": "soon"}}, "RF103", "centre.as_of", '"soon" is not a date', "",
    ),
    "infinite number": (
        {"policy": {"record": float("inf")}},
        "RF103", "policy.record", "Infinity is not a finite number", "",
    ),
    "out of bounds": (
        {"centre": {"max_reject_share": 5}},
        "RF103", "centre.max_reject_share", "5 is out of bounds", "",
    ),
    "section that is no table": (
        {"roles": 3}, "RF103", "roles", "3 is not a table", "",
    ),
    "range of one number": (
        {"metrics": {"aht": {"range": [1]}}},
        "RF103", "metrics.aht.range[2]", "a value is missing in the list", "",
    ),
    "range the wrong way round": (
        {"metrics": {"aht": {"range": [9, 1]}}},
        "RF103", "metrics.aht", "range must be [lowest, highest] with lowest < highest", "",
    ),
    "inside role without a level": (
        {"roles": {"lead": {"label": "Lead", "demands": {"vision": 1}}}},
        "RF103", "roles.lead", "a role inside the centre needs level and bar", "",
    ),
    "role that asks and offers nothing": (
        {"roles": {"lead": ROLE}},
        "RF103", "roles.lead", "a role needs at least one demand or supply above 0", "",
    ),
    "misspelt metric": (
        {"metrics": {"ahtt": {"range": [0, 900]}}},
        "RF104", "metrics.ahtt", "missing keys 'label', 'better', 'kind', 'attribute'",
        "did you mean 'aht'?",
    ),
    "rule without an author": (
        {"applicability": [{"metric": "aht", "applies": False, "reason": "r", "on": RULE["on"]}]},
        "RF104", "applicability[1]", "missing key 'decided_by'", "add 'decided_by'",
    ),
    "rate in per cent": (
        {"metrics": {"fcr": {"range": [0, 100]}}},
        "RF106", "metrics.fcr.range", "a rate lies between 0 and 1",
        "scale = 100 reads per cent; then range = [0, 1]",
    ),
    "ratings the wrong way round": (
        {"evidence": {"rating_range": [5, 1]}},
        "RF106", "evidence.rating_range", "lowest is not below highest", "",
    ),
    "metric named like a key column": (
        {"metrics": {"aht": {"volume": "period"}}},
        "RF106", "metrics.aht.volume", "'period' is a key column", "",
    ),
    "role named like a wish": (
        {"roles": {"outside": ROLE | {"demands": {"vision": 1}}}},
        "RF106", "roles.outside", "'outside' is a word of the wishes table", "",
    ),
    "no role left": (
        {"roles": dict.fromkeys(build_config({}).inside_ids, False)},
        "RF106", "roles", "no role inside the centre is left",
        "agents need a current role: keep or define one with a level and a bar",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_one_problem(case):
    user, code, key, message, hint = CASES[case]
    (problem,) = problems(user)
    assert problem.code == code
    assert problem.place == (f"rolefit.toml: {key}" if key else "builtin:interest")
    assert problem.message == message
    assert problem.hint == hint


def test_all_problems_at_once():
    several = (
        "boolean as a number", "rate in per cent", "unknown attribute in supplies", "not a date",
        "unknown section", "unknown input table", "unknown built-in instrument",
    )  # fmt: skip
    everything = {section: value for case in several for section, value in CASES[case][0].items()}
    found = {(problem.code, problem.message) for problem in problems(everything)}
    assert found == {(CASES[case][1], CASES[case][3]) for case in several}


def test_unknown_names_list_the_known_ones():
    (problem,) = problems({"roles": {"mentor": {"supplies": {"coachng": 1}}}})
    assert problem.expected == (
        "one of analysing, creating, developing_people, organising, persuading, serving_customers"
    )


def test_an_attribute_that_is_left_out_is_missed_wherever_it_is_named():
    found = problems({"attributes": {"coaching": False}})
    assert [problem.place for problem in found] == [
        "rolefit.toml: contributions.mentoring.attribute",
        "rolefit.toml: roles.mentor.demands",
        "builtin:strengths: scales.coaching.attribute",
    ]


def test_the_line_a_user_reads():
    (problem,) = problems({"metrics": {"aht": {"better": "lowre"}}})
    assert str(problem) == (
        'rolefit.toml: metrics.aht.better: "lowre" is not known. Expected: lower or higher. '
        "Hint: did you mean 'lower'? [RF103]"
    )


def test_long_values_are_shortened():
    (problem,) = problems({"policy": {"record": "x" * 500}})
    assert len(problem.message) < 100


def test_the_place_is_the_file_of_the_caller():
    with pytest.raises(ConfigError) as error:
        build_config({"metrcs": {}}, place="other/rolefit.toml")
    assert error.value.problems[0].place == "other/rolefit.toml: metrcs"


@pytest.mark.parametrize(
    "as_of",
    [date(2026, 6, 30), pd.Timestamp("2026-06-30"), "2026-06-30", np.datetime64("2026-06-30")],
)
def test_a_date_as_python_users_have_it(as_of):
    assert build_config({"centre": {"as_of": as_of}}).centre.as_of == date(2026, 6, 30)


def test_numbers_of_array_libraries_are_numbers():
    user = {"policy": {"record": np.float64(0.4)}, "roles": {"mentor": {"seats": np.int64(3)}}}
    config = build_config(user)
    assert config.policy.record == 0.4
    assert config.roles["mentor"].seats == 3


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ('[inputs]\nmetrics = "C:\\exports\\m.csv"', "write a path in single quotes"),
        ("[centre]\nname = Northwind", "text needs quotes"),
        ("[centre]\nname = 'a'\nname = 'b'", "a key may be given only once"),
        ("[centre]\n[centre]", "a table may be declared only once"),
        ("centre", "a line is `key = value`"),
    ],
)
def test_text_that_is_not_toml(text, hint):
    with pytest.raises(ConfigError) as error:
        read_toml(text, "rolefit.toml")
    (problem,) = error.value.problems
    assert problem.code == "RF105"
    assert problem.place == "rolefit.toml"
    assert "line " in problem.message or "end of document" in problem.message
    assert problem.hint.startswith(hint)
