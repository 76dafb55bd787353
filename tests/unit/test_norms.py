"""Norms travel as JSON and Arrow, refuse what is not theirs, and say what they lack."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import rolefit as rf
from rolefit.simulate.centre import simulate


@pytest.fixture(scope="module")
def workspace() -> rf.Workspace:
    """A small simulated centre."""
    centre = simulate(80, 3)
    return rf.Workspace(config=centre.config, **centre.tables)


@pytest.fixture(scope="module")
def norms(workspace: rf.Workspace) -> rf.Norms:
    """What it teaches."""
    return rf.calibrate(workspace)


def assert_same(one: rf.Norms, other: rf.Norms, workspace: rf.Workspace) -> None:
    """Both score alike, to the last bit."""
    tables = [rf.score(workspace, norms).tables for norms in (one, other)]
    for name in ("suggestions", "fits", "posterior", "evidence", "effects"):
        assert tables[0][name].equals(tables[1][name]), name


def test_norms_read_back_from_json_score_the_same(workspace: rf.Workspace, norms: rf.Norms) -> None:
    assert_same(norms, rf.Norms.from_json(norms.to_json()), workspace)


def test_large_arrays_may_lie_beside(workspace: rf.Workspace, norms: rf.Norms) -> None:
    text = norms.to_json(with_arrays=False)
    assert len(text) < len(norms.to_json())
    assert json.loads(text)["arrays"]["file"] == "norms.arrow"
    assert_same(norms, rf.Norms.from_json(text, norms.to_arrow()), workspace)


def test_arrays_that_are_missing_or_not_theirs_are_refused(norms: rf.Norms) -> None:
    text, arrays = norms.to_json(with_arrays=False), norms.to_arrow()
    for wrong in (None, arrays[:-1] + bytes([arrays[-1] ^ 1])):
        with pytest.raises(rf.ConfigError, match="RF141"):
            rf.Norms.from_json(text, wrong)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": 2, "arrays": {}}', '{"version": 99}', "1", "null"]
)
def test_what_is_not_norms_is_refused(text: str) -> None:
    with pytest.raises(rf.ConfigError, match="RF140"):
        rf.Norms.from_json(text)


def test_norms_of_another_version_say_so(norms: rf.Norms) -> None:
    document = json.loads(norms.to_json()) | {"version": 99}
    with pytest.raises(rf.ConfigError, match="version 99"):
        rf.Norms.from_json(json.dumps(document))
    with pytest.raises(rf.ConfigError, match="version '2', this rolefit reads 2"):
        rf.Norms.from_json(json.dumps(document | {"version": "2"}))


def test_a_damaged_number_is_refused(norms: rf.Norms) -> None:
    document = json.loads(norms.to_json())
    document["metrics"]["aht"]["tau2"] = "much"
    with pytest.raises(rf.ConfigError, match="RF140"):
        rf.Norms.from_json(json.dumps(document))


def test_what_the_norms_know_nothing_of_is_said(workspace: rf.Workspace) -> None:
    centre = simulate(80, 3)
    few = {name: centre.tables[name] for name in ("agents", "metrics")}
    few["metrics"] = few["metrics"].drop_columns(["csat"])
    assert centre.tables["ratings"].num_rows
    poor = rf.calibrate(rf.Workspace(config=centre.config, **few))
    told = " ".join(rf.score(workspace, poor).run.reports)
    assert "survey 'strengths'" in told
    assert "metric 'csat'" in told
    assert "kind of contribution 'mentoring'" in told
    assert "ratings (client_knowledge/client, " in told
    assert not any("know too little" in line for line in rf.score(workspace).run.reports)


def test_scoring_against_poorer_norms_counts_less_and_breaks_nothing(
    workspace: rf.Workspace,
) -> None:
    centre = simulate(80, 3)
    poor = rf.calibrate(rf.Workspace(config=centre.config, agents=centre.tables["agents"]))
    result = rf.score(workspace, poor)
    assert result.evidence.empty
    assert set(result.suggestions.status) <= {"gather", "firm"}
    moved = result.suggestions[result.suggestions.direction != "stay"]
    assert set(moved.direction) <= {"out"}  # by choice: a wish needs no evidence
    assert isinstance(result.suggestions, pd.DataFrame)


def test_the_run_record_names_its_own_config_and_that_of_the_norms(norms: rf.Norms) -> None:
    centre = simulate(80, 3)
    config = {**centre.config, "policy": {"record": 0.6}}
    run = rf.score(rf.Workspace(config=config, **centre.tables), norms).run
    assert run.norms_config_hash == norms.config_hash
    assert run.config_hash not in ("", norms.config_hash)


def test_norms_say_in_one_line_what_they_know(norms: rf.Norms) -> None:
    assert repr(norms).startswith("Norms(as of 2026-06-30: aht, ")
    assert len(repr(norms)) < 500
