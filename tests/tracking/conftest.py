"""One small centre with past moves, compared once, for all tests of tracking."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from dataclasses import replace

import pytest

import rolefit as rf
from rolefit.batch.compare import compare
from rolefit.judging.promotion import Condition, Verdict
from rolefit.simulate.centre import simulate
from rolefit.simulate.write import write_workspace
from tracked import FEW, answering, within

HOLDS = (Condition("all", 1.0, 1.0, held=True, told="everything, for the sake of a test"),)


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("tracked")
    write_workspace(simulate(500, 5, "biased_history"), place / "centre", file_format="parquet")
    return place


@pytest.fixture(scope="session")
def workspace(folder):
    return rf.load(folder / "centre")


@pytest.fixture(scope="session")
def found(workspace):
    return compare(workspace, models=FEW)


@pytest.fixture(scope="session")
def promoted(found):
    """The same, as if the rule of promotion had held."""
    return replace(found, verdict=Verdict(found.verdict.model, HOLDS))


@pytest.fixture(scope="session")
def store(tmp_path_factory, promoted, workspace):
    """Address of a local store in which learned weights are the champion, and what was logged."""
    from rolefit.tracking.track import track

    folder = tmp_path_factory.mktemp("store")
    uri = f"sqlite:///{folder / 'mlflow.db'}"
    with within(folder):
        return uri, track(promoted, workspace, uri)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """Address of an MLflow server of our own."""
    folder = tmp_path_factory.mktemp("server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = (folder / "log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port),
         "--workers", "1", "--backend-store-uri", f"sqlite:///{folder / 'mlflow.db'}",
         "--artifacts-destination", str(folder / "artifacts")],
        cwd=folder, stdout=told, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        answering(address, process, folder / "log")
        yield address
    finally:
        os.killpg(process.pid, 15)
        process.wait(30)
        told.close()
