"""`rolefit reply`: show, add, list and verify, for people and for machines."""

from __future__ import annotations

import json
from datetime import datetime

import pandas as pd
import pyarrow.parquet as pq
import pytest

import rolefit as rf
from rolefit.schema.tables import REPLIES

WHO = "S-CLIENT-EXPERT"
AS_AGENT, AS_LEADER = ("--by", WHO, "--as", "agent"), ("--by", "Lee", "--as", "leader")


def assert_refused(done, code, *told, status=2):
    assert done.exit_code == status, done.output
    assert f"[{code}]" in done.stderr
    assert all(word in done.stderr for word in told), done.stderr
    assert "Traceback" not in done.output


@pytest.fixture
def talk(call, centre, scored):
    """A centre in which one agent was shown their suggestion."""
    done = call("reply", "add", centre, WHO, "shown", *AS_LEADER, "--out", scored, "--quiet")
    assert done.exit_code == 0, done.output
    assert done.output == ""
    return centre


def say(call, ws, state, *options):
    done = call("reply", "add", ws, WHO, state, *options, "--json")
    assert done.exit_code == 0, done.output
    assert done.stderr == ""
    return json.loads(done.stdout)


@pytest.mark.parametrize("command", ["show", "add", "list", "verify"])
def test_every_command_explains_itself(call, command):
    done = call("reply", command, "--help")
    assert done.exit_code == 0
    assert "Usage" in done.stdout


def test_shown_knows_the_suggestion_and_the_day(talk, scored):
    record = json.loads((scored / "run.json").read_text("utf-8"))
    entry = json.loads((talk / "replies.jsonl").read_text("utf-8"))["entry"]
    rows = pq.read_table(scored / "suggestions.parquet").to_pylist()
    mine = next(row for row in rows if row["agent_id"] == WHO)
    assert entry["run"] == record["run"]
    assert (entry["direction"], entry["target_role"]) == (mine["direction"], mine["target_role"])
    assert entry["on"] == datetime.now().astimezone().date().isoformat()


def test_the_table_has_the_columns_of_the_contract(talk):
    table = pd.read_csv(talk / "replies.csv")
    names = ["agent_id", "run", "state", "by", "role_of_by", "on", "text"]
    assert list(table.columns)[:7] == names
    assert list(table.columns) == REPLIES.names


def test_show_tells_what_was_said_and_what_may_follow(call, talk, scored):
    say(call, talk, "contested", *AS_AGENT, "--text", "I [like] my client.")
    done = call("reply", "show", talk, WHO)
    assert done.exit_code == 0
    for words in ("I [like] my client.", "waits for an answer", "next, by the leader"):
        assert words in done.stdout
    answer = json.loads(call("reply", "show", talk, WHO, "--out", scored, "--json").stdout)
    (thread,) = answer["threads"]
    assert thread["contest_waits"]
    assert {"role_of_by": "leader", "state": "human_replied"} in thread["next"]
    assert {"role_of_by": "leader", "state": "closed_stay"} not in thread["next"]


def test_show_tells_a_suggestion_nobody_spoke_of_yet(call, centre, scored):
    done = call("reply", "show", centre, WHO, "--out", scored)
    assert "now: proposed" in done.stdout
    assert not (centre / "replies.jsonl").exists()
    assert_refused(call("reply", "show", centre, WHO), "RF438", "--out OUT")
    assert_refused(call("reply", "show", centre, "S-GLU", "--out", scored), "RF401", "S-GLUE")


def test_a_contest_is_heard_by_the_next_run(call, talk, tmp_path):
    say(call, talk, "contested", *AS_AGENT, "--text", "Not now.")
    out = tmp_path / "next"
    assert call("score", talk, "--out", out, "--quiet").exit_code == 0
    told = pd.read_parquet(out / "suggestions.parquet").set_index("agent_id").loc[WHO]
    assert told["direction"] == "stay"
    gates = [gate for gate in told["gates"] if gate["gate"] == "contest"]
    assert gates
    assert not any(gate["passed"] for gate in gates)
    assert any("waits for a person's answer" in note for note in told["notes"])


