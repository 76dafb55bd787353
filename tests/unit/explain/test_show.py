"""What to show: the fewest pieces settle a role, one fewer does not, and none is asked twice."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from scipy.stats import norm

from rolefit.evidence.table import Evidence
from rolefit.explain.show import MOST_PIECES
from rolefit.fit import assess
from rolefit.posterior import believe
from rolefit.schema.tables import FAMILIES


def with_pieces(why, pieces):
    """The agent's belief once the pieces are there and agree with what was seen."""
    policy, ids, heard = why.config.evidence, why.config.attribute_ids, why.evidence
    rows = [
        (ids.index(a), FAMILIES.index(p.family), p.family) for p in pieces for a in p.attributes
    ]
    attribute, family = (np.array([row[k] for row in rows], np.int64) for k in range(2))
    rho = np.array([getattr(policy.validity, row[2]) for row in rows])
    shared = np.array([getattr(policy.method_variance, row[2]) for row in rows])
    zeros, ones = np.zeros(len(rows), np.int64), np.ones(len(rows))
    joined = Evidence(
        agent=np.append(heard.agent, zeros), attribute=np.append(heard.attribute, attribute),
        family=np.append(heard.family, family), source=np.append(heard.source, zeros),
        z=np.append(heard.z, why.posterior.mean[0, attribute]),
        variance=np.append(heard.variance, (1 - rho**2) / rho**2), n=np.append(heard.n, ones),
        method_variance=np.append(heard.method_variance, shared),
        note=np.append(heard.note, zeros), sources=heard.sources or ("new",),
    )  # fmt: skip
    return believe(joined, agents=1, attributes=len(ids))


def is_clear(why, role, needed, pieces):
    """The criterion, worked out from the belief with the pieces: evidence enough, and clear."""
    place, policy = why.config.role_ids.index(role), why.config.policy
    posterior = with_pieces(why, pieces) if pieces else why.posterior
    fit, weights = assess(posterior, why.profiles), why.profiles.weights[place]
    top = weights >= 0.5 * weights.max()
    families = {f for f in range(len(FAMILIES)) if (posterior.precision[0, top, f] > 0).any()}
    enough = fit.sufficiency[0, place] >= policy.min_sufficiency
    enough &= len(families) >= policy.min_families and bool(families - {0})
    above = why.fit.mean[0, place] - why.profiles.bar[place]
    return enough and norm.cdf(abs(above) / fit.sd[0, place]) >= needed


def answers(run):
    for agent in run.suggestions["agent_id"]:
        why = run.explain(agent)
        for role in why.config.inside_ids:
            yield why, role, why.what_would_change(role)


def test_the_pieces_settle_the_role_and_no_part_of_them_does(run):
    sizes = set()
    for why, role, change in answers(run):
        sizes.add((len(change.show), change.settles))
        if not change.settles:
            continue
        assert is_clear(why, role, change.needed, change.show)
        for size in range(len(change.show)):
            for part in combinations(change.show, size):
                assert not is_clear(why, role, change.needed, part)
    assert {size for size, settles in sizes if settles} >= {0, 1, 2}
    assert any(not settles for _, settles in sizes)


def test_what_does_not_settle_is_still_what_tells_most(run):
    for _, _, change in answers(run):
        if not change.settles:
            assert len(change.show) <= MOST_PIECES


def test_nothing_is_asked_for_that_was_given(run):
    for why, role, change in answers(run):
        given = set(zip(why.evidence.attribute, why.evidence.family, strict=True))
        weights = why.profiles.weights[why.config.role_ids.index(role)]
        for piece in change.show:
            family = FAMILIES.index(piece.family)
            for name in piece.attributes:
                d = why.config.attribute_ids.index(name)
                assert weights[d] > 0
                twice = piece.way == "a rating by a second person"
                assert ((d, family) in given) == twice


def test_a_role_at_its_bar_cannot_be_settled_by_agreement(run):
    why = run.explain(run.suggestions["agent_id"][0])
    role = why.config.inside_ids[0]
    place = why.config.role_ids.index(role)
    bars = {**why.config.roles}
    bars[role] = bars[role].model_copy(update={"bar": float(why.fit.mean[0, place])})
    change = replace(why, config=why.config.model_copy(update={"roles": bars})).what_would_change(
        role
    )
    assert not change.settles
    assert change.after == pytest.approx(max(change.after, change.needed), abs=1e-6)
