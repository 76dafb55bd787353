"""Somebody pulls the plug while a reply is written: nothing that was said before is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

import rolefit as rf
from rolefit.io.reply_table import LOG_NAME, TABLE_NAME

KILLED = textwrap.dedent("""
    import os, signal, sys
    import rolefit as rf
    from rolefit.io import reply_file

    die = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)
    moment, ws = sys.argv[1:]
    if moment == "before the line":
        reply_file._write = die
    elif moment == "within the line":
        def half(handle, line):
            os.write(handle, line[: len(line) // 2])
            die()
        reply_file._write = half
    elif moment == "after the line":
        reply_file.write_replies_table = die
    else:
        reply_file.write_table = die
    rf.replies.add(ws, "A0000", "agreed", by="A0000", role_of_by="agent", on="2026-07-02")
""")
FOUND = {
    "before the line": [],
    "within the line": ["RF312"],
    "after the line": ["RF313"],
    "within the table": ["RF313"],
}


@pytest.mark.skipif(os.name != "posix", reason="signals of this kind are POSIX")
@pytest.mark.parametrize("moment", FOUND)
def test_a_killed_reply_is_found_and_mended(call, ws, moment):
    (ws / TABLE_NAME).unlink()
    rf.replies.add(ws, "A0000", "shown", by="Lee", role_of_by="leader", on="2026-07-01", run="r",
                   direction="up", target_role="mentor")  # fmt: skip
    before = {name: (ws / name).read_bytes() for name in (LOG_NAME, TABLE_NAME)}
    done = subprocess.run([sys.executable, "-c", KILLED, moment, str(ws)], check=False)
    assert done.returncode < 0
    assert (ws / LOG_NAME).read_bytes().startswith(before[LOG_NAME])
    assert (ws / TABLE_NAME).read_bytes() == before[TABLE_NAME]
    verified = call("reply", "verify", ws)
    assert verified.exit_code == int(bool(FOUND[moment]))
    assert all(f"[{code}]" in verified.stderr for code in FOUND[moment])
    assert call("reply", "verify", ws, "--mend", "--quiet").exit_code == 0
    said = [entry.state for entry in rf.replies.open(ws).entries]
    assert said == (["shown", "agreed"] if "RF313" in FOUND[moment] else ["shown"])
    assert (
        call("reply", "add", ws, "A0000", "deferred", "--by", "A0000", "--as", "agent").exit_code
        == 0
    )
    assert rf.replies.verify(ws).ok
