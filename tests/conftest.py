"""What every test may use: hypothesis profiles and the folder of real data."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

REPOSITORY = Path(__file__).resolve().parent.parent

settings.register_profile("local", max_examples=25, deadline=None)
settings.register_profile("ci", max_examples=50, deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(scope="session")
def repository() -> Path:
    """Root of the repository."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_data(repository: Path) -> Path:
    """Real data beside the repository; it is not part of it, so a plain clone skips."""
    folder = repository / "../shared/data"
    if not folder.is_dir():
        pytest.skip("needs the real data sets in ../shared/data, which a plain clone does not have")
    return folder.resolve()
