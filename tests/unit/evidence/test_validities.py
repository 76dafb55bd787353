"""Validities learned from agreement: right with many people, modest with few, never absurd."""

import numpy as np
import pytest

from rolefit.evidence.agreement import measure_agreement
from rolefit.evidence.readings import join_readings, weigh
from rolefit.evidence.trust import doubts
from rolefit.evidence.trusting import trusted
from rolefit.evidence.validities import learn_trust
from rolefit.schema.build import build_config
from seen import ATTRIBUTES, KINDS, METHODS, observed, readings_of

TRUE = {"strengths": 0.8, "contributions": 0.5, "ratings": 0.75}
COACHING, TEAMWORK, QUALITY = range(3)


def seen_by(true, people, *, seed=1, attribute=COACHING, theta=None):
    """Scores of one source a family on the same people."""
    rng = np.random.default_rng(seed)
    theta = rng.standard_normal(people) if theta is None else theta
    return {(family, family, attribute): observed(theta, rho, rng) for family, rho in true.items()}


def trust_of(columns, stated=frozenset(), **how):
    agreement = measure_agreement(readings_of(columns, **how), ATTRIBUTES)
    return learn_trust(agreement, KINDS, METHODS, stated)


def test_three_sources_tell_the_validity_of_each():
    trust = trust_of(seen_by(TRUE, 40_000))
    for family, rho in TRUE.items():
        source = trust.sources[f"{family}/{family}/coaching"]
        assert source.used == pytest.approx(rho, abs=0.03)
        assert source.reason == "learned"
        assert source.agents == 40_000
        assert source.default == KINDS[family]
        assert 0 < source.se < 0.05


def test_unreliable_scores_are_corrected_for():
    rng = np.random.default_rng(5)
    theta = rng.standard_normal(60_000)
    parts = []
    for family, rho in TRUE.items():
        reliability = {"strengths": 0.9, "contributions": 0.3, "ratings": 0.5}[family]
        x = observed(theta, rho, rng, reliability)
        parts.append(readings_of({(family, family, COACHING): x}, reliability))
    agreement = measure_agreement(join_readings(parts), ATTRIBUTES)
    trust = learn_trust(agreement, KINDS, METHODS)
    for family, rho in TRUE.items():
        assert trust.sources[f"{family}/{family}/coaching"].used == pytest.approx(rho, abs=0.04)


def test_of_two_sources_the_product_is_learned_and_the_ratio_stays():
    true = {"strengths": 0.8, "ratings": 0.8}
    trust = trust_of(seen_by(true, 40_000))
    survey, ratings = (trust.sources[f"{family}/{family}/coaching"] for family in true)
    assert survey.used * ratings.used == pytest.approx(0.64, abs=0.03)
    assert survey.used / ratings.used == pytest.approx(KINDS["strengths"] / KINDS["ratings"])


def test_few_people_leave_the_defaults():
    trust = trust_of(seen_by(TRUE, 19))
    for family in TRUE:
        assert trust.kinds[family].reason == "few_agents"
        assert trust.kinds[family].used == KINDS[family]
    assert trust.kinds["interests"].reason == "no_other_source"


def test_the_more_people_the_farther_from_the_default():
    true = {"strengths": 0.9, "contributions": 0.9, "ratings": 0.9}
    moved = []
    for people in (30, 300, 30_000):
        of_seeds = [trust_of(seen_by(true, people, seed=seed)) for seed in range(8)]
        moved.append(np.mean([trust.kinds["strengths"].used for trust in of_seeds]))
    assert KINDS["strengths"] < moved[0] < moved[1] < moved[2]
    assert moved[2] == pytest.approx(0.9, abs=0.05)


def test_a_source_with_little_data_borrows_from_its_kind():
    rng = np.random.default_rng(3)
    columns = seen_by({"strengths": 0.85, "contributions": 0.6, "ratings": 0.7}, 20_000)
    theta = rng.standard_normal(30)
    for family, rho in (("strengths", 0.85), ("ratings", 0.7)):
        columns[family, family, TEAMWORK] = observed(theta, rho, rng)
    columns["strengths", "alone", QUALITY] = observed(theta, 0.5, rng)
    trust = trust_of(columns)
    kind = trust.kinds["strengths"].used
    assert trust.sources["strengths/strengths/teamwork"].used == pytest.approx(kind, abs=0.08)
    alone = trust.sources["strengths/alone/quality"]
    assert (alone.used, alone.reason) == (pytest.approx(kind), "of_its_kind")


def test_two_sources_that_record_the_same_are_refused():
    rng = np.random.default_rng(2)
    theta, people = rng.standard_normal(30_000), 30_000
    columns = seen_by({"contributions": 0.6, "ratings": 0.7}, people, theta=theta)
    for family in ("metrics", "strengths"):
        columns[family, family, COACHING] = observed(theta, 1.0, rng)
    trust = trust_of(columns)
    for family in ("metrics", "strengths"):
        refused = trust.sources[f"{family}/{family}/coaching"]
        assert (refused.reason, refused.used) == ("impossible", KINDS[family])
    assert any("same thing" in doubt for doubt in doubts(trust))


