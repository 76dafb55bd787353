"""CSV as people really export it: each case has one defined answer."""

from __future__ import annotations

import codecs
import gzip

import pytest

import small_centre as centre
from rolefit.errors import InputError
from rolefit.io.workspace import load

HEADER = "agent_id,current_role,team_id,hired_on"
ROW = "A{k},frontline,Müller,2021-03-01"


def load_agents(tmp_path, content: bytes, name="agents.csv", config=""):
    folder = centre.write(tmp_path / "ws", {}, config)
    (folder / name).write_bytes(content)
    return load(folder)


def lines(*rows: str, end="\n", header=HEADER) -> bytes:
    return "".join(line + end for line in (header, *rows)).encode()


def some(n=3) -> list[str]:
    return [ROW.format(k=k) for k in range(n)]


def problem(caught) -> str:
    assert len(caught.value.problems) == 1
    return str(caught.value.problems[0])


CLEAN = {
    "plain": lines(*some()),
    "byte order mark": codecs.BOM_UTF8 + lines(*some()),
    "windows line ends": lines(*some(), end="\r\n"),
    "old mac line ends": lines(*some(), end="\r"),
    "no end of line at the end": lines(*some()).rstrip(),
    "trailing blank lines": lines(*some(), "", "", ""),
    "rows of nothing but separators": lines(*some(), ",,,", ",,,"),
    "blank lines between": lines("", *some(2), "", ROW.format(k=2)),
    "blank line above the header": b"\n" + lines(*some()),
    "everything quoted": lines(*[f'"{r}"'.replace(",", '","') for r in some()]),
    "blanks around cells": lines(*[r.replace(",", " , ") for r in some()]),
    "blanks around column names": lines(*some(), header=HEADER.replace(",", " , ")),
    "semicolons": lines(*some()).replace(b",", b";"),
    "tabs": lines(*some()).replace(b",", b"\t"),
    "excel names its separator": b"sep=;\r\n" + lines(*some(), end="\r\n").replace(b",", b";"),
    "trailing separators": lines(*[r + "," for r in some()], header=HEADER + ","),
}


@pytest.mark.parametrize("content", CLEAN.values(), ids=CLEAN)
def test_the_same_three_agents(tmp_path, content):
    checked = load_agents(tmp_path, content)
    assert checked.inputs.agents["agent_id"].to_pylist() == ["A0", "A1", "A2"]
    assert checked.inputs.agents["team_id"].to_pylist() == ["Müller"] * 3
    assert checked.counts["agents"] == {"rows": 3, "kept": 3, "rejected": 0}


def test_packed_files_are_read(tmp_path):
    checked = load_agents(tmp_path, gzip.compress(lines(*some())), "agents.csv.gz")
    assert checked.counts["agents"]["kept"] == 3


def test_blank_rows_are_told(tmp_path):
    checked = load_agents(tmp_path, lines(*some(), "", ",,,"))
    assert "agents.csv: 2 blank rows skipped." in checked.reports


def test_a_cell_may_hold_a_line_break(tmp_path):
    content = lines('A0,frontline,"two\nlines",2021-03-01', "A1,wrong,T,2021-03-01")
    checked = load_agents(tmp_path, content)
    assert checked.inputs.agents["team_id"].to_pylist() == ["two\nlines"]
    assert centre.codes(checked) == [("agents", 2, "current_role", "unknown_role")]


def test_line_breaks_in_cells_of_a_long_file(tmp_path, monkeypatch):
    monkeypatch.setattr("rolefit.io.read_csv.BLOCK", 300)
    breaks = ["two\n" * (k % 9) for k in range(200)]
    rows = [f'A{k},frontline,"{text}lines",2021-03-01' for k, text in enumerate(breaks)]
    checked = load_agents(tmp_path, lines(*rows))
    assert checked.counts["agents"] == {"rows": 200, "kept": 200, "rejected": 0}


def test_row_numbers_count_lines_as_a_spreadsheet_does(tmp_path):
    content = lines("A0,frontline,T,", "", "A1,wrong,T,", "A2,frontline", "A3,wrong,T,")
    found = centre.codes(load_agents(tmp_path, content))
    assert [row for _, row, _, _ in found] == [3, 4, 5]


@pytest.mark.parametrize("row", ["A9,frontline", "A9,frontline,T,2021-03-01,more"])
def test_ragged_rows_are_set_aside_with_their_number(tmp_path, row):
    checked = load_agents(tmp_path, lines(*some(2), row, ROW.format(k=2)))
    assert centre.codes(checked) == [("agents", 3, "", "ragged_row")]
    assert checked.counts["agents"] == {"rows": 4, "kept": 3, "rejected": 1}


def test_ragged_rows_deep_in_a_long_file_keep_their_number(tmp_path):
    rows = [f"A{k},frontline,{'T' * 90},2021-03-01" for k in range(120_000)]
    rows[100_000] = "A100000,frontline"
    checked = load_agents(tmp_path, lines(*rows))
    assert centre.codes(checked) == [("agents", 100_001, "", "ragged_row")]
    assert checked.counts["agents"]["kept"] == 119_999


