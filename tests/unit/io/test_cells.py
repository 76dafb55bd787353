"""Cells that cannot be used: the row stays where it can, the cell becomes missing, with a code."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest

import small_centre as centre
from rolefit.io.workspace import Workspace

AS_OF = {"centre": {"as_of": date(2026, 6, 30)}}


def spoilt(table: str, column: str, value: object, row: int = 4) -> pd.DataFrame:
    """A table with one cell replaced; row 1 is the first."""
    frame = centre.tables()[table].astype({column: object})
    frame.loc[row - 1, column] = value
    return frame


def check(table: str, column: str, value: object, config: object = None) -> Workspace:
    frame = spoilt(table, column, value)
    given = {"agents": centre.agents(), table: frame}
    checked = Workspace(config, **given)
    assert centre.balanced(checked)
    return checked


CELLS = [
    ("metrics", "aht", "fast", "not_a_number"),
    ("metrics", "aht", "1,234.5", "not_a_number"),
    ("metrics", "aht", "85%", "not_a_number"),
    ("metrics", "aht", "#DIV/0!", "not_a_number"),
    ("metrics", "aht", "0x1A", "not_a_number"),
    ("metrics", "aht", "NA", "not_a_number"),
    ("metrics", "aht", "nan", "not_finite"),
    ("metrics", "aht", "-Inf", "not_finite"),
    ("metrics", "aht", "1e999", "not_finite"),
    ("metrics", "aht", math.inf, "not_finite"),
    ("metrics", "aht", -3, "negative"),
    ("metrics", "aht", 7201, "out_of_range"),
    ("metrics", "fcr", 1.01, "out_of_range"),
    ("metrics", "contacts", -1, "negative"),
    ("metrics", "contacts", "", "missing_volume"),
    ("strengths", "seconds", -1, "negative"),
    ("strengths", "answered_on", "01.05.2026", "bad_date"),
    ("contributions", "quantity", 2.5, None),
    ("placements", "outcome", 1.2, "out_of_range"),
    ("placements", "outcome", "", None),
    ("history", "status", "sure", "unknown_status"),
    ("replies", "role_of_by", "boss", "unknown_replier"),
    ("agents", "hired_on", "2026-02-30", "bad_date"),
    ("agents", "hired_on", "9999-12-31", "bad_date"),
    ("agents", "hired_on", date(9999, 12, 31), "bad_date"),
    ("agents", "hired_on", "", None),
    ("agents", "team_id", "", None),
]


@pytest.mark.parametrize(("table", "column", "value", "code"), CELLS)
def test_the_row_is_kept(table, column, value, code):
    checked = check(table, column, value)
    assert checked.counts[table]["rejected"] == 0
    found = {(row, reason) for _, row, _, reason in centre.codes(checked)}
    assert ((4, code) in found) if code else not found
    if code and code != "missing_volume":
        assert checked.inputs.present()[table][column][3].as_py() is None


ROWS = [
    ("agents", "agent_id", "", "missing_key"),
    ("agents", "agent_id", "   ", "missing_key"),
    ("agents", "current_role", "", "unknown_role"),
    ("agents", "current_role", "mentr", "unknown_role"),
    ("agents", "current_role", "technical_trades", "unknown_role"),
    ("metrics", "agent_id", "A9999", "unknown_agent"),
    ("metrics", "client_id", "", "missing_key"),
    ("metrics", "channel", "", "missing_key"),
    ("metrics", "period", "", "missing_key"),
    ("metrics", "period", "June", "bad_period"),
    ("metrics", "period", "2026-13", "bad_period"),
    ("metrics", "period", "2026-00", "bad_period"),
    ("metrics", "period", "2025-W53", "bad_period"),
    ("metrics", "period", "2026-W00", "bad_period"),
    ("metrics", "period", "2026-6", "bad_period"),
    ("metrics", "period", "202606", "bad_period"),
    ("strengths", "agent_id", "A9999", "unknown_agent"),
    ("contributions", "kind", "mentorng", "unknown_kind"),
    ("contributions", "on", "yesterday", "bad_date"),
    ("contributions", "on", "", "missing_key"),
    ("contributions", "quantity", -1, "negative"),
    ("contributions", "quantity", "many", "not_a_number"),
    ("contributions", "quantity", "", "missing_value"),
    ("ratings", "attribute", "charm", "unknown_attribute"),
    ("ratings", "rater_kind", "boss", "unknown_rater_kind"),
    ("ratings", "rater_id", "", "missing_key"),
    ("ratings", "value", 6, "out_of_range"),
    ("ratings", "value", 0, "out_of_range"),
    ("wishes", "role", "menter", "unknown_role"),
    ("wishes", "wish", "maybe", "unknown_wish"),
    ("history", "direction", "promote", "unknown_direction"),
    ("placements", "role", "boss", "unknown_role"),
    ("replies", "state", "angry", "unknown_state"),
]


@pytest.mark.parametrize(("table", "column", "value", "code"), ROWS)
def test_the_row_is_set_aside(table, column, value, code):
    checked = check(table, column, value)
    assert checked.counts[table]["rejected"] == 1
    assert centre.codes(checked) == [(table, 4, column, code)]


FUTURE = [
    ("metrics", "period", "2026-07", True),
    ("metrics", "period", "2026-W27", False),
    ("metrics", "period", "2026-07-01", True),
    ("contributions", "on", "2026-07-01", True),
    ("ratings", "on", "2026-07-01", True),
    ("wishes", "on", "2026-07-01", True),
    ("strengths", "answered_on", "2026-07-01", False),
    ("agents", "hired_on", "2026-07-01", False),
]


@pytest.mark.parametrize(("table", "column", "value", "loses_row"), FUTURE)
def test_dates_after_a_given_day_are_in_the_future(table, column, value, loses_row):
    checked = check(table, column, value, AS_OF)
    if value == "2026-W27":
        assert checked.rejects_table.num_rows == 0
        return
    assert centre.codes(checked) == [(table, 4, column, "future_date")]
    assert checked.counts[table]["rejected"] == loses_row


def test_today_is_not_in_the_future():
    frame = centre.contributions().assign(on="2026-06-30")
    assert centre.workspace(AS_OF, contributions=frame).rejects_table.num_rows == 0


def test_a_month_that_has_begun_is_not_in_the_future():
    config = {"centre": {"as_of": date(2026, 6, 15)}}
    checked = centre.workspace(config, metrics=centre.metrics())
    assert checked.rejects_table.num_rows == 0


@pytest.mark.parametrize("table", ["strengths", "interests"])
@pytest.mark.parametrize("answer", [0, 6])
def test_answers_outside_the_instrument_count_as_not_answered(table, answer):
    item = centre.items(table)[2]
    checked = check(table, item, answer)
    assert checked.counts[table]["rejected"] == 0
    assert centre.codes(checked) == [(table, 4, item, "out_of_range")]
    assert checked.inputs.present()[table][item].null_count == 1


def test_a_value_without_a_volume_is_not_used():
    checked = check("metrics", "contacts", None)
    assert checked.inputs.metrics["aht"][3].as_py() is None
    assert ("metrics", 4, "aht", "missing_volume") in centre.codes(checked)


def test_a_value_that_rests_on_nothing_is_not_measured():
    checked = check("metrics", "contacts", 0)
    assert checked.inputs.metrics["aht"][3].as_py() is None
    assert checked.rejects_table.num_rows == 0
    said = "metrics: aht rests on contacts = 0 in 1 rows, which are read as not measured."
    assert said in checked.reports


def test_a_duration_of_zero_is_no_duration():
    config = {"metrics": {"aht": {"range": [0.0, 7200.0]}}}
    assert centre.codes(check("metrics", "aht", 0, config)) == [
        ("metrics", 4, "aht", "out_of_range")
    ]


def test_scale_reads_per_cent_and_the_range_holds_afterwards():
    config = {"metrics": {"fcr": {"scale": 100.0}}}
    frame = centre.metrics().assign(fcr=lambda f: f["fcr"] * 100)
    frame.loc[3, "fcr"] = 100.5
    checked = centre.workspace(config, metrics=frame)
    expected = centre.metrics()["fcr"].to_numpy(copy=True)
    expected[3] = np.nan
    assert np.allclose(checked.inputs.metrics["fcr"].to_pandas(), expected, equal_nan=True)
    assert centre.codes(checked) == [("metrics", 4, "fcr", "out_of_range")]


def test_the_rating_range_is_the_config_s():
    config = {"evidence": {"rating_range": [1.0, 10.0]}}
    frame = centre.ratings().assign(value=10)
    assert centre.workspace(config, ratings=frame).rejects_table.num_rows == 0


@pytest.mark.parametrize("text", ["+5", " 5 ", "5.", "05", "5e0", "0.5E1"])
def test_numbers_as_people_write_them(text):
    checked = check("ratings", "value", text)
    assert checked.inputs.ratings["value"][3].as_py() == 5.0


@pytest.mark.parametrize(
    "text", ["2026-05-31", "2026-05-31T08:30:00", "2026-05-31 08:30", " 2026-05-31 "]
)
def test_dates_as_exports_write_them(text):
    assert check("wishes", "on", text).inputs.wishes["on"][3].as_py() == date(2026, 5, 31)


@pytest.mark.parametrize(
    ("period", "ends"),
    [("2026-06", date(2026, 6, 30)), ("2024-02", date(2024, 2, 29)), ("2026-W53", date(2027, 1, 3)),
     ("2025-W01", date(2025, 1, 5)), ("2026-06-10", date(2026, 6, 10))],
)  # fmt: skip
def test_a_period_ends_on_its_last_day(period, ends):
    frame = centre.metrics()[:1].assign(period=period)
    agents = centre.agents().assign(hired_on="2001-01-01")
    assert Workspace(agents=agents, metrics=frame).config.centre.as_of == ends


def test_nan_in_a_frame_is_missing_and_nan_in_a_file_is_a_text(tmp_path):
    from rolefit.io.workspace import load

    frame = centre.metrics()
    frame.loc[3, "aht"] = np.nan
    assert centre.workspace(metrics=frame).rejects_table.num_rows == 0
    folder = centre.write(tmp_path / "ws", {"agents": centre.agents()})
    frame.to_csv(folder / "metrics.csv", index=False, na_rep="NaN")
    checked = load(folder)
    assert centre.codes(checked) == [("metrics", 4, "aht", "not_finite")]
    assert checked.inputs.metrics["aht"][3].as_py() is None


def test_a_file_with_a_bad_cell_keeps_the_exact_numbers_of_the_others(tmp_path):
    from rolefit.io.workspace import load

    folder = centre.write(tmp_path / "ws", {"agents": centre.agents()})
    spoilt("metrics", "aht", "x").to_csv(folder / "metrics.csv", index=False)
    read = load(folder).inputs.metrics["aht"].to_pylist()
    given = centre.metrics()["aht"].tolist()
    assert read[:3] + read[4:] == given[:3] + given[4:]


PERSONAL = [
    ("metrics", "aht"),
    ("agents", "hired_on"),
    ("replies", "on"),
    ("contributions", "quantity"),
]


@pytest.mark.parametrize(("table", "column"), PERSONAL)
def test_the_value_itself_is_never_copied(table, column):
    checked = check(table, column, "secret-4711")
    assert checked.rejects_table.num_rows
    assert "secret" not in str(checked.rejects_table.to_pylist())


def test_ids_are_copied_and_free_text_in_their_place_is_not():
    story = "a long story about somebody that slipped into the wrong column"
    assert story not in str(check("contributions", "kind", story).rejects_table.to_pylist())
    (message,) = check("contributions", "kind", "mentorng").rejects["message"]
    assert message == "unknown contribution kind 'mentorng'; did you mean 'mentoring'?"
    (message,) = check("metrics", "agent_id", "A9999").rejects["message"]
    assert message == "agent A9999 is not in the agents table"


@pytest.mark.parametrize("numbers", [range(40), np.arange(40.0), [f" {k} " for k in range(40)]])
def test_agent_ids_of_any_type_become_text(numbers):
    agents = centre.agents().assign(agent_id=list(numbers))
    wishes = centre.wishes().assign(agent_id=[str(k) for k in range(40)])
    checked = Workspace(agents=agents, wishes=wishes)
    assert checked.inputs.agents["agent_id"].to_pylist() == [str(k) for k in range(40)]
    assert checked.rejects_table.num_rows == 0


def test_a_column_of_mixed_types_becomes_text():
    mixed = ["A1", 2, None, 4.5] * 10
    agents = centre.agents().assign(team_id=pd.Series(mixed, dtype=object))
    assert (
        Workspace(agents=agents).inputs.agents["team_id"].to_pylist()
        == ["A1", "2", None, "4.5"] * 10
    )


def test_rows_of_a_rejected_agent_say_so_and_do_not_stop_their_own_table():
    agents = centre.agents()
    agents.loc[0, "current_role"] = "boss"
    checked = Workspace(agents=agents, metrics=centre.metrics(), wishes=centre.wishes()[:3])
    assert ("wishes", 1, "agent_id", "rejected_agent") in centre.codes(checked)
    assert checked.counts["wishes"] == {"rows": 3, "kept": 2, "rejected": 1}
    assert not checked.stopped


@pytest.mark.parametrize("word", ["not_now", "Not now", "NOT-NOW", " not  now "])
def test_a_wish_is_read_as_people_type_it(word):
    checked = Workspace(
        agents=pd.DataFrame({"agent_id": ["A1"], "current_role": ["frontline"]}),
        wishes=pd.DataFrame({
            "agent_id": ["A1"], "role": ["mentor"], "wish": [word], "on": ["2026-01-01"],
        }),
    )  # fmt: skip
    assert checked.inputs.wishes["wish"].to_pylist() == ["not_now"]
    assert checked.rejects_table.num_rows == 0
