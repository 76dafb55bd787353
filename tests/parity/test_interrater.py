"""Agreement of raters agrees with multilevel (R) on 7,382 people in 99 groups."""

from __future__ import annotations

import numpy as np
import pytest
from pyarrow import csv

from rolefit.evidence.interrater import add_groups, intraclass, uniform_variance, within_group

WITHIN = 1e-6


@pytest.fixture(scope="module")
def people(shared_data):
    return csv.read_csv(shared_data / "bh1996/bh1996.csv")


def groups_of(people):
    return np.unique(np.asarray(people["GRP"]), return_inverse=True)


@pytest.mark.parametrize("variable", ["HRS", "LEAD", "COHES", "WBEING"])
def test_icc_agrees(people, shared_data, variable):
    rows = csv.read_csv(shared_data / "reference/multilevel_icc_bh1996.csv").to_pylist()
    known = {row["variable"]: row for row in rows}[variable]
    names, group = groups_of(people)
    told = intraclass(add_groups(group, np.asarray(people[variable], float), len(names)))
    assert told.icc1 == pytest.approx(known["ICC1"], abs=WITHIN)
    assert told.icc2 == pytest.approx(known["ICC2"], abs=WITHIN)
    assert (told.groups, told.ratings) == (99, 7382)


def test_rwg_agrees_in_every_group(people, shared_data):
    known = csv.read_csv(shared_data / "reference/multilevel_rwg_bh1996_LEAD.csv").to_pylist()
    names, group = groups_of(people)
    sums = add_groups(group, np.asarray(people["LEAD"], float), len(names))
    found = dict(zip(names.tolist(), within_group(sums, uniform_variance(1, 5)), strict=True))
    assert len(known) == len(found) == 99
    for row in known:
        assert found[int(row["grpid"])] == pytest.approx(row["rwg"], abs=WITHIN)


def test_parts_of_the_centre_add_up(people):
    names, group = groups_of(people)
    value = np.asarray(people["LEAD"], float)
    part = np.random.default_rng(0).integers(0, 3, len(value))
    sums = [add_groups(group[part == k], value[part == k], len(names), 3.0) for k in range(3)]
    whole = intraclass(add_groups(group, value, len(names), 3.0))
    merged = intraclass(sums[0] + sums[1] + sums[2])
    assert merged.icc1 == pytest.approx(whole.icc1, abs=1e-12)
    assert merged.icc2 == pytest.approx(whole.icc2, abs=1e-12)
