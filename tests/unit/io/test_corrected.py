"""Granted corrections: read in place of what the file says, or told why not."""

from __future__ import annotations

import pandas as pd
import pytest

import rolefit as rf
import small_centre as centre

ROW = {"client_id": "acme", "channel": "voice", "period": "2026-05"}
AHT = {"table": "metrics", "row": ROW, "column": "aht", "value": "123.5"}


def say(ws, state, who, **more):
    by, role = who
    return rf.replies.add(ws, "A0000", state, by=by, role_of_by=role, on="2026-07-01", **more)


AGENT, LEE = ("A0000", "agent"), ("Lee", "leader")


@pytest.fixture
def ws(tmp_path):
    given = {k: v for k, v in centre.tables().items() if k != "replies"}
    folder = centre.write(tmp_path / "ws", given)
    say(folder, "shown", LEE, run="r", direction="up", target_role="mentor")
    return folder


def granted(ws, fix):
    """The workspace after one more correction was proposed and granted."""
    talk = say(ws, "contested", AGENT, about="facts", correction=fix)
    say(ws, "human_replied", LEE, text="You are right.", grants=(len(talk.entries),))
    return rf.load(ws)


def cell(checked, table, column, **row):
    frame = getattr(checked.inputs, table).to_pandas()
    for name, value in {"agent_id": "A0000", **row}.items():
        frame = frame[frame[name].astype(str) == value]
    (value,) = frame[column]
    return value


def test_a_proposal_changes_nothing(ws):
    talk = say(ws, "contested", AGENT, about="facts", correction=AHT)
    assert talk.entries[-1].correction.old == "350.5"
    assert cell(rf.load(ws), "metrics", "aht", **ROW) == 350.5


@pytest.mark.parametrize(
    ("fix", "read"),
    [
        (AHT, 123.5),
        ({**AHT, "value": "99"}, 99.0),
        ({**AHT, "column": "contacts", "value": "7"}, 7.0),
        ({"table": "agents", "row": {}, "column": "current_role", "value": "mentor"}, "mentor"),
        ({"table": "strengths", "row": {}, "column": "co1", "value": "5"}, 5.0),
        (
            {"table": "contributions", "row": {"kind": "mentoring"}, "column": "quantity",
             "value": "40"},
            40.0,
        ),
    ],
)  # fmt: skip
def test_a_granted_correction_is_read(ws, fix, read):
    before = {file.name: file.read_bytes() for file in ws.glob("*.csv") if "repl" not in file.name}
    checked = granted(ws, fix)
    assert cell(checked, fix["table"], fix["column"], **fix["row"]) == read
    assert checked.corrections == {"granted": 1, "applied": 1}
    assert all((ws / name).read_bytes() == content for name, content in before.items())
    others = rf.Workspace(**centre.tables()).inputs.present()[fix["table"]].to_pandas()
    mine = checked.inputs.present()[fix["table"]].to_pandas()
    assert mine.compare(others).shape == (1, 2)


def test_a_day_is_corrected(ws):
    fix = {"table": "agents", "row": {}, "column": "hired_on", "value": "2019-03-01"}
    assert str(cell(granted(ws, fix), "agents", "hired_on")) == "2019-03-01"


def test_what_was_never_measured_is_empty(ws):
    assert pd.isna(cell(granted(ws, {**AHT, "value": ""}), "metrics", "aht", **ROW))


def test_a_correction_can_be_corrected(ws):
    granted(ws, AHT)
    checked = granted(ws, {**AHT, "value": "200"})
    assert cell(checked, "metrics", "aht", **ROW) == 200.0
    assert checked.corrections == {"granted": 2, "applied": 2}
    assert any("2 of 2 corrections" in line for line in checked.reports)


def test_a_correction_passes_the_same_checks_as_the_file(ws):
    checked = granted(ws, {**AHT, "value": "99999"})
    assert pd.isna(cell(checked, "metrics", "aht", **ROW))
    assert ("metrics", "aht", "out_of_range") in [
        (table, column, code) for table, _, column, code in centre.codes(checked)
    ]


