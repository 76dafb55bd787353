"""Output appears whole or not at all, with the same bytes for the same table."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import textwrap

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolefit.errors import UsageError
from rolefit.io import swap as swapping
from rolefit.io.json_text import json_text
from rolefit.io.spreadsheet import neutralised
from rolefit.io.write import write_json, write_table, write_whole
from rolefit.schema.tables import GATE, REASON, REJECTS

TABLE = pa.table({"agent_id": ["A", "B"], "x": [1.5, None]})


def first(folder):
    write_json({"run": 1}, folder / "run.json")
    write_table(TABLE, folder / "fits")


def second(folder):
    write_json({"run": 2}, folder / "run.json")
    write_table(TABLE, folder / "effects", "csv")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(params=["exchanged", "renamed twice"])
def out(request, tmp_path, monkeypatch):
    if request.param == "renamed twice":
        monkeypatch.setattr(swapping, "_exchanged", lambda *_: False)
    return tmp_path / "deep" / "out"


def test_a_new_folder_and_its_parents_appear(out):
    write_whole(out, first)
    assert names(out) == ["fits.parquet", "run.json"]
    assert names(out.parent) == ["out"]


def test_an_empty_folder_is_taken(out):
    out.mkdir(parents=True)
    write_whole(out, first)
    assert names(out) == ["fits.parquet", "run.json"]


def test_an_earlier_output_is_replaced_as_a_whole(out):
    write_whole(out, first)
    write_whole(out, second)
    assert names(out) == ["effects.csv", "run.json"]
    assert names(out.parent) == ["out"]


def test_files_that_no_run_writes_are_carried_over(out):
    write_whole(out, first)
    (out / "notes.txt").write_text("mine", "utf-8")
    (out / "replies").mkdir()
    (out / "replies" / "log.jsonl").write_text("{}", "utf-8")
    write_whole(out, second)
    assert names(out) == ["effects.csv", "notes.txt", "replies", "run.json"]
    assert (out / "replies" / "log.jsonl").read_text("utf-8") == "{}"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_run_that_fails_leaves_everything_as_it_was(out, error):
    write_whole(out, first)
    before = content(out)

    def broken(folder):
        second(folder)
        raise error

    with pytest.raises(error):
        write_whole(out, broken)
    assert content(out) == before
    assert names(out.parent) == ["out"]


def test_a_first_run_that_fails_leaves_nothing(tmp_path):
    def broken(folder):
        second(folder)
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - it has no words
        write_whole(tmp_path / "out", broken)
    assert names(tmp_path) == []


def test_somebody_else_s_folder_is_refused(tmp_path):
    (tmp_path / "thesis.docx").write_text("x", "utf-8")
    with pytest.raises(UsageError, match=r"did not write.*\[RF410\]"):
        write_whole(tmp_path, first)
    assert names(tmp_path) == ["thesis.docx"]


def test_a_file_is_refused(tmp_path):
    (tmp_path / "out").write_text("x", "utf-8")
    with pytest.raises(UsageError, match="a file, not a folder"):
        write_whole(tmp_path / "out", first)


KILLED = textwrap.dedent("""
    import os, signal, sys
    from pathlib import Path
    from rolefit.io.write import write_whole

    def build(folder):
        (folder / "run.json").write_text("half")
        os.kill(os.getpid(), signal.{signal})

    write_whole(Path(sys.argv[1]), build)
