"""What stops a run through the command line: exit code, words, and nothing written."""

from __future__ import annotations

import codecs
import gzip
import json

import pyarrow.parquet as pq
import pytest


def put(name, content):
    def spoil(ws):
        (ws / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    return spoil


def recode(table, change):
    """Spoils the bytes of a table."""

    def spoil(ws):
        file = ws / f"{table}.csv"
        file.write_bytes(change(file.read_bytes()))

    return spoil


def rename_column(table, old, new):
    return recode(table, lambda content: content.replace(old.encode(), new.encode(), 1))


def drop(name):
    return lambda ws: (ws / name).unlink()


REFUSED = {
    "no agents": (drop("agents.csv"), ["there is no agents table", "[RF201]"]),
    "no config": (drop("rolefit.toml"), ["rolefit.toml: there is no such file", "[RF100]"]),
    "two files": (put("metrics.csv.gz", b""), ["both metrics.csv and metrics.csv.gz", "[RF202]"]),
    "an empty file": (put("metrics.csv", b""), ["metrics.csv: the file is empty", "[RF205]"]),
    "agents without a row": (put("agents.csv", "agent_id,current_role\n"), ["no agents in it"]),
    "windows-1252": (
        recode("agents", lambda c: c.replace(b"T0", "Süd".encode("cp1252"), 1)),
        ["byte 47 (line 2) is not UTF-8", "CSV UTF-8", "[RF204]"],
    ),
    "mixed encodings": (
        recode("agents", lambda c: c.replace(b"T0", "Süd".encode()) + "ü".encode("cp1252")),
        ["mixes encodings", "[RF204]"],
    ),
    "utf-16": (recode("agents", lambda c: c.decode().encode("utf-16")), ["UTF-16", "[RF204]"]),
    "a workbook": (put("agents.csv", b"PK\x03\x04"), ["Excel workbook", "Save As"]),
    "half an archive": (
        lambda ws: (
            (ws / "metrics.csv").unlink(),
            (ws / "metrics.csv.gz").write_bytes(gzip.compress(b"agent_id")[:-6]),
        ),
        ["not a complete gzip archive", "[RF203]"],
    ),
    "damaged parquet": (
        lambda ws: (drop("metrics.csv")(ws), put("metrics.parquet", b"PAR1")(ws)),
        ["metrics.parquet: the file cannot be read as Parquet", "[RF203]"],
    ),
    "a missing column": (
        rename_column("metrics", "period", "perod"),
        ["required column 'period' is missing", "did you mean 'perod'?", "[columns.metrics]"],
    ),
    "a column twice": (
        rename_column("metrics", "fcr", "aht"), ["column 'aht' is there 2 times", "[RF207]"],
    ),
    "no volume column": (
        rename_column("metrics", "contacts", "calls"), ["no volume column 'contacts'", "[RF210]"],
    ),
    "a named file that is not there": (
        put("rolefit.toml", '[inputs]\nmetrics = "exports/m.csv"'),
        ["inputs.metrics: there is no file 'exports/m.csv'", "[RF201]"],
    ),
    "a mapped column that is not there": (
        put("rolefit.toml", '[columns.metrics]\naht = "AHT"'),
        ["column 'AHT' is not there", "[RF208]"],
    ),
    "no toml": (put("rolefit.toml", "[centre\n"), ["this is not TOML", "line 1", "[RF100]"]),
    "an unknown key": (put("rolefit.toml", "[polcy]\n"), ["did you mean 'policy'?", "[RF102]"]),
    "a role that demands the unknown": (
        put("rolefit.toml", "[roles.mentor]\ndemands = { coachng = 4 }"),
        ["unknown attribute 'coachng'", "did you mean 'coaching'?", "[RF101]"],
    ),
    "a rule for an unknown metric": (
        put(
            "rolefit.toml",
            '[[applicability]]\nmetric = "cast"\napplies = false\nreason = "r"\n'
            'decided_by = "d"\non = 2026-01-01\n',
        ),
        ["unknown metric 'cast'", "did you mean 'csat'?"],
    ),
    "an instrument that is not there": (
        put("rolefit.toml", '[instruments.strengths]\nkey = "own.toml"'), ["own.toml"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("command", ["check", "score"])
@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_told_and_nothing_is_written(call, ws, tmp_path, case, command):
    spoil, said = REFUSED[case]
    spoil(ws)
    out = tmp_path / "out"
    done = call("check", ws) if command == "check" else call("score", ws, "--out", out)
    assert done.exit_code == 2, done.output
    for part in said:
        assert part in done.stderr
    assert "Traceback" not in done.output
    assert not out.exists()


def test_all_problems_of_all_files_at_once(call, ws):
    for case in ("a missing column", "no toml", "windows-1252", "half an archive"):
        REFUSED[case][0](ws)
    done = call("check", ws, "--json")
    assert done.exit_code == 2
    found = {problem["code"] for problem in json.loads(done.stdout)["problems"]}
    assert found == {"RF100", "RF203", "RF204"}


def unusual(ws):
    """The same tables as a European spreadsheet saves them."""
    for file in ws.glob("*.csv"):
        text = file.read_text("utf-8").replace(",", ";").replace(".", ",")
        lines = text.replace("\n", "\r\n") + "\r\n" * 3
        file.write_bytes(codecs.BOM_UTF8 + lines.encode())


def test_a_european_spreadsheet_scores_the_same(call, flawless, ws, tmp_path):
    unusual(ws)
    for folder, out in ((flawless, "plain"), (ws, "european")):
        assert call("score", folder, "--out", tmp_path / out).exit_code == 0
    for table in ("suggestions", "fits", "evidence", "effects", "rejects"):
        one, other = (tmp_path / out / f"{table}.parquet" for out in ("plain", "european"))
        assert one.read_bytes() == other.read_bytes(), table
    said = "metrics.csv: not separated by commas; read with decimal commas."
    assert call("check", ws).stdout.count(said) == 1


def test_too_many_rejects_exit_with_1_and_are_written(call, ws, tmp_path):
    recode("wishes", lambda c: c.replace(b"want", b"maybe"))(ws)
    done = call("score", ws, "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert "50.0% of 40 rows of wishes are rejected or damaged" in done.stderr
    assert pq.read_table(tmp_path / "out" / "rejects.parquet").num_rows == 20
    assert not (tmp_path / "out" / "suggestions.parquet").exists()


def test_a_larger_share_may_be_allowed(call, ws, tmp_path):
    recode("wishes", lambda c: c.replace(b"want", b"maybe"))(ws)
    put("rolefit.toml", "[centre]\nmax_reject_share = 0.5\n")(ws)
    assert call("score", ws, "--out", tmp_path / "out").exit_code == 0
    assert pq.read_table(tmp_path / "out" / "rejects.parquet").num_rows == 20


def test_somebody_else_s_folder_is_never_replaced(call, ws, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work", "utf-8")
    done = call("score", ws, "--out", tmp_path / "mine")
    assert done.exit_code == 2
    assert [file.name for file in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_a_full_disk_is_told_and_leaves_the_earlier_output(call, ws, tmp_path, monkeypatch):
    out = tmp_path / "out"
    assert call("score", ws, "--out", out).exit_code == 0
    before = {file.name: file.read_bytes() for file in out.iterdir()}

    def full(*_args, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rolefit.io.write.os.fsync", full)
    done = call("score", ws, "--out", out)
    assert done.exit_code == 2
    assert "no space left" in done.stderr.lower()
    assert "Traceback" not in done.output
    assert {file.name: file.read_bytes() for file in out.iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "ws"]
