"""What was shown is read from a run or the history; what nobody can look up is marked."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import rolefit as rf
import small_centre as centre

AGENT = "A0000"


@pytest.fixture
def ws(tmp_path):
    return centre.write(tmp_path / "ws", {"agents": centre.agents(), "wishes": centre.wishes()})


def show(ws, **more):
    return rf.replies.add(
        ws, AGENT, "shown", by="Lee", role_of_by="leader", on="2026-07-01", **more
    )


def ran(out):
    """The output of a run that suggested to leave."""
    out.mkdir()
    row = {"agent_id": AGENT, "direction": "out", "target_role": "selling"}
    pd.DataFrame([row]).to_parquet(out / "suggestions.parquet")
    (out / "run.json").write_text(json.dumps({"run": "2026-06-30-0f"}), "utf-8")
    return out


@pytest.mark.parametrize("inside", [True, False])
def test_a_run_tells_what_was_shown(ws, tmp_path, inside):
    out = ran((ws if inside else tmp_path) / "out")
    way = {"run": "2026-06-30-0f"} if inside else {"out": out}
    for other in ({"direction": "up"}, {"target_role": "mentor"}):
        with pytest.raises(rf.UsageError, match="RF438") as caught:
            show(ws, **way, **other)
        assert "out selling" in str(caught.value)
    with pytest.raises(rf.UsageError, match="RF438"):
        show(ws, out=out, run="another")
    thread = show(ws, **way)
    assert (thread.direction, thread.target_role, thread.by_hand) == ("out", "selling", False)
    assert thread.run == "2026-06-30-0f"


def test_the_history_tells_what_was_shown(ws):
    row = {"agent_id": AGENT, "direction": "out", "target_role": "", "as_of": "2026-03-31"}
    pd.DataFrame([row]).to_csv(ws / "history.csv", index=False)
    with pytest.raises(rf.UsageError, match="RF438"):
        show(ws, run="2026-03-31", direction="up")
    thread = show(ws, run="2026-03-31")
    assert (thread.direction, thread.by_hand) == ("out", False)


def test_what_only_the_caller_tells_is_closed_by_two_people(ws):
    assert show(ws, run="r", direction="up", target_role="mentor").by_hand
    rf.replies.add(ws, AGENT, "agreed", by=AGENT, role_of_by="agent", on="2026-07-01")
    with pytest.raises(rf.UsageError, match="RF434"):
        rf.replies.add(ws, AGENT, "closed_move", by="Lee", role_of_by="leader", on="2026-07-01")
    assert rf.replies.verify(ws).ok
