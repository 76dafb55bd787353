"""Intervals are honest with a handful of movers, and where a metric tells nobody apart."""

import numpy as np
import pandas as pd
import pytest

import rolefit as rf

METRIC = {
    "label": "Score", "better": "higher", "kind": "mean", "volume": "volume",
    "range": [-1000.0, 1000.0], "attribute": "quality",
}  # fmt: skip
AGENTS, MONTHS = 600, 4
Z90 = 1.645


def centre(seed, *, clients, movers, sorting=0.7, spread=0.6):
    """Metric rows and skill; all but a few agents serve one client."""
    rng = np.random.default_rng([seed, clients, movers])
    skill, difficulty = rng.normal(size=AGENTS), np.sort(rng.normal(size=clients))
    skill = (skill - skill.mean()) / skill.std()
    pull = sorting * skill + np.sqrt(1.0 - sorting**2) * rng.normal(size=AGENTS)
    client = np.argsort(np.argsort(pull)) * clients // AGENTS
    also = (client[:movers] + rng.integers(1, clients, movers)) % clients
    agent = np.repeat(np.append(np.arange(AGENTS), np.arange(movers)), MONTHS)
    client = np.repeat(np.append(client, also), MONTHS)
    score = spread * skill[agent] - difficulty[client] + 0.5 * rng.normal(size=len(agent))
    months = np.tile(np.arange(MONTHS), len(agent) // MONTHS)
    rows = pd.DataFrame({
        "agent_id": [f"A{k:03d}" for k in agent], "client_id": [f"C{k:02d}" for k in client],
        "channel": "voice", "period": [f"2026-{k + 1:02d}" for k in months],
        "score": score, "volume": 20,
    })  # fmt: skip
    return rows, pd.Series(skill, [f"A{k:03d}" for k in range(AGENTS)])


def told(rows, people, **evidence):
    """Effects of the one metric and its norms."""
    agents = pd.DataFrame({"agent_id": people, "current_role": "frontline"})
    config = {"metrics": {"score": METRIC}, "evidence": evidence}
    workspace = rf.Workspace(config=config, agents=agents, metrics=rows)
    norms = rf.calibrate(workspace)
    effects = rf.score(workspace, norms).effects.set_index("agent_id").loc[people]
    return effects, norms.metrics["score"]


@pytest.mark.parametrize("movers", [1, 8])
def test_a_few_movers_do_not_make_anybody_sure_of_what_only_many_could_tell(movers):
    squares, covered = [], []
    for seed in range(3):
        rows, skill = centre(seed, clients=30, movers=movers)
        effects, _ = told(rows, skill.index)
        z = (skill - effects["effect"]) / effects["se"]
        squares.append(float((z**2).mean()))
        covered.append(float((z.abs() <= Z90).mean()))
    assert np.mean(squares) < 1.5
    assert np.mean(covered) > 0.8


def test_an_interval_holds_how_good_the_own_group_may_be_and_more_movers_narrow_it():
    wide, narrow = (
        told(*_people(centre(1, clients=30, movers=movers)))[0]["se"].mean() for movers in (1, 200)
    )
    assert wide > 1.25 * narrow


@pytest.mark.parametrize("clients", [8, 30])
def test_a_metric_that_tells_nobody_apart_is_not_believed(clients):
    found = []
    for seed in range(3):
        rows, skill = centre(seed, clients=clients, movers=180, sorting=0.0, spread=0.0)
        effects, norm = told(rows, skill.index)
        found.append(effects["reliability"].median())
        assert not norm.sorting_identified
    assert np.mean(found) < 0.05
    assert max(found) < 0.15


def test_a_metric_that_tells_agents_apart_is_believed_as_before():
    rows, skill = centre(2, clients=8, movers=180, sorting=0.0, spread=0.25)
    effects, _ = told(rows, skill.index)
    assert effects["reliability"].median() == pytest.approx(0.5, abs=0.12)
    assert effects["effect"].corr(skill) > 0.6


@pytest.mark.parametrize(
    ("movers", "estimator", "note"),
    [
        (0, "correlated", "no_movers"), (0, "random", "no_movers"), (0, "within", "island"),
        (1, "correlated", "island"), (180, "correlated", ""),
    ],
)  # fmt: skip
def test_a_note_says_with_whom_somebody_is_compared(movers, estimator, note):
    rows, skill = centre(3, clients=12, movers=movers)
    effects, _ = told(rows, skill.index, client_effects=estimator)
    assert set(effects["note"]) == {note}


def test_unlinked_clients_are_told_from_groups_of_several():
    rows, skill = centre(3, clients=12, movers=0)
    far = rows["client_id"] < "C04"
    pair = rows.loc[far, "client_id"].str[1:].astype(int) // 2
    also = rows[far].assign(client_id="X" + pair.astype(str))
    effects, norm = told(pd.concat([rows, also]), skill.index)
    grouped = effects.index.isin(rows.loc[far, "agent_id"])
    assert set(effects.loc[grouped, "note"]) == {"island"}
    assert set(effects.loc[~grouped, "note"]) == {"no_movers"}
    assert len(set(norm.layout.islands.tolist())) == 3


def test_one_client_says_nothing_of_movers():
    rows, skill = centre(3, clients=12, movers=0)
    effects, _ = told(rows.assign(client_id="C00"), skill.index)
    assert set(effects["note"]) == {""}


def _people(drawn):
    """Rows and the names of the agents."""
    rows, skill = drawn
    return rows, skill.index
