"""Kinds of rater are sources of their own, and share what raters as such get wrong."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

import rolefit as rf

AS_OF = date(2026, 6, 30)
N = 240
IDS = [f"A{k:03d}" for k in range(N)]
MEANS = {"lead": 3.0, "peer": 4.2, "qa": 2.6, "client": 3.6}
NOISES = {"lead": 0.2, "peer": 0.8, "qa": 0.4, "client": 0.4}
RATERS = {"lead": 12, "peer": 40, "qa": 6, "client": 15}


def ratings(seed: int, each: dict[str, int]) -> tuple[pd.DataFrame, np.ndarray]:
    """Ratings of ownership, each kind with its own mean and noise."""
    rng = np.random.default_rng(seed)
    skill = rng.normal(size=N)
    rows = []
    for kind, count in each.items():
        lenient = rng.normal(0, 0.3, RATERS[kind])
        for k in range(N):
            for r in rng.choice(RATERS[kind], count, replace=False):
                noise = NOISES[kind] * rng.normal()
                value = MEANS[kind] + 0.5 * skill[k] + lenient[r] + noise
                rows.append((IDS[k], kind, f"{kind}{r}", np.clip(value, 1, 5)))
    table = pd.DataFrame(rows, columns=["agent_id", "rater_kind", "rater_id", "value"])
    return table.assign(attribute="ownership", on="2026-06-30"), skill


def workspace(rows: pd.DataFrame, **evidence: object) -> rf.Workspace:
    agents = pd.DataFrame({
        "agent_id": IDS, "team_id": "T", "current_role": "frontline", "hired_on": "2020-01-01",
    })  # fmt: skip
    config = {"centre": {"as_of": AS_OF}, "evidence": evidence}
    return rf.Workspace(config=config, agents=agents, ratings=rows)


def precision(found: rf.Result) -> pd.Series:
    """Of an agent's ratings together."""
    told = found.posterior[found.posterior.sufficiency > 0].set_index("agent_id")
    return 1.0 / told.sd**2 - 1.0


def test_each_kind_has_norms_and_a_source_of_its_own():
    table, skill = ratings(1, {"lead": 2, "peer": 3, "qa": 2})
    space = workspace(table)
    norms = rf.calibrate(space).ratings
    assert set(norms) == {"ownership/lead", "ownership/peer", "ownership/qa"}
    for kind in ("lead", "peer", "qa"):
        norm = norms[f"ownership/{kind}"]
        assert not norm.pooled
        assert norm.effects[0] == pytest.approx(MEANS[kind], abs=0.35)
        assert norm.s2 == pytest.approx(NOISES[kind] ** 2, rel=0.45)
    found = rf.score(space).evidence
    assert set(found.source) == {"lead", "peer", "qa"}
    assert set(found.family) == {"ratings"}
    for _, own in found.groupby("source"):
        z = own.set_index("agent_id").z.reindex(IDS)
        assert np.corrcoef(z, skill)[0, 1] > 0.6


def test_who_is_rated_by_a_generous_kind_only_is_not_better_for_it():
    table, _ = ratings(2, {"lead": 2, "peer": 2})
    half = (table.agent_id < "A120") == (table.rater_kind == "lead")
    found = rf.score(workspace(table[half])).evidence.set_index("agent_id").z
    assert abs(found[IDS[:120]].mean() - found[IDS[120:]].mean()) < 0.5


def test_a_kind_with_few_ratings_takes_the_variances_of_all_and_keeps_its_mean():
    table, _ = ratings(3, {"lead": 3, "client": 1})
    norms = rf.calibrate(workspace(table)).ratings
    assert not norms["ownership/lead"].pooled
    client = norms["ownership/client"]
    assert client.pooled
    assert client.effects[0] == pytest.approx(MEANS["client"], abs=0.35)
    assert set(client.raters) == set(table.rater_id[table.rater_kind == "client"])


def test_kinds_share_what_raters_get_wrong():
    table, _ = ratings(4, {"lead": 3, "peer": 3, "qa": 3})
    space = workspace(table)
    norms = rf.calibrate(space)
    shared = space.config.evidence.method_variance.ratings
    together = precision(rf.score(space, norms))
    one = precision(rf.score(workspace(table[table.rater_kind == "lead"]), norms))
    assert (together > one).all()
    assert (together < 1 / shared).all()


