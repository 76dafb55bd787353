"""Norms are not applied where the config has given their numbers another meaning."""

from __future__ import annotations

from dataclasses import replace

import pytest

import rolefit as rf
from rolefit.learned_under import check_settings
from rolefit.simulate.centre import simulate

CENTRE = simulate(60, 3)


def workspace(changes: dict | None = None, **tables: object) -> rf.Workspace:
    """The centre with some sections of its config changed."""
    config = {**CENTRE.config, **(changes or {})}
    config = {**config, "centre": {**config["centre"], "max_reject_share": 1.0}}
    return rf.Workspace(config=config, **{**CENTRE.tables, **tables})


@pytest.fixture(scope="module")
def norms() -> rf.Norms:
    """What the centre taught, read back from a file."""
    return rf.Norms.from_json(rf.calibrate(workspace()).to_json())


REFUSED = {
    "metrics.aht.kind": {"metrics": {"aht": {"kind": "mean"}}},
    "metrics.aht.better": {"metrics": {"aht": {"better": "higher"}}},
    "metrics.aht.unit": {"metrics": {"aht": {"unit": "min"}}},
    "metrics.csat.volume": {"metrics": {"csat": {"volume": "contacts"}}},
    "contributions.mentoring.unit": {"contributions": {"mentoring": {"unit": "minutes"}}},
    "contributions.peer_recognition.damp_reciprocity": {
        "contributions": {"peer_recognition": {"damp_reciprocity": False}}
    },
    "evidence.rating_range": {"evidence": {"rating_range": [0, 100]}},
}


@pytest.mark.parametrize(("place", "changes"), REFUSED.items(), ids=REFUSED)
def test_a_setting_that_turns_the_numbers_is_refused(
    norms: rf.Norms, place: str, changes: dict
) -> None:
    with pytest.raises(rf.ConfigError) as refused:
        rf.score(workspace(changes), norms=norms)
    problems = refused.value.problems
    assert [(p.place, p.code) for p in problems] == [(f"norms.json: {place}", "RF143")]
    assert all(p.expected and p.hint for p in problems)


def test_all_that_changed_is_told_at_once(norms: rf.Norms) -> None:
    changes = REFUSED["evidence.rating_range"] | {"metrics": {"aht": {"better": "higher"}}}
    with pytest.raises(
        rf.ConfigError, match=r"(?s)metrics\.aht\.better.*rating_range|rating_range"
    ):
        rf.score(workspace(changes), norms=norms)


def test_another_key_of_a_questionnaire_is_refused(norms: rf.Norms) -> None:
    config = workspace().config
    instrument = config.questionnaires["strengths"]
    scale = instrument.scales["coaching"]
    turned = scale.model_copy(update={"reversed": scale.items[:1]})
    scales = instrument.scales | {"coaching": turned}
    questionnaires = config.questionnaires | {
        "strengths": instrument.model_copy(update={"scales": scales})
    }
    check_settings(norms, config)
    with pytest.raises(rf.ConfigError, match=r"surveys\.strengths\.coaching"):
        check_settings(norms, config.model_copy(update={"questionnaires": questionnaires}))


def test_what_norms_outlive_is_said_and_what_does_not_touch_them_is_not(norms: rf.Norms) -> None:
    def said(changes: dict | None = None) -> str:
        reports = rf.score(workspace(changes), norms=norms).run.reports
        return " ".join(line for line in reports if line.startswith("norms:"))

    assert said() == ""
    later = {**CENTRE.config["centre"], "as_of": "2026-07-15"}
    assert said({"policy": {"record": 0.6}, "centre": later}) == ""
    assert "(evidence changed since)" in said({"evidence": {"huber": 3.0}})
    scaled = said({"metrics": {"aht": {"scale": 2.0}}})
    assert "metrics.aht.scale was 1.0 when they were learned and is 2.0" in scaled


def test_a_metric_or_kind_that_is_gone_from_the_config_is_no_reason_to_refuse(
    norms: rf.Norms,
) -> None:
    more = {**norms.learned_under, "metrics.gone": {"kind": "mean"}}
    check_settings(replace(norms, learned_under=more), workspace().config)
