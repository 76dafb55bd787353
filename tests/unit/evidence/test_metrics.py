"""Context-adjusted metrics: islands, applicability, noise, and truth under sorted assignment."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr

import rolefit as rf
from rolefit.evidence.cells import Rows
from rolefit.evidence.measured import transform
from rolefit.evidence.row_noise import learn_noise

PERIODS = ["2026-01", "2026-02", "2026-03", "2026-04"]
QUALITY = "quality_score"
WITHIN = {"client_effects": "within"}


def centre(
    seed: int, *, agents: int = 400, clients: int = 16, sorting: float = 0.7, more: float = 0.6
) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """Agents, metric rows and true effects; the best agents serve the hardest clients."""
    rng = np.random.default_rng(seed)
    skill = rng.normal(size=agents)
    hardness = np.sort(rng.normal(size=clients))
    rows = []
    for k in range(agents):
        served = {int(clients * _uniform(sorting * skill[k], sorting, rng))}
        if rng.random() < more:
            served.add(int(clients * _uniform(sorting * skill[k], sorting, rng)))
        for client in sorted(served):
            pairing = rng.normal(0, 1.0)
            for period in PERIODS:
                volume = int(rng.integers(5, 40))
                value = 70 + 5 * skill[k] - 8 * hardness[client] + pairing
                value += rng.normal(0, 12 / np.sqrt(volume))
                rows.append((f"A{k:04d}", f"C{client:02d}", "voice", period, value, volume))
    columns = ["agent_id", "client_id", "channel", "period", QUALITY, "evaluations"]
    people = pd.DataFrame({
        "agent_id": [f"A{k:04d}" for k in range(agents)],
        "team_id": "T1", "current_role": "frontline", "hired_on": "2020-01-01",
    })  # fmt: skip
    return people, pd.DataFrame(rows, columns=columns), skill


def _uniform(pull: float, sorting: float, rng: np.random.Generator) -> float:
    """A rank in [0, 1) that leans towards the pull."""
    return min(0.999, float(ndtr(pull + np.sqrt(1 - sorting**2) * rng.normal())))


def score(people: pd.DataFrame, rows: pd.DataFrame, **config: object) -> pd.DataFrame:
    """Effects of the quality score by agent."""
    settings = {"metrics": {QUALITY: {"range": [-500.0, 500.0]}}, **config}
    result = rf.score(rf.Workspace(config=settings, agents=people, metrics=rows))
    return result.effects.set_index("agent_id")


@pytest.mark.parametrize("seed", [1, 2])
def test_adjusted_effects_find_skill_that_raw_means_hide(seed: int) -> None:
    people, rows, skill = centre(seed)
    effects = score(people, rows).loc[people.agent_id]
    raw = np.corrcoef(effects.raw, skill)[0, 1]
    adjusted = np.corrcoef(effects.effect, skill)[0, 1]
    assert adjusted > raw + 0.4
    assert adjusted > 0.75
    true = (skill - skill.mean()) / skill.std()
    covered = np.abs(effects.effect - true) < 1.645 * effects.se
    assert 0.85 <= covered.mean() <= 0.96


def test_random_is_over_confident_where_within_is_not() -> None:
    people, rows, skill = centre(3, sorting=0.9, more=0.1)
    true = (skill - skill.mean()) / skill.std()
    share = {}
    for estimator in ("within", "random"):
        effects = score(people, rows, evidence={"client_effects": estimator}).loc[people.agent_id]
        share[estimator] = (np.abs(effects.effect - true) < 1.645 * effects.se).mean()
    assert share["random"] < 0.8 < share["within"]


def test_within_does_not_care_how_hard_a_client_is() -> None:
    people, rows, _ = centre(4, agents=120)
    before = score(people, rows, evidence=WITHIN)
    rows.loc[rows.client_id == "C03", QUALITY] += 40.0
    after = score(people, rows, evidence=WITHIN)
    np.testing.assert_allclose(after.effect, before.effect, atol=1e-9)
    np.testing.assert_allclose(after.se, before.se, atol=1e-9)


def moved_by_a_client(client: str, more: float) -> pd.DataFrame:
    """How far effects move when a client's rows rise by one sd of clients, and who serves it."""
    people, rows, _ = centre(4, more=more)
    before = score(people, rows)
    serves = before.index.isin(rows.agent_id[rows.client_id == client])
    rows.loc[rows.client_id == client, QUALITY] += 8.0
    by = (score(people, rows).effect - before.effect).abs()
    return pd.DataFrame({"by": by, "serves": serves, "se": before.se})


