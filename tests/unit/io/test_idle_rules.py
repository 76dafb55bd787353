"""An applicability rule that no row matches is told, with the name that was probably meant."""

from __future__ import annotations

import pytest

import small_centre as centre
from rolefit.io.workspace import Workspace, load


def rule(metric: str = "aht", **where: str) -> dict[str, object]:
    said = {"reason": "a pilot", "decided_by": "ops", "on": "2026-01-01"}
    return {"metric": metric, "applies": False, **where, **said}


def told(*rules: dict[str, object]) -> list[str]:
    checked = Workspace({"applicability": list(rules)}, **centre.tables())
    return [line for line in checked.reports if line.startswith("[[applicability]]")]


def test_rules_that_match_are_not_told():
    assert told(rule(client="acme"), rule(channel="voice"), rule(), rule(client="globex")) == []


@pytest.mark.parametrize(
    ("where", "missing", "guess"),
    [
        ({"client": "acmee"}, "no client 'acmee'", "did you mean 'acme'?"),
        ({"client": "ACME"}, "no client 'ACME'", "did you mean 'acme'?"),
        ({"channel": "voise"}, "no channel 'voise'", "did you mean 'voice'?"),
        ({"client": "acme", "channel": "voise"}, "no channel 'voise'", "did you mean 'voice'?"),
        ({"client": "zzz"}, "no client 'zzz'.", "changes nothing"),
    ],
)
def test_a_name_nobody_served_is_told_with_a_guess(where, missing, guess):
    (line,) = told(rule(client="acme"), rule(**where))
    assert line.startswith("[[applicability]] rule 2, aht: ")
    assert missing in line
    assert guess in line
    assert "no client 'acme'" not in line


def test_two_names_that_never_meet_are_told():
    metrics = centre.metrics()
    metrics.loc[metrics["client_id"] == "acme", "channel"] = "chat"
    config = {"applicability": [rule(client="acme", channel="voice")]}
    (line,) = (r for r in centre.workspace(config, metrics=metrics).reports if "rule 1" in r)
    assert "client 'acme' and channel 'voice', but never together" in line


def test_the_file_is_named_and_without_metrics_nothing_is_told(tmp_path):
    config = (
        '[[applicability]]\nmetric = "aht"\nclient = "acmee"\napplies = false\nreason = "r"\n'
        'decided_by = "ops"\non = 2026-01-01\n'
    )
    tables = {"agents": centre.agents(), "metrics": centre.metrics()}
    reports = load(centre.write(tmp_path / "ws", tables, config)).reports
    assert any("metrics.csv has no client 'acmee'" in line for line in reports)
    alone = load(centre.write(tmp_path / "alone", {"agents": centre.agents()}, config)).reports
    assert not any("applicability" in line for line in alone)
