"""Reasons are about the person: they last when the data are drawn again, and follow the weights."""

from __future__ import annotations

import numpy as np
import pytest

import rolefit as rf
from centres import simulated

TOLD = 3


@pytest.fixture(scope="module")
def centre():
    return simulated(120, 9)


def reasons(result):
    """The first three reasons of each agent, as code and attribute."""
    told = result.suggestions.set_index("agent_id")["reasons"]
    return told.map(lambda r: {(x["code"], x["attribute"]) for x in r[:TOLD]})


def resampled(centre, rng):
    """Another tenth of the rows of every table of work is missing."""
    tables = {}
    for name in ("metrics", "ratings", "contributions"):
        table = centre.tables[name]
        tables[name] = table[rng.random(len(table)) >= 0.1]
    return centre.put(**tables)


def jaccard(left, right):
    both = [len(a & b) / max(len(a | b), 1) for a, b in zip(left, right, strict=True)]
    return float(np.mean(both))


def test_reasons_last_when_the_data_are_drawn_again(centre):
    rng = np.random.default_rng(4)
    drawn = [reasons(rf.score(resampled(centre, rng).workspace())) for _ in range(3)]
    alike = [jaccard(drawn[i], drawn[j]) for i, j in ((0, 1), (0, 2), (1, 2))]
    assert np.mean(alike) >= 0.7, alike


def test_random_weights_change_the_reasons(centre):
    rng = np.random.default_rng(5)
    result = rf.score(centre.workspace())
    config = result.config
    roles = {}
    for role in config.inside_ids:
        spec = config.roles[role]
        asked = {name: float(rng.integers(1, 6)) for name in spec.demands}
        others = [a for a, s in config.attributes.items() if s.group != "interest"]
        asked |= {str(name): 5.0 for name in rng.choice(others, 3, replace=False)}
        roles[role] = {"demands": asked}
    other = rf.score(centre.configured(roles=roles).workspace(), norms=result.norms)
    assert jaccard(reasons(result), reasons(other)) < 0.7
