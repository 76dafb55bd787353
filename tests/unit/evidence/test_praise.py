"""Praise that is given back counts less; nobody loses by being praised."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

import rolefit as rf
from rolefit.evidence.praise import counted_praise

AS_OF = date(2026, 6, 30)
N = 200
IDS = [f"A{k:03d}" for k in range(N)]
RING, FIVE = IDS[:4], IDS[:5]
WEEKS = pd.date_range("2025-07-07", "2026-06-29", freq="7D")


def praise(pairs: list[tuple[str, str]], days: list[str]) -> pd.DataFrame:
    """One thank-you a pair (giver, agent) and day."""
    return pd.DataFrame(
        [(agent, giver, day) for (giver, agent), day in zip(pairs, days, strict=True)],
        columns=["agent_id", "by", "on"],
    ).assign(kind="peer_recognition", quantity=1.0)


def ordinary(seed: int = 1, ring: int = len(RING)) -> pd.DataFrame:
    """Everybody but the ring is thanked now and then, by whoever it is."""
    rng = np.random.default_rng(seed)
    pull = np.exp(0.5 * rng.normal(size=N))
    pairs = [
        (IDS[(k + step) % N], IDS[k])
        for k in range(ring, N)
        for step in rng.integers(1, N - ring, rng.poisson(8 * pull[k]))
    ]
    days = rng.choice(pd.date_range("2025-07-05", "2026-06-29"), len(pairs))
    return praise(pairs, [str(day)[:10] for day in days])


def weekly(pairs: list[tuple[str, str]]) -> pd.DataFrame:
    every = [(pair, str(day.date())) for pair in pairs for day in WEEKS]
    return praise([pair for pair, _ in every], [day for _, day in every])


def workspace(rows: pd.DataFrame, **kind: object) -> rf.Workspace:
    agents = pd.DataFrame({
        "agent_id": IDS, "team_id": "T", "current_role": "frontline", "hired_on": "2020-01-01",
    })  # fmt: skip
    config = {"centre": {"as_of": AS_OF}, "contributions": {"peer_recognition": kind}}
    return rf.Workspace(config=config, agents=agents, contributions=rows)


def z(rows: pd.DataFrame, **kind: object) -> pd.Series:
    return rf.score(workspace(rows, **kind)).evidence.set_index("agent_id")["z"]


CLIQUE = [(a, b) for a in RING for b in RING if a != b]
CIRCLE = [(RING[k], RING[(k + 1) % 4]) for k in range(4)]


@pytest.mark.parametrize("pairs", [CLIQUE, CIRCLE], ids=["each other", "in a circle"])
def test_a_ring_of_four_gains_almost_nothing_over_people_praised_by_others(pairs):
    rows = pd.concat([ordinary(), weekly(pairs)])
    damped, raw = z(rows), z(rows, damp_reciprocity=False)
    others = damped.drop(RING)
    assert (damped[RING] < others.mean() + 0.25 * others.std()).all()
    assert (raw[RING] > raw.drop(RING).mean() + raw.drop(RING).std()).all()


NEXT_TWO = [(FIVE[k], FIVE[(k + step) % 5]) for k in range(5) for step in (1, 2)]


def test_a_ring_of_five_in_which_nobody_thanks_straight_back_gains_almost_nothing():
    rows = pd.concat([ordinary(ring=5), weekly(NEXT_TWO)])
    damped, raw = z(rows), z(rows, damp_reciprocity=False)
    others = damped.drop(FIVE)
    assert (damped[FIVE] < others.mean() + 0.25 * others.std()).all()
    assert (raw[FIVE] > raw.drop(FIVE).mean() + raw.drop(FIVE).std()).all()


def test_being_praised_more_never_counts_for_less():
    given = np.arange(60.0)
    for returned in (0.0, 1.0, 5.0, 40.0):
        counted = counted_praise(given, np.full(60, returned))
        assert counted[0] == 0
        assert (np.diff(counted) > 0).all()
        assert (counted <= counted_praise(given, np.zeros(60)) + 1e-12).all()


def test_the_tenth_thank_you_of_one_giver_adds_little():
    counted = counted_praise(np.array([0.0, 1.0, 9.0, 10.0]), np.zeros(4))
    assert counted[1] == 1.0
    assert 0 < counted[3] - counted[2] < 0.15


def test_two_thank_yous_each_way_are_courtesy():
    assert counted_praise(np.array([2.0]), np.array([2.0])) == np.log2(3.0)


def test_own_praise_counts_nothing_and_is_said():
    rows = ordinary()
    who = IDS[20]
    own = praise([(who, who)] * 40, ["2026-05-01"] * 40)
    before, after = workspace(rows), workspace(pd.concat([rows, own]))
    norms = rf.calibrate(before)
    left, right = rf.score(before, norms), rf.score(after, norms)
    pd.testing.assert_frame_equal(left.evidence, right.evidence)
    notes = right.suggestions.set_index("agent_id").notes
    told = [agent for agent, said in notes.items() if any("about yourself" in n for n in said)]
    assert told == [who]


def test_an_own_record_of_other_work_counts():
    rows = ordinary().assign(kind="mentoring")
    own = rows.assign(by=rows.agent_id)
    pd.testing.assert_series_equal(z(rows), z(own))


def test_praise_without_a_giver_counts_in_full():
    rows = ordinary()
    bare = rows.assign(by=None)
    pd.testing.assert_series_equal(z(bare), z(bare, damp_reciprocity=False))


def test_an_agent_alone_is_damped_as_among_others():
    rows = pd.concat([ordinary(), weekly(CLIQUE)])
    norms = rf.calibrate(workspace(rows))
    back = rf.Norms.from_json(norms.to_json(with_arrays=False), norms.to_arrow())
    whole = rf.score(workspace(rows), norms).evidence.set_index("agent_id")["z"]
    alone = rows[rows.agent_id == RING[0]]
    agents = pd.DataFrame({
        "agent_id": RING[:1], "team_id": "T", "current_role": "frontline",
        "hired_on": "2020-01-01",
    })  # fmt: skip
    small = rf.Workspace(config={"centre": {"as_of": AS_OF}}, agents=agents, contributions=alone)
    found = rf.score(small, back).evidence["z"]
    assert found.tolist() == pytest.approx([whole[RING[0]]], abs=1e-9)