def test_a_correction_is_proposed_granted_and_counted(call, talk, tmp_path):
    metrics = pd.read_csv(talk / "metrics.csv")
    row = metrics[metrics["agent_id"] == WHO].iloc[0]
    where = [part for name in ("client_id", "channel", "period")
             for part in ("--row", f"{name}={row[name]}")]  # fmt: skip
    fix = ("--about", "facts", "--table", "metrics", *where, "--column", "quality_score")
    told = say(call, talk, "contested", *AS_AGENT, *fix, "--value", "88")
    assert told["thread"]["entries"][1]["correction"]["old"] == str(row["quality_score"])
    say(call, talk, "human_replied", *AS_LEADER, "--text", "You are right.", "--grant", "2")
    done = call("score", talk, "--out", tmp_path / "next", "--quiet")
    assert done.exit_code == 0, done.output
    record = json.loads((tmp_path / "next" / "run.json").read_text("utf-8"))
    assert record["corrections"] == {"granted": 1, "applied": 1}
    page = call("reply", "show", talk, WHO).stdout
    assert "should be 88" in page
    assert "grants the correction in entry 2" in page


def test_a_contest_on_weights_is_shown_to_the_owner(call, talk):
    with (talk / "rolefit.toml").open("a", encoding="utf-8") as file:
        file.write('\n[roles.account_management]\nowner = "Kim"\n')
    say(call, talk, "contested", *AS_AGENT, "--about", "weights", "--text", "Quality counts more.")
    for options in (("--about", "weights"), ("--owner", "Kim")):
        done = call("reply", "list", talk, *options)
        assert "account_management (owner: Kim): Quality counts more." in done.stdout
    assert (
        json.loads(call("reply", "list", talk, "--owner", "Mo", "--json").stdout)["threads"] == []
    )
    assert_refused(call("reply", "list", talk, "--about", "wieghts"), "RF430", "'weights'")


def test_list_tells_contests_first_and_leaves_out_what_is_closed(call, talk, scored):
    say(call, talk, "agreed", *AS_AGENT)
    other = ("reply", "add", talk, "S-GLUE")
    assert call(*other, "shown", *AS_LEADER, "--out", scored).exit_code == 0
    spoke = call(*other, "contested", "--by", "S-GLUE", "--as", "agent", "--text", "No.")
    assert spoke.exit_code == 0
    rows = json.loads(call("reply", "list", talk, "--json").stdout)["threads"]
    assert [row["agent_id"] for row in rows] == ["S-GLUE", WHO]
    say(call, talk, "closed_move", *AS_LEADER)
    assert WHO in call("reply", "list", talk).stdout
    assert WHO not in call("reply", "list", talk, "--open").stdout
    assert call("reply", "list", talk, "--about", "facts").stdout == "No talk of this kind.\n"


def test_a_dry_run_checks_and_writes_nothing(call, talk):
    before = (talk / "replies.jsonl").read_bytes()
    done = call("reply", "add", talk, WHO, "agreed", *AS_AGENT, "--dry-run")
    assert done.exit_code == 0
    assert "Nothing was written" in done.stdout
    assert (talk / "replies.jsonl").read_bytes() == before
    assert_refused(call("reply", "add", talk, WHO, "closed_stay", *AS_LEADER, "--dry-run"), "RF432")


def test_verify_says_whether_and_where(call, talk):
    head = json.loads(call("reply", "verify", talk, "--json").stdout)["head"]
    assert head in call("reply", "verify", talk).stdout
    say(call, talk, "agreed", *AS_AGENT)
    done = call("reply", "verify", talk, "--head", head)
    assert "1 of them were added" in done.stdout
    assert call("reply", "verify", talk, "--quiet").output == ""
    assert_refused(call("reply", "verify", talk, "--head", "0" * 64), "RF315", status=1)
    log = talk / "replies.jsonl"
    log.write_bytes(log.read_bytes().replace(b"Lee", b"Mo!"))
    done = call("reply", "verify", talk, "--json")
    assert_refused(done, "RF311", "line 1", status=1)
    assert not json.loads(done.stdout)["ok"]
    assert_refused(call("reply", "add", talk, WHO, "deferred", *AS_AGENT), "RF311", status=1)
    assert_refused(call("score", talk, "--out", talk / "out"), "RF311", status=1)
    assert not list((talk / "out").glob("suggestions*"))


