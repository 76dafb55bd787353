"""Rows with the same key: repeated ones count once, contradicting ones not at all."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import small_centre as centre
from rolefit.io.check_keys import row_codes

KEYED = ("agents", "metrics", "strengths", "interests", "ratings", "placements")
TOLD = {
    "agents": ("team_id", "T9"), "metrics": ("aht", 500.0), "strengths": ("seconds", 1),
    "interests": ("seconds", 1), "ratings": ("value", 3.5),
    "placements": ("outcome", 0.77),
}  # fmt: skip


def with_double(table: str, **changed: object) -> pd.DataFrame:
    frame = centre.tables()[table]
    return pd.concat([frame, frame.iloc[[4]].assign(**changed)], ignore_index=True)


def checked_with(table: str, frame: pd.DataFrame):
    checked = centre.workspace(**{table: frame})
    assert centre.balanced(checked)
    return checked


@pytest.mark.parametrize("table", KEYED)
def test_a_repeated_row_counts_once(table):
    frame = with_double(table)
    checked = checked_with(table, frame)
    assert [(row, code) for _, row, _, code in centre.codes(checked)] == [
        (len(frame), "duplicate_key")
    ]
    assert checked.inputs.present()[table].num_rows == len(frame) - 1
    assert "one of them is kept" in checked.rejects["message"][0]


@pytest.mark.parametrize("table", KEYED)
def test_contradicting_rows_are_all_set_aside(table):
    column, value = TOLD[table]
    frame = with_double(table, **{column: value})
    found = [(row, code) for _, row, _, code in centre.codes(checked_with(table, frame))]
    assert found == [(5, "duplicate_key"), (len(frame), "duplicate_key")]


def test_the_same_said_in_other_words_is_repeated():
    frame = centre.metrics().astype({"aht": object, "agent_id": object})
    again = frame.iloc[[4]].assign(aht="0" + str(frame["aht"][4]) + "0", agent_id=" A0000 ")
    checked = centre.workspace(metrics=pd.concat([frame, again], ignore_index=True))
    assert checked.counts["metrics"]["kept"] == len(frame)


@pytest.mark.parametrize("table", ["contributions", "replies"])
def test_events_may_repeat(table):
    assert checked_with(table, with_double(table)).rejects_table.num_rows == 0


def test_the_newest_wish_counts():
    old = centre.wishes().assign(wish="no", on="2025-01-01")
    for frame in ([old, centre.wishes()], [centre.wishes(), old]):
        checked = checked_with("wishes", pd.concat(frame, ignore_index=True))
        assert checked.inputs.wishes["wish"].to_pylist() == centre.wishes()["wish"].tolist()
        assert checked.rejects_table.num_rows == 0
        assert checked.counts["wishes"] == {"rows": 80, "kept": 80, "rejected": 0}
        assert "wishes: 40 older rows give way to newer ones." in checked.reports


@pytest.mark.parametrize("others", [["want"], ["open", "want"], ["want", "no"]])
def test_of_wishes_of_one_day_the_most_cautious_counts(others):
    words = ["not_now", *others]
    newest = pd.concat([centre.wishes()[:1].assign(wish=word) for word in words])
    frame = pd.concat([newest, centre.wishes()[1:]], ignore_index=True)
    for order in (frame, frame.iloc[::-1]):
        checked = checked_with("wishes", order.reset_index(drop=True))
        assert checked.rejects_table.num_rows == 0
        kept = checked.inputs.wishes.to_pandas().set_index("agent_id")
        assert kept.wish["A0000"] == ("no" if "no" in words else "not_now")


@pytest.mark.parametrize(
    ("unread", "code"),
    [
        ({"wish": "nope", "on": "2026-06-01"}, "unknown_wish"),
        ({"wish": "no", "on": "1.6.26"}, "bad_date"),
    ],
)
def test_a_yes_does_not_outlive_a_newer_wish_that_cannot_be_read(unread, code):
    frame = pd.concat([centre.wishes(), centre.wishes()[:1].assign(**unread)], ignore_index=True)
    checked = checked_with("wishes", frame)
    assert [(row, what) for _, row, _, what in centre.codes(checked)] == [
        (1, "doubtful"), (41, code),
    ]  # fmt: skip
    assert "A0000" not in checked.inputs.wishes["agent_id"].to_pylist()
    refused = frame.replace({"wish": {"want": "not_now"}})
    assert checked_with("wishes", refused).inputs.wishes.num_rows == centre.AGENTS


def test_an_older_wish_that_cannot_be_read_does_no_harm_to_the_newest():
    older = centre.wishes()[:1].assign(wish="nope", on="2025-01-01")
    checked = checked_with("wishes", pd.concat([older, centre.wishes()], ignore_index=True))
    assert checked.inputs.wishes.num_rows == centre.AGENTS


def test_a_wish_after_the_day_of_the_run_does_no_harm_to_the_one_before():
    later = centre.wishes()[:1].assign(wish="no", on="2026-07-01")
    frame = pd.concat([centre.wishes(), later], ignore_index=True)
    checked = centre.workspace({"centre": {"as_of": "2026-06-30"}}, wishes=frame)
    assert checked.inputs.wishes.num_rows == centre.AGENTS


def test_wishes_of_an_older_day_that_contradict_do_no_harm_to_the_newest():
    older = centre.wishes()[:1].assign(on="2025-01-01")
    frame = pd.concat([older, older.assign(wish="no"), centre.wishes()], ignore_index=True)
    checked = checked_with("wishes", frame)
    assert checked.inputs.wishes.num_rows == centre.AGENTS
    assert checked.rejects_table.num_rows == 0


def test_codes_differ_where_rows_differ_even_when_their_product_is_too_large():
    most = 2**32 - 2
    columns = [np.array([0, 1, 2, 0]), np.array([0, 0, most, 0]), np.array([0, 0, most, 0])]
    assert row_codes(columns).tolist().count(row_codes(columns)[0]) == 2
    assert len(set(row_codes(columns).tolist())) == 3


@pytest.mark.parametrize("first", ["stay", "up"])
def test_of_two_runs_of_one_day_the_one_written_last_counts(first):
    frame = centre.history()
    again = frame.iloc[[3]].assign(direction="sideways", target_role="specialist")
    whole = pd.concat([frame.assign(direction=first), again], ignore_index=True)
    checked = centre.workspace(history=whole)
    assert checked.counts["history"] == {"rows": 41, "kept": 41, "rejected": 0}
    mine = checked.inputs.history.to_pandas().set_index("agent_id").loc["A0003"]
    assert (mine["direction"], mine["target_role"]) == ("sideways", "specialist")
    assert "history: 1 older rows give way to newer ones." in checked.reports
