"""Cards of the shipped models print the numbers that are in force, and stored measurements."""

from __future__ import annotations

import re

import pytest

import rolefit as rf
from rolefit.io.shipped import shipped_models
from rolefit.schema.build import build_config


@pytest.fixture(scope="session")
def card(repository):
    return (repository / "models/profile/card.md").read_text("utf-8")


def test_the_card_prints_how_much_each_source_counts(card):
    evidence = build_config({}).evidence
    rows = re.findall(r"(?m)^\| (\w+) \| ([\d.]+) \| ([\d.]+) \|$", card)
    printed = {family: (float(validity), float(ceiling)) for family, validity, ceiling in rows}
    ceilings = evidence.method_variance.model_dump()
    assert printed == {f: (v, ceilings[f]) for f, v in evidence.validity.model_dump().items()}
    assert f"({build_config({}).policy.interval_multiplier})" in card


def test_the_card_quotes_what_the_experiment_stored(repository, card):
    stored = (repository / "experiments/004-source-weights/README.md").read_text("utf-8")
    rows = re.findall(r"(?m)^\| (?:validity|ceiling) \|.*$", stored)
    changed = [float(row.split("|")[4].strip(" %")) for row in rows]
    crossed = [float(row.split("|")[7].strip(" %")) for row in rows]
    kept = [float(row.split("|")[6].strip(" %")) for row in rows]
    assert f"at most {max(changed)} %" in card
    assert f"keeps {min(kept)} % of the moves" in card
    assert max(crossed) == 0


@pytest.mark.parametrize("name", sorted(shipped_models()))
def test_a_shipped_model_reads_and_has_a_card(name):
    assert rf.load_model(name).spec.name == name
    card = (shipped_models()[name] / "card.md").read_text("utf-8")
    for heading in ("**What it is.**", "**What it is for.**", "**Limits.**", "**Fairness.**"):
        assert heading in card