@pytest.mark.parametrize("form", ["semicolons", "parquet", "spoilt"])
def test_files_of_other_kinds(ws, form):
    frame = centre.metrics()
    if form == "semicolons":
        frame.to_csv(ws / "metrics.csv", index=False, sep=";", decimal=",")
    elif form == "parquet":
        (ws / "metrics.csv").unlink()
        frame.assign(contacts=frame["contacts"].astype("int64")).to_parquet(ws / "metrics.parquet")
    else:
        frame["aht"] = frame["aht"].astype(object)
        frame.loc[50, "aht"] = "n/a"
        frame.to_csv(ws / "metrics.csv", index=False)
    checked = granted(ws, AHT)
    assert cell(checked, "metrics", "aht", **ROW) == 123.5
    checked = granted(ws, {**AHT, "column": "contacts", "value": "7"})
    assert cell(checked, "metrics", "contacts", **ROW) == 7.0


def change(ws, edit):
    frame = pd.read_csv(ws / "metrics.csv")
    mine = (frame["agent_id"] == "A0000") & (frame["client_id"] == "acme")
    mine &= frame["period"] == "2026-05"
    edit(frame, mine).to_csv(ws / "metrics.csv", index=False)


@pytest.mark.parametrize(
    ("code", "edit"),
    [
        ("no_row", lambda frame, mine: frame[~mine]),
        ("several_rows", lambda frame, mine: pd.concat([frame, frame[mine]])),
        ("other_value", lambda frame, mine: frame.assign(aht=frame["aht"].mask(mine, 400.0))),
        ("already_so", lambda frame, mine: frame.assign(aht=frame["aht"].mask(mine, 123.5))),
        ("no_column", lambda frame, _: frame.drop(columns="aht")),
    ],
)
def test_a_correction_that_lost_its_place_is_told(ws, code, edit):
    granted(ws, AHT)
    change(ws, edit)
    checked = rf.load(ws)
    assert checked.corrections == {"granted": 1, "applied": 0, code: 1}
    (line,) = [report for report in checked.reports if "granted" in report]
    assert "A0000" in line
    assert "123.5" not in line


def test_a_table_that_is_gone_is_told(ws):
    granted(ws, AHT)
    (ws / "metrics.csv").unlink()
    assert rf.load(ws).corrections == {"granted": 1, "applied": 0, "no_table": 1}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"table": "metric"}, "did you mean 'metrics'?"),
        ({"table": "placements"}, "no table 'placements'"),
        ({"column": "ath"}, "did you mean 'aht'?"),
        ({"row": {"client": "acme"}}, "did you mean 'client_id'?"),
        ({"row": {"client_id": "acme"}}, "name the row by its client_id, channel, period"),
        ({"row": {**ROW, "period": "2020-01"}}, "no row of A0000"),
        ({"value": "1,5"}, "no number"),
    ],
)
def test_a_correction_names_one_cell(ws, changed, words):
    with pytest.raises(rf.UsageError, match="RF436") as caught:
        say(ws, "contested", AGENT, about="facts", correction={**AHT, **changed})
    assert words in str(caught.value)
    assert len(rf.replies.open(ws)) == 1


def test_a_wish_in_a_reply_is_heard_at_once(ws):
    wish = {"about": "wishes", "role": "mentor"}
    assert cell(rf.load(ws), "wishes", "wish", role="mentor") == "want"
    say(ws, "contested", AGENT, wish="no", text="Not me.", **wish)
    assert rf.load(ws).inputs.wishes["wish"].to_pylist()[-1] == "no"
    gates = rf.score(rf.load(ws)).suggestions.loc[0, "gates"]
    assert not [g for g in gates if g["gate"] == "wish" and g["role"] == "mentor" and g["passed"]]
    (ws / "wishes.csv").unlink()
    assert rf.load(ws).inputs.wishes.num_rows == 1
