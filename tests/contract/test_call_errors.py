"""A wrong call ends with exit code 2, says what was meant, and shows no traceback."""

from __future__ import annotations

import json

import pytest


def assert_refused(done, code: str, *told: str) -> None:
    assert done.exit_code == 2, done.output
    assert f"[{code}]" in done.stderr
    for word in told:
        assert word in done.stderr
    assert "Traceback" not in done.output


def test_a_typo_in_a_command(call):
    done = call("scroe")
    assert done.exit_code == 2
    assert "Did you mean 'score'?" in done.stderr


def test_a_typo_in_an_option(call, shipped):
    done = call("check", shipped, "--quite")
    assert done.exit_code == 2
    assert "--quiet" in done.stderr


def test_a_missing_argument(call):
    assert call("score").exit_code == 2


@pytest.mark.parametrize("command", ["check", "config"])
def test_a_workspace_that_is_not_there(call, tmp_path, command):
    done = call(command, tmp_path / "nowhere")
    assert done.exit_code == 2
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.output


def test_a_typo_in_an_agent_id(call, scored):
    assert_refused(call("explain", scored, "A00012"), "RF401", "did you mean 'A")


def test_a_typo_in_a_role(call, scored):
    assert_refused(
        call("explain", scored, "A0001", "--role", "mentr"), "RF403", "did you mean 'mentor'?"
    )


def test_a_folder_without_a_run(call, tmp_path):
    assert_refused(call("explain", tmp_path, "A0001"), "RF402", "suggestions")


def test_a_typo_in_an_instrument(call):
    assert_refused(call("instrument", "builtin:strenths"), "RF404", "did you mean 'strengths'?")


def test_a_typo_in_a_world(call, tmp_path):
    done = call("simulate", tmp_path / "ws", "--agents", 50, "--seed", 1, "--world", "sortd")
    assert_refused(done, "RF405", "did you mean 'sorted'?")
    assert not (tmp_path / "ws").exists()


def test_a_number_of_agents_that_makes_no_centre(call, tmp_path):
    assert_refused(call("simulate", tmp_path / "ws", "--agents", 0, "--seed", 1), "RF406", "agents")


def test_every_unknown_output_table_is_told_at_once(call, shipped, tmp_path):
    done = call("score", shipped, "--out", tmp_path / "out", "--tables", "suggestion,fit")
    assert_refused(done, "RF411", "did you mean 'suggestions'?", "did you mean 'fits'?")
    assert not (tmp_path / "out").exists()


def test_the_engine_that_is_not_built(call, shipped, tmp_path):
    done = call("score", shipped, "--out", tmp_path / "out", "--engine", "spark")
    assert_refused(done, "RF408", "--engine local")


def test_a_folder_with_something_else_is_not_replaced(call, shipped, tmp_path):
    (tmp_path / "thesis.txt").write_text("three years of work", "utf-8")
    done = call("score", shipped, "--out", tmp_path)
    assert_refused(done, "RF410")
    assert "Reading" not in done.stderr
    assert (tmp_path / "thesis.txt").read_text("utf-8") == "three years of work"


def test_the_workspace_is_not_replaced_by_its_output(call, centre):
    assert_refused(call("score", centre, "--out", centre), "RF421", "out")
    assert_refused(call("score", centre, "--out", centre.parent), "RF421")
    assert (centre / "agents.csv").is_file()


def test_init_leaves_what_is_there(call, centre):
    assert_refused(call("init", centre), "RF422")


def test_norms_that_are_not_there(call, shipped, tmp_path):
    done = call("score", shipped, "--out", tmp_path / "out", "--norms", tmp_path / "norms.json")
    assert_refused(done, "RF220", "norms.json")


def test_norms_that_are_no_norms(call, shipped, tmp_path):
    (tmp_path / "norms.json").write_text("{}", "utf-8")
    done = call("score", shipped, "--out", tmp_path / "out", "--norms", tmp_path / "norms.json")
    assert_refused(done, "RF140")


def test_a_config_that_makes_no_sense(call, centre):
    with (centre / "rolefit.toml").open("a", encoding="utf-8") as file:
        file.write("\n[roles.mentor]\ndemands = { coachng = 4 }\n\n[policcy]\nrecord = 0.5\n")
    done = call("score", centre, "--out", centre / "out")
    assert done.exit_code == 2
    assert "did you mean 'coaching'?" in done.stderr
    assert "did you mean 'policy'?" in done.stderr
    assert not (centre / "out").exists()


def test_json_gives_the_problems_to_a_machine(call, shipped, tmp_path):
    out = tmp_path / "out"
    done = call("score", shipped, "--out", out, "--tables", "fit", "--json")
    answer = json.loads(done.stdout)
    assert done.exit_code == 2
    assert not answer["ok"]
    assert [problem["code"] for problem in answer["problems"]] == ["RF411"]


def test_a_place_that_cannot_be_written(call, shipped, tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    done = call("norms", shipped, "--out", tmp_path / "file" / "norms.json")
    assert_refused(done, "RF490")


def test_norms_do_not_go_over_a_file_of_the_workspace(call, centre):
    for name in ("agents.csv", "rolefit.toml"):
        before = (centre / name).read_bytes()
        assert_refused(call("norms", centre, "--out", centre / name), "RF410", name)
        assert (centre / name).read_bytes() == before
    assert call("norms", centre, "--out", centre / "norms.json").exit_code == 0
    assert call("norms", centre, "--out", centre / "norms.json").exit_code == 0
