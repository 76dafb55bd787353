"""What comes back by way of others is found, and nobody loses by being praised."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolefit.evidence.praise import COURTESY, counted_praise
from rolefit.evidence.rings import MOST_IN_A_RING, come_back

PEOPLE = 6
AMOUNTS = st.lists(
    st.integers(0, 9), min_size=PEOPLE * (PEOPLE - 1), max_size=PEOPLE * (PEOPLE - 1)
)
PAIRS = [(g, a) for g in range(PEOPLE) for a in range(PEOPLE) if g != a]


def returned(amounts: list[int]) -> np.ndarray:
    giver, agent = (np.array(side) for side in zip(*PAIRS, strict=True))
    return come_back(giver, agent, np.array(amounts, float), COURTESY)


def widest_ways(amounts: list[int]) -> np.ndarray:
    """Of all ways from agent to giver, the one whose narrowest link is widest; by Floyd."""
    width = np.zeros((PEOPLE, PEOPLE))
    for (g, a), amount in zip(PAIRS, amounts, strict=True):
        width[g, a] = amount
    for k in range(PEOPLE):
        width = np.maximum(width, np.minimum(width[:, k : k + 1], width[k]))
    return np.array(
        [min(amount, width[a, g]) for (g, a), amount in zip(PAIRS, amounts, strict=True)]
    )


@given(AMOUNTS)
def test_it_is_the_narrowest_link_of_the_best_circle(amounts):
    wanted = widest_ways(amounts)
    assert returned(amounts).tolist() == np.where(wanted > COURTESY, wanted, 0.0).tolist()


@given(AMOUNTS, st.sampled_from(range(len(PAIRS))))
def test_one_more_thank_you_never_makes_less_of_what_the_agent_has(amounts, which):
    mine = np.array([a == PAIRS[which][1] for _, a in PAIRS])
    more = [amount + (k == which) for k, amount in enumerate(amounts)]
    counted = [
        counted_praise(np.array(some, float), returned(some))[mine].sum()
        for some in (amounts, more)
    ]
    assert counted[1] > counted[0]


@pytest.mark.parametrize(("size", "found"), [(MOST_IN_A_RING, 5.0), (MOST_IN_A_RING + 1, 0.0)])
def test_a_circle_of_more_people_than_a_team_is_no_ring(size, found):
    giver = np.arange(size)
    back = come_back(giver, (giver + 1) % size, np.full(size, 5.0), COURTESY)
    assert back.tolist() == [found] * size


def test_a_tight_ring_is_found_inside_a_thankful_crowd():
    crowd, rng = 60, np.random.default_rng(0)
    pairs = {(g, int(a)) for g in range(crowd) for a in rng.choice(crowd, 4) if a != g}
    given_to = dict.fromkeys(pairs, 3.0) | {(k, (k + step) % 5): 20.0 for k in range(5)
                                            for step in (1, 2)}  # fmt: skip
    giver, agent = (np.array(side) for side in zip(*given_to, strict=True))
    back = come_back(giver, agent, np.array(list(given_to.values())), COURTESY)
    assert back.tolist() == [20.0 if amount == 20.0 else 0.0 for amount in given_to.values()]


def test_many_quantities_are_taken_in_steps():
    rng = np.random.default_rng(1)
    giver = np.tile(np.arange(8), 8)
    agent = np.repeat(np.arange(8), 8)
    apart = giver != agent
    amount = rng.uniform(3.0, 50.0, 64)[apart]
    wide = np.linspace(60.0, 200.0, 100)
    giver = np.concatenate([giver[apart], np.full(100, 100)])
    agent = np.concatenate([agent[apart], 200 + np.arange(100)])
    back = come_back(giver, agent, np.concatenate([amount, wide]), COURTESY)
    assert (back[: len(amount)] <= amount).all()
    assert (back[: len(amount)] > 0).mean() > 0.9
    assert not back[len(amount) :].any()
