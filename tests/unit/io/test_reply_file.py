"""The log on disk and its table: appended, locked, verified, mended."""

from __future__ import annotations

import csv
import multiprocessing

import pandas as pd
import pytest

import rolefit as rf
import small_centre as centre
from rolefit.io import reply_file

AGENT, LEE = ("A0000", "agent"), ("Lee", "leader")


@pytest.fixture
def ws(tmp_path):
    return centre.write(tmp_path / "ws", {"agents": centre.agents(), "wishes": centre.wishes()})


def say(ws, state, who, agent="A0000", **more):
    by, role = who
    return rf.replies.add(ws, agent, state, by=by, role_of_by=role, on="2026-07-01", **more)


def talk(ws):
    say(ws, "shown", LEE, run="r", direction="up", target_role="mentor")
    say(ws, "contested", AGENT, text='No; "never", =1+1')
    return ws


def codes(ws, **more):
    return [problem.code for problem in rf.replies.verify(ws, **more).problems]


def test_the_table_says_what_the_log_says(ws):
    log = rf.replies.open(talk(ws))
    with (ws / "replies.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["state"] for row in rows] == [e.state for e in log.entries]
    assert rows[1]["text"] == 'No; "never", =1+1'
    assert list(log.table["line"]) == [1, 2]
    assert rf.load(ws).inputs.replies.num_rows == 2
    assert sorted(p.name for p in ws.iterdir()) == [
        "agents.csv", "replies.csv", "replies.jsonl", "rolefit.toml", "wishes.csv",
    ]  # fmt: skip


def test_nothing_said_is_a_log_too(ws):
    assert len(rf.replies.open(ws)) == 0
    assert rf.replies.verify(ws).ok
    assert not rf.load(ws).corrections["granted"]


def test_a_refusal_writes_nothing(ws):
    with pytest.raises(rf.UsageError, match="RF432"):
        say(ws, "agreed", AGENT, run="r")
    assert not list(ws.glob("replies*"))
    before = (talk(ws) / "replies.jsonl").read_bytes()
    with pytest.raises(rf.UsageError, match="RF433"):
        say(ws, "closed_stay", LEE)
    say(ws, "human_replied", LEE, text="Yes?", dry_run=True)
    assert (ws / "replies.jsonl").read_bytes() == before


def test_every_problem_of_an_entry_is_told_at_once(ws):
    with pytest.raises(rf.UsageError) as caught:
        say(talk(ws), "agred", ("Lee", "boss"), about="faccts")
    assert len(caught.value.problems) == 3


def test_the_only_open_thread_is_meant(ws):
    talk(ws)
    assert rf.replies.open(ws).thread("A0000").run == "r"
    say(ws, "shown", LEE, run="r2", direction="stay")
    with pytest.raises(rf.UsageError, match="one of: r, r2"):
        say(ws, "agreed", AGENT)
    with pytest.raises(rf.UsageError, match="RF438"):
        say(ws, "agreed", ("A0001", "agent"), agent="A0001")


def test_roles_are_those_of_the_config(ws):
    with pytest.raises(rf.UsageError, match="did you mean 'mentor'"):
        say(talk(ws), "contested", AGENT, about="weights", role="mentr")
    assert say(ws, "contested", AGENT, about="weights").entries[-1].role == "mentor"
    assert say(ws, "agreed", AGENT, about="wishes", role="outside", wish="no").state == "agreed"


def test_a_table_of_somebody_else_is_not_replaced(ws):
    centre.replies().to_csv(ws / "replies.csv", index=False)
    before = (ws / "replies.csv").read_bytes()
    with pytest.raises(rf.UsageError, match="RF439"):
        say(ws, "shown", LEE, run="r", direction="up")
    assert (ws / "replies.csv").read_bytes() == before
    assert rf.load(ws).inputs.replies.num_rows == centre.AGENTS


def test_a_changed_log_stops_the_run(ws):
    log = talk(ws) / "replies.jsonl"
    log.write_bytes(log.read_bytes().replace(b"never", b"maybe"))
    assert codes(ws) == ["RF311"]
    checked = rf.load(ws)
    assert [problem.code for problem in checked.stopped] == ["RF311"]
    assert "line 2" in checked.stopped[0].place
    for refused in (lambda: rf.score(checked), lambda: say(ws, "agreed", AGENT)):
        with pytest.raises(rf.DataStoppedError, match="RF311"):
            refused()


def test_a_chain_that_holds_but_breaks_the_rules_is_found(ws):
    head, log = rf.replies.open(talk(ws)).head, ws / "replies.jsonl"
    forged = rf.replies.Entry("A0000", "r", "closed_move", "Lee", "leader", "2026-07-02")
    log.write_bytes(log.read_bytes() + reply_file.linked(forged, head)[1])
    (problem,) = rf.replies.verify(ws).problems
    assert "line 3" in problem.place
    assert "contest" in problem.message


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda text: text.replace("never", "maybe"), "row 2"),
        (lambda text: "".join(text.splitlines(keepends=True)[:-1]), "ends before line 2"),
        (lambda text: text + text.splitlines()[-1] + "\n", "row 3 has no line"),
        (lambda text: text.replace('"state"', '"State"'), "header"),
        (lambda text: text.replace('"Lee"', '"Lee'), "no CSV"),
    ],
)
def test_a_table_that_differs_is_found_and_the_log_counts(ws, edit, words):
    table = talk(ws) / "replies.csv"
    table.write_text(edit(table.read_text("utf-8")), "utf-8")
    (problem,) = rf.replies.verify(ws).problems
    assert problem.code == "RF313"
    assert words in problem.message
    assert any("the log counts" in line for line in rf.load(ws).reports)
    assert rf.load(ws).inputs.replies["state"].to_pylist()[:2] == ["shown", "contested"]
    if "ends before" in words:
        say(ws, "human_replied", LEE, text="Why?")
        assert rf.replies.verify(ws).ok
        return
    spoilt = table.read_bytes()
    for dry_run in (True, False):
        with pytest.raises(rf.DataStoppedError, match="RF316"):
            say(ws, "human_replied", LEE, text="Why?", dry_run=dry_run)
    assert table.read_bytes() == spoilt
    assert len(rf.replies.open(ws)) == 2
    assert reply_file.mend(ws) == ("replies.table-1",)
    assert (ws / "replies.table-1").read_bytes() == spoilt
    assert reply_file.mend(ws) == ()
    say(ws, "human_replied", LEE, text="Why?")
    assert rf.replies.verify(ws).ok


