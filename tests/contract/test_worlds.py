"""Every world is a workspace that rolefit scores without a complaint."""

from __future__ import annotations

import json

import pytest

from rolefit.simulate.worlds import world_names


@pytest.mark.parametrize("world", world_names())
def test_a_world_is_scored_without_a_reject(call, tmp_path, world):
    folder = tmp_path / "ws"
    done = call("simulate", folder, "--agents", 60, "--seed", 3, "--world", world, "--quiet")
    assert done.exit_code == 0, done.output
    scored = call("score", folder, "--out", tmp_path / "out", "--json")
    assert scored.exit_code == 0, scored.output
    told = json.loads(scored.stdout)
    assert told["agents"] == 60
    assert told["rejects"] == []


def test_a_world_is_checked_without_a_reject(call, tmp_path):
    call("simulate", tmp_path, "--agents", 60, "--seed", 3, "--world", "drift", "--quiet")
    checked = call("check", tmp_path, "--json")
    assert checked.exit_code == 0, checked.output
    assert json.loads(checked.stdout)["rejects"] == []


def test_shown_knobs_go_back_in_and_make_the_same_centre(call, tmp_path):
    shown = call("simulate", "--show", "gaming")
    assert shown.exit_code == 0, shown.output
    (tmp_path / "mine.toml").write_text(shown.stdout, "utf-8")
    size = ("--agents", 60, "--seed", 4, "--quiet")
    call("simulate", tmp_path / "a", *size, "--world", "gaming")
    done = call("simulate", tmp_path / "b", *size, "--knobs", tmp_path / "mine.toml")
    assert done.exit_code == 0, done.output
    files = [path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*.csv")]
    assert len(files) > 10
    assert all(
        (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
        for file in files
    )


def test_a_knob_wins_over_the_world(call, tmp_path):
    (tmp_path / "mine.toml").write_text("placed = 0.3\npreferred = 0.5\n", "utf-8")
    done = call(
        "simulate", tmp_path / "ws", "--agents", 60, "--seed", 4, "--world", "plain",
        "--knobs", tmp_path / "mine.toml", "--json",
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert (told["knobs"]["placed"], told["knobs"]["sorting"]) == (0.3, 0.0)
    assert {"placements.csv", "groups.csv", "truth/policy.csv"} <= set(told["files"])


@pytest.mark.parametrize(
    ("text", "code", "word"),
    [
        ("sortng = 0.5", "RF102", "did you mean 'sorting'?"),
        ("sorting = 7", "RF103", "out of bounds"),
        ("sorting =", "RF105", "not TOML"),
    ],
)
def test_wrong_knobs_are_refused_before_anything_is_written(call, tmp_path, text, code, word):
    file = tmp_path / "mine.toml"
    file.write_text(text, "utf-8")
    done = call("simulate", tmp_path / "ws", "--agents", 60, "--seed", 4, "--knobs", file)
    assert done.exit_code == 2
    assert f"[{code}]" in done.stderr
    assert word in done.stderr
    assert "mine.toml" in done.stderr
    assert not (tmp_path / "ws").exists()


def test_knobs_that_are_not_there_and_worlds_that_are_not_are_refused(call, tmp_path):
    done = call(
        "simulate", tmp_path / "ws", "--agents", 60, "--seed", 4, "--knobs", tmp_path / "no.toml"
    )
    assert (done.exit_code, "[RF203]" in done.stderr) == (2, True)
    done = call("simulate", "--show", "gamng")
    assert (done.exit_code, "did you mean 'gaming'?" in done.stderr) == (2, True)
