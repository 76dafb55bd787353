"""`rolefit check` says what the data are worth, and what a person may decide."""

from __future__ import annotations

import json
import re
import tomllib

import pandas as pd
import pyarrow.parquet as pq
import pytest

FIGURES = {
    "agents", "sufficiency", "roles", "coverage", "connections", "metrics", "scales", "ratings",
    "alarms", "glue_work", "proposals", "improvements", "proposed_toml",
}  # fmt: skip
HEADINGS = (
    "How much is known of the agents", "What would help most", "Of whom there is evidence",
    "Who can be compared with whom", "Metrics, after taking out", "Glue work: ", "Surveys: ",
    "Ready",
)  # fmt: skip
JARGON = ("posterior", "sufficiency", "alpha", "REML", "variance", "component")


def test_the_page_has_every_part_with_the_short_part_first(call, shipped):
    text = call("check", shipped).stdout
    places = [text.index(heading) for heading in HEADINGS]
    assert places == sorted(places)
    assert not [word for word in JARGON if word in text]


def test_machines_get_every_figure(call, shipped):
    quality = json.loads(call("check", shipped, "--json").stdout)["quality"]
    assert set(quality) == FIGURES
    assert quality["agents"] == 60
    assert 0 < quality["sufficiency"] < 1
    assert {row["family"] for row in quality["coverage"]} == {
        "metrics", "strengths", "interests", "contributions", "ratings",
    }  # fmt: skip
    assert all(one["gain"] > 0 for one in quality["improvements"])
    assert "clients_by_agent" not in quality["connections"]


@pytest.fixture(scope="module")
def without_rules(call, tmp_path_factory):
    """A centre whose applicability rules were taken away."""
    folder = tmp_path_factory.mktemp("centre") / "ws"
    call("simulate", folder, "--agents", 800, "--seed", 1, "--quiet")
    config = folder / "rolefit.toml"
    config.write_text(config.read_text("utf-8").split("[[applicability]]")[0], "utf-8")
    return folder


def test_proposed_rules_can_be_pasted_once_somebody_signs_them(call, without_rules):
    before = json.loads(call("check", without_rules, "--json").stdout)["quality"]
    rules = tomllib.loads(before["proposed_toml"])["applicability"]
    assert len(rules) == len(before["proposals"]) >= 3
    config = without_rules / "rolefit.toml"
    old = config.read_text("utf-8")
    config.write_text(f"{old}\n{before['proposed_toml']}\n", "utf-8")
    unsigned = call("check", without_rules)
    assert unsigned.exit_code == 2
    assert "decided_by" in unsigned.output
    signed = before["proposed_toml"].replace('reason = ""', 'reason = "asked and seen"')
    signed = signed.replace('decided_by = ""', 'decided_by = "ops"')
    config.write_text(f"{old}\n{signed}\n", "utf-8")
    after = json.loads(call("check", without_rules, "--json").stdout)["quality"]
    config.write_text(old, "utf-8")
    told = {(one["metric"], one["place"]) for one in after["proposals"]}
    assert not told & {(rule["metric"], rule["client"]) for rule in rules}


def test_proposals_are_never_applied(call, without_rules):
    text = call("check", without_rules).stdout
    assert "A person decides" in text
    assert "Nothing was left out." in text
    shown = json.loads(call("config", without_rules, "--json").stdout)["config"]
    assert not shown.get("applicability")


def test_a_run_says_which_metrics_were_left_out_and_who_decided_it(scored):
    record = json.loads((scored / "run.json").read_text("utf-8"))
    assert record["not_applicable"]
    for rule in record["not_applicable"]:
        assert {"metric", "client", "channel", "reason", "decided_by", "on", "agents"} == set(rule)
        assert rule["decided_by"] == "operations"
        assert rule["agents"] >= 0


def test_a_rule_for_a_client_nobody_serves_is_told_wherever_one_looks(call, centre, tmp_path):
    config = centre / "rolefit.toml"
    first, rest = config.read_text("utf-8").split("[[applicability]]", 1)
    wanted = re.search(r'client = "(.+)"', rest)[1]
    config.write_text(f"{first}[[applicability]]{rest.replace(wanted, wanted + 'x', 1)}", "utf-8")
    told = f"no client '{wanted}x'; did you mean '{wanted}'?"

    def said(text):
        return told in " ".join(text.split())

    assert said(call("check", centre).stdout)
    assert said(" ".join(json.loads(call("check", centre, "--json").stdout)["reports"]))
    assert said(call("score", centre, "--out", tmp_path / "out").stdout)
    record = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    assert any(told in line for line in record["reports"])


def test_sorting_is_told_where_it_is_asked_for(call, centre):
    config = centre / "rolefit.toml"
    plain = config.read_text("utf-8")
    config.write_text(plain + '[evidence]\nclient_effects = "within"\n', "utf-8")
    assert "harder clients" not in call("check", centre).stdout
    config.write_text(plain, "utf-8")
    done = call("check", centre, "--json")
    for metric in json.loads(done.stdout)["quality"]["metrics"]:
        assert -1 < metric["sorting_low"] <= metric["sorting"] <= metric["sorting_high"] < 1
    assert "the harder clients" in call("check", centre).stdout