def cut(ws, lines):
    """Cuts lines from the end of the log, and nothing from the table."""
    log = ws / "replies.jsonl"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-lines]))


def test_a_table_that_knows_more_is_not_written_over(ws):
    cut(talk(ws), 1)
    before = {file.name: file.read_bytes() for file in ws.iterdir()}
    with pytest.raises(rf.DataStoppedError, match="RF316") as caught:
        say(ws, "agreed", AGENT)
    (problem,) = caught.value.problems
    assert "1 rows of the table say what no line of replies.jsonl says" in problem.message
    assert "--mend" in problem.hint
    assert {file.name: file.read_bytes() for file in ws.iterdir()} == before
    assert codes(ws) == ["RF313"]


def test_a_contest_that_only_the_table_has_kept_is_heard(ws):
    cut(talk(ws), 1)
    checked = rf.load(ws)
    assert checked.inputs.replies["state"].to_pylist() == ["shown", "contested"]
    assert any("1 contests in it are in no line of replies.jsonl" in r for r in checked.reports)
    contest = {g["passed"] for g in rf.score(checked).suggestions.loc[0, "gates"]
               if g["gate"] == "contest"}  # fmt: skip
    assert contest == {False}
    (ws / "replies.csv").unlink()
    assert checked.hashes["replies"] != rf.load(ws).hashes["replies"]


def test_an_answer_that_only_the_table_has_kept_ends_no_contest(ws):
    say(talk(ws), "human_replied", LEE, text="Why?")
    cut(ws, 1)
    assert rf.load(ws).inputs.replies["state"].to_pylist() == ["shown", "contested"]


def test_mending_keeps_what_only_the_table_knew(ws):
    table = (talk(ws) / "replies.csv").read_bytes()
    cut(ws, 1)
    (ws / "replies.table-1").write_bytes(b"of another day")
    assert reply_file.mend(ws) == ("replies.table-2",)
    assert (ws / "replies.table-2").read_bytes() == table
    assert (ws / "replies.table-1").read_bytes() == b"of another day"
    assert rf.replies.verify(ws).ok
    assert say(ws, "agreed", AGENT).state == "agreed"


def test_a_run_knows_up_to_which_line_it_read(ws):
    result = rf.score(rf.load(talk(ws)))
    head = rf.replies.open(ws).head
    assert result.run.replies == {"entries": 2, "head": head}
    result.write(ws / "out")
    say(ws, "human_replied", LEE, text="Why?")
    assert rf.replies.verify(ws).ok
    cut(ws, 2)
    reply_file.write_replies_table(ws, reply_file.read_log(ws))
    (problem,) = rf.replies.verify(ws).problems
    assert (problem.code, problem.place) == ("RF315", "out/run.json")
    assert any(line.startswith("out/run.json: no line") for line in rf.load(ws).reports)


@pytest.mark.parametrize("inside", [True, False])
def test_no_log_is_begun_where_a_run_knows_of_one(ws, tmp_path, inside):
    out = (ws if inside else tmp_path) / "out"
    rf.score(rf.load(talk(ws))).write(out)
    for name in ("replies.jsonl", "replies.csv"):
        (ws / name).unlink()
    with pytest.raises(rf.DataStoppedError, match="RF313"):
        say(ws, "shown", LEE, agent="A0001", out=out)
    assert not list(ws.glob("replies*"))
    assert codes(ws) == ["RF313"] * inside
    told = [line for line in rf.load(ws).reports if "of 2 entries, which is not there" in line]
    assert len(told) == inside
    assert all("bring the log back" in line.lower() for line in told)


