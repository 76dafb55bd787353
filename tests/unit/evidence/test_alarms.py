"""Alarms: rare where nobody games a number, found where somebody does, kind in what they ask."""

from __future__ import annotations

import numpy as np
import pytest

import rolefit as rf
from experiment_programs import programs
from rolefit.evidence.watch import ALARMS
from rolefit.explain import wording
from rolefit.explain.names import Names
from rolefit.schema.build import build_config

EXPERIMENT = "experiments/010-alarms"
ACCUSING = ("cheat", "gam", "manipul", "abuse", "suspicious", "fault", "trick")


@pytest.fixture(scope="module")
def lab(repository):
    """The experiment's own centres and ways of working towards a number."""
    (run,) = programs(repository / EXPERIMENT, "run")
    return run


@pytest.fixture(scope="module")
def clean(lab):
    return lab.centre(1500, 11)


@pytest.fixture(scope="module")
def false_alarms(lab, clean):
    return lab.alarms(*clean)


@pytest.mark.parametrize("code", ALARMS)
def test_fewer_than_one_in_a_hundred_hears_a_false_alarm(false_alarms, clean, code):
    assert (false_alarms["alarm"] == code).sum() < 0.01 * len(clean[1])


@pytest.mark.parametrize(
    ("code", "least"),
    [("traded", 0.6), ("near_target", 0.6), ("short_contacts", 0.85), ("easier_mix", 0.4)],
)
def test_what_was_planted_is_found(lab, clean, code, least):
    config, agents, rows = clean
    rng = np.random.default_rng(3)
    chosen = set(agents["agent_id"].to_numpy()[rng.random(len(agents)) < 0.08])
    planted = lab.WAYS[code](rows, rows["agent_id"].isin(chosen).to_numpy(), rng)
    chosen &= lab.doers(code, rows, planted)
    if code == "traded":
        chosen &= lab.followed(config, agents, rows, ("aht", "fcr"))
    rung = lab.alarms(config, agents, planted)
    right = set(rung.loc[rung["alarm"] == code, "agent_id"])
    assert len(chosen) >= 5
    assert len(right & chosen) >= least * len(chosen)
    assert len(right - chosen) < 0.01 * len(agents)


def test_a_metric_that_only_asks_is_no_evidence(clean):
    config, agents, rows = clean
    result = rf.score(rf.Workspace(config, agents=agents, metrics=rows))
    assert "short_contacts" in set(result.effects["metric"])
    assert "short_contacts" not in set(result.evidence["source"])
    without = rows.drop(columns="short_contacts")
    plain = rf.score(rf.Workspace(config, agents=agents, metrics=without))
    assert plain.suggestions["metrics_only_percentile"].equals(
        result.suggestions["metrics_only_percentile"]
    )


def test_the_real_agent_who_ends_calls_early_is_asked_about_it(lab, shared_data):
    rung = lab.bank({
        "calls": shared_data / "anonymous_bank/calls_1999_jan_jul.parquet",
        "shortest": 10, "longest": 3600,
    })  # fmt: skip
    assert list(rung["agent_id"]) == ["A22"]
    assert list(rung["under 10 s"]) == ["27%"]


@pytest.mark.parametrize("code", ALARMS)
def test_an_alarm_asks_and_accuses_nobody(code):
    subject = "aht+fcr" if code == "traded" else "aht"
    text = wording.remark(Names.of(build_config({})), code, subject)
    assert text.endswith("?")
    assert not [word for word in ACCUSING if word in text.lower()]


def test_a_metric_left_out_guards_nothing():
    config = build_config({"metrics": {"fcr": False}})
    assert config.metrics["aht"].guard is None


@pytest.mark.parametrize(
    ("spec", "place"),
    [({"guard": "fcrr"}, "metrics.aht.guard"), ({"target": 9000.0}, "metrics.aht")],
)
def test_a_guard_or_target_that_makes_no_sense_is_told(spec, place):
    with pytest.raises(rf.ConfigError, match=place):
        build_config({"metrics": {"aht": spec}})
