"""Headers: what is missing, doubled, unknown or called something else, all told at once."""

from __future__ import annotations

import pytest

import small_centre as centre
from rolefit.errors import ConfigError, InputError
from rolefit.io.workspace import Workspace, load


def told(caught) -> list[str]:
    return [str(problem) for problem in caught.value.problems]


def test_a_missing_column_names_the_close_one_and_the_way_to_map_it():
    with pytest.raises(InputError) as caught:
        Workspace(agents=centre.agents().rename(columns={"current_role": "curent_role"}))
    (text,) = told(caught)
    assert "required column 'current_role' is missing" in text
    assert "did you mean 'curent_role'?" in text
    assert '[columns.agents] current_role = "their name"' in text
    assert "[RF206]" in text


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("agents", "agent_id"), ("agents", "current_role"), ("metrics", "period"),
        ("metrics", "client_id"), ("metrics", "channel"), ("strengths", "agent_id"),
        ("contributions", "quantity"), ("ratings", "rater_id"), ("wishes", "on"),
        ("history", "as_of"), ("placements", "outcome"), ("replies", "state"),
    ],
)  # fmt: skip
def test_required_columns(table, column):
    given = centre.tables()
    given[table] = given[table].drop(columns=column)
    with pytest.raises(InputError, match=rf"{table}: required column '{column}' is missing"):
        Workspace(**given)


@pytest.mark.parametrize("column", ["team_id", "hired_on"])
def test_everything_else_about_an_agent_may_be_missing(column):
    checked = Workspace(agents=centre.agents().drop(columns=column))
    assert checked.inputs.agents[column].null_count == centre.AGENTS
    assert f"agents: no column for {column}." in checked.reports