def test_who_is_never_asked_to_do_glue_work_is_told(call, centre):
    table = centre / "contributions.csv"
    rows = pd.read_csv(table, dtype=str)
    asked = rows[rows["kind"].eq("mentoring") & rows["opportunity"].notna()]
    few = asked[asked["agent_id"].isin(sorted(set(asked["agent_id"]))[:6])]
    few.to_csv(table, index=False)
    quality = json.loads(call("check", centre, "--json").stdout)["quality"]
    spread = {(one["kind"], one["what"]): one for one in quality["glue_work"]
              if one["by"] == "everybody"}  # fmt: skip
    agents = quality["agents"]
    assert spread["mentoring", "opportunity"]["none"] == pytest.approx((agents - 6) / agents)
    assert {one["by"] for one in quality["glue_work"]} == {"everybody", "team", "tenure"}
    text = call("check", centre).stdout
    assert re.search(rf"Mentoring +{(agents - 6) / agents:.0%} ", text)
    assert "asked a full-time month" in text


def test_without_recorded_opportunities_the_page_says_so(call, centre):
    table = centre / "contributions.csv"
    pd.read_csv(table, dtype=str).drop(columns="opportunity").to_csv(table, index=False)
    text = call("check", centre).stdout
    assert "nobody records who was asked" in text
    assert "asked a full-time month" not in text


def test_a_run_tells_the_sorting_on_its_screen_and_in_its_record(call, centre, tmp_path):
    out, config = tmp_path / "out", centre / "rolefit.toml"
    text = call("score", centre, "--out", out).stdout
    found = json.loads((out / "run.json").read_text("utf-8"))["sorting"]
    checked = json.loads(call("check", centre, "--json").stdout)["quality"]["metrics"]
    assert set(found) == {metric["metric"] for metric in checked}
    for metric in checked:
        told = found[metric["metric"]]
        assert told == {
            "correlation": pytest.approx(metric["sorting"]),
            "low": pytest.approx(metric["sorting_low"]),
            "high": pytest.approx(metric["sorting_high"]),
            "identified": metric["sorting_identified"],
        }
        assert f"{told['correlation']:+.2f} ({told['low']:+.2f} to {told['high']:+.2f})" in text
    config.write_text(
        config.read_text("utf-8") + '[evidence]\nclient_effects = "random"\n', "utf-8"
    )
    assert "harder clients" not in call("score", centre, "--out", out).stdout
    assert json.loads((out / "run.json").read_text("utf-8"))["sorting"] == {}


def test_the_screen_of_a_run_lists_the_rules_and_says_where_it_stands_whom_they_concern(
    call, centre, tmp_path
):
    out, config = tmp_path / "out", centre / "rolefit.toml"
    served = pd.read_csv(centre / "metrics.csv").groupby("client_id")["agent_id"].nunique()
    reasons = {f"pilot {client}": client for client in served.nlargest(10).index}
    rules = [
        f'[[applicability]]\nmetric = "fcr"\nclient = "{client}"\napplies = false\n'
        f'reason = "{reason}"\ndecided_by = "ops"\non = 2026-01-01\n'
        for reason, client in reasons.items()
    ]
    old = config.read_text("utf-8").split("[[applicability]]")[0]
    config.write_text("\n".join([old, *rules]), "utf-8")
    text = call("score", centre, "--out", out).stdout
    told = text.split("Left out where")[1].split("whom it concerns: notes of")[0]
    notes = pq.read_table(out / "suggestions.parquet")["notes"].to_pylist()
    for reason, client in reasons.items():
        assert reason in told
        concerned = sum(any(reason in note for note in some) for some in notes)
        assert concerned == served[client]


def test_broken_data_show_their_problems_and_no_page(call, centre):
    metrics = centre / "metrics.csv"
    lines = metrics.read_text("utf-8").splitlines()
    metrics.write_text("\n".join([lines[0], *("nobody," + line for line in lines[1:])]), "utf-8")
    done = call("check", centre)
    assert done.exit_code == 1
    assert "Set aside" in done.output
    assert "How much is known" not in done.output


def test_a_workspace_of_agents_alone_has_a_page(call, centre):
    for file in centre.glob("*.csv*"):
        if not file.name.startswith("agents"):
            file.unlink()
    done = call("check", centre)
    assert done.exit_code == 0, done.output
    assert "nobody here has such evidence yet" in done.output


def test_the_page_of_figures_explains_every_step_alarm_sign_and_note(repository):
    from rolefit.cli.quality import ALARM_WORDS, SIGN_WORDS, STEP_WORDS
    from rolefit.evidence.agent_effects import EFFECT_NOTES

    page = (repository / "docs/data-quality.md").read_text("utf-8")
    told = set(re.findall(r"(?m)^\| `(\w+)` \|", page))
    assert told == {*STEP_WORDS, *ALARM_WORDS, *SIGN_WORDS, *filter(None, EFFECT_NOTES)}
