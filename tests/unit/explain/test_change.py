"""What would change it: least growth, exactly, on what a person can work on."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rolefit.explain.change import least_effort
from rolefit.fit import assess

GRID = np.linspace(0, 1, 11)
gains = st.lists(st.floats(0.05, 0.8), min_size=1, max_size=4).map(np.array)


@given(gains, st.floats(0.01, 3.0))
def test_no_cheaper_growth_exists_on_a_grid(gain, short):
    effort = least_effort(gain, short)
    grid = np.array(list(itertools.product(GRID, repeat=len(gain))))
    enough = grid[grid @ gain >= short]
    if effort is None:
        assert not len(enough)
        return
    assert ((effort >= 0) & (effort <= 1)).all()
    assert effort @ gain == pytest.approx(short, abs=1e-9)
    if len(enough):
        assert effort.sum() <= enough.sum(axis=1).min() + 1e-9


@given(gains, st.floats(0.01, 3.0))
def test_growth_is_impossible_only_where_all_of_it_is_not_enough(gain, short):
    assume(abs(gain.sum() - short) > 1e-9)
    assert (least_effort(gain, short) is None) == (gain.sum() < short)


@given(gains)
def test_nothing_short_needs_nothing(gain):
    assert least_effort(gain, -0.3).sum() == 0


def people(run):
    return [run.explain(agent) for agent in run.suggestions["agent_id"]]


def grown(why, change):
    """The posterior after the growth, with its uncertainty unchanged."""
    ids = why.config.attribute_ids
    means, precision = why.posterior.family_mean.copy(), why.posterior.precision.copy()
    for step in change.grow:
        d = ids.index(step.attribute)
        shift = step.by / why.posterior.variance[0, d]
        if not precision[0, d].any():
            continue
        heard = precision[0, d] > 0
        means[0, d, heard] += shift / precision[0, d, heard].sum()
    return replace(why.posterior, family_mean=means)


def test_growth_passes_the_ready_gate_and_just_so(run):
    checked = 0
    for why in people(run):
        for role in why.config.inside_ids:
            change = why.what_would_change(role)
            heard = set(why.terms(role))
            if not change.grow or not {s.attribute for s in change.grow} <= heard:
                continue
            place = why.config.role_ids.index(role)
            after = assess(grown(why, change), why.profiles).p_ready[0, place]
            assert after == pytest.approx(change.after, abs=1e-9)
            if change.feasible:
                assert change.now < change.needed <= after
                assert after == pytest.approx(change.needed, abs=1e-6)
                checked += 1
            else:
                assert after < change.needed
    assert checked > 20


def test_growth_agrees_with_the_emitted_gate(run):
    for why in people(run):
        for role in why.config.inside_ids:
            change = why.what_would_change(role)
            gate = next(g for g in why.gates if g.gate == "ready" and g.role == role)
            assert change.now == pytest.approx(gate.value, abs=1e-9)
            assert change.needed == gate.threshold
            assert gate.passed == (change.feasible and not change.grow)


def test_interests_never_have_to_grow(run):
    for why in people(run):
        for role in why.config.roles:
            for step in why.what_would_change(role).grow:
                assert why.config.attributes[step.attribute].group != "interest"
                assert 0 < step.by <= 1


def test_out_of_reach_is_said_and_another_role_offered(run):
    far = [
        (why, change)
        for why in people(run)
        for change in (why.what_would_change(role) for role in why.config.inside_ids)
        if not change.feasible
    ]
    assert far
    for why, change in far:
        assert "more than one step away" in change.sentence
        refused = {row["role"] for row in why.fits if row["wish"] in ("no", "not_now")}
        if change.instead:
            assert change.instead not in {change.role, *refused}
            assert why.what_would_change(change.instead).feasible
            assert why.config.roles[change.instead].label.lower() in change.sentence.lower()


def test_an_outward_path_is_a_choice_not_a_bar(run):
    change = people(run)[0].what_would_change("selling")
    assert change.feasible
    assert not change.grow
    assert "yours to choose" in change.sentence