def test_a_kind_can_be_believed_more_than_another():
    table, _ = ratings(6, {"lead": 2, "qa": 2})
    plain = rf.score(workspace(table)).evidence.set_index(["source", "agent_id"]).variance
    more = workspace(table, rating_validity={"qa": 0.9})
    trusted = rf.score(more).evidence.set_index(["source", "agent_id"]).variance
    assert (trusted["qa"] < plain["qa"]).all()
    gained = precision(rf.score(more)) / precision(rf.score(workspace(table)))
    assert (gained > 1).all()


@pytest.mark.parametrize("validity", [{}, {"client": 0.3}, {"lead": 0.4, "qa": 0.9}])
def test_one_more_rating_never_widens(validity):
    table, _ = ratings(7, {"lead": 2, "peer": 2, "client": 1, "qa": 2})
    space = workspace(table, rating_validity=validity)
    norms = rf.calibrate(space)
    rng = np.random.default_rng(7)
    old = table.assign(on=rng.choice(["2026-06-30", "2023-06-30"], len(table)))
    fewer = old[rng.random(len(old)) < 0.6]
    less = rf.score(workspace(fewer, rating_validity=validity), norms).posterior.sd
    more = rf.score(workspace(old, rating_validity=validity), norms).posterior.sd
    assert (more <= less + 1e-12).all()
    assert (more < less - 1e-3).any()


def test_a_rating_of_one_half_life_ago_is_half_a_rating():
    table, _ = ratings(8, {"lead": 2})
    config = {"half_life_months": {"ratings": 12.0}}
    norms = rf.calibrate(workspace(table, **config))
    aged = rf.score(workspace(table.assign(on="2025-06-30"), **config), norms).evidence
    fresh = rf.score(workspace(table, **config), norms).evidence
    rho2, norm = 0.7**2, norms.ratings["ownership/lead"]
    ratio = norm.s2 / norm.tau2
    noise = [(f.variance.to_numpy() - 1 / rho2 + 1) * rho2 for f in (aged, fresh)]
    assert np.allclose(noise[0] / noise[1], 2.0, rtol=0.25)
    assert (noise[1] >= ratio / 2 - 1e-9).all()


def test_the_newer_rating_counts_for_more():
    table, _ = ratings(9, {"lead": 4})
    space = workspace(table)
    norms = rf.calibrate(space)
    pair = table[table.agent_id == "A000"].head(2)
    found = []
    for values in ([2.0, 4.0], [4.0, 2.0]):
        rows = pair.assign(value=values, on=["2026-06-30", "2021-06-30"])
        found.append(rf.score(workspace(rows), norms).evidence.z.item())
    assert found[1] > found[0] + 0.5


def test_a_rater_whom_the_norms_hardly_know_is_taken_as_a_new_one():
    table, _ = ratings(10, {"lead": 3})
    space = workspace(table)
    norms = rf.calibrate(space)
    rare = table[table.agent_id == "A000"].head(1)
    found = {
        name: rf.score(workspace(rare.assign(rater_id=name)), norms).evidence.variance.item()
        for name in ("lead0", "nobody", "nobody else")
    }
    assert found["nobody"] == found["nobody else"] > found["lead0"]
    norm, rho2 = norms.ratings["ownership/lead"], 0.7**2
    noise = (norm.s2 + norm.leniency2) / norm.tau2
    assert found["nobody"] > (noise + 1 - rho2) / rho2


def test_norms_name_only_raters_with_a_few_ratings():
    table, _ = ratings(11, {"lead": 3})
    once = table.head(40).assign(rater_id=[f"peer{k}" for k in range(40)], rater_kind="peer")
    norms = rf.calibrate(workspace(pd.concat([table, once]))).ratings
    assert norms["ownership/peer"].raters == ()
    assert norms["ownership/peer"].covariance.shape == (2, 2)
    assert len(norms["ownership/lead"].raters) == RATERS["lead"]


def test_a_reason_names_the_kind_of_rater():
    table, _ = ratings(12, {"client": 3})
    space = workspace(table.assign(attribute="dependability"))
    told = rf.score(space).suggestions.reasons
    texts = {r["text"] for rows in told for r in rows if r["code"] == "brings"}
    assert texts
    assert all(text.startswith("Your clients see a strength in") for text in texts)
