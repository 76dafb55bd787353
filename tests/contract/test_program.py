"""The installed program, as a shell starts it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def rolefit(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", "from rolefit.cli.main import main; main()"]
    command = [*program, *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_a_workspace_of_nobody_s_making(tmp_path):
    done = rolefit("check", "nowhere", "--json", cwd=tmp_path)
    assert done.returncode == 2
    assert not json.loads(done.stdout)["ok"]
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_demo_in_a_folder_of_its_own(tmp_path):
    done = rolefit("demo", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "demo" / "suggestions.parquet").is_file()
    shown = next(line for line in done.stdout.splitlines() if " explain " in line)
    again = rolefit(*shown.split("#")[0].split()[1:], cwd=tmp_path)
    assert again.returncode == 0, again.stderr


def test_output_through_a_pipe_has_no_colour_and_no_bar(tmp_path):
    done = rolefit("init", "ws", cwd=tmp_path)
    checked = rolefit("check", "ws", cwd=tmp_path)
    assert done.returncode == checked.returncode == 0
    assert "\x1b" not in checked.stdout + checked.stderr
    assert checked.stderr.startswith("Reading ws: ")