NOT_TEXT = {
    "windows-1252": (lines(*some()).decode().encode("cp1252"), "byte 54 (line 2) is not UTF-8"),
    "utf-16": (lines(*some()).decode().encode("utf-16"), "UTF-16"),
    "utf-16 without a mark": (lines(*some()).decode().encode("utf-16-le"), "zero bytes"),
    "a workbook": (b"PK\x03\x04rest", "Excel workbook"),
    "an old workbook": (b"\xd0\xcf\x11\xe0rest", "old Excel workbook"),
    "parquet": (b"PAR1rest", "Parquet"),
    "packed under another name": (gzip.compress(b"x"), "gzip"),
}


@pytest.mark.parametrize("case", NOT_TEXT)
def test_what_is_not_utf8_says_where_and_what_to_do(tmp_path, case):
    content, said = NOT_TEXT[case]
    with pytest.raises(InputError) as caught:
        load_agents(tmp_path, content)
    text = problem(caught)
    assert said in text
    assert "CSV UTF-8" in text
    assert "[RF204]" in text


def test_mixed_encodings_are_called_that(tmp_path):
    content = lines(*some()) + "A9,frontline,Müller,2021-03-01\n".encode("cp1252")
    with pytest.raises(InputError) as caught:
        load_agents(tmp_path, content)
    assert "(line 5) is not UTF-8; letters before it are, so the file mixes" in problem(caught)


def test_a_bad_byte_is_found_behind_the_first_chunk(tmp_path, monkeypatch):
    monkeypatch.setattr("rolefit.io.encoding.CHUNK", 7)
    content = lines(*some())
    assert load_agents(tmp_path, content).counts["agents"]["kept"] == 3
    with pytest.raises(InputError, match=rf"byte {len(content) + 1} \(line 5\)"):
        load_agents(tmp_path, content + b"\xff")


def test_a_letter_cut_in_two_by_a_chunk_is_found_where_it_begins(tmp_path, monkeypatch):
    monkeypatch.setattr("rolefit.io.encoding.CHUNK", 7)
    with pytest.raises(InputError, match=r"byte 7 \(line 1\)"):
        load_agents(tmp_path, b"agent_\xc3id")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b",,,\n,,,\n"])
def test_an_empty_file_is_an_error(tmp_path, content):
    with pytest.raises(InputError) as caught:
        load_agents(tmp_path, content)
    assert "the file is empty" in problem(caught)
    assert "[RF205]" in problem(caught)


def test_a_header_without_agents_is_an_error(tmp_path):
    with pytest.raises(InputError, match="there are no agents"):
        load_agents(tmp_path, lines())


def test_another_table_may_have_a_header_only(tmp_path):
    given = {"agents": centre.agents(), "metrics": centre.metrics()[:0]}
    checked = load(centre.write(tmp_path / "ws", given))
    assert checked.counts["metrics"] == {"rows": 0, "kept": 0, "rejected": 0}
    assert checked.inputs.metrics.num_rows == 0
    assert "metrics.csv: a header and no rows." in checked.reports


def test_a_broken_archive_is_an_error(tmp_path):
    content = gzip.compress(lines(*some()))[:-12]
    with pytest.raises(InputError, match="not a complete gzip archive"):
        load_agents(tmp_path, content, "agents.csv.gz")


def test_a_quote_that_never_closes_loses_no_row_silently(tmp_path):
    content = lines(*some(2), 'A2,frontline,"T,2021-03-01', "A3,frontline,T,2021-03-01")
    checked = load_agents(tmp_path, content)
    assert centre.codes(checked) == [("agents", 3, "", "ragged_row")]
    assert checked.stopped


def test_decimal_commas_in_a_semicolon_file(tmp_path):
    text = centre.metrics().to_csv(index=False, sep=";", decimal=",")
    folder = centre.write(tmp_path / "ws", {"agents": centre.agents()})
    (folder / "metrics.csv").write_text(text, "utf-8")
    checked = load(folder)
    assert checked.inputs.metrics["aht"].to_pylist() == centre.metrics()["aht"].tolist()
    assert checked.rejects_table.num_rows == 0
    said = "metrics.csv: not separated by commas; read with decimal commas."
    assert checked.reports.count(said) == 1


def test_decimal_points_in_a_semicolon_file(tmp_path):
    text = centre.metrics().to_csv(index=False, sep=";")
    folder = centre.write(tmp_path / "ws", {"agents": centre.agents()})
    (folder / "metrics.csv").write_text(text, "utf-8")
    checked = load(folder)
    assert checked.inputs.metrics["aht"].to_pylist() == centre.metrics()["aht"].tolist()
    assert "metrics.csv: not separated by commas; read with decimal points." in checked.reports


def test_cells_written_the_other_way_are_set_aside(tmp_path):
    text = centre.metrics().to_csv(index=False, sep=";", decimal=",")
    folder = centre.write(tmp_path / "ws", {"agents": centre.agents()})
    (folder / "metrics.csv").write_text(text.replace(";360,5;", ";360.5;", 1), "utf-8")
    assert centre.codes(load(folder)) == [("metrics", 3, "aht", "not_a_number")]


def test_a_thousands_comma_is_no_decimal_comma(tmp_path):
    text = centre.metrics().to_csv(index=False).replace(",360.5,", ',"1,360.5",', 1)
    folder = centre.write(tmp_path / "ws", {"agents": centre.agents()})
    (folder / "metrics.csv").write_text(text, "utf-8")
    assert centre.codes(load(folder)) == [("metrics", 3, "aht", "not_a_number")]
