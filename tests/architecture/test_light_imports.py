"""What an import may load: optional and heavy parts wait until somebody asks for them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

OPTIONAL = (
    "sklearn",
    "matplotlib",
    "mlflow",
    "polars",
    "pyspark",
    "ortools",
    "altair",
    "interpret",
)
HEAVY = ("pandas", "pyarrow", "numpy", "scipy", *OPTIONAL)


SHOW = "import sys; print(*sorted({name.split('.')[0] for name in sys.modules}))"
HELP_SCREEN = """
import sys
from rolefit.cli.main import main
sys.argv = ["rolefit", "--help"]
try:
    main()
except SystemExit:
    pass
"""


def loaded(statements: str) -> set[str]:
    """Top-level modules in memory after some statements ran in a fresh interpreter."""
    program = [sys.executable, "-c", f"{statements}\n{SHOW}"]
    run = subprocess.run(program, capture_output=True, text=True, check=True)
    return set(run.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    "module",
    ["rolefit", "rolefit.fit", "rolefit.posterior", "rolefit.learn.models", "rolefit.batch.moves"],
)
def test_importing_loads_no_optional_part(module: str):
    assert not loaded(f"import {module}") & set(OPTIONAL)


def test_the_command_line_starts_without_the_heavy_parts():
    assert not loaded("import rolefit.cli.main") & set(HEAVY)


def test_the_command_line_solves_small_systems_in_one_thread():
    shown = "import os; print(os.environ['OPENBLAS_NUM_THREADS'])"
    program = [sys.executable, "-c", f"{HELP_SCREEN}{shown}"]
    environment = {k: v for k, v in os.environ.items() if k != "OPENBLAS_NUM_THREADS"}
    run = subprocess.run(program, capture_output=True, text=True, check=True, env=environment)
    assert run.stdout.splitlines()[-1] == "1"


def test_help_loads_none_of_the_heavy_parts():
    assert not loaded(HELP_SCREEN) & set(HEAVY)
