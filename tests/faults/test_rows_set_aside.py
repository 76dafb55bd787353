"""Bad rows and cells through the command line: the run goes on, nothing is lost, all is told."""

from __future__ import annotations

import json

import pandas as pd
import pyarrow.parquet as pq
import pytest

from small_centre import items

ITEM = items("interests")[0]
TODAY = "[centre]\nas_of = 2026-06-30\n"


def cell(table, column, value, row=7):
    """Spoils one cell; row 1 is the first under the header."""

    def spoil(ws):
        file = ws / f"{table}.csv"
        frame = pd.read_csv(file, dtype=str, keep_default_na=False)
        frame.loc[row - 1, column] = value
        frame.to_csv(file, index=False)

    return spoil


def append(table, line):
    def spoil(ws):
        file = ws / f"{table}.csv"
        file.write_text(file.read_text("utf-8") + line + "\n", "utf-8")

    return spoil


def repeat(table, column=None, value=None):
    """Adds the first row once more, with one cell changed where one is named."""

    def spoil(ws):
        file = ws / f"{table}.csv"
        frame = pd.read_csv(file, dtype=str, keep_default_na=False)
        changed = {} if column is None else {column: value}
        pd.concat([frame, frame.iloc[:1].assign(**changed)]).to_csv(file, index=False)

    return spoil


LOSES_ROWS = {
    "a repeated row": (repeat("metrics"), "metrics", "duplicate_key", 1),
    "contradicting rows": (repeat("metrics", "aht", "1.5"), "metrics", "duplicate_key", 2),
    "no key": (cell("metrics", "client_id", ""), "metrics", "missing_key", 1),
    "an unknown agent": (cell("metrics", "agent_id", "A9"), "metrics", "unknown_agent", 1),
    "an unknown role": (cell("agents", "current_role", "x"), "agents", "unknown_role", 1),
    "an unknown kind": (cell("contributions", "kind", "x"), "contributions", "unknown_kind", 1),
    "an unknown wish": (cell("wishes", "wish", "maybe"), "wishes", "unknown_wish", 1),
    "an unknown attribute": (cell("ratings", "attribute", "x"), "ratings", "unknown_attribute", 1),
    "an unknown rater": (cell("ratings", "rater_kind", "x"), "ratings", "unknown_rater_kind", 1),
    "no such period": (cell("metrics", "period", "2026-13"), "metrics", "bad_period", 1),
    "a date of another country": (cell("wishes", "on", "31.05.2026"), "wishes", "bad_date", 1),
    "a date in the future": (cell("wishes", "on", "2026-07-01"), "wishes", "future_date", 1),
    "a rating out of range": (cell("ratings", "value", "9"), "ratings", "out_of_range", 1),
    "negative hours": (cell("contributions", "quantity", "-1"), "contributions", "negative", 1),
    "too few cells": (append("metrics", "A0001,acme"), "metrics", "ragged_row", 1),
    "too many cells": (append("metrics", "A0001,a,v,2026-01,1,2,3,4"), "metrics", "ragged_row", 1),
}
LOSES_CELLS = {
    "a text": (cell("metrics", "aht", "fast"), "metrics", "not_a_number"),
    "a wrong type": (cell("metrics", "contacts", "many"), "metrics", "not_a_number"),
    "NaN as text": (cell("metrics", "aht", "NaN"), "metrics", "not_finite"),
    "infinity as text": (cell("metrics", "aht", "inf"), "metrics", "not_finite"),
    "out of the declared range": (cell("metrics", "fcr", "55"), "metrics", "out_of_range"),
    "a negative volume": (cell("metrics", "contacts", "-4"), "metrics", "negative"),
    "no volume": (cell("metrics", "contacts", ""), "metrics", "missing_volume"),
    "a decimal comma among points": (cell("metrics", "aht", "1,5"), "metrics", "not_a_number"),
    "negative seconds": (cell("interests", "seconds", "-1"), "interests", "negative"),
    "an answer off the scale": (cell("interests", ITEM, "9"), "interests", "out_of_range"),
    "hired in the future": (cell("agents", "hired_on", "2026-07-01"), "agents", "future_date"),
}


def score(call, ws, out):
    (ws / "rolefit.toml").write_text(TODAY, "utf-8")
    done = call("score", ws, "--out", out, "--json", "--quiet")
    assert "Traceback" not in done.output
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.parametrize("case", LOSES_ROWS)
def test_a_bad_row_is_set_aside_and_the_run_goes_on(call, ws, tmp_path, case):
    spoil, table, code, lost = LOSES_ROWS[case]
    spoil(ws)
    told = score(call, ws, tmp_path / "out")
    count = told["counts"][table]
    assert count["rejected"] == lost
    assert count["kept"] + count["rejected"] == count["rows"]
    rejects = pq.read_table(tmp_path / "out" / "rejects.parquet").to_pylist()
    of_table = [row for row in rejects if row["table"] == table]
    assert [row["code"] for row in of_table] == [code] * lost
    assert all(row["file"] == f"{table}.csv" and row["message"] for row in of_table)


@pytest.mark.parametrize("case", LOSES_CELLS)
def test_a_bad_cell_is_set_aside_and_its_row_is_kept(call, ws, tmp_path, case):
    spoil, table, code = LOSES_CELLS[case]
    spoil(ws)
    count = score(call, ws, tmp_path / "out")["counts"][table]
    assert count["rejected"] == 0
    assert count["kept"] == count["rows"]
    rejects = pq.read_table(tmp_path / "out" / "rejects.parquet").to_pylist()
    assert code in {row["code"] for row in rejects}
    assert {(row["table"], row["row"]) for row in rejects} == {(table, 7)}


def test_an_agent_whose_row_was_rejected_is_not_scored(call, ws, tmp_path):
    cell("agents", "current_role", "mentr")(ws)
    score(call, ws, tmp_path / "out")
    scored = pq.read_table(tmp_path / "out" / "suggestions.parquet")["agent_id"].to_pylist()
    assert len(scored) == 39
    assert "A0006" not in scored


def test_the_screen_says_how_many_of_which_kind(call, ws, tmp_path):
    cell("metrics", "aht", "fast")(ws)
    cell("wishes", "wish", "maybe")(ws)
    for command in (["check", ws], ["score", ws, "--out", tmp_path / "out"]):
        done = call(*command)
        assert done.exit_code == 0
        assert "not_a_number" in done.stdout
        assert "unknown_wish" in done.stdout


def test_no_value_is_copied_anywhere(call, ws, tmp_path):
    cell("metrics", "aht", "secret-4711")(ws)
    cell("replies", "on", "secret-4712")(ws)
    done = call("score", ws, "--out", tmp_path / "out", "--format", "csv")
    assert done.exit_code == 0
    assert "secret" not in done.output
    written = [file.read_bytes() for file in (tmp_path / "out").iterdir()]
    assert not any(b"secret" in content for content in written)
