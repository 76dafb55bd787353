"""Reasons are read off the exact terms, and off nothing else."""

from __future__ import annotations

import re

import numpy as np
import pytest

from explained_centre import make_centre
from rolefit.explain.reasons import CODES, POLARITY
from rolefit.fit import terms
from rolefit.schema.tables import FAMILIES, REASON

FAMILY_OF = {
    "brings_metric": "metrics", "gap_metric": "metrics",
    "interest": "interests", "interest_differs": "interests",
}  # fmt: skip


def told(explained):
    """Every reason with the row of its agent."""
    lists = explained.reasons.to_pylist()
    return [(agent, reason) for agent, reasons in enumerate(lists) for reason in reasons]


def basis(centre):
    """The role each agent's reasons are about."""
    target = centre.decision.target
    return np.where(target < 0, centre.situation.current, target)


def test_the_column_has_the_shape_of_the_contract(explained, centre):
    assert explained.reasons.type.value_type == REASON
    assert len(explained.reasons) == len(centre.situation.current)
    assert explained.reasons.null_count == 0


def test_terms_sum_to_the_fit(centre):
    role = basis(centre)
    sums = terms(centre.posterior, centre.profiles, role).sum(axis=(1, 2))
    fit = centre.fit.mean[np.arange(len(role)), role]
    np.testing.assert_allclose(sums, fit, atol=1e-9)


def test_every_told_term_is_one_of_the_exact_terms(any_centre, any_explained):
    exact = terms(any_centre.posterior, any_centre.profiles, basis(any_centre))
    ids = any_centre.config.attribute_ids
    for agent, reason in told(any_explained):
        if reason["term"] is None:
            continue
        cell = exact[agent, ids.index(reason["attribute"])]
        family = FAMILY_OF.get(reason["code"])
        near = cell if family is None else cell[[FAMILIES.index(family)]]
        assert np.isclose(near, reason["term"], rtol=0, atol=1e-12).any()


def test_the_polarity_is_the_sign_of_the_term(any_explained):
    for _, reason in told(any_explained):
        assert reason["code"] in CODES
        assert reason["polarity"] == POLARITY[reason["code"]]
        sign = {"+": 1.0, "-": -1.0}.get(reason["polarity"])
        assert (reason["term"] is None) == (sign is None)
        assert sign is None or reason["term"] * sign > 0


def test_a_text_speaks_of_its_own_attribute(any_explained, any_centre):
    spec = any_centre.config.attributes
    for _, reason in told(any_explained):
        if reason["attribute"] and reason["code"] != "brings_metric":
            assert spec[reason["attribute"]].phrase in reason["text"]


def test_a_named_metric_is_one_that_speaks_for_the_agent(any_explained, any_centre):
    evidence, config = any_centre.evidence, any_centre.config
    labels = {config.metrics[m].label.lower(): m for m in config.metrics}
    named = 0
    for agent, reason in told(any_explained):
        if reason["code"] == "brings_metric":
            label = re.search(r"Your numbers for (.+) are better", reason["text"])[1]
            source = evidence.sources.index(labels[label])
            own = evidence.z[(evidence.agent == agent) & (evidence.source == source)]
            assert config.metrics[labels[label]].attribute == reason["attribute"]
            assert own.max() > 0
            named += 1
    assert named


def test_at_most_four_reasons_and_one_of_them_from_metrics(any_explained):
    for reasons in any_explained.reasons.to_pylist():
        assert len(reasons) <= 4
        assert sum(reason["code"].endswith("_metric") for reason in reasons) <= 1


def test_an_attribute_is_told_once(any_explained):
    for reasons in any_explained.reasons.to_pylist():
        named = [reason["attribute"] for reason in reasons if reason["attribute"]]
        assert len(named) == len(set(named))


def test_everybody_hears_at_least_one_reason(any_explained, any_centre):
    """Unless nobody asked, nothing was seen that counts, and the person moves on nothing."""
    stays = any_centre.decision.status == 3
    empty = np.array([len(reasons) == 0 for reasons in any_explained.reasons.to_pylist()])
    assert not (empty & stays).any()


def test_strengths_come_first(any_explained):
    for reasons in any_explained.reasons.to_pylist():
        plus = [reason["polarity"] == "+" for reason in reasons]
        assert plus == sorted(plus, reverse=True)


@pytest.mark.parametrize("share", [0.05, 0.3, 0.9])
def test_what_was_not_seen_is_never_told_as_a_gap(share):
    centre = make_centre(400, 5, share=share)
    seen = centre.posterior.precision.sum(axis=2) > 0
    ids = centre.config.attribute_ids
    for agent, reason in told(centre.explain()):
        if reason["code"] == "not_yet_seen":
            assert not seen[agent, ids.index(reason["attribute"])]
        elif reason["attribute"]:
            assert seen[agent, ids.index(reason["attribute"])]


def test_a_strength_is_above_average_and_a_gap_is_below(any_explained, any_centre):
    mean, ids = any_centre.posterior.mean, any_centre.config.attribute_ids
    for agent, reason in told(any_explained):
        if reason["term"] is not None:
            value = mean[agent, ids.index(reason["attribute"])]
            assert value * (1 if reason["polarity"] == "+" else -1) > 0


def test_nobody_hears_of_gaps_when_leaving_or_when_little_is_known(any_explained, any_centre):
    quiet = (any_centre.decision.direction == 4) | (any_centre.decision.status == 3)
    assert not [r for agent, r in told(any_explained) if quiet[agent] and r["polarity"] == "-"]


def test_the_page_of_codes_lists_every_code_and_no_other(repository):
    page = (repository / "docs/reasons.md").read_text("utf-8")
    rows = re.findall(r"(?m)^\| `(\w+)` \| `([+0-])` \|", page)
    assert dict(rows) == POLARITY
    assert len(rows) == len(POLARITY)
