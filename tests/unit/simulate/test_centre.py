import time

import numpy as np
import pyarrow as pa
import pytest

from rolefit.errors import UsageError
from rolefit.io.workspace import Workspace, load
from rolefit.simulate.centre import simulate
from rolefit.simulate.write import write_workspace


def contents(folder):
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


@pytest.mark.parametrize("file_format", ["csv", "parquet"])
def test_the_same_seed_writes_the_same_bytes_and_another_seed_does_not(tmp_path, file_format):
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        write_workspace(simulate(60, seed), tmp_path / name, file_format=file_format)
    a, b, c = (contents(tmp_path / name) for name in "abc")
    assert a == b
    assert a.keys() == c.keys()
    assert all(a[file] != c[file] for file in a)


def test_written_files_load_without_a_reject_and_hold_what_was_made(tmp_path):
    centre = simulate(200, seed=3, stories=True)
    files = write_workspace(centre, tmp_path)
    assert set(files) == {file for file in tmp_path.rglob("*") if file.is_file()}
    read, direct = load(tmp_path), Workspace(config=centre.config, **centre.tables)
    assert read.rejects_table.num_rows == 0
    assert read.config == direct.config
    for name, table in read.inputs.present().items():
        assert table.equals(direct.inputs.present()[name]), name


def test_an_unknown_world_is_refused_with_a_hint():
    with pytest.raises(UsageError) as refused:
        simulate(50, seed=1, world="sortd")
    (problem,) = refused.value.problems
    assert problem.code == "RF405"
    assert "sorted" in problem.hint
    assert "plain" in problem.expected


def test_every_number_out_of_range_is_told_at_once():
    with pytest.raises(UsageError) as refused:
        simulate(3, seed=-1, sorting=1.5, clients_per_agent=9, clients=0)
    assert [problem.place for problem in refused.value.problems] == [
        "simulate: agents", "simulate: seed", "simulate: clients", "simulate: sorting",
        "simulate: clients_per_agent",
    ]  # fmt: skip
    assert {problem.code for problem in refused.value.problems} == {"RF406"}


def test_no_value_depends_on_the_clock(monkeypatch):
    now = simulate(40, seed=1)
    monkeypatch.setattr(time, "time", lambda: 4e9)
    later = simulate(40, seed=1)
    assert all(now.tables[name].equals(later.tables[name]) for name in now.tables)


def test_nothing_is_dated_before_the_hiring_or_after_the_day_of_the_centre():
    centre = simulate(400, seed=2)
    agents = centre.tables["agents"].to_pandas()
    hired = dict(zip(agents["agent_id"], agents["hired_on"], strict=True))
    today = centre.config["centre"]["as_of"]
    dated = {"contributions": "on", "ratings": "on", "wishes": "on", "strengths": "answered_on"}
    for name, column in dated.items():
        rows = centre.tables[name]
        for agent, day in zip(rows["agent_id"].to_pylist(), rows[column].to_pylist(), strict=True):
            assert hired[agent] <= day <= today, (name, agent)


def test_truth_covers_every_agent_attribute_metric_and_role():
    centre = simulate(100, seed=4)
    agents, roles, metrics = 100, 11, 6
    assert centre.truth["agents_truth"].num_rows == agents
    assert centre.truth["effects_truth"].num_rows == agents * metrics
    outcomes = centre.truth["outcomes"]
    assert outcomes.num_rows == agents * roles
    pairs = pa.table([outcomes["agent_id"], outcomes["role"]], names=["a", "r"])
    assert pairs.group_by(["a", "r"]).aggregate([]).num_rows == agents * roles
    values = np.asarray(outcomes["outcome"])
    assert 0 <= values.min() < 0.1
    assert 0.9 < values.max() <= 1