@pytest.mark.parametrize("client", ["C03", "C10"])
def test_correlated_cares_little_how_hard_a_client_is_where_many_serve_two(client: str) -> None:
    moved = moved_by_a_client(client, more=0.6)
    assert moved.by.mean() < 0.02
    assert moved.by[~moved.serves].max() < 0.05
    assert moved.by[moved.serves].max() < 0.1


@pytest.mark.parametrize("client", ["C03", "C10"])
def test_where_few_serve_two_it_cares_by_less_than_a_standard_error(client: str) -> None:
    moved = moved_by_a_client(client, more=0.1)
    assert (moved.by / moved.se).max() < 1.0


def test_an_agent_alone_on_their_own_client_is_compared_with_nobody() -> None:
    people, rows, _ = centre(5, agents=60)
    rows = rows[rows.agent_id != "A0000"]
    own = rows[rows.agent_id == "A0001"].drop_duplicates("period")
    own = own.assign(agent_id="A0000", client_id="island")
    effects = score(people, pd.concat([rows, own]))
    alone = effects.loc["A0000"]
    assert (alone.effect, alone.reliability, alone.se) == (0.0, 0.0, 1.0)
    assert alone.note == "not_comparable"
    assert alone.component != effects.loc["A0001"].component


def test_islands_are_compared_within_themselves_only() -> None:
    people, rows, _ = centre(6, agents=80)
    other = people.assign(agent_id="B" + people.agent_id)
    twin = rows.assign(agent_id="B" + rows.agent_id, client_id="far-" + rows.client_id)
    twin[QUALITY] += 60.0
    both = pd.concat([people, other]), pd.concat([rows, twin])
    effects = score(*both, evidence=WITHIN)
    here, there = effects.loc[people.agent_id], effects.loc[other.agent_id]
    assert not set(here.component) & set(there.component)
    np.testing.assert_allclose(here.effect, there.effect, atol=1e-9)


@pytest.mark.parametrize("estimator", ["correlated", "random"])
def test_an_island_far_away_moves_nobody(estimator: str) -> None:
    people, rows, _ = centre(6, agents=80)
    other = people.assign(agent_id="B" + people.agent_id)
    twin = rows.assign(agent_id="B" + rows.agent_id, client_id="far-" + rows.client_id)
    found = []
    for away in (0.0, 60.0):
        moved = twin.assign(**{QUALITY: twin[QUALITY] + away})
        both = pd.concat([people, other]), pd.concat([rows, moved])
        found.append(score(*both, evidence={"client_effects": estimator}))
    np.testing.assert_allclose(found[0].effect, found[1].effect, atol=1e-6)
    here, there = (found[1].effect[ids.agent_id] for ids in (people, other))
    np.testing.assert_allclose(here, there, atol=1e-6)
    assert set(found[1].note) == {"island"}


def test_one_row_an_agent_tells_nothing_and_says_so() -> None:
    people, rows, _ = centre(7, agents=40)
    rows = rows.drop_duplicates("agent_id").assign(client_id="C00", period="2026-01")
    effects = score(people, rows)
    assert (effects.reliability == 0).all()
    assert set(effects.note) == {"no_spread"}


def test_rows_where_a_metric_does_not_apply_never_count() -> None:
    people, rows, _ = centre(8, agents=100)
    rule = {
        "metric": QUALITY, "client": "C05", "applies": False, "reason": "another form",
        "decided_by": "ops", "on": "2026-01-01",
    }  # fmt: skip
    there = rows.client_id == "C05"
    left_out = score(people, rows, applicability=[rule])
    without = score(people, rows[~there])
    pd.testing.assert_frame_equal(left_out, without)


def test_scored_later_a_new_client_is_left_out_and_a_new_month_is_not() -> None:
    people, rows, _ = centre(9, agents=150)
    config = {"metrics": {QUALITY: {"range": [-500.0, 500.0]}}}
    norms = rf.calibrate(rf.Workspace(config=config, agents=people, metrics=rows))
    later = rows.assign(period=rows.period.str.replace("2026-0", "2027-0"))
    new = later.assign(client_id="new-" + later.client_id)
    same_work = rf.score(rf.Workspace(config=config, agents=people, metrics=later), norms)
    new_work = rf.score(rf.Workspace(config=config, agents=people, metrics=new), norms)
    assert (same_work.effects.reliability > 0.1).all()
    assert (new_work.effects.reliability == 0).all()
    assert set(new_work.effects.note) == {"not_comparable"}