@pytest.mark.parametrize("record", ["", "[]", '{"replies": 3}', '{"replies": {"head": 1}}'])
def test_records_of_other_kinds_know_of_nothing(ws, record):
    (ws / "out").mkdir()
    (ws / "out" / "run.json").write_text(record, "utf-8")
    assert rf.replies.verify(ws).ok
    assert len(rf.replies.open(talk(ws))) == 2


@pytest.mark.parametrize("mapped", [True, False])
def test_a_table_without_a_log_is_heard_and_told(ws, mapped):
    name = "hr.parquet" if mapped else "replies.parquet"
    centre.replies().assign(state="contested").to_parquet(ws / name)
    if mapped:
        (ws / "rolefit.toml").write_text(f'[inputs]\nreplies = "{name}"\n', "utf-8")
    checked = rf.load(ws)
    assert checked.inputs.replies.num_rows == centre.AGENTS
    assert any(f"{name}: no replies.jsonl stands behind it" in line for line in checked.reports)
    assert checked.replies == {}
    told = rf.score(checked).suggestions
    assert not any(g["passed"] for row in told["gates"] for g in row if g["gate"] == "contest")
    with pytest.raises(rf.UsageError, match="RF439"):
        say(ws, "shown", LEE, run="r", direction="up")
    assert not (ws / "replies.jsonl").exists()
    verified = rf.replies.verify(ws)
    assert verified.ok
    assert "no replies.jsonl stands behind it" in verified.remarks[0]


def test_another_table_beside_a_log_is_not_read(ws):
    talk(ws)
    (ws / "replies.csv").unlink()
    centre.replies().to_parquet(ws / "replies.parquet")
    checked = rf.load(ws)
    assert checked.inputs.replies.num_rows == 2
    assert "replies.parquet is not read: replies.jsonl says what was replied." in checked.reports


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_log_that_went_missing_stops_the_talk_and_not_the_run(ws, form):
    (talk(ws) / "replies.jsonl").unlink()
    if form == "parquet":
        pd.read_csv(ws / "replies.csv").to_parquet(ws / "replies.parquet", index=False)
        (ws / "replies.csv").unlink()
    assert codes(ws) == ["RF313"]
    before = {file.name: file.read_bytes() for file in ws.iterdir()}
    with pytest.raises(rf.DataStoppedError, match="RF313"):
        say(ws, "agreed", AGENT, run="r")
    assert {file.name: file.read_bytes() for file in ws.iterdir()} == before
    checked = rf.load(ws)
    assert any("which is not there. Bring the log back" in line for line in checked.reports)
    assert checked.inputs.replies.num_rows == 2
    assert rf.score(checked).suggestions.loc[0, "direction"] == "stay"


def test_what_a_killed_writer_left_goes_with_the_next_entry(ws):
    piece = talk(ws) / ".replies.csv.4711.csv"
    piece.write_text("half a li", "utf-8")
    say(ws, "human_replied", LEE, text="Why?")
    assert not piece.exists()


def test_a_head_kept_elsewhere_finds_lines_cut_from_the_end(ws):
    early = rf.replies.open(talk(ws)).head
    say(ws, "human_replied", LEE, text="Why?")
    late = rf.replies.open(ws).head
    assert rf.replies.verify(ws, head=early).since_kept == 1
    assert rf.replies.verify(ws, head=late).since_kept == 0
    log = ws / "replies.jsonl"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-1]))
    reply_file.write_replies_table(ws, reply_file.read_log(ws))
    assert codes(ws) == []
    assert codes(ws, head=early) == []
    assert codes(ws, head=late) == ["RF315"]


@pytest.mark.parametrize("cut", [1, 30])
def test_a_torn_end_is_told_and_mended(ws, cut):
    log = talk(ws) / "replies.jsonl"
    whole = log.read_bytes()
    say(ws, "human_replied", LEE, text="Why?")
    torn = log.read_bytes()[:-cut]
    log.write_bytes(torn)
    assert codes(ws) == ["RF312"]
    assert "--mend" in str(rf.replies.verify(ws).problems[0])
    assert reply_file.mend(ws) == ("replies.torn-1", "replies.table-1")
    assert (ws / "replies.torn-1").read_bytes() == torn.removeprefix(whole)
    assert log.read_bytes() == whole
    assert rf.replies.verify(ws).ok
    assert reply_file.mend(ws) == ()


def speak(folder, agent):
    say(folder, "shown", LEE, agent=agent, run="r", direction="stay")
    for _ in range(5):
        say(folder, "agreed", (agent, "agent"), agent=agent, text="yes")


def test_several_people_may_write_at_once(ws):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=speak, args=(ws, f"A000{k}")) for k in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert rf.replies.verify(ws).ok
    assert len(rf.replies.open(ws)) == 18


def test_somebody_who_keeps_the_log_is_told(ws, monkeypatch):
    monkeypatch.setattr(reply_file, "PATIENCE", 0.05)
    with reply_file._held(talk(ws) / "replies.jsonl"), pytest.raises(rf.DataStoppedError) as caught:
        say(ws, "human_replied", LEE, text="Why?")
    assert caught.value.problems[0].code == "RF314"
