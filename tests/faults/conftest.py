"""A flawless workspace to spoil, and the command line in this process."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

import small_centre
from rolefit.cli.main import app

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any


@pytest.fixture(scope="session")
def call() -> Callable[..., Any]:
    """Calls `rolefit` with some arguments."""
    runner = CliRunner()
    return lambda *arguments: runner.invoke(app, [str(a) for a in arguments], prog_name="rolefit")


@pytest.fixture(scope="session")
def flawless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace without a fault; nobody changes it."""
    return small_centre.write(tmp_path_factory.mktemp("flawless") / "ws", small_centre.tables())


@pytest.fixture
def ws(flawless: Path, tmp_path: Path) -> Path:
    """A copy of it, to be spoilt."""
    return shutil.copytree(flawless, tmp_path / "ws")
