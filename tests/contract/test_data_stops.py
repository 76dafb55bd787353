"""When the data stop a run: exit code 1, the rejects are written, earlier suggestions stay."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest


@pytest.fixture
def spoilt(centre):
    """A centre in which most agents have a role that nobody knows."""
    agents = centre / "agents.csv"
    agents.write_text(agents.read_text("utf-8").replace("frontline", "frontlin"), "utf-8")
    return centre


def test_check_says_so(call, spoilt):
    done = call("check", spoilt)
    assert done.exit_code == 1
    assert "[RF301]" in done.stderr
    assert "Traceback" not in done.output


def test_score_writes_the_rejects_and_no_suggestions(call, spoilt, tmp_path):
    out = tmp_path / "out"
    done = call("score", spoilt, "--out", out)
    assert done.exit_code == 1
    rejects = pq.read_table(out / "rejects.parquet")
    assert rejects.num_rows > 0
    assert set(rejects["table"].to_pylist()) >= {"agents"}
    assert not (out / "suggestions.parquet").exists()
    assert json.loads((out / "run.json").read_text("utf-8"))["stopped"]


def test_earlier_suggestions_stay(call, spoilt, shipped, tmp_path):
    out = tmp_path / "out"
    assert call("score", shipped, "--out", out, "--quiet").exit_code == 0
    before = (out / "suggestions.parquet").read_bytes()
    done = call("score", spoilt, "--out", out)
    assert done.exit_code == 1
    assert (out / "suggestions.parquet").read_bytes() == before
    assert (tmp_path / "out-stopped" / "rejects.parquet").is_file()
    assert "out-stopped" in done.stdout


def test_a_machine_reads_where_the_rejects_are(call, spoilt, tmp_path):
    done = call("score", spoilt, "--out", tmp_path / "out", "--json")
    answer = json.loads(done.stdout)
    assert done.exit_code == 1
    assert not answer["ok"]
    assert answer["out"] == str(tmp_path / "out")
    assert {row["code"] for row in answer["rejects"] if row["table"] == "agents"}
    assert [problem["code"] for problem in answer["problems"]].count("RF301") >= 1


def test_norms_are_not_learned_from_such_data(call, spoilt, tmp_path):
    done = call("norms", spoilt, "--out", tmp_path / "norms.json")
    assert done.exit_code == 1
    assert not (tmp_path / "norms.json").exists()


def test_a_dry_run_writes_nothing(call, spoilt, tmp_path):
    done = call("score", spoilt, "--out", tmp_path / "out", "--dry-run")
    assert done.exit_code == 1
    assert not (tmp_path / "out").exists()
