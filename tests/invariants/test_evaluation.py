"""Evaluations: nobody beats the oracle at equal seats, and the order of people changes nothing."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rolefit as rf
from rolefit.batch.result import Result
from rolefit.simulate.centre import simulate
from rolefit.worth.known import Known
from rolefit.worth.measures import Placing, measured
from rolefit.worth.ways import oracle, ranked, scored, seats_filled


@st.composite
def centres(draw):
    """A truth of a few people, with ties, and scores that know something of it or nothing."""
    seed, n = draw(st.integers(0, 10_000)), draw(st.integers(4, 40))
    rng = np.random.default_rng(seed)
    outcome = rng.integers(0, 6, (n, 5)) / 5.0
    known = Known(
        ("frontline", "specialist", "mentor", "account_management", "away"), outcome,
        rng.integers(0, 4, n), np.array([1.0, 1.0, 2.0, 2.0, np.nan]),
        rng.random((n, 5)) < 0.2, rng.random(n), {},
    )  # fmt: skip
    return known, rng.integers(0, 4, 5) * np.array([1, 1, 1, 1, 0]), rng


def total(known, placing):
    at = np.flatnonzero(placing.target >= 0)
    return known.outcome[at, placing.target[at]].sum()


@given(centres())
@settings(max_examples=60)
def test_the_oracle_is_beaten_by_nobody_with_the_same_seats(centre):
    known, seats, rng = centre
    score = rng.random(known.outcome.shape) + known.outcome
    for placing in (
        ranked(known, known.percentile, seats, 1),
        scored(score, seats, known.options),
        scored(score, seats, known.wanted),
    ):
        filled = seats_filled(known, placing.target)
        best = oracle(known, filled, 0, with_wishes=False)
        assert seats_filled(known, best.target).tolist() == filled.tolist()
        assert total(known, best) >= total(known, placing) - 1e-9


@given(centres())
@settings(max_examples=30)
def test_heeding_wishes_costs_the_oracle_and_no_wish_is_broken(centre):
    known, seats, _ = centre
    kept = oracle(known, seats, 0, with_wishes=True)
    filled = seats_filled(known, kept.target)
    assert total(known, oracle(known, filled, 0, with_wishes=False)) >= total(known, kept) - 1e-9
    told = {one.measure: one.value for one in measured(known, Placing(kept.target, None))}
    assert np.isnan(told["unwanted"]) or told["unwanted"] == 0.0


@pytest.mark.parametrize("world", ["sorted", "metric_only"])
def test_the_order_of_people_changes_nothing_and_the_oracle_is_above_all(world):
    made = simulate(120, 4, world)
    result = rf.score(rf.Workspace(config=made.config, **made.tables))
    outcomes = made.truth["outcomes"]
    tied = outcomes.set_column(2, "outcome", pc.round(outcomes["outcome"], 1))
    truth = {**made.truth, "outcomes": tied}
    told = rf.evaluate(result, truth)
    rng = np.random.default_rng(0)

    def shuffled(tables):
        return {
            name: table.take(pa.array(rng.permutation(table.num_rows)))
            for name, table in tables.items()
        }

    other = Result(shuffled(result.tables), result.config, result.norms, result.run)
    again = rf.evaluate(other, shuffled(truth))
    assert again.seats == told.seats
    for one, two in zip(told.rows, again.rows, strict=True):
        assert (one.policy, one.seats, one.measure, one.n) == (
            two.policy, two.seats, two.measure, two.n,
        )  # fmt: skip
        assert one.value == pytest.approx(two.value, abs=1e-12)
    same = told.frame().query("seats == 'same' and measure == 'outcome'")
    assert same["value"].max() == told.value("outcome", "oracle")