def test_row_noise_and_pairing_are_recovered() -> None:
    rng = np.random.default_rng(10)
    agents, clients, months = 500, 10, 6
    agent, slot = np.divmod(np.repeat(np.arange(agents * 2), months), 2)
    client = (agent * 3 + slot * (1 + agent % 4)) % clients
    volume = rng.integers(2, 60, len(agent)).astype(float)
    pairing = rng.normal(0, 0.5, agents * 2)[agent * 2 + slot]
    y = rng.normal(size=agents)[agent] + rng.normal(size=clients)[client] + pairing
    y += rng.normal(size=len(agent)) * np.sqrt(4.0 / volume + 0.09)
    order = np.lexsort([y, client, agent])
    columns = np.column_stack([np.zeros(len(y), int), 1 + client])[order]
    ones = np.ones(len(y))
    rows = Rows(agent[order], columns, y[order], ones, agents, clients + 1, client[order])
    noise = learn_noise(rows, volume[order])
    assert noise.phi == pytest.approx(4.0, rel=0.1)
    assert noise.omega2 == pytest.approx(0.09, rel=0.35)
    assert noise.pairing == pytest.approx(0.25, rel=0.2)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("rate", 0.8, 0.8),
        ("duration", 100.0, np.log(100.0)),
        ("duration", 0.0, np.log(0.72)),
        ("count", 0.25, 0.25),
        ("mean", 42.0, 42.0),
    ],
)
def test_only_a_duration_is_transformed_row_by_row(
    kind: str, value: float, expected: float
) -> None:
    spec = (
        rf.build_config({}).metrics["aht"].model_copy(update={"kind": kind, "range": (0.0, 7200.0)})
    )
    assert transform(np.array([value]), spec)[0] == pytest.approx(expected)


def test_a_metric_that_nobody_renewed_counts_less_and_says_so() -> None:
    people, rows, _ = centre(12, agents=60)
    old = rows.agent_id.isin(people.agent_id[:20])
    config = {"metrics": {QUALITY: {"range": [-500.0, 500.0]}}, "centre": {"as_of": "2026-04-30"}}
    norms = rf.calibrate(rf.Workspace(config=config, agents=people, metrics=rows))
    earlier = rows.assign(period=rows.period.where(~old, rows.period.str.replace("2026", "2024")))
    evidence = [
        rf.score(rf.Workspace(config=config, agents=people, metrics=table), norms).evidence
        for table in (rows, earlier)
    ]
    now, then = (table.set_index("agent_id") for table in evidence)
    stale = now.index.isin(people.agent_id[:20])
    assert set(now.note) == {""}
    assert set(then.note[stale]) == {"old"}
    assert set(then.note[~stale]) == {""}
    ratio = then.variance / now.variance
    np.testing.assert_allclose(ratio[~stale], 1.0, rtol=1e-12)
    # effects move a little, because months of 2024 are no levels of the norms
    assert ((ratio[stale] > 3.9) & (ratio[stale] < 4.6)).all()


def test_a_later_rule_that_takes_a_channel_back_leaves_nothing_to_say() -> None:
    people, rows, _ = centre(11, agents=60)
    rule = {
        "metric": QUALITY, "applies": False, "reason": "another form", "decided_by": "ops",
        "on": "2026-01-01",
    }  # fmt: skip
    served = set(rows[rows.client_id == "C05"].agent_id)
    back = {**rule, "client": "C05", "channel": "voice", "applies": True}
    config = {"metrics": {QUALITY: {"range": [-500.0, 500.0]}}}
    config["applicability"] = [{**rule, "client": "C05"}]
    tables = {"agents": people, "metrics": rows}
    told = rf.score(rf.Workspace(config=config, **tables)).suggestions.set_index("agent_id").notes
    assert served == {agent for agent, notes in told.items() if any("C05" in n for n in notes)}
    config["applicability"].append(back)
    told = rf.score(rf.Workspace(config=config, **tables)).suggestions.notes
    assert not any("C05" in note for notes in told for note in notes)
