"""A run that is killed leaves the earlier output as it was, and the next run ends what it began."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

AT = {
    "while it writes": "rolefit.io.write.write_table",
    "when everything is written but not in place": "rolefit.io.write._settle",
    "when the names are exchanged": "rolefit.io.write.swap",
}
KILLED = textwrap.dedent("""
    import os, signal, sys
    from importlib import import_module

    module, name = sys.argv[1].rsplit(".", 1)
    die = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)
    import rolefit.batch.result as result
    setattr(import_module(module), name, die)
    setattr(result, name, die)
    from rolefit.cli.main import app
    app(["score", sys.argv[2], "--out", sys.argv[3], "--quiet"])
""")


def state(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.skipif(os.name != "posix", reason="signals of this kind are POSIX")
@pytest.mark.parametrize("moment", AT)
def test_the_earlier_output_is_untouched_and_the_next_run_succeeds(call, ws, tmp_path, moment):
    out = tmp_path / "out"
    assert call("score", ws, "--out", out, "--quiet").exit_code == 0
    before = state(out)
    (ws / "wishes.csv").unlink()
    done = subprocess.run(
        [sys.executable, "-c", KILLED, AT[moment], str(ws), str(out)], check=False
    )
    assert done.returncode < 0
    assert state(out) == before
    assert call("score", ws, "--out", out, "--quiet").exit_code == 0
    assert state(out)["fits.parquet"] != before["fits.parquet"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "ws"]


def test_a_first_run_that_is_killed_leaves_no_output(ws, tmp_path):
    out = tmp_path / "out"
    subprocess.run(
        [sys.executable, "-c", KILLED, AT["while it writes"], str(ws), str(out)], check=False
    )
    assert not out.exists()
