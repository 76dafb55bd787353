"""Huber's option: spoilt rows do little harm, and honest intervals stay honest without any."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import rolefit as rf
from rolefit.evidence.cells import Rows
from rolefit.evidence.robust import tame

AGENTS, CLIENTS, MONTHS = 600, 12, 4


def centre(seed: int, *, spoilt: float) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """Agents of two clients each, their rows (some of them wild) and true skill."""
    rng = np.random.default_rng(seed)
    skill = rng.normal(size=AGENTS)
    skill = (skill - skill.mean()) / skill.std()
    first = rng.integers(0, CLIENTS, AGENTS)
    other = (first + rng.integers(1, CLIENTS, AGENTS)) % CLIENTS
    agent = np.repeat(np.arange(AGENTS), 2 * MONTHS)
    client = np.where(np.arange(len(agent)) % 2, first[agent], other[agent])
    value = (
        0.5 * skill[agent] + rng.normal(size=CLIENTS)[client] + 1.5 * rng.normal(size=len(agent))
    )
    value = value + (rng.random(len(agent)) < spoilt) * 30.0 * rng.normal(size=len(agent))
    ids = np.array([f"A{k:04d}" for k in range(AGENTS)])
    rows = pd.DataFrame({
        "agent_id": ids[agent], "client_id": [f"C{k}" for k in client], "channel": "voice",
        "period": [f"2026-{1 + k // 2 % MONTHS:02d}" for k in range(len(agent))],
        "score": value, "volume": 20,
    })  # fmt: skip
    return pd.DataFrame({"agent_id": ids, "current_role": "frontline"}), rows, skill


def told(limit: float, *, spoilt: float) -> dict[str, float]:
    """Coverage, mean squared z and correlation with the truth, mean of two centres."""
    found = []
    for seed in (1, 2):
        people, rows, skill = centre(seed, spoilt=spoilt)
        spec = {
            "label": "Score", "better": "higher", "kind": "mean", "volume": "volume",
            "range": [-1000.0, 1000.0], "attribute": "quality",
        }  # fmt: skip
        config = {"metrics": {"score": spec}, "evidence": {"huber": limit}}
        effects = rf.score(rf.Workspace(config=config, agents=people, metrics=rows)).effects
        effects = effects.set_index("agent_id").loc[people["agent_id"]]
        z = (skill - effects["effect"]) / effects["se"]
        found.append({
            "cover": (z.abs() < 1.645).mean(), "z2": (z**2).mean(),
            "right": np.corrcoef(skill, effects["effect"])[0, 1],
        })  # fmt: skip
    return pd.DataFrame(found).mean().to_dict()


@pytest.mark.parametrize("limit", [1.0, 1.5])
def test_on_clean_rows_intervals_stay_honest(limit: float) -> None:
    plain, robust = told(0.0, spoilt=0.0), told(limit, spoilt=0.0)
    assert 0.87 <= robust["cover"] <= 0.93
    assert robust["z2"] == pytest.approx(plain["z2"], abs=0.1)
    assert robust["right"] > plain["right"] - 0.04


def test_spoilt_rows_do_little_harm() -> None:
    clean, plain, robust = told(0.0, spoilt=0.0), told(0.0, spoilt=0.03), told(1.5, spoilt=0.03)
    assert plain["right"] < clean["right"] - 0.15
    assert robust["right"] > plain["right"] + 0.1
    assert 0.87 <= robust["cover"] <= 0.93
    assert 0.85 <= robust["z2"] <= 1.2


def test_nothing_is_drawn_in_without_a_limit_or_with_two_rows_a_pair() -> None:
    agent, y = np.repeat([0, 1], 2), np.array([0.0, 100.0, 3.0, -50.0])
    rows = Rows(agent, agent[:, None], y, np.ones(4), 2, 2)
    for limit in (0.0, 1.5):
        tamed, kept = tame(rows, np.zeros(2), limit)
        assert (tamed.y.tolist(), kept) == (y.tolist(), 1.0)
