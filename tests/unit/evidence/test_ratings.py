"""Ratings without their raters' leniency."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

import rolefit as rf

AS_OF = date(2026, 6, 30)
N = 300


def people(agents: int = N) -> pd.DataFrame:
    """Agents hired long ago."""
    ids = [f"A{k:03d}" for k in range(agents)]
    return pd.DataFrame({
        "agent_id": ids, "team_id": "T", "current_role": "frontline", "hired_on": "2020-01-01",
    })  # fmt: skip


def evidence(**tables: pd.DataFrame) -> pd.DataFrame:
    """Evidence of a workspace dated AS_OF."""
    config = {"centre": {"as_of": AS_OF}}
    return rf.score(rf.Workspace(config=config, agents=people(), **tables)).evidence


def ratings(seed: int, raters: int, each: int) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Ratings of ownership by raters of different leniency."""
    rng = np.random.default_rng(seed)
    skill, lenient = rng.normal(size=N), rng.normal(0, 0.8, raters)
    rows = [
        (f"A{k:03d}", f"R{r:03d}", 3 + 0.5 * skill[k] + lenient[r] + rng.normal(0, 0.4))
        for k in range(N)
        for r in rng.choice(raters, each, replace=False)
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["agent_id", "rater_id", "value"])
    table = table.assign(attribute="ownership", rater_kind="lead", on="2026-06-01")
    return table.assign(value=table.value.clip(1, 5)), skill, lenient


@pytest.mark.parametrize("raters", [20, 900], ids=["dense", "many raters"])
def test_leniency_of_raters_is_taken_out(raters: int) -> None:
    table, skill, _ = ratings(5, raters, 12)
    found = evidence(ratings=table).set_index("agent_id").z.reindex(people().agent_id)
    raw = table.groupby("agent_id").value.mean().reindex(found.index)
    adjusted = np.corrcoef(found, skill)[0, 1]
    assert adjusted > 0.9
    assert adjusted > np.corrcoef(raw, skill)[0, 1]


def test_one_rater_is_believed_less_than_two_and_oneself_not_at_all() -> None:
    table, _, _ = ratings(6, 20, 2)
    table = table[~((table.agent_id == "A000") & table.duplicated("agent_id"))]
    own = table[table.agent_id == "A001"].assign(agent_id="A002", rater_kind="self")
    table = pd.concat([table[table.agent_id != "A002"], own])
    found = evidence(ratings=table).set_index("agent_id")
    assert found.variance["A000"] > found.variance["A001"] + 0.1
    assert "A002" not in found.index


def test_an_older_rating_beside_a_new_one_never_widens() -> None:
    table, _, _ = ratings(9, 20, 4)
    new = table.drop_duplicates("agent_id").assign(on="2026-06-01")
    config = {"centre": {"as_of": AS_OF}}
    norms = rf.calibrate(rf.Workspace(config=config, agents=people(), ratings=table))
    older = table[table.duplicated("agent_id")].assign(on="2021-06-01")
    found = [
        rf.score(rf.Workspace(config=config, agents=people(), ratings=rows), norms).posterior.sd
        for rows in (new, pd.concat([new, older]))
    ]
    assert (found[1] <= found[0] + 1e-12).all()
    assert (found[1] < found[0] - 1e-3).any()


def test_a_few_ratings_that_agree_are_not_taken_as_free_of_noise() -> None:
    table, _, _ = ratings(10, 20, 2)
    few = table[table.agent_id < "A012"]
    same = few.assign(value=few.groupby("agent_id").value.transform("first"))
    config = {"centre": {"as_of": AS_OF}}
    norms = rf.calibrate(rf.Workspace(config=config, agents=people(), ratings=same))
    norm = norms.ratings["ownership/lead"]
    assert norm.s2 >= 0.09 * norm.tau2


@pytest.mark.parametrize("kind", ["lead", "peer", "client", "qa"])
def test_a_rating_of_oneself_counts_nothing_whatever_kind_it_names(kind: str) -> None:
    table, _, _ = ratings(11, 20, 3)
    own = table[table.agent_id == "A007"].assign(rater_id="A007", rater_kind=kind, value=5.0)
    both = pd.concat([table, own.drop_duplicates("agent_id")])
    config = {"centre": {"as_of": AS_OF}}
    honest, padded = (
        rf.score(rf.Workspace(config=config, agents=people(), ratings=rows))
        for rows in (table, both)
    )
    pd.testing.assert_frame_equal(honest.evidence, padded.evidence)
    notes = padded.suggestions.set_index("agent_id").notes
    told = [agent for agent, said in notes.items() if any("gave yourself" in n for n in said)]
    assert told == ["A007"]


def test_a_self_rating_that_says_so_is_no_reason_for_a_note() -> None:
    table, _, _ = ratings(12, 20, 2)
    own = table.drop_duplicates("agent_id").assign(rater_kind="self")
    own = own.assign(rater_id=own.agent_id)
    config = {"centre": {"as_of": AS_OF}}
    space = rf.Workspace(config=config, agents=people(), ratings=pd.concat([table, own]))
    notes = rf.score(space).suggestions.notes
    assert not any("gave yourself" in note for said in notes for note in said)
