"""An agent with one client: nearer the truth than the agent everywhere, with honest intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import rolefit as rf

AGENTS, CLIENTS, SERVED, MONTHS = 400, 12, 3, 6
SD = {"agent": 4.0, "client": 5.0, "pair": 3.0, "row": 4.0}
Z90 = 1.6449


def centre(seed: int, pair_sd: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of one metric, and the true work of every agent with every client served."""
    rng = np.random.default_rng(seed)
    agent = np.repeat(np.arange(AGENTS), SERVED)
    client = np.concatenate([rng.choice(CLIENTS, SERVED, replace=False) for _ in range(AGENTS)])
    skill, hard = rng.normal(0, SD["agent"], AGENTS), rng.normal(0, SD["client"], CLIENTS)
    there = skill[agent] + rng.normal(0, pair_sd, len(agent))
    rows = pd.DataFrame({
        "agent_id": np.repeat([f"A{k:03d}" for k in agent], MONTHS),
        "client_id": np.repeat([f"c{k:02d}" for k in client], MONTHS),
        "channel": "voice",
        "period": np.tile([f"2026-0{m + 1}" for m in range(MONTHS)], len(agent)),
        "quality_score": 70 + np.repeat(there + hard[client], MONTHS)
        + rng.normal(0, SD["row"], len(agent) * MONTHS),
        "evaluations": 10.0,
    })  # fmt: skip
    truth = rows.iloc[::MONTHS][["agent_id", "client_id"]].assign(there=there / SD["agent"])
    return rows, truth


def workspace(rows: pd.DataFrame, estimator: str) -> rf.Workspace:
    agents = pd.DataFrame({"agent_id": sorted(rows["agent_id"].unique())})
    config = {"evidence": {"client_effects": estimator}}
    return rf.Workspace(config, agents=agents.assign(current_role="frontline"), metrics=rows)


def errors(seed: int, pair_sd: float, estimator: str) -> pd.DataFrame:
    """Told and true of every pair, centred over agents."""
    rows, truth = centre(seed, pair_sd)
    ws = workspace(rows, estimator)
    norms = rf.calibrate(ws)
    pairs = rf.effects_with_clients(ws, norms).merge(truth, on=["agent_id", "client_id"])
    everywhere = rf.score(ws, norms).effects.set_index("agent_id")["effect"]
    assert len(pairs) == AGENTS * SERVED
    return pairs.assign(
        missed=pairs["effect"] - (pairs["there"] - pairs["there"].mean()),
        everywhere=pairs["agent_id"].map(everywhere),
    )


@pytest.mark.parametrize("estimator", ["correlated", "random", "within"])
def test_it_is_nearer_the_truth_than_the_agent_everywhere(estimator):
    found = errors(1, SD["pair"], estimator)
    plain = found["everywhere"] - (found["there"] - found["there"].mean())
    assert found["missed"].std() < 0.75 * plain.std()
    # 1,200 pairs: two standard errors of a share of .9 are .02, and context is taken as known
    assert 0.86 < (found["missed"].abs() < Z90 * found["se"]).mean() < 0.94


def test_without_work_of_its_own_an_agent_does_there_as_everywhere():
    found = errors(2, 0.0, "correlated")
    assert (found["effect"] - found["everywhere"]).abs().mean() < 0.1
    assert (found["se"] > 0).all()


def test_one_agent_alone_is_the_same_as_among_others():
    rows, _ = centre(3, SD["pair"])
    norms = rf.calibrate(workspace(rows, "correlated"))
    whole = rf.effects_with_clients(workspace(rows, "correlated"), norms)
    alone = rows[rows["agent_id"] == "A007"]
    found = rf.effects_with_clients(workspace(alone, "correlated"), norms)
    wanted = whole[whole["agent_id"] == "A007"].reset_index(drop=True)
    pd.testing.assert_frame_equal(found, wanted, rtol=1e-9)


def test_who_can_be_compared_with_nobody_has_no_row_and_no_metrics_no_rows():
    rows, _ = centre(4, SD["pair"])
    mine = rows[rows["agent_id"] == "A000"].assign(client_id="their own")
    rows = pd.concat([mine, rows[rows["agent_id"] != "A000"]])
    ws = workspace(rows, "random")
    assert "A000" not in set(rf.effects_with_clients(ws, rf.calibrate(ws))["agent_id"])
    bare = rf.Workspace(agents=pd.DataFrame({"agent_id": ["A"], "current_role": ["frontline"]}))
    assert rf.effects_with_clients(bare, rf.calibrate(bare)).empty
