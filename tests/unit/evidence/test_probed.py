"""More side columns than a dense system can hold: the same answers, by products and probes."""

import numpy as np
import pandas as pd
import pytest

import rolefit as rf
from rolefit.evidence import inside
from rolefit.evidence.cells import Rows, add_up
from rolefit.evidence.crossed import predict_agents, solve_random
from rolefit.evidence.inside import Within
from rolefit.evidence.reml import evaluate
from rolefit.evidence.residuals import residuals_within
from rolefit.evidence.split import Split

AGENTS, CLIENTS, MONTHS = 1_500, 500, 4
GROUPS = np.repeat([-1, 0], [1, CLIENTS])


@pytest.fixture(scope="module")
def rows():
    """Agents of one to four clients."""
    rng = np.random.default_rng(1)
    agent = np.repeat(np.arange(AGENTS), rng.integers(1, 5, AGENTS))
    client = rng.integers(0, CLIENTS, len(agent))
    agent, client = (np.repeat(codes, MONTHS) for codes in (agent, client))
    order = np.lexsort([client, agent])
    agent, client = agent[order], client[order]
    y = 0.6 * rng.normal(size=AGENTS)[agent] + rng.normal(size=CLIENTS)[client]
    y += rng.normal(size=len(agent))
    columns = np.column_stack([np.zeros(len(agent), np.int64), 1 + client])
    return Rows(agent, columns, y, np.ones(len(y)), AGENTS, 1 + CLIENTS)


@pytest.fixture
def wide(monkeypatch):
    """Everything is too wide."""
    return lambda: monkeypatch.setattr(inside, "MOST_COLUMNS", 10)


@pytest.mark.parametrize("rho", [0.0, -0.5])
def test_an_evaluation_is_the_dense_one_but_for_the_error_of_probes(rows, wide, rho):
    sums, at = add_up(rows), np.log([3.0, 1.5])
    dense = evaluate(Split.of(sums, GROUPS == 0), GROUPS, at, rho)
    wide()
    split = Split.of(sums, GROUPS == 0)
    assert isinstance(split.within, Within)
    ours = evaluate(split, GROUPS, at, rho)
    np.testing.assert_allclose(ours.effects, dense.effects, atol=1e-8)
    assert ours.s2 == pytest.approx(dense.s2, rel=1e-9)
    assert ours.criterion == pytest.approx(dense.criterion, abs=3.0)
    size = np.sqrt(CLIENTS)
    np.testing.assert_allclose(ours.slope, dense.slope, atol=0.3 * size)
    ours_form, form = ours.system.forms().sum(axis=0), dense.system.forms().sum(axis=0)
    assert np.mean(ours_form / form) == pytest.approx(1.0, abs=0.02)
    assert np.std(ours_form / form) < 0.3
    vectors = np.random.default_rng(2).normal(size=(len(GROUPS), 3))
    np.testing.assert_allclose(ours.system.times(vectors), dense.system.times(vectors), atol=1e-8)


def test_variances_and_agents_are_those_of_the_dense_system(rows, wide):
    sums = add_up(rows)
    dense = solve_random(sums, GROUPS)
    wide()
    ours = solve_random(sums, GROUPS)
    assert ours.covariance.shape == (len(GROUPS),)
    assert ours.tau2 == pytest.approx(dense.tau2, rel=0.02)
    assert ours.side_variances[0] == pytest.approx(dense.side_variances[0], rel=0.02)
    told, known = (
        predict_agents(sums, c.effects, c.covariance, c.s2, c.tau2) for c in (ours, dense)
    )
    np.testing.assert_allclose(told[0], known[0], atol=0.02)
    np.testing.assert_allclose(told[1], known[1], atol=0.05)


def test_residuals_and_their_freedom(rows, wide):
    dense = residuals_within(rows, rows.agent)
    wide()
    ours = residuals_within(rows, rows.agent)
    np.testing.assert_allclose(ours.residual, dense.residual, atol=1e-7)
    assert abs(ours.freedom - dense.freedom) <= 3


def test_every_client_on_every_day_from_rows_to_norms_and_back(wide):
    rng = np.random.default_rng(3)
    wide()
    n = 4_000
    agent, client, day = rng.integers(0, 100, n), rng.integers(0, 12, n), rng.integers(0, 28, n)
    skill = rng.normal(size=100)
    score = 0.6 * skill[agent] + rng.normal(size=(12, 28))[client, day] + rng.normal(size=n)
    ids = np.array([f"A{k:03d}" for k in range(100)])
    metrics = pd.DataFrame({
        "agent_id": ids[agent], "client_id": [f"C{k:02d}" for k in client], "channel": "voice",
        "period": [f"2026-02-{k + 1:02d}" for k in day], "score": score, "volume": 10,
    }).drop_duplicates(["agent_id", "client_id", "period"])  # fmt: skip
    spec = {
        "label": "Score", "better": "higher", "kind": "mean", "volume": "volume",
        "range": [-1000.0, 1000.0], "attribute": "quality",
    }  # fmt: skip
    config = {
        "metrics": {"score": spec}, "evidence": {"side_factors": ["client", "client:period"]},
    }  # fmt: skip
    agents = pd.DataFrame({"agent_id": ids, "current_role": "frontline"})
    workspace = rf.Workspace(config=config, agents=agents, metrics=metrics)
    norms = rf.calibrate(workspace)
    assert norms.metrics["score"].covariance.ndim == 2
    effects = rf.score(workspace, norms=norms).effects.set_index("agent_id").loc[ids]
    true = (skill - skill.mean()) / skill.std()
    assert np.corrcoef(effects["effect"], true)[0, 1] > 0.85
    assert np.mean(np.abs(effects["effect"] - true) < 1.645 * effects["se"]) > 0.85
    back = rf.Norms.from_json(norms.to_json())
    again = rf.score(workspace, norms=back).effects.set_index("agent_id").loc[ids]
    pd.testing.assert_frame_equal(again, effects)
