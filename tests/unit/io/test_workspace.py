"""The workspace as a whole: today, the stop, what is said, hashes, and that it does not change."""

from __future__ import annotations

import hashlib
from datetime import date

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import small_centre as centre
from rolefit.errors import ConfigError, InputError
from rolefit.io.workspace import Workspace, load


def test_today_is_the_newest_date_in_the_data():
    checked = Workspace(**centre.tables())
    assert checked.config.centre.as_of == date(2026, 6, 30)
    said = "The day of this run is 2026-06-30, the newest date in the data (metrics)."
    assert said in checked.reports


def test_today_as_given_is_kept_and_not_explained():
    checked = Workspace({"centre": {"as_of": date(2027, 1, 1)}}, **centre.tables())
    assert checked.config.centre.as_of == date(2027, 1, 1)
    assert not any("day of this run" in line for line in checked.reports)


def test_dates_of_rows_set_aside_do_not_count():
    frame = centre.contributions()
    frame.loc[3, ["on", "kind"]] = ["2030-01-01", "nonsense"]
    checked = centre.workspace(contributions=frame)
    assert checked.config.centre.as_of == date(2026, 4, 2)


def test_without_any_date_today_is_fixed_and_said():
    checked = Workspace(agents=centre.agents().drop(columns="hired_on"))
    assert checked.config.centre.as_of == date(2000, 1, 1)
    assert any("No table has a date" in line for line in checked.reports)


def spoil(n: int) -> pd.DataFrame:
    frame = centre.contributions()
    frame.loc[: n - 1, "kind"] = "nonsense"
    return frame


def test_too_many_rejects_stop_the_run_but_not_the_reading():
    checked = centre.workspace(contributions=spoil(3))
    (problem,) = checked.stopped
    assert problem.code == "RF301"
    assert "7.5% of 40 rows of contributions" in problem.message
    assert checked.counts["contributions"] == {"rows": 40, "kept": 37, "rejected": 3}


def test_exactly_the_allowed_share_does_not_stop():
    assert not centre.workspace(contributions=spoil(2)).stopped


def test_the_allowed_share_is_the_config_s():
    config = {"centre": {"max_reject_share": 0.1}}
    assert not centre.workspace(config, contributions=spoil(4)).stopped
    assert centre.workspace(config, contributions=spoil(5)).stopped


def test_a_row_with_two_bad_cells_counts_once():
    frame = centre.metrics()
    frame.loc[:11, ["aht", "fcr"]] = [-1.0, -1.0]
    checked = centre.workspace(metrics=frame)
    assert checked.rejects_table.num_rows == 24
    assert not checked.stopped


def test_people_who_left_do_not_stop_a_run_by_their_past():
    gone = centre.history(80)
    checked = centre.workspace(history=gone)
    assert checked.counts["history"] == {"rows": 80, "kept": 40, "rejected": 40}
    assert not checked.stopped


def test_people_who_left_stop_a_run_by_their_metrics():
    assert centre.workspace(metrics=centre.metrics(44)).stopped


def test_all_agents_rejected():
    checked = Workspace(agents=centre.agents().assign(current_role="boss"))
    assert checked.counts["agents"]["kept"] == 0
    assert checked.stopped


def test_rejects_are_a_pandas_frame_with_the_columns_of_the_contract():
    rejects = centre.workspace(contributions=spoil(1)).rejects
    assert list(rejects.columns) == ["table", "file", "row", "column", "code", "message"]
    assert rejects.iloc[0][["table", "row", "column", "code"]].tolist() == [
        "contributions", 1, "kind", "unknown_kind",
    ]  # fmt: skip


def test_hashes_are_those_of_the_files(tmp_path):
    folder = centre.write(tmp_path / "ws", {"agents": centre.agents()})
    content = (folder / "agents.csv").read_bytes()
    assert load(folder).hashes == {"agents": hashlib.sha256(content).hexdigest()}


def test_hashes_of_frames_follow_their_values():
    same = [Workspace(agents=centre.agents()).hashes["agents"] for _ in range(2)]
    other = Workspace(agents=centre.agents().assign(site="x")).hashes["agents"]
    assert same[0] == same[1] != other


def test_a_workspace_does_not_change():
    checked = Workspace(agents=centre.agents())
    with pytest.raises(AttributeError, match="does not change"):
        checked.config = None
    with pytest.raises(TypeError):
        checked.counts["agents"] = {}


def test_a_workspace_says_what_it_is():
    checked = Workspace({"centre": {"name": "North"}}, agents=centre.agents())
    assert repr(checked) == "Workspace('North': agents 40/40 rows kept)"


@pytest.mark.parametrize(
    ("data", "said"),
    [({"x": ["A"]}, "dict is not a table"), (pl.LazyFrame({"x": ["A"]}), "collect()")],
)
def test_what_is_no_frame_says_so(data, said):
    with pytest.raises(InputError) as caught:
        Workspace(agents=data)
    assert said in str(caught.value)


def test_row_labels_of_pandas_are_no_column():
    frame = centre.agents()
    frame.index = frame.index + 7
    assert Workspace(agents=frame[frame["agent_id"] != "A0001"]).reports[0].startswith("The day")


def test_named_row_labels_are_a_column():
    assert Workspace(agents=centre.agents().set_index("agent_id")).counts["agents"]["kept"] == 40


def test_a_column_of_lists_is_an_error():
    frame = centre.agents().assign(team_id=[["T", "U"]] * centre.AGENTS)
    with pytest.raises(InputError, match=r"column 'team_id' holds .*list.*\[RF211\]"):
        Workspace(agents=pa.Table.from_pandas(frame))


