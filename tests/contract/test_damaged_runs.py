"""Files of a run that were cut, spoilt or swapped: an error that says which, and no traceback."""

from __future__ import annotations

import json
import shutil

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import rolefit as rf
from centres import simulated

TABLES = ("suggestions", "fits", "evidence")


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    result = rf.score(simulated(30, 2).workspace())
    for fmt in ("parquet", "csv"):
        result.write(folder / fmt, fmt=fmt)
    return folder, result.suggestions.loc[0, "agent_id"]


def cut_short(file):
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def no_bytes(file):
    file.write_bytes(b"")


def other_bytes(file):
    file.write_bytes(bytes(range(256)) * 40)


def spoilt_inside(file):
    """The footer and the header are whole, the pages are not."""
    content = bytearray(file.read_bytes())
    content[4:2000] = bytes((7 * k) % 251 for k in range(1996))
    file.write_bytes(bytes(content))


def rewritten(change):
    def edit(file):
        pq.write_table(change(pq.read_table(file)), file)

    return edit


def as_text(table):
    first = table.schema.field(table.num_columns - 1).name
    numbers = [f.name for f in table.schema if pa.types.is_floating(f.type)] or [first]
    at = table.column_names.index(numbers[0])
    return table.set_column(at, numbers[0], [["a word"] * table.num_rows])


def without_ids(table):
    nothing = pa.nulls(table.num_rows, pa.string())
    return table.set_column(0, "agent_id", nothing)


EDITS = {
    "cut short": cut_short,
    "no bytes": no_bytes,
    "other bytes": other_bytes,
    "spoilt inside": spoilt_inside,
    "no ids": rewritten(lambda table: table.drop_columns(["agent_id"])),
    "no third column": rewritten(lambda table: table.drop_columns([table.column_names[2]])),
    "words for numbers": rewritten(as_text),
    "empty ids": rewritten(without_ids),
    "another table": lambda file: pd.DataFrame({"a": [1]}).to_parquet(file),
}
OF_OTHER_COLUMNS = ("words for numbers", "no third column")
"""Nobody by that name is found in the ids alone."""
IN_TEXT = ("cut short", "no bytes", "other bytes")


def commands(good, bad, agent):
    return (("explain", bad, agent), ("explain", bad, "nobody"), ("diff", good, bad),
            ("diff", bad, good))  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize(
    ("fmt", "edit"), [*(("parquet", e) for e in EDITS), *(("csv", e) for e in IN_TEXT)]
)
def test_a_damaged_table_is_told(call, runs, tmp_path, name, fmt, edit):
    folder, agent = runs
    bad = shutil.copytree(folder / fmt, tmp_path / "bad")
    EDITS[edit](bad / f"{name}.{fmt}")
    for command in commands(folder / "parquet", bad, agent):
        done = call(*command, "--json")
        if command[-1] == "nobody" and "RF401" in done.stderr:
            assert name != "suggestions" or edit in OF_OTHER_COLUMNS
            continue
        if edit == "empty ids" and name != "suggestions" and command[0] == "explain":
            assert done.exit_code == 0  # nobody's rows are not this agent's
            continue
        assert done.exit_code == 2, done.stderr
        (problem,) = json.loads(done.stdout)["problems"]
        assert problem["code"] == "RF424"
        assert problem["place"] == str(bad / f"{name}.{fmt}")
        assert problem["hint"]
        assert "Traceback" not in done.stderr


def test_a_run_of_an_earlier_version_is_read(call, runs, tmp_path):
    folder, agent = runs
    old = shutil.copytree(folder / "parquet", tmp_path / "old")
    later = ["note_codes", "text_leader"]
    rewritten(lambda table: table.drop_columns(later))(old / "suggestions.parquet")
    assert call("explain", old, agent).exit_code == 0
    assert call("diff", old, folder / "parquet").exit_code == 0
