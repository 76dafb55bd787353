"""Invariant 6: how hard a client is, is no news about anybody."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolefit as rf
from centres import few, simulated

METRIC = "quality_score"
SHIFT = 4.5
"""Points of the score: one sd of simulated clients."""


def effects(centre, estimator):
    """Effects on one metric by agent, from metrics alone."""
    alone = {name: centre.tables[name] for name in ("agents", "metrics")}
    config = {**centre.config, "evidence": {"client_effects": estimator}}
    table = rf.score(rf.Workspace(config, **alone)).effects
    return table[table["metric"] == METRIC].set_index("agent_id")["effect"]


def shifted(centre, client):
    """The centre with one client whose every value is lower; nothing leaves its range."""
    table = centre.tables["metrics"].copy()
    table[METRIC] = np.clip(table[METRIC], 20.0, 80.0)
    base = centre.put(metrics=table)
    moved = table.copy()
    moved.loc[moved["client_id"] == client, METRIC] -= SHIFT
    return base, centre.put(metrics=moved)


@given(st.integers(0, 7), st.integers(0, 100))
@few(4)
def test_invariant_06_within_is_blind_to_the_level_of_a_client(seed, pick):
    centre = simulated(45, seed)
    clients = sorted(centre.tables["metrics"]["client_id"].unique())
    base, moved = shifted(centre, clients[pick % len(clients)])
    before, after = effects(base, "within"), effects(moved, "within")
    np.testing.assert_allclose(before, after, atol=1e-9)


@pytest.mark.parametrize("seed", [1, 4])
def test_invariant_06_correlated_hardly_moves_on_the_whole(seed):
    centre = simulated(120, seed)
    clients = sorted(centre.tables["metrics"]["client_id"].unique())
    base, moved = shifted(centre, clients[0])
    before, after = effects(base, "correlated"), effects(moved, "correlated")
    assert (before - after).abs().mean() < 0.15  # half of the agents serve one client only
    raw = moved.tables["metrics"].groupby("agent_id")[METRIC].mean()
    was = base.tables["metrics"].groupby("agent_id")[METRIC].mean()
    assert ((raw - was) / was.std()).abs().mean() > 0.1
