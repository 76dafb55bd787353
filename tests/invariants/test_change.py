"""Invariant 18: applying *grow* passes exactly the gate it names, and nothing cheaper would."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from scipy.stats import norm

import rolefit as rf
from centres import few
from edits import centres

GRID = np.linspace(0.0, 1.0, 6)
MOST_ATTRIBUTES = 5


def weights_of(config, role):
    """What one sd of each attribute a person can work on adds to the fit, from the config alone."""
    spec, share = config.roles[role], config.policy.want_weight
    total = {}
    for wanted, part in ((spec.demands, 1.0 - share), (spec.supplies, share)):
        length = np.sqrt(sum(value**2 for value in wanted.values()))
        for name, value in wanted.items():
            total[name] = total.get(name, 0.0) + part * value / length
    return {
        name: value for name, value in total.items() if config.attributes[name].group != "interest"
    }


def assert_grow(why, fits):
    """Checks every inside role of one agent; returns how many growths were held to the grid."""
    held = 0
    for role in why.config.inside_ids:
        change, row = why.what_would_change(role), fits[role]
        bar, weights = why.config.roles[role].bar, weights_of(why.config, role)
        grown = row["fit"] + sum(weights[step.attribute] * step.by for step in change.grow)
        after = norm.cdf((grown - bar) / row["sd"])
        gate = next(g for g in why.gates if g.gate == "ready" and g.role == role)
        assert not (gate.passed and change.grow)
        assert all(0 < step.by <= 1 for step in change.grow)
        if not change.feasible:
            most = row["fit"] + sum(weights.values())
            assert norm.cdf((most - bar) / row["sd"]) < gate.threshold
            continue
        assert after >= gate.threshold - 1e-9
        if not change.grow:
            continue
        assert after == pytest.approx(gate.threshold, abs=1e-6)
        names = sorted(weights, key=weights.get, reverse=True)[:MOST_ATTRIBUTES]
        gains = np.array([weights[name] for name in names])
        grid = np.array(list(itertools.product(GRID, repeat=len(names))))
        enough = norm.cdf((row["fit"] + grid @ gains - bar) / row["sd"]) >= gate.threshold
        spent = sum(step.by for step in change.grow)
        assert not (enough & (grid.sum(axis=1) < spent - 1e-9)).any()
        held += 1
    return held


@given(centres())
@few(4)
def test_invariant_18_growth_passes_its_gate_and_no_cheaper_one_does(centre):
    result = rf.score(centre.workspace())
    by_agent = {agent: rows.set_index("role") for agent, rows in result.fits.groupby("agent_id")}
    held = 0
    for agent in result.suggestions["agent_id"]:
        why = result.explain(agent)
        held += assert_grow(why, by_agent[agent].to_dict("index"))
    assert held
