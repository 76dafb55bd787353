"""Night after night: an `out` conversation must hold in every run, and is firm after two."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import rolefit as rf

if TYPE_CHECKING:
    from pathlib import Path

NIGHTS = ("2026-06-26", "2026-06-27", "2026-06-28", "2026-06-29")


@pytest.fixture(scope="module")
def folder(repository: Path) -> Path:
    """The shipped centre."""
    return repository / "data" / "synthetic"


@pytest.fixture(scope="module")
def first(folder: Path) -> rf.Result:
    """Its first night, without history."""
    return rf.score(rf.load(folder))


def talks(result: rf.Result) -> dict[str, str]:
    """Agents with an `out` conversation, and its status; leaving by choice is no conversation."""
    told = result.suggestions
    chosen = told["gates"].map(
        lambda gates: any(g["gate"] == "by_choice" and g["passed"] for g in gates)
    )
    out = told[(told["direction"] == "out") & ~chosen]
    return dict(zip(out["agent_id"], out["status"], strict=True))


def night(folder: Path, history: pd.DataFrame, norms: rf.Norms) -> rf.Result:
    """Scores the centre with what earlier nights said."""
    config = tomllib.loads((folder / "rolefit.toml").read_text("utf-8"))
    tables = rf.load(folder).inputs.present()
    return rf.score(rf.Workspace(config=config, **tables, history=history), norms)


def test_a_conversation_stays_what_it_is_and_is_firm_from_the_third_night_on(
    folder: Path, first: rf.Result
) -> None:
    expected = talks(first)
    assert expected
    assert set(expected.values()) == {"tentative"}
    history, told = pd.DataFrame(), []
    result = first
    for day in NIGHTS:
        history = pd.concat([history, result.suggestions.assign(as_of=day)])
        result = night(folder, history, first.norms)
        told.append(talks(result))
    assert all(set(some) == set(expected) for some in told)
    assert set(told[0].values()) == {"tentative"}
    assert told[1] == told[2] == told[3]
    assert "firm" in told[1].values()


def test_a_conversation_never_begins_where_one_earlier_run_said_otherwise(
    folder: Path, first: rf.Result
) -> None:
    other = first.suggestions.assign(gates=None, direction="stay", proposed_direction="stay")
    history = other.assign(as_of=NIGHTS[0])
    assert talks(night(folder, history, first.norms)) == {}
    history = pd.concat([history, first.suggestions.assign(as_of=NIGHTS[1])])
    assert talks(night(folder, history, first.norms)) == {}


def test_who_once_left_by_choice_has_had_no_conversation(folder: Path, first: rf.Result) -> None:
    """The direction `out` of an earlier run counts for nothing where its gates say otherwise."""
    chosen = first.suggestions.assign(direction="out", target_role="selling")
    result = night(folder, pd.concat([chosen.assign(as_of=day) for day in NIGHTS[:2]]), first.norms)
    held = talks(first)
    runs = {
        row.agent_id: gate["value"]
        for row in result.suggestions.itertuples()
        for gate in row.gates
        if gate["gate"] == "history"
    }
    assert set(held) <= {agent for agent, value in runs.items() if value == 2}
    assert sum(value == 0 for value in runs.values()) > 0.8 * len(runs)


def test_one_night_that_says_otherwise_begins_the_count_again(
    folder: Path, first: rf.Result
) -> None:
    other = first.suggestions.assign(gates=None, direction="stay")
    history = pd.concat([
        first.suggestions.assign(as_of=NIGHTS[0]), first.suggestions.assign(as_of=NIGHTS[1]),
        other.assign(as_of=NIGHTS[2]), first.suggestions.assign(as_of=NIGHTS[3]),
    ])  # fmt: skip
    assert talks(night(folder, history, first.norms)) == {}


def test_two_runs_of_one_day_are_one_run_and_the_newer_counts(
    folder: Path, first: rf.Result
) -> None:
    once = night(folder, first.suggestions.assign(as_of=NIGHTS[0]), first.norms)
    again = [first.suggestions.assign(as_of=NIGHTS[0]), once.suggestions.assign(as_of=NIGHTS[0])]
    result = night(folder, pd.concat(again), first.norms)
    assert talks(result) == talks(once)
    assert set(talks(result).values()) == {"tentative"}
    assert not result.tables["rejects"].num_rows
    assert result.suggestions["direction"].equals(once.suggestions["direction"])
    other = first.suggestions.assign(as_of=NIGHTS[0], gates=None, direction="stay")
    assert talks(night(folder, pd.concat([again[0], other]), first.norms)) == {}
    assert talks(night(folder, pd.concat([other, again[0]]), first.norms)) == talks(once)


@pytest.mark.parametrize("text", ["not json", "[{", "{}", "[1]", '[{"gate":"wish"}', "[{'a': 1}]"])
def test_gates_that_are_no_json_are_told_and_hold_no_conversation(
    folder: Path, first: rf.Result, text: str
) -> None:
    """The direction alone counts where a run kept no gates, and not where they are damaged."""
    told = first.suggestions[first.suggestions["direction"] == "out"].head(8)
    tables = rf.load(folder).inputs.present()
    config = {**tomllib.loads((folder / "rolefit.toml").read_text("utf-8"))}
    config["centre"] = {**config["centre"], "max_reject_share": 1.0}
    history = told.assign(as_of=NIGHTS[0], gates=text)
    ws = rf.Workspace(config=config, **tables, history=history)
    assert set(ws.rejects["code"]) == {"bad_json"}
    assert set(ws.rejects["column"]) == {"gates"}
    assert ws.counts["history"]["rejected"] == 0
    assert ws.inputs.history["gates"].to_pylist() == ["[]"] * len(told)
    assert not set(talks(rf.score(ws, first.norms))) & set(told["agent_id"])
    stopped = rf.Workspace(config=folder / "rolefit.toml", **tables, history=history)
    assert [problem.code for problem in stopped.stopped] == ["RF301"]


def test_leaving_by_choice_does_not_wait(folder: Path, first: rf.Result) -> None:
    result = night(folder, first.suggestions.assign(as_of=NIGHTS[0]), first.norms)
    told = result.suggestions.set_index("agent_id")
    assert told.direction["S-NEXT-CHAPTER"] == "out"
    assert told.status["S-NEXT-CHAPTER"] == "firm"


@pytest.mark.parametrize("fmt", ["parquet", "csv"])
def test_a_run_as_written_is_read_back_as_history(
    folder: Path, first: rf.Result, tmp_path: Path, fmt: str
) -> None:
    first.write(tmp_path / "out", fmt=fmt)
    file = tmp_path / "out" / f"suggestions.{fmt}"
    read = pd.read_parquet(file) if fmt == "parquet" else pd.read_csv(file)
    history = pd.concat([read.assign(as_of=day) for day in NIGHTS[:2]])
    assert set(talks(night(folder, history, first.norms))) == set(talks(first))