def test_all_problems_of_all_tables_at_once(tmp_path):
    given = centre.tables()
    given["metrics"] = given["metrics"].drop(columns=["period", "channel"])
    given["wishes"] = given["wishes"].drop(columns="wish")
    folder = centre.write(tmp_path / "ws", given, '[inputs]\nratings = "raings.csv"')
    (folder / "replies.csv").write_bytes(b"\xff\xfe")
    (folder / "history.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError) as caught:
        load(folder)
    text = "\n".join(told(caught))
    for part in (
        "'period'",
        "'channel'",
        "'wish'",
        "raings.csv",
        "replies.csv",
        "both history.csv",
    ):
        assert part in text
    assert len(caught.value.problems) == 6


def test_a_config_that_makes_no_sense_and_broken_files_at_once(tmp_path):
    given = {"agents": centre.agents(), "metrics": centre.metrics()}
    folder = centre.write(tmp_path / "ws", given, "[centre]\nnmae = 'x'")
    (folder / "metrics.csv").write_bytes(b"")
    with pytest.raises(ConfigError) as caught:
        load(folder)
    text = "\n".join(told(caught))
    assert "did you mean 'name'?" in text
    assert "metrics.csv: the file is empty" in text


def test_mapped_columns(tmp_path):
    frame = centre.metrics().rename(columns={"agent_id": "Agent Login", "aht": "AHT (s)"})
    mapping = '[columns.metrics]\nagent_id = "Agent Login"\naht = "AHT (s)"'
    given = {"agents": centre.agents(), "metrics": frame}
    checked = load(centre.write(tmp_path / "ws", given, mapping))
    assert checked.inputs.metrics["aht"].to_pylist() == centre.metrics()["aht"].tolist()
    assert checked.rejects_table.num_rows == 0


def test_a_mapped_column_that_is_not_there():
    config = {"columns": {"metrics": {"agent_id": "Agent Logn"}}}
    frame = centre.metrics().rename(columns={"agent_id": "Agent Login"})
    with pytest.raises(InputError) as caught:
        Workspace(config, agents=centre.agents(), metrics=frame)
    (text,) = told(caught)
    assert "column 'Agent Logn' is not there ([columns.metrics] agent_id names it)" in text
    assert "did you mean 'Agent Login'?" in text
    assert "[RF208]" in text


def test_items_can_be_mapped():
    first = centre.items("strengths")[0]
    frame = centre.survey("strengths").rename(columns={first: "Q1"})
    config = {"columns": {"strengths": {first: "Q1"}}}
    checked = centre.workspace(config, strengths=frame)
    assert checked.inputs.strengths[first].null_count == 0


def test_doubled_columns(tmp_path):
    folder = centre.write(tmp_path / "ws", {})
    (folder / "agents.csv").write_text("agent_id,current_role,agent_id\nA,frontline,B\n", "utf-8")
    with pytest.raises(InputError, match=r"column 'agent_id' is there 2 times.*\[RF207\]"):
        load(folder)


def test_doubled_columns_that_nobody_reads_are_ignored(tmp_path):
    folder = centre.write(tmp_path / "ws", {})
    (folder / "agents.csv").write_text("agent_id,x,current_role,x\nA,1,frontline,2\n", "utf-8")
    checked = load(folder)
    assert checked.counts["agents"]["kept"] == 1
    assert "agents.csv: column not known and ignored: x." in checked.reports


def test_unknown_columns_are_told_once():
    frame = centre.agents().assign(notes="x", shoe_size=44)
    reports = Workspace(agents=frame).reports
    assert reports.count("agents: columns not known and ignored: notes, shoe_size.") == 1


def test_an_item_without_a_column_is_not_answered_by_anybody_and_told_once():
    missing, *_ = centre.items("strengths")
    frame = centre.survey("strengths").drop(columns=missing).assign(Q99=3)
    checked = centre.workspace(strengths=frame)
    assert missing not in checked.inputs.strengths.column_names
    assert f"strengths: no column for {missing}." in checked.reports
    assert "strengths: column not known and ignored: Q99." in checked.reports


def test_a_metric_needs_its_volume_column():
    with pytest.raises(InputError) as caught:
        centre.workspace(metrics=centre.metrics().assign(csat=4.0))
    (text,) = told(caught)
    assert "metric 'csat' has no volume column 'csat_answers'" in text
    assert "[metrics.csat] volume =" in text


def test_both_files_are_there(tmp_path):
    folder = centre.write(tmp_path / "ws", {"agents": centre.agents()})
    (folder / "agents.csv.gz").write_bytes(b"")
    with pytest.raises(InputError) as caught:
        load(folder)
    (text,) = told(caught)
    assert "both agents.csv and agents.csv.gz are there" in text
    assert '[inputs] agents = "agents.csv"' in text


def test_a_named_file_wins_over_the_default_name(tmp_path):
    folder = centre.write(
        tmp_path / "ws", {"agents": centre.agents()}, '[inputs]\nagents = "x/a.csv"'
    )
    centre.write(folder / "x", {"a": centre.agents(4)})
    assert load(folder).counts["agents"]["rows"] == 4


def test_no_agents_table(tmp_path):
    folder = centre.write(tmp_path / "ws", {"agent": centre.agents()})
    with pytest.raises(InputError) as caught:
        load(folder)
    (text,) = told(caught)
    assert "there is no agents table" in text
    assert "did you mean 'agent.csv'?" in text


def test_files_that_look_like_tables_are_told(tmp_path):
    given = {"agents": centre.agents(), "metric": centre.metrics()}
    folder = centre.write(tmp_path / "ws", given)
    (folder / "wishes.xlsx").write_bytes(b"")
    reports = load(folder).reports
    expected = "metric.csv is not read: no table has this name; did you mean 'metrics.csv'?"
    assert expected in reports
    assert any(line.startswith("wishes.xlsx is not read") for line in reports)


def test_a_workbook_named_as_input(tmp_path):
    folder = centre.write(tmp_path / "ws", {}, '[inputs]\nagents = "agents.xlsx"')
    (folder / "agents.xlsx").write_bytes(b"PK")
    with pytest.raises(InputError, match="Save As, CSV UTF-8"):
        load(folder)


def test_a_pipe_is_no_separator(tmp_path):
    folder = centre.write(tmp_path / "ws", {})
    (folder / "agents.csv").write_text("agent_id|current_role\nA|frontline\n", "utf-8")
    with pytest.raises(InputError, match="a comma, a semicolon or a tab"):
        load(folder)


def test_no_folder_and_no_config(tmp_path):
    with pytest.raises(InputError, match="there is no such folder"):
        load(tmp_path / "nowhere")
    with pytest.raises(ConfigError, match="an empty one means the built-in defaults"):
        load(tmp_path)
