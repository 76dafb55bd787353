"""A small centre, scored once, and a way to call the command line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from rolefit.cli.main import app

Call = Callable[..., Any]


@pytest.fixture(scope="session")
def call() -> Call:
    """Calls `rolefit` with some arguments, in this process."""
    runner = CliRunner()
    return lambda *arguments: runner.invoke(app, [str(a) for a in arguments], prog_name="rolefit")


@pytest.fixture(scope="session")
def shipped(call: Call, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated centre with the story characters; nobody changes it."""
    folder = tmp_path_factory.mktemp("centre") / "ws"
    done = call("simulate", folder, "--agents", 60, "--seed", 5, "--stories", "--quiet")
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture(scope="session")
def scored(call: Call, shipped: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run wrote of it; nobody changes it."""
    out = tmp_path_factory.mktemp("scored") / "out"
    done = call("score", shipped, "--out", out, "--quiet")
    assert done.exit_code == 0, done.output
    return out


@pytest.fixture
def centre(shipped: Path, tmp_path: Path) -> Path:
    """A copy of the centre, to be spoilt."""
    return Path(shutil.copytree(shipped, tmp_path / "ws"))
