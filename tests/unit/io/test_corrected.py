"""Granted corrections: read in place of what the file says, or told why not."""

from __future__ import annotations

import pandas as pd
import pytest

import rolefit as rf
import small_centre as centre
from rolefit.io import reply_file

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


KIND = {"table": "contributions", "row": {"kind": "mentoring"}}
ROLE = {"table": "agents", "row": {}, "column": "current_role", "value": "boss"}
REFUSED = [
    ({**AHT, "value": "99999"}, "outside 1 to 7200", "a number from 1, up to 7200"),
    ({**AHT, "column": "contacts", "value": "-1"}, "below 0", "a number from 0"),
    ({**AHT, "column": "contacts", "value": ""}, "no usable volume", "a number"),
    ({**AHT, "column": "period", "value": "2026-04"}, "same key", "YYYY-MM"),
    ({**AHT, "column": "period", "value": "2026-13"}, "not YYYY-MM", "YYYY-MM"),
    ({**AHT, "column": "period", "value": "2031-01"}, "begins after", "YYYY-MM"),
    ({**AHT, "column": "client_id", "value": "globex"}, "repeats another", "a value that"),
    ({**AHT, "column": "client_id", "value": ""}, "no client_id", "a value that"),
    (ROLE, "unknown role 'boss'", "frontline"),
    ({**ROLE, "value": ""}, "no current_role", "frontline"),
    ({**ROLE, "column": "hired_on", "value": "1.3.2019"}, "not an ISO date", "an ISO date"),
    ({"table": "strengths", "row": {}, "column": "co1", "value": "9"}, "outside 1 to 5", "from 1"),
    ({**KIND, "column": "kind", "value": "sport"}, "unknown contribution kind", "mentoring"),
    ({**KIND, "column": "quantity", "value": "-3"}, "below 0", "a number from 0"),
]  # fmt: skip


def everybody(checked):
    """All that is kept of every table, replies left out, and all that is set aside."""
    tables = {k: v for k, v in checked.inputs.present().items() if k != "replies"}
    return {k: v.to_pylist() for k, v in tables.items()}, centre.codes(checked)


@pytest.mark.parametrize(("fix", "why", "expected"), REFUSED)
def test_what_the_border_would_set_aside_is_no_correction(ws, fix, why, expected):
    with pytest.raises(rf.UsageError, match="RF436") as caught:
        say(ws, "contested", AGENT, about="facts", correction=fix)
    (problem,) = caught.value.problems
    assert why in problem.message
    assert expected in problem.expected
    assert f"{fix['table']}, column {fix['column']}" in problem.place
    assert "set the cell or the row aside" in problem.hint
    assert len(rf.replies.open(ws)) == 1


def in_a_log(ws, fix, *, grants=(2,)):
    """Writes the contest, and its grant, as a version of rolefit did that looked less closely."""
    file = pd.read_csv(ws / f"{fix['table']}.csv", dtype=str)
    for name, value in {"agent_id": "A0000", **fix["row"]}.items():
        file = file[file[name] == value]
    ((old,),) = file[[fix["column"]]].to_numpy()
    wrong = rf.replies.Correction(**fix, old=old)
    said = rf.replies.Entry("A0000", "r", "contested", *AGENT, "2026-07-01", about="facts",
                            correction=wrong)  # fmt: skip
    reply_file.append(ws, said)
    if grants:
        answer = rf.replies.Entry("A0000", "r", "human_replied", *LEE, "2026-07-01", "Yes.",
                                  grants=grants)  # fmt: skip
        reply_file.append(ws, answer)


@pytest.mark.parametrize("fix", [fix for fix, _, _ in REFUSED])
def test_a_correction_in_a_log_never_takes_anything_away(ws, fix):
    before = everybody(rf.load(ws))
    in_a_log(ws, fix)
    checked = rf.load(ws)
    assert everybody(checked) == before
    assert checked.corrections == {"granted": 1, "applied": 0, "refused": 1}
    (line,) = [report for report in checked.reports if "granted" in report]
    assert f"{fix['table']}.csv: the correction of {fix['column']}" in line
    assert "the old one stays (" in line
    assert line in rf.score(checked).run.reports


def test_a_correction_that_no_run_could_read_is_not_granted(ws):
    in_a_log(ws, ROLE, grants=())
    with pytest.raises(rf.UsageError, match=r"unknown role 'boss'.*RF436"):
        say(ws, "human_replied", LEE, text="Yes.", grants=(2,))
    assert say(ws, "human_replied", LEE, text="Which role is it?").state == "human_replied"


def test_other_corrections_are_read_all_the_same(ws):
    in_a_log(ws, {**AHT, "value": "99999"})
    checked = granted(ws, {**AHT, "value": "200"})
    assert cell(checked, "metrics", "aht", **ROW) == 200.0
    assert checked.corrections == {"granted": 2, "applied": 1, "refused": 1}


def test_a_key_may_be_corrected_where_no_other_row_has_it(ws):
    checked = granted(ws, {**AHT, "column": "period", "value": "2026-03"})
    assert cell(checked, "metrics", "contacts", **{**ROW, "period": "2026-03"}) == 100
    assert not centre.codes(checked)


def test_whole_numbers_stay_whole(ws):
    """Keys that a file stores as numbers are not written anew for everybody."""
    frame = centre.metrics().replace({"client_id": {"acme": 2**53 + 1, "globex": 2}})
    (ws / "metrics.csv").unlink()
    frame.assign(client_id=frame["client_id"].astype("int64")).to_parquet(ws / "metrics.parquet")
    row = {**ROW, "client_id": str(2**53 + 1)}
    checked = granted(ws, {**AHT, "row": row, "column": "client_id", "value": "new"})
    clients = set(checked.inputs.metrics["client_id"].to_pylist())
    assert clients == {"new", "2", str(2**53 + 1)}


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
