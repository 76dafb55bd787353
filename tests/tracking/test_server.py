"""The same against a real server, and what its pages show in a browser."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from rolefit.cli.chosen_model import choose_model

mlflow = pytest.importorskip("mlflow")
pytestmark = pytest.mark.slow
BROWSER = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--virtual-time-budget=30000", "--window-size=1600,1000")  # fmt: skip


@pytest.fixture(scope="module")
def logged(server, promoted, workspace):
    from rolefit.tracking.track import track

    return track(promoted, workspace, server)


def test_the_server_keeps_runs_and_champion(server, logged):
    client = mlflow.MlflowClient(tracking_uri=server, registry_uri=server)
    experiment = client.get_experiment_by_name("rolefit")
    runs = client.search_runs([experiment.experiment_id], max_results=1000)
    assert {"profile", "prior_centred", "metrics_only"} <= {run.info.run_name for run in runs}
    version = client.get_model_version_by_alias("rolefit", "champion").version
    assert str(version) == logged["versions"]["learned"]


def test_a_model_comes_back_from_the_server(server, logged, promoted):
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(server)
    try:
        assert choose_model(logged["champion"]).model == promoted.learned
    finally:
        mlflow.set_tracking_uri(before)


def test_a_server_that_does_not_answer_is_said(promoted, workspace, monkeypatch):
    import rolefit as rf
    from rolefit.tracking.track import track

    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.raises(rf.InputError, match="RF245"):
        track(promoted, workspace, "http://127.0.0.1:9")


@pytest.mark.usefixtures("logged")
@pytest.mark.skipif(BROWSER is None, reason="needs Chromium: apt install chromium")
def test_the_pages_of_mlflow_show_the_comparison(server, tmp_path):
    client = mlflow.MlflowClient(tracking_uri=server, registry_uri=server)
    experiment = client.get_experiment_by_name("rolefit").experiment_id
    runs = f"{server}/#/experiments/{experiment}/runs"
    assert shows(runs, "Simulated support centre", tmp_path)
    assert shows(f"{server}/#/models/rolefit", "champion", tmp_path)


def shows(address, words, folder) -> bool:
    """Whether a browser comes to show some words; a busy machine gets a second and third look."""
    return any(words in looked_at(address, folder / f"look-{k}") for k in range(3))


def looked_at(address, folder) -> str:
    """What a browser makes of a page."""
    found = subprocess.run(
        [BROWSER, *FLAGS, f"--user-data-dir={folder}", "--dump-dom", address],
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    return found.stdout