@pytest.mark.parametrize("kind", [pa.large_string(), pa.string_view(), pa.binary()])
def test_text_of_any_arrow_type(kind):
    table = pa.Table.from_pandas(centre.agents())
    roles = table["current_role"].cast(pa.string()).cast(kind)
    table = table.set_column(2, "current_role", roles)
    assert Workspace(agents=table).counts["agents"]["kept"] == 40


@pytest.mark.parametrize("kind", [pa.float32(), pa.int16(), pa.decimal128(30, 2), pa.string()])
def test_numbers_of_any_arrow_type(kind):
    table = pa.Table.from_pandas(centre.metrics())
    aht = pa.chunked_array([pa.array([300] * table.num_rows).cast(pa.int64()).cast(kind)])
    table = table.set_column(table.column_names.index("aht"), "aht", aht)
    read = centre.workspace(metrics=table).inputs.metrics["aht"].to_pylist()
    assert read == [300.0] * table.num_rows


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(pd.to_datetime(["2021-03-01 23:30"] * 40)),
        pd.Series(pd.to_datetime(["2021-03-01 05:30"] * 40).tz_localize("Asia/Tokyo")),
        pd.Series([date(2021, 3, 1)] * 40),
        pd.Series(["2021-03-01"] * 40, dtype="category"),
    ],
)
def test_dates_of_any_type(column):
    agents = centre.agents().assign(hired_on=column)
    assert Workspace(agents=agents).inputs.agents["hired_on"].to_pylist() == [date(2021, 3, 1)] * 40


def test_periods_as_dates_and_as_pandas_periods():
    month = pd.Series(pd.period_range("2026-04", periods=3, freq="M"))
    frame = centre.metrics()[:3].assign(period=month)
    kept = centre.workspace(metrics=frame).inputs.metrics["period"].to_pylist()
    assert kept == ["2026-04", "2026-05", "2026-06"]
    frame = frame.assign(period=month.dt.start_time)
    kept = centre.workspace(metrics=frame).inputs.metrics["period"].to_pylist()
    assert kept == ["2026-04-01", "2026-05-01", "2026-06-01"]


def test_damaged_parquet_is_an_error(tmp_path):
    folder = centre.write(tmp_path / "ws", {})
    file = folder / "agents.parquet"
    pq.write_table(pa.Table.from_pandas(centre.agents()), file)
    whole = file.read_bytes()
    for content in (whole[: len(whole) // 2], b"", b"no parquet at all"):
        file.write_bytes(content)
        with pytest.raises(InputError, match="cannot be read as Parquet"):
            load(folder)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[centre\nname = 1", "line 1"),
        (b"[centre]\nname = Northwind", "line 2"),
        (b"[centre]\nname = '\xfc'", "byte 18 is not UTF-8"),
    ],
)
def test_a_config_that_is_no_toml_says_where(tmp_path, content, said):
    folder = centre.write(tmp_path / "ws", {"agents": centre.agents()})
    (folder / "rolefit.toml").write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load(folder)
    (problem,) = caught.value.problems
    assert said in problem.message
    assert problem.code == "RF100"


def test_a_config_with_a_byte_order_mark(tmp_path):
    folder = centre.write(tmp_path / "ws", {"agents": centre.agents()})
    (folder / "rolefit.toml").write_bytes(b"\xef\xbb\xbf[centre]\nname = 'N'")
    assert load(folder).config.centre.name == "N"


def test_a_config_by_path_dict_and_object(tmp_path):
    folder = centre.write(tmp_path / "ws", {}, "[centre]\nname = 'N'")
    by_path = Workspace(folder / "rolefit.toml", agents=centre.agents())
    by_folder = Workspace(str(folder), agents=centre.agents())
    by_dict = Workspace({"centre": {"name": "N"}}, agents=centre.agents())
    again = Workspace(by_dict.config, agents=centre.agents())
    assert by_path.config == by_folder.config == by_dict.config == again.config


INSTRUMENT = """
[instrument]
id = "own"
kind = "strengths"
min = 1
max = 7
[scales.coaching]
attribute = "coaching"
items = ["x1", "x2", "x3", "x4"]
"""


def test_an_instrument_is_found_beside_its_config(tmp_path):
    frame = pd.DataFrame({"agent_id": centre.ids()} | {f"x{k}": [7] * 40 for k in range(1, 5)})
    config = '[instruments.strengths]\nkey = "own/strengths.toml"'
    folder = centre.write(tmp_path / "ws", {"agents": centre.agents(), "strengths": frame}, config)
    (folder / "own").mkdir()
    (folder / "own" / "strengths.toml").write_text(INSTRUMENT, "utf-8")
    checked = load(folder)
    assert checked.inputs.strengths["x1"].to_pylist() == [7.0] * 40
    (folder / "own" / "strengths.toml").unlink()
    with pytest.raises(ConfigError, match=r"own/strengths\.toml"):
        load(folder)


@pytest.mark.parametrize("table", ["strengths", "interests"])
def test_answers_to_a_survey_that_is_left_out_are_not_read(table):
    config = {"instruments": {table: False}}
    checked = centre.workspace(config, **{table: centre.survey(table)})
    assert table not in checked.inputs.present()
    assert f"{table}: not read; the config says instruments.{table} = false." in checked.reports


@pytest.mark.parametrize("config", [5, ["roles"], centre.agents(2)])
def test_a_config_that_is_none_is_refused(config):
    with pytest.raises(ConfigError, match="is not a config"):
        centre.workspace(config)
