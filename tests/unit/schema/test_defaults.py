"""The shipped vocabulary, roles and policy make sense together."""

from __future__ import annotations

import math

import pytest

from rolefit.fit import profile
from rolefit.schema.build import build_config, packaged_defaults

CONFIG = build_config({})
INSIDE_ROLES = {"frontline": 1, "specialist": 1, "mentor": 2, "account_management": 2}
OUTWARD_ROLES = {
    "technical_trades", "data_and_analysis", "creative_work", "care_and_teaching", "selling",
    "administration", "entrepreneurship",
}  # fmt: skip
MOVES = {"up": 0.8, "sideways": 0.7, "step_back": 0.6}


def test_the_roles_of_the_contract_are_shipped_on_their_levels():
    assert {role: CONFIG.roles[role].level for role in CONFIG.inside_ids} == INSIDE_ROLES
    assert set(CONFIG.outward_ids) == OUTWARD_ROLES


def test_the_contribution_kinds_of_the_contract_are_shipped():
    assert list(CONFIG.contributions) == [
        "mentoring", "peer_recognition", "conflict_resolved", "escalation_saved",
        "knowledge_article", "client_briefing", "process_improvement",
    ]  # fmt: skip


def test_mentor_is_the_example_of_the_contract():
    mentor = CONFIG.roles["mentor"]
    assert (mentor.level, mentor.bar) == (2, 0.25)
    assert mentor.demands == {"coaching": 4, "teamwork": 3, "communication": 2, "quality": 1}
    assert mentor.supplies == {"developing_people": 3, "serving_customers": 1}
    assert mentor.must_have == {"coaching": -0.5}


def test_account_management_gives_no_weight_to_handle_time():
    weights = dict(
        zip(
            CONFIG.attribute_ids,
            profile(CONFIG).weights[CONFIG.role_ids.index("account_management")],
            strict=True,
        )
    )
    assert weights[CONFIG.metrics["aht"].attribute] == 0
    heaviest = sorted(weights, key=weights.__getitem__)[-3:]
    assert set(heaviest) == {"client_knowledge", "relationship", "ownership"}


@pytest.mark.parametrize("role", ["mentor", "account_management", "specialist"])
def test_roles_beyond_the_front_line_ask_first_for_what_is_not_a_metric(role):
    demands = CONFIG.roles[role].demands
    measured = {metric.attribute for metric in CONFIG.metrics.values()}
    assert max(demands, key=demands.__getitem__) not in measured


@pytest.mark.parametrize("role", CONFIG.inside_ids)
def test_every_inside_role_asks_and_offers(role):
    spec = CONFIG.roles[role]
    assert spec.demands
    assert spec.supplies
    assert spec.description
    assert all(0 < weight <= 5 for weight in (spec.demands | spec.supplies).values())


@pytest.mark.parametrize("role", CONFIG.outward_ids)
def test_outward_destinations_are_interests_alone(role):
    spec = CONFIG.roles[role]
    assert not spec.demands
    assert spec.supplies
    assert spec.description


def test_no_two_roles_want_nearly_the_same():
    weights = profile(CONFIG).weights
    length = (weights**2).sum(axis=1) ** 0.5
    cosine = (weights @ weights.T) / length[:, None] / length
    for row, role in enumerate(CONFIG.role_ids):
        for column, other in enumerate(CONFIG.role_ids[:row]):
            assert cosine[row, column] < 0.9, (role, other)


def test_every_attribute_is_reachable_by_some_evidence():
    reached = {spec.attribute for spec in CONFIG.metrics.values()}
    reached |= {spec.attribute for spec in CONFIG.contributions.values()}
    reached |= {
        scale.attribute
        for instrument in CONFIG.questionnaires.values()
        for scale in instrument.scales.values()
    }
    assert reached == set(CONFIG.attribute_ids)


def test_every_role_can_be_seen_by_two_families_of_which_one_is_not_metrics():
    sources = {
        "metrics": {spec.attribute for spec in CONFIG.metrics.values()},
        "contributions": {spec.attribute for spec in CONFIG.contributions.values()},
    }
    for kind, instrument in CONFIG.questionnaires.items():
        sources[kind] = {scale.attribute for scale in instrument.scales.values()}
    for role in CONFIG.inside_ids:
        demands = CONFIG.roles[role].demands
        top = sorted(demands, key=demands.__getitem__)[-3:]
        families = {family for family, reach in sources.items() if reach & set(top)}
        assert len(families) >= CONFIG.policy.min_families, role
        assert families - {"metrics"}, role


def test_every_interest_is_offered_by_some_role_and_some_destination():
    interests = {name for name, spec in CONFIG.attributes.items() if spec.group == "interest"}
    for roles in (CONFIG.inside_ids, CONFIG.outward_ids):
        offered = {name for role in roles for name in CONFIG.roles[role].supplies}
        unserved = interests - offered
        assert unserved <= ({"creating"} if roles == CONFIG.inside_ids else set())


def test_leadership_and_management_are_both_in_the_vocabulary():
    facets = {name: spec.facet for name, spec in CONFIG.attributes.items()}
    assert {facets[name] for name in ("vision", "influence", "coaching")} == {"leadership"}
    assert {facets[name] for name in ("planning", "follow_through")} == {"management"}


@pytest.mark.parametrize("attribute", CONFIG.attribute_ids)
def test_phrases_read_inside_a_sentence(attribute):
    phrase = CONFIG.attributes[attribute].phrase
    assert phrase[0].islower()
    assert phrase.split()[0].endswith("ing")
    assert not phrase.endswith(".")


@pytest.mark.parametrize("kind", CONFIG.contributions)
def test_contribution_phrases_read_inside_a_sentence(kind):
    phrase = CONFIG.contributions[kind].phrase
    assert phrase.split()[0].endswith("ing")


@pytest.mark.parametrize(("move", "bar"), MOVES.items())
def test_loss_ratios_give_the_bars_of_the_method(move, bar):
    loss = getattr(CONFIG.policy.loss_ratio, move)
    assert math.isclose(loss / (loss + 1), bar, abs_tol=5e-4)


def test_thanks_from_colleagues_count_less_than_other_contributions():
    weaker = CONFIG.contributions["peer_recognition"].validity
    assert weaker is not None
    assert weaker < CONFIG.evidence.validity.contributions


def test_the_packaged_tables_cannot_be_changed_by_a_caller():
    packaged_defaults()["policy"]["out"]["runs"] = 99
    assert build_config({}).policy.out.runs == 2
