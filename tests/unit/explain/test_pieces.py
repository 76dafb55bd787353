"""Terms down to the single piece: they sum to the fit, and taking one away does what they say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rolefit.fit import assess
from rolefit.posterior import MOST_SHARED, believe


def people(run):
    return [run.explain(agent) for agent in run.suggestions["agent_id"]]


def test_pieces_sum_to_every_fit(run):
    for why in people(run):
        for place, role in enumerate(why.config.role_ids):
            total = sum(piece.term for piece in why.pieces(role))
            assert total == pytest.approx(why.fit.mean[0, place], abs=1e-9)


def test_pieces_of_an_attribute_sum_to_its_term(run):
    for why in people(run)[:10]:
        for attribute, term in why.terms().items():
            own = [p.term for p in why.pieces() if p.attribute == attribute]
            assert sum(own) == pytest.approx(term, abs=1e-9)


def without(evidence, k):
    keep = np.arange(len(evidence)) != k
    columns = {
        name: values[keep] if isinstance(values, np.ndarray) else values
        for name, values in vars(evidence).items()
    }
    return replace(evidence, **columns)


def predicted(why, k, role):
    """The fit without piece k, by the precision algebra alone: no call of `believe`."""
    e, d = why.evidence, why.evidence.attribute[k]
    mine = e.attribute == d
    total, weighted = 1.0, 0.0
    for family in set(e.family[mine]):
        rows = np.flatnonzero(mine & (e.family == family))
        rows = rows[rows != k]
        if not len(rows):
            continue
        s = np.minimum(e.method_variance[rows], MOST_SHARED * e.variance[rows]).min()
        weight = 1.0 / (e.variance[rows] - s)
        precision = 1.0 / (1.0 / weight.sum() + s)
        total += precision
        weighted += precision * (weight @ e.z[rows]) / weight.sum()
    place = why.config.role_ids.index(role)
    w = why.profiles.weights[place, d]
    return why.fit.mean[0, place] + w * (weighted / total - why.posterior.mean[0, d])


def test_taking_a_piece_away_changes_the_fit_as_the_algebra_says(run):
    checked = 0
    for why in people(run)[:12]:
        for role in why.config.inside_ids:
            place = why.config.role_ids.index(role)
            for k in range(len(why.evidence)):
                left = believe(
                    without(why.evidence, k), agents=1, attributes=len(why.config.attribute_ids)
                )
                after = assess(left, why.profiles).mean[0, place]
                assert after == pytest.approx(predicted(why, k, role), abs=1e-9)
                checked += after != why.fit.mean[0, place]
    assert checked > 200


def test_a_lone_piece_taken_away_takes_exactly_its_term(run):
    checked = 0
    for why in people(run)[:20]:
        pieces = {(p.attribute, p.family, p.source): p for p in why.pieces()}
        for k, d in enumerate(why.evidence.attribute):
            if (why.evidence.attribute == d).sum() > 1:
                continue
            left = believe(
                without(why.evidence, k), agents=1, attributes=len(why.config.attribute_ids)
            )
            place = why.config.role_ids.index(why.about)
            fell = why.fit.mean[0, place] - assess(left, why.profiles).mean[0, place]
            own = [p for (a, _, _), p in pieces.items() if a == why.config.attribute_ids[d]]
            if own:
                assert fell == pytest.approx(own[0].term, abs=1e-9)
                checked += 1
    assert checked > 5
