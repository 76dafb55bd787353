"""Models in the registry score the same bytes as `rolefit score`, and hold no pickle."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pandas as pd
import pytest

import rolefit as rf
from rolefit.cli.chosen_model import choose_model
from rolefit.io.json_text import lists_as_text
from rolefit.tracking.packed import as_packed, pack, unpack
from tracked import FEW, within

mlflow = pytest.importorskip("mlflow")
pytestmark = pytest.mark.slow
at_the_store = pytest.mark.usefixtures("chosen")


@pytest.fixture
def client(store):
    return mlflow.MlflowClient(tracking_uri=store[0], registry_uri=store[0])


@pytest.fixture
def chosen(store, monkeypatch):
    """MLflow at the store, as a user would set it."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store[0])
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(store[0])
    yield
    mlflow.set_tracking_uri(before)


def test_runs_hang_below_their_parents(client):
    experiment = client.get_experiment_by_name("rolefit")
    runs = client.search_runs([experiment.experiment_id], max_results=1000)
    parents = {run.info.run_id: run.data.tags.get("mlflow.parentRunId") for run in runs}
    top = [run for run, parent in parents.items() if parent is None]
    assert len(top) == 1
    models = [run for run, parent in parents.items() if parent == top[0]]
    assert len(models) == len(FEW)
    assert all(parents[parent] == top[0] for run, parent in parents.items()
               if run not in {*top, *models})  # fmt: skip


def test_artifacts_of_the_comparison_are_there(client):
    experiment = client.get_experiment_by_name("rolefit")
    runs = client.search_runs([experiment.experiment_id], "tags.promoted = 'true'")
    names = {artifact.path for artifact in client.list_artifacts(runs[0].info.run_id)}
    assert {"comparison.html", "comparison.json", "card.md", "standings.png"} <= names


def test_aliases_say_who_is_who(client, store):
    versions = store[1]["versions"]
    for alias, model in (("champion", "learned"), ("default", "profile")):
        found = client.get_model_version_by_alias("rolefit", alias)
        assert str(found.version) == versions[model]
    assert store[1]["champion"] == "models:/rolefit@champion"


def test_nobody_is_champion_unless_the_rule_holds(tmp_path, found, workspace):
    from rolefit.tracking.track import track

    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    with within(tmp_path):
        told = track(found, workspace, uri)
    assert not found.verdict.promoted
    assert told["champion"] is None
    other = mlflow.MlflowClient(tracking_uri=uri, registry_uri=uri)
    assert set(other.get_registered_model("rolefit").aliases) == {"default"}


@at_the_store
def test_no_pickle_anywhere():
    folder = mlflow.artifacts.download_artifacts("models:/rolefit@champion")
    files = {file.name for file in Path(folder).rglob("*") if file.is_file()}
    assert {"spec.toml", "trained.json", "norms.json", "config.toml", "card.md"} <= files
    assert not [name for name in files if name.endswith((".pkl", ".pickle", ".joblib"))]


@at_the_store
def test_the_command_scores_from_the_registry_the_same_bytes(folder, promoted, tmp_path):
    from rolefit.cli.run import Order, carry_out
    from rolefit.cli.screen import Screen

    promoted.write(tmp_path / "compared")
    fetched = choose_model("models:/rolefit@champion")
    norms = tmp_path / "norms.json"
    norms.write_text(fetched.norms.to_json())
    local = str(tmp_path / "compared/models/learned")
    for name, model, given in (("a", "models:/rolefit@champion", None), ("b", local, norms)):
        order = Order(workspace=folder / "centre", out=tmp_path / name, norms=given, model=model,
                      tables=("suggestions", "fits"), file_format="parquet")  # fmt: skip
        carry_out(order, Screen(quiet=True))
    for table in ("suggestions", "fits"):
        files = [(tmp_path / name / f"{table}.parquet").read_bytes() for name in "ab"]
        assert files[0] == files[1]


@at_the_store
def test_the_served_model_scores_the_same_values(workspace):
    served = mlflow.pyfunc.load_model("models:/rolefit@champion")
    fetched = choose_model("models:/rolefit@champion")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = served.predict(pack(workspace))
    own = rf.score(workspace.with_model(fetched.model), fetched.norms).tables["suggestions"]
    pd.testing.assert_frame_equal(found.reset_index(drop=True), lists_as_text(own).to_pandas())


@at_the_store
def test_one_person_scores_alone_as_among_all(workspace):
    served = mlflow.pyfunc.load_model("models:/rolefit@champion")
    who = workspace.inputs.agents["agent_id"][7].as_py()
    alone = served.predict(pack(workspace, [who]))
    everybody = served.predict(pack(workspace)).query("agent_id == @who")
    for column in ("direction", "target_role", "reasons", "text"):
        assert alone[column].iloc[0] == everybody[column].iloc[0]
    assert abs(alone["score_current"].iloc[0] - everybody["score_current"].iloc[0]) < 1e-9


@at_the_store
def test_signature_and_input_example_are_kept():
    info = mlflow.models.get_model_info("models:/rolefit@champion")
    assert [column.name for column in info.signature.inputs] == ["table", "row"]
    assert "direction" in [column.name for column in info.signature.outputs]
    assert info.saved_input_example_info


@at_the_store
def test_what_is_no_model_of_the_registry_is_said():
    with pytest.raises(rf.InputError, match="RF245"):
        choose_model("models:/rolefit@nobody")


def test_packing_and_unpacking_changes_no_table(workspace):
    again = unpack(pack(workspace), as_packed(workspace.config))
    for name, table in workspace.inputs.present().items():
        assert getattr(again.inputs, name).equals(table), name


@pytest.mark.parametrize(("table", "row", "told"), [
    ("metrics", "{", "not a JSON object"),
    ("metrics", "[1]", "not a JSON object"),
    ("metric", json.dumps({"agent_id": "A"}), "did you mean 'metrics'"),
])  # fmt: skip
def test_rows_that_cannot_be_read_are_named(workspace, table, row, told):
    packed = pd.DataFrame({"table": ["agents", table], "row": ['{"agent_id": "A"}', row]})
    with pytest.raises(rf.InputError, match="RF244") as refused:
        unpack(packed, as_packed(workspace.config))
    assert "row 2" in str(refused.value)
    assert told in str(refused.value)
