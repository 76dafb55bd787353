"""Every command does what its line in the contract says."""

from __future__ import annotations

import json
import tomllib

import pyarrow.parquet as pq
import pytest

from rolefit.schema.tables import DIRECTIONS, OUTPUT_TABLES

COMMANDS = (
    "demo",
    "init",
    "check",
    "config",
    "instrument",
    "norms",
    "score",
    "explain",
    "reply",
    "simulate",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(call, command):
    done = call(command, "--help")
    assert done.exit_code == 0
    assert "Usage" in done.stdout


def test_the_version(call):
    from rolefit.version import __version__

    assert call("--version").stdout.strip() == f"rolefit {__version__}"


def test_init_makes_a_workspace_that_passes_check(call, tmp_path):
    assert call("init", tmp_path / "my-centre").exit_code == 0
    done = call("check", tmp_path / "my-centre", "--json")
    assert done.exit_code == 0
    answer = json.loads(done.stdout)
    assert answer["rejects"] == []
    assert set(answer["counts"]) == {
        "agents", "metrics", "strengths", "interests", "contributions", "ratings", "wishes",
    }  # fmt: skip


def test_what_init_made_can_be_scored(call, tmp_path):
    call("init", tmp_path / "ws")
    done = call("score", tmp_path / "ws", "--out", tmp_path / "out", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["agents"] == 3


def test_every_line_that_init_shows_as_an_example_is_right(call, tmp_path):
    call("init", tmp_path / "ws")
    config = tmp_path / "ws" / "rolefit.toml"
    lines = config.read_text("utf-8").splitlines()
    examples = [line.removeprefix("# ") for line in lines if line.startswith(("# [", "# [["))]
    assert {"[policy]", "[roles.mentor]", "[[applicability]]"} <= set(examples)
    start = lines.index("# A metric of your own, or a change to a built-in one.")
    shown = [
        line.removeprefix("#").strip()
        for line in lines[start:]
        if line.startswith("#") and ("=" in line or line.startswith("# ["))
    ]
    shown = [line for line in shown if not line.startswith(("key =", "[instruments"))]
    shown = [line for line in shown if not line.startswith("A survey")]
    config.write_text("\n".join(shown), "utf-8")
    assert call("config", tmp_path / "ws").exit_code == 0, config.read_text("utf-8")


def test_check_counts_rows(call, shipped):
    done = call("check", shipped)
    assert done.exit_code == 0
    assert "agents" in done.stdout
    assert "Reading" in done.stderr


def test_config_is_complete_and_says_where_values_come_from(call, shipped):
    done = call("config", shipped)
    assert done.exit_code == 0
    assert {"roles", "policy", "metrics"} <= set(tomllib.loads(done.stdout))
    assert "# default" in done.stdout
    assert "# rolefit.toml" in done.stdout


def test_config_for_machines(call, shipped):
    answer = json.loads(call("config", shipped, "--json").stdout)
    assert answer["config"]["policy"]["want_weight"] == 0.35
    assert answer["origin"]["centre.as_of"] == "rolefit.toml"


@pytest.mark.parametrize("name", ["builtin:strengths", "builtin:interests", "strengths"])
def test_instrument_prints_one_that_reads_back(call, name):
    done = call("instrument", name)
    assert done.exit_code == 0
    assert tomllib.loads(done.stdout)["instrument"]["kind"] == name.removeprefix("builtin:")


def test_score_writes_every_table_but_the_terms(scored):
    written = {path.name for path in scored.iterdir()}
    tables = {f"{name}.parquet" for name in OUTPUT_TABLES if name != "terms"}
    assert tables | {"norms.json", "run.json", "config.toml"} <= written
    assert "terms.parquet" not in written


@pytest.mark.parametrize("table", [name for name in OUTPUT_TABLES if name != "terms"])
def test_every_table_has_the_columns_of_the_contract(scored, table):
    names = pq.read_schema(scored / f"{table}.parquet").names
    assert names[: len(OUTPUT_TABLES[table])] == OUTPUT_TABLES[table].names


def test_the_run_record_says_how_long_each_stage_took(scored):
    record = json.loads((scored / "run.json").read_text("utf-8"))
    assert {"read", "calibrate", "evidence", "directions"} <= set(record["seconds"])
    assert set(record["input_hashes"]) == set(record["counts"])


def test_score_writes_the_chosen_tables_with_terms(call, shipped, tmp_path):
    out = tmp_path / "out"
    done = call("score", shipped, "--out", out, "--tables", "suggestions", "--terms", "--quiet")
    assert done.exit_code == 0, done.output
    assert {p.name for p in out.glob("*.parquet")} == {
        "suggestions.parquet", "terms.parquet", "rejects.parquet",
    }  # fmt: skip


def test_score_writes_csv(call, shipped, tmp_path):
    out = tmp_path / "out"
    done = call("score", shipped, "--out", out, "--format", "csv", "--quiet")
    assert done.exit_code == 0, done.output
    assert (out / "suggestions.csv").is_file()
    assert not list(out.glob("*.parquet"))
    assert call("explain", out, "A0001").exit_code == 0


def test_score_tells_what_it_found(call, shipped, tmp_path):
    done = call("score", shipped, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert all(direction in done.stdout for direction in DIRECTIONS)
    assert "ranking by metrics alone" in done.stdout
    assert " explain " in done.stdout
    assert "Scoring" in done.stderr


def test_quiet_prints_nothing(call, shipped, tmp_path):
    done = call("score", shipped, "--out", tmp_path / "out", "--quiet")
    assert done.exit_code == 0
    assert done.output == ""


def test_score_for_machines_counts_everybody_once(call, shipped, tmp_path):
    done = call("score", shipped, "--out", tmp_path / "out", "--json")
    answer = json.loads(done.stdout)
    assert done.stderr == ""
    assert answer["agents"] == 60
    assert sum(sum(row.values()) for row in answer["directions"].values()) == 60
    assert set(answer["directions"]) == set(DIRECTIONS)


def test_a_dry_run_says_what_would_be_written_and_writes_nothing(call, shipped, tmp_path):
    done = call("score", shipped, "--out", tmp_path / "out", "--dry-run")
    assert done.exit_code == 0
    assert "suggestions.parquet" in done.stdout
    assert not (tmp_path / "out").exists()


def test_scoring_against_its_own_norms_changes_nothing(call, shipped, scored, tmp_path):
    norms, out = tmp_path / "norms.json", tmp_path / "out"
    assert call("norms", shipped, "--out", norms).exit_code == 0
    done = call("score", shipped, "--out", out, "--norms", norms, "--quiet")
    assert done.exit_code == 0, done.output
    for name in ("suggestions.parquet", "fits.parquet"):
        assert (out / name).read_bytes() == (scored / name).read_bytes()


def test_norms_of_another_centre_count(call, shipped, scored, tmp_path):
    call("simulate", tmp_path / "other", "--agents", 40, "--seed", 9, "--quiet")
    call("norms", tmp_path / "other", "--out", tmp_path / "norms.json", "--quiet")
    done = call("score", shipped, "--out", tmp_path / "out", "--norms", tmp_path / "norms.json")
    assert done.exit_code == 0, done.output
    assert "Learning" not in done.stderr
    fits = "fits.parquet"
    assert (tmp_path / "out" / fits).read_bytes() != (scored / fits).read_bytes()


def test_explain_tells_why(call, scored):
    rows = pq.read_table(scored / "suggestions.parquet", columns=["agent_id", "text"]).to_pylist()
    done = call("explain", scored, rows[0]["agent_id"])
    assert done.exit_code == 0, done.output
    assert rows[0]["agent_id"] in done.stdout


def test_explain_tells_what_another_role_would_take(call, scored):
    done = call("explain", scored, "A0001", "--role", "mentor")
    assert done.exit_code == 0, done.output
    assert "mentor role" in done.stdout
    assert len(done.stdout) > len(call("explain", scored, "A0001").stdout)


def test_explain_for_machines(call, scored):
    answer = json.loads(call("explain", scored, "A0001", "--role", "mentor", "--json").stdout)
    assert answer["agent_id"] == "A0001"
    assert answer["direction"] in DIRECTIONS
    assert answer["role"] == "mentor"


@pytest.mark.parametrize("role", ["creative_work", "frontline", "account_management"])
def test_explain_for_machines_has_null_for_what_is_not_known(call, scored, role):
    def refuse(word):
        pytest.fail(f"{word} is no JSON")

    for agent in ("A0001", "S-NEWCOMER", "S-ELSEWHERE", "S-NEXT-CHAPTER"):
        done = call("explain", scored, agent, "--role", role, "--json")
        assert done.exit_code == 0, done.output
        json.loads(done.stdout, parse_constant=refuse)
        assert call("explain", scored, agent, "--role", role).exit_code == 0


def test_explain_speaks_to_the_leader_too(call, scored):
    rows = pq.read_table(scored / "suggestions.parquet").to_pylist()
    done = call("explain", scored, rows[0]["agent_id"], "--for", "leader")
    assert done.exit_code == 0, done.output
    shown = " ".join(done.stdout.replace("\u2502", " ").split())
    assert " ".join(rows[0]["text_leader"].split()) in shown
    assert rows[0]["text"].splitlines()[-1] not in shown
    assert call("explain", scored, rows[0]["agent_id"], "--for", "nobody").exit_code == 2
    answer = json.loads(call("explain", scored, rows[0]["agent_id"], "--json").stdout)
    assert answer["text_leader"] == rows[0]["text_leader"]
    assert answer["note_codes"] == rows[0]["note_codes"]


def test_a_centre_that_speaks_german(call, centre, tmp_path):
    config = (centre / "rolefit.toml").read_text("utf-8")
    spoken = config.replace("[centre]", '[centre]\nlanguage = "de"', 1)
    (centre / "rolefit.toml").write_text(spoken, "utf-8")
    assert 'language = "de"  # rolefit.toml' in call("config", centre).stdout
    for form in ("parquet", "csv"):
        out = tmp_path / form
        assert call("score", centre, "--out", out, "--format", form, "--quiet").exit_code == 0
        answer = json.loads(call("explain", out, "S-CLIENT-EXPERT", "--json").stdout)
        assert answer["text"].startswith("Das bringst du mit: ")
        assert answer["text_leader"].startswith("Das bringt die Person mit: ")
        notes = zip(answer["notes"], answer["note_codes"], strict=True)
        rules = [note for note, code in notes if code == "not_applicable"]
        assert rules
        assert all(note.startswith("Die Kennzahl \u201e") for note in rules)
        shown = call("explain", out, "S-CLIENT-EXPERT", "--role", "mentor").stdout
        assert "Gut zu wissen" in shown


def test_a_language_nobody_speaks_is_refused(call, centre):
    (centre / "rolefit.toml").write_text('[centre]\nlanguage = "nl"\n', "utf-8")
    done = call("check", centre)
    assert done.exit_code == 2
    assert "unknown language 'nl'" in done.output
    assert "shipped: de, en" in done.output


def test_simulate_writes_the_same_centre_for_the_same_seed(call, shipped, tmp_path):
    again = tmp_path / "again"
    call("simulate", again, "--agents", 60, "--seed", 5, "--stories", "--quiet")
    names = sorted(path.relative_to(again) for path in again.rglob("*.csv"))
    assert {"agents.csv", "truth/outcomes.csv"} <= {name.as_posix() for name in names}
    assert all((again / n).read_bytes() == (shipped / n).read_bytes() for n in names)


def test_simulate_replaces_an_earlier_centre_as_a_whole(call, tmp_path):
    folder = tmp_path / "ws"
    call("simulate", folder, "--agents", 30, "--seed", 1, "--format", "csv")
    done = call("simulate", folder, "--agents", 30, "--seed", 1, "--format", "parquet")
    assert done.exit_code == 0
    assert not list(folder.rglob("*.csv"))
    assert call("check", folder).exit_code == 0


def test_brackets_in_a_name_are_brackets(call, centre, tmp_path):
    config = (centre / "rolefit.toml").read_text("utf-8")
    spoilt = config.replace('reason = "', 'reason = "[see memo /3] ', 1)
    assert spoilt != config
    label = '[roles.mentor]\nlabel = "Mentor [bold]"\n'
    (centre / "rolefit.toml").write_text(f"{spoilt}\n{label}", "utf-8")
    done = call("score", centre, "--out", tmp_path / "[out]")
    assert done.exit_code == 0, done.output
    assert "[see memo /3]" in done.stdout
    assert f"{tmp_path}/[out]" in done.stdout
    shown = call("explain", tmp_path / "[out]", "S-GLUE", "--role", "mentor")
    assert shown.exit_code == 0, shown.output
    assert "Mentor [bold]" in shown.stdout


def test_commands_to_copy_are_never_broken(call, shipped, tmp_path):
    out = tmp_path / ("long-" * 25)
    done = call("score", shipped, "--out", out)
    assert any(f"explain {out} " in line for line in done.stdout.splitlines())


def test_an_id_that_reads_like_nothing_is_still_an_id(call, centre, tmp_path):
    agents = (centre / "agents.csv").read_text("utf-8").replace("A0001,", "NA,", 1)
    (centre / "agents.csv").write_text(agents, "utf-8")
    (centre / "rolefit.toml").write_text("[centre]\nmax_reject_share = 1.0\n", "utf-8")
    done = call("score", centre, "--out", tmp_path / "out", "--format", "csv")
    assert done.exit_code == 0, done.output
    done = call("explain", tmp_path / "out", "NA", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["agent_id"] == "NA"