""")


@pytest.mark.skipif(os.name != "posix", reason="signals of this kind are POSIX")
@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM"])
def test_a_killed_run_leaves_the_output_and_the_next_one_cleans_up(tmp_path, name):
    out = tmp_path / "out"
    write_whole(out, first)
    before = content(out)
    done = subprocess.run([sys.executable, "-c", KILLED.format(signal=name), str(out)], check=False)
    assert done.returncode == -getattr(signal, name)
    assert content(out) == before
    assert len(names(tmp_path)) == 2
    write_whole(out, second)
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("renames_done", [1, 2])
def test_a_run_killed_between_two_renames_is_mended(tmp_path, monkeypatch, renames_done):
    out = tmp_path / "out"
    write_whole(out, first)
    rename, done = type(out).rename, []

    def killed(path, target):
        if len(done) == renames_done:
            raise SystemExit
        done.append(path)
        return rename(path, target)

    monkeypatch.setattr(swapping, "_exchanged", lambda *_: False)
    monkeypatch.setattr(type(out), "rename", killed)
    with pytest.raises(SystemExit):
        write_whole(out, second)
    monkeypatch.setattr(type(out), "rename", rename)
    swapping.restore(out)
    assert (
        names(out) == (["fits.parquet", "run.json"], ["effects.csv", "run.json"])[renames_done - 1]
    )
    assert names(tmp_path) == ["out"]


def test_a_run_that_lives_is_left_alone(tmp_path):
    def outer(folder):
        write_whole(tmp_path / "out", first)
        assert folder.is_dir()
        second(folder)

    write_whole(tmp_path / "out", outer)
    assert names(tmp_path / "out") == ["effects.csv", "run.json"]


def test_the_same_table_gives_the_same_bytes(tmp_path):
    ids = [f"A{k}" for k in range(200_000)]
    whole = pa.table({"agent_id": ids, "x": [k / 7 for k in range(len(ids))]})
    pieces = pa.concat_tables([whole[:777], whole[777:100_777], whole[100_777:]])
    through_pandas = pa.Table.from_pandas(whole.to_pandas()).cast(whole.schema)
    for form in ("parquet", "csv"):
        same = [
            write_table(table, tmp_path / f"t{k}", form).read_bytes()
            for k, table in enumerate((whole, pieces, through_pandas))
        ]
        assert same[0] == same[1] == same[2]


def test_parquet_comes_back_as_it_was(tmp_path):
    assert pq.read_table(write_table(TABLE, tmp_path / "fits")).equals(TABLE)


def test_a_name_with_a_point_keeps_it(tmp_path):
    assert write_table(TABLE, tmp_path / "v1.2").name == "v1.2.parquet"


def test_an_empty_table_has_its_header(tmp_path):
    text = write_table(REJECTS.empty_table(), tmp_path / "rejects", "csv").read_text("utf-8")
    assert text == '"table","file","row","column","code","message"\n'


CELLS = {
    "=1+1": "'=1+1", "+SUM(A1)": "'+SUM(A1)", "-cmd": "'-cmd", "@x": "'@x", "\tx": "'\tx",
    "\rx": "'\rx", "\uff1d1": "'\uff1d1", "-": "'-", "-1.5": "-1.5", "+3": "+3", "-2e5": "-2e5",
    "-1+1": "'-1+1", "plain": "plain", "a=b": "a=b", "": "", None: None,
}  # fmt: skip


@pytest.mark.parametrize(("cell", "written"), CELLS.items())
def test_formulas_become_text_and_numbers_stay(cell, written):
    assert neutralised(pa.chunked_array([[cell]], pa.string())).to_pylist() == [written]


def test_number_columns_are_not_touched(tmp_path):
    text = write_table(pa.table({"x": [-1.5, -2.0]}), tmp_path / "t", "csv").read_text("utf-8")
    assert text == '"x"\n-1.5\n-2\n'


reasons = st.lists(
    st.none() | st.fixed_dictionaries({
        "code": st.none() | st.text(), "polarity": st.sampled_from(["+", "-", "0"]),
        "attribute": st.none() | st.text(),
        "term": st.none() | st.floats(allow_nan=False, allow_infinity=False),
        "text": st.text(),
    })
)  # fmt: skip


@given(st.lists(st.none() | reasons))
def test_lists_of_records_become_json_that_says_the_same(rows):
    written = json_text(pa.chunked_array([pa.array(rows, pa.list_(REASON))])).to_pylist()
    assert [None if text is None else json.loads(text) for text in written] == rows


@given(st.lists(st.none() | st.lists(st.none() | st.text())), st.integers(0, 3))
def test_lists_of_texts_become_json_that_says_the_same(rows, start):
    array = pa.array(rows, pa.list_(pa.string())).slice(start)
    written = json_text(pa.chunked_array([array])).to_pylist()
    assert [None if text is None else json.loads(text) for text in written] == rows[start:]


def test_not_a_number_is_null_in_json():
    gate = {"gate": "ready", "role": None, "value": float("nan"), "threshold": 0.5, "passed": True}
    (text,) = json_text(pa.chunked_array([pa.array([[gate]], pa.list_(GATE))])).to_pylist()
    assert json.loads(text) == [gate | {"value": None}]


def test_csv_has_one_row_an_agent_and_lists_as_json(tmp_path):
    reason = {
        "code": "gap",
        "polarity": "-",
        "attribute": "q",
        "term": -0.5,
        "text": 'say "so"\nnow',
    }
    table = pa.table({
        "agent_id": ["=A", "B"],
        "reasons": pa.array([[reason], []], pa.list_(REASON)),
        "notes": pa.array([["one", "two"], None], pa.list_(pa.string())),
    })  # fmt: skip
    file = write_table(table, tmp_path / "suggestions", "csv")
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["agent_id"] for row in rows] == ["'=A", "B"]
    assert json.loads(rows[0]["reasons"]) == [reason]
    assert json.loads(rows[0]["notes"]) == ["one", "two"]
    assert rows[1]["notes"] == ""
    assert pd.read_csv(file).shape == (2, 3)


def test_json_is_sorted_and_finite(tmp_path):
    write_json({"b": 1, "a": "ü"}, tmp_path / "x.json")
    assert (tmp_path / "x.json").read_text("utf-8") == '{\n  "a": "ü",\n  "b": 1\n}\n'
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json({"a": float("nan")}, tmp_path / "y.json")
