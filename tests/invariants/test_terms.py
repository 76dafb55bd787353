"""Invariant 11: a fit is the sum of its terms, and a contrast says the same from both sides."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import rolefit as rf
from centres import ABILITIES, DEFAULTS, few
from edits import any_centre
from rolefit.fit import profile

WITHIN = 1e-9


@given(any_centre())
@few(7)
def test_invariant_11_terms_sum_to_the_fit(centre):
    result = rf.score(centre.workspace(), with_terms=True)
    fits = {(r["agent_id"], r["role"]): r for r in result.tables["fits"].to_pylist()}
    total = dict.fromkeys(fits, 0.0)
    for row in result.tables["terms"].to_pylist():
        total[row["agent_id"], row["role"]] += row["term"]
    for key, row in fits.items():
        assert abs(total[key] - row["fit"]) <= WITHIN
        spec = DEFAULTS.roles[row["role"]]
        omega = result.config.policy.want_weight
        omega = omega if spec.demands and spec.supplies else float(not spec.demands)
        assert abs((1 - omega) * row["can"] + omega * row["want"] - row["fit"]) <= WITHIN


@given(any_centre(), st.dictionaries(
    st.sampled_from(ABILITIES), st.sampled_from([0.0, 1.0, 3.0, 5.0]), min_size=3,
))  # fmt: skip
@few(7)
def test_invariant_11_what_weighs_nothing_has_no_term(centre, importance):
    demands = {**importance, "efficiency": 0.0, "quality": 1.0}
    role = {"label": "Trial", "level": 1, "bar": 0.0, "demands": demands}
    result = rf.score(centre.configured(roles={"trial": role}).workspace(), with_terms=True)
    weighs = {attribute for attribute, value in demands.items() if value > 0}
    for row in result.tables["terms"].to_pylist():
        spec = result.config.roles[row["role"]]
        if row["role"] == "trial":
            assert row["attribute"] in weighs
        else:
            assert (spec.demands | spec.supplies).get(row["attribute"], 0.0) > 0


@given(any_centre(), st.integers(0, 2**32 - 1))
@few(7)
def test_invariant_11_a_contrast_is_antisymmetric(centre, seed):
    result = rf.score(centre.workspace())
    rng = np.random.default_rng(seed)
    roles = list(DEFAULTS.roles)
    weights = dict(zip(roles, profile(result.config).weights, strict=True))
    for agent in rng.permutation(centre.ids)[:4]:
        why = result.explain(str(agent))
        fit = {row["role"]: row["fit"] for row in why.fits}
        for role in roles:
            assert abs(sum(why.terms(role).values()) - fit[role]) <= WITHIN
            other = str(rng.choice(roles))
            there, back = why.contrast(role, other), why.contrast(other, role)
            assert there.terms == {name: -value for name, value in back.terms.items()}
            assert abs(there.difference - (fit[role] - fit[other])) <= WITHIN
            assert abs(there.sd - back.sd) <= WITHIN
            alike = np.flatnonzero(weights[role] == weights[other])
            names = [list(DEFAULTS.attributes)[k] for k in alike]
            assert all(there.terms.get(name, 0.0) == 0.0 for name in names)