def test_a_source_turned_the_wrong_way_is_refused_and_leaves_the_others_alone():
    columns = seen_by({**TRUE, "metrics": 0.6}, 20_000)
    right = trust_of({k: v for k, v in columns.items() if k[0] != "metrics"})
    columns["metrics", "metrics", COACHING] *= -1.0
    trust = trust_of(columns)
    assert trust.sources["metrics/metrics/coaching"].reason == "runs_against"
    assert trust.sources["metrics/metrics/coaching"].used == KINDS["metrics"]
    for family in TRUE:
        assert trust.kinds[family].used == pytest.approx(right.kinds[family].used)
    assert len(doubts(trust)) == 1


def test_what_the_centre_states_stays_and_tells_the_others():
    columns = seen_by({"metrics": 0.9, "ratings": 0.5}, 40_000)
    trust = trust_of(columns, frozenset({("metrics", "metrics")}))
    stated = trust.sources["metrics/metrics/coaching"]
    assert (stated.used, stated.reason) == (KINDS["metrics"], "stated")
    assert trust.kinds["ratings"].used == pytest.approx(0.45 / KINDS["metrics"], abs=0.04)


def test_agreement_inside_a_family_is_method_and_moves_no_validity():
    rng = np.random.default_rng(4)
    theta, people = rng.standard_normal(30_000), 30_000
    columns = seen_by(TRUE | {"metrics": 0.6}, people, theta=theta)
    before = trust_of(columns)
    shared = rng.standard_normal(people)
    for source in ("one", "two"):
        beside = np.sqrt(0.6) * shared + np.sqrt(0.4) * rng.standard_normal(people)
        true = 0.6 * theta + 0.8 * beside
        columns["metrics", source, COACHING] = true + 0.65 * rng.standard_normal(people)
    del columns["metrics", "metrics", COACHING]
    trust = trust_of(columns)
    assert trust.methods["metrics"].pairs == 1
    assert trust.methods["metrics"].used == pytest.approx(0.6, abs=0.06)
    assert before.methods["metrics"].used == pytest.approx(METHODS["metrics"] / (0.64 / 0.36))
    assert trust.kinds["metrics"].used == pytest.approx(before.kinds["metrics"].used, abs=0.04)


def test_a_kind_that_nobody_looks_beside_moves_as_the_others_did():
    low = dict.fromkeys(("metrics", "strengths", "contributions", "ratings"), 0.4)
    columns = seen_by(low, 30_000)
    columns["interests", "creating", QUALITY] = np.random.default_rng(0).standard_normal(30_000)
    interests = trust_of(columns).kinds["interests"]
    assert interests.reason == "of_the_others"
    assert 0.5 < interests.used < KINDS["interests"] - 0.1
    assert interests.se > 0.15


def test_a_flag_moves_no_validity():
    columns = seen_by(TRUE, 400)
    plain, flagged = (trust_of(columns, widening=widening) for widening in (1.0, 6.0))
    assert plain == flagged


def test_learned_validities_make_the_evidence():
    config = build_config({})
    attributes = [config.attribute_ids.index(name) for name in ATTRIBUTES]
    columns = {(f, s, attributes[d]): x for (f, s, d), x in seen_by(TRUE, 500).items()}
    readings = readings_of(columns)
    agreement = measure_agreement(readings, config.attribute_ids)
    trust = learn_trust(agreement, KINDS, METHODS)
    rho = trust.sources["strengths/strengths/coaching"].used
    before, after = weigh(readings), weigh(trusted(readings, trust, config))
    mine = before.family == before.family[readings.validity == KINDS["strengths"]][0]
    mine &= np.array([before.sources[s] == "strengths" for s in before.source])
    assert after.z[mine] == pytest.approx(before.z[mine] * KINDS["strengths"] / rho)
    noise = 0.3 / 0.7
    assert after.variance[mine] == pytest.approx((noise + 1 - rho**2) / rho**2)
    odds = ((1 - rho**2) / rho**2) / ((1 - 0.36) / 0.36)
    assert after.method_variance[mine] == pytest.approx(METHODS["strengths"] * odds)
    off = build_config({"evidence": {"learn_validities": False}})
    assert trusted(readings, trust, off) is readings
    assert trusted(readings, None, config) is readings


def test_what_is_new_since_the_norms_is_trusted_as_its_kind():
    config = build_config({})
    coaching, quality = (config.attribute_ids.index(name) for name in ("coaching", "quality"))
    columns = {(f, s, coaching): x for (f, s, _), x in seen_by(TRUE, 5_000).items()}
    agreement = measure_agreement(readings_of(columns), config.attribute_ids)
    trust = learn_trust(agreement, KINDS, METHODS)
    new = readings_of({("strengths", "newer", quality): np.ones(3)})
    kind = trust.kinds["strengths"].used
    assert trusted(new, trust, config).validity == pytest.approx([kind] * 3)


def test_what_is_stated_after_the_norms_were_learned_stays_too():
    config = build_config({"metrics": {"csat": {"validity": 0.9}}})
    place = config.attribute_ids.index("customer_satisfaction")
    columns = seen_by({"metrics": 0.4, "ratings": 0.5}, 5_000)
    columns = {(f, "csat" if f == "metrics" else f, place): x for (f, _, _), x in columns.items()}
    readings = readings_of(columns)
    trust = learn_trust(measure_agreement(readings, config.attribute_ids), KINDS, METHODS)
    metrics = readings.validity == KINDS["metrics"]
    for settings, stays in ((build_config({}), False), (config, True)):
        weighed = trusted(readings, trust, settings)
        assert (weighed.validity[metrics] == KINDS["metrics"]).all() == stays
        assert (weighed.validity[~metrics] != readings.validity[~metrics]).all()