@pytest.mark.parametrize(
    ("state", "options", "code", "words"),
    [
        ("agred", AS_AGENT, "RF430", "did you mean 'agreed'?"),
        ("agreed", ("--by", WHO, "--as", "boss"), "RF430", "leader"),
        ("agreed", AS_LEADER, "RF431", "cannot say"),
        ("agreed", (*AS_AGENT, "--on", "2099-01-01"), "RF437", "yet to come"),
        ("agreed", (*AS_AGENT, "--on", "yesterday"), "RF430", "ISO date"),
        ("agreed", (*AS_AGENT, "--run", "nowhere"), "RF432", "not shown"),
        ("shown", AS_LEADER, "RF438", "--out OUT"),
        ("shown", (*AS_LEADER, "--run", "2026-03-31"), "RF436", "history"),
        ("contested", (*AS_AGENT, "--about", "facts", "--row", "x"), "RF430", "COLUMN=VALUE"),
        ("contested", (*AS_AGENT, "--about", "facts", "--table", "metrics"), "RF430", "--value"),
        ("agreed", (*AS_AGENT, "--about", "wishes", "--wish", "wnat"), "RF430", "'want'"),
        ("contested", (*AS_AGENT, "--about", "weights", "--role", "mentr"), "RF403", "'mentor'"),
    ],
)  # fmt: skip
def test_a_wrong_reply_is_refused(call, talk, state, options, code, words):
    before = (talk / "replies.jsonl").read_bytes()
    assert_refused(call("reply", "add", talk, WHO, state, *options), code, words)
    assert (talk / "replies.jsonl").read_bytes() == before


def test_a_reply_is_about_one_run(call, talk, scored, tmp_path):
    done = call("reply", "add", talk, WHO, "agreed", *AS_AGENT, "--out", scored, "--run", "other")
    assert_refused(done, "RF438", "either of the two")
    assert_refused(call("reply", "add", talk, WHO, "shown", *AS_LEADER, "--out", tmp_path), "RF402")
    assert_refused(call("reply", "list", tmp_path / "nowhere"), "RF201")
    assert_refused(call("reply", "verify", tmp_path / "nowhere"), "RF201")


def test_a_suggestion_of_the_history_is_named_by_its_day(call, centre):
    rows = {"agent_id": WHO, "direction": "up", "target_role": "mentor", "as_of": "2026-03-31"}
    pd.DataFrame([rows]).to_csv(centre / "history.csv", index=False)
    told = say(call, centre, "shown", *AS_LEADER, "--run", "2026-03-31")
    assert told["thread"]["target_role"] == "mentor"
    other = call("reply", "add", centre, WHO, "shown", *AS_LEADER, "--run", "2026-04-30")
    assert_refused(other, "RF438", "a day of the history")


def test_a_run_record_of_an_earlier_version_is_named_too(call, centre, scored, tmp_path):
    old = tmp_path / "old"
    old.mkdir()
    for name in ("suggestions.parquet", "run.json"):
        (old / name).write_bytes((scored / name).read_bytes())
    record = json.loads((old / "run.json").read_text("utf-8"))
    run = record.pop("run")
    (old / "run.json").write_text(json.dumps(record), "utf-8")
    assert say(call, centre, "shown", *AS_LEADER, "--out", old)["thread"]["run"] == run
    (old / "run.json").write_text("{}", "utf-8")
    done = call("reply", "add", centre, "S-GLUE", "shown", *AS_LEADER, "--out", old)
    assert_refused(done, "RF402", "run.json")


def test_a_deferred_move_is_not_suggested_again(call, talk, tmp_path):
    entry = json.loads((talk / "replies.jsonl").read_text("utf-8"))["entry"]
    assert entry["direction"] in ("up", "sideways")
    say(call, talk, "deferred", *AS_AGENT, "--text", "After the summer.")
    out = tmp_path / "next"
    assert call("score", talk, "--out", out, "--quiet").exit_code == 0
    told = pd.read_parquet(out / "suggestions.parquet").set_index("agent_id").loc[WHO]
    assert told["target_role"] != entry["target_role"]


def test_show_tells_what_was_not_checked(call, centre, talk):
    assert "not checked" not in call("reply", "show", talk, WHO).stdout
    rf.replies.add(centre, "S-GLUE", "shown", by="Lee", role_of_by="leader", on="2026-07-01",
                   run="r", direction="up")  # fmt: skip
    page = call("reply", "show", centre, "S-GLUE").stdout
    assert "told by hand, not checked" in page
    assert "the signatures of the leader and the second" in page
