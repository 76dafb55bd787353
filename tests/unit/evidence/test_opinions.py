"""A rater who repeats a view has one view; raters who agree exactly are still no oracles."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

import rolefit as rf

AS_OF = date(2026, 6, 30)
N = 300
IDS = [f"A{k:03d}" for k in range(N)]
CONFIG = {"centre": {"as_of": AS_OF}}


def views(seed: int, raters: int, each: int, repeats: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Ratings of ownership by raters who hold to their view of an agent from month to month."""
    rng = np.random.default_rng(seed)
    skill = rng.normal(size=N)
    rows = [
        (IDS[k], f"L{r:03d}", f"2026-{month + 1:02d}-15", 3 + 0.6 * skill[k] + view)
        for k in range(N)
        for r in rng.choice(raters, each, replace=False)
        for view in [0.7 * rng.normal()]
        for month in range(repeats)
    ]
    table = pd.DataFrame(rows, columns=["agent_id", "rater_id", "on", "value"])
    value = (table.value + 0.2 * rng.normal(size=len(table))).clip(1, 5)
    return table.assign(value=value, attribute="ownership", rater_kind="lead"), skill


def score(ratings: pd.DataFrame, norms: rf.Norms | None = None) -> rf.Result:
    """Scored by ratings alone."""
    agents = pd.DataFrame({"agent_id": IDS, "current_role": "frontline"})
    return rf.score(rf.Workspace(config=CONFIG, agents=agents, ratings=ratings), norms=norms)


def standing(found: rf.Result, skill: np.ndarray) -> tuple[float, float]:
    """Reliability that is claimed, and the mean square of z of the truth."""
    evidence, v = found.evidence, 0.7
    reliability = 1.0 / (1.0 + evidence.variance * v**2 - 1.0 + v**2)
    truth = pd.Series(skill, index=IDS)[evidence.agent_id].to_numpy()
    away = (evidence.z * v * reliability - truth) / np.sqrt(1.0 - reliability)
    return float(reliability.median()), float((away**2).mean())


@pytest.mark.parametrize("raters", [12, 700], ids=["few raters", "many raters"])
def test_a_view_repeated_for_half_a_year_is_one_view(raters: int) -> None:
    table, skill = views(1, raters, each=2, repeats=6)
    claimed, away = standing(score(table), skill)
    once, _ = standing(score(table[table.on == "2026-06-15"]), skill)
    assert claimed == pytest.approx(once, abs=0.12)
    assert 0.7 < away < 1.4


def test_the_share_of_the_noise_that_stays_is_learned() -> None:
    table, _ = views(2, 12, each=2, repeats=6)
    norm = score(table).norms.ratings["ownership/lead"]
    assert norm.stays == pytest.approx(0.49 / 0.53, abs=0.04)
    assert norm.s2 == pytest.approx(0.53, rel=0.2)


def test_one_rater_an_agent_is_believed_as_raters_usually_deserve() -> None:
    table, _ = views(3, 12, each=1, repeats=6)
    claimed, _ = standing(score(table), np.zeros(N))
    assert 0.4 < claimed < 0.7


@pytest.mark.parametrize("stays", [0.0, 0.5, 0.95])
def test_one_more_rating_by_the_same_rater_never_widens(stays: float) -> None:
    table, _ = views(4, 12, each=2, repeats=3)
    norms = score(table).norms
    document = norms.to_json().replace(
        f'"stays": {norms.ratings["ownership/lead"].stays}', f'"stays": {stays}'
    )
    norms, rng = rf.Norms.from_json(document), np.random.default_rng(4)
    assert norms.ratings["ownership/lead"].stays == stays
    days = rng.choice(["2026-06-30", "2025-01-31", "2021-06-30"], len(table))
    table = table.assign(on=days, rater_id=table.rater_id.where(rng.random(len(table)) < 0.7, "?"))
    table = table.drop_duplicates(["agent_id", "rater_id", "on"])
    fewer = table[rng.random(len(table)) < 0.6]
    less, more = (score(rows, norms).posterior.sd for rows in (fewer, table))
    assert (more <= less + 1e-12).all()
    assert (more < less - 1e-3).any()


def test_raters_who_all_agree_are_believed() -> None:
    table, _ = views(5, 12, each=3, repeats=1)
    value = pd.Series(1.0 + np.arange(N) % 5, index=IDS)
    agreed = score(table.assign(value=value[table.agent_id].to_numpy()))
    assert len(agreed.evidence) == N
    assert np.corrcoef(agreed.evidence.z, value)[0, 1] > 0.99
    norm = agreed.norms.ratings["ownership/lead"]
    assert norm.s2 == pytest.approx(0.1 * (norm.s2 + norm.tau2 + norm.leniency2), rel=1e-6)


def test_one_rating_repeated_to_the_letter_takes_no_evidence_from_others() -> None:
    table, _ = views(6, 20, each=2, repeats=1)
    table = table[table.agent_id < "A040"]
    first, days = table.iloc[0], pd.date_range(end="2026-06-10", periods=20)
    again = pd.DataFrame([first] * 20).assign(value=5.0, on=[str(day.date()) for day in days])
    before, after = score(table), score(pd.concat([table, again]))
    assert len(before.evidence) == len(after.evidence) == 40
    others = before.evidence.agent_id != first.agent_id
    change = (after.evidence.variance / before.evidence.variance)[others]
    assert change.between(0.8, 1.25).all()
