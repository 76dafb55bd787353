"""Invariant 15: who belongs to which group cannot be reached by scoring."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolefit as rf
from centres import few, simulated
from edits import any_centre
from rolefit.schema.toml import write_toml
from sameness import OF_AGENTS, assert_same

GROUPS = ("gender", "age_band", "site_group", "groups", "hired_on_visa")


def random_groups(table, rng):
    """Extra columns that say who belongs where."""
    return table.assign(**{name: rng.choice(["a", "b", "c"], len(table)) for name in GROUPS})


@given(any_centre(), st.integers(0, 2**32 - 1))
@few(7)
def test_invariant_15_group_columns_change_nothing(centre, seed):
    rng = np.random.default_rng(seed)
    other = centre.put(**{name: random_groups(t, rng) for name, t in centre.tables.items()})
    left, right = (rf.score(c.workspace(), with_terms=True) for c in (centre, other))
    assert_same(left, right, tables=(*OF_AGENTS, "rejects"))


@given(any_centre(), st.integers(0, 2**32 - 1))
@few(6)
def test_invariant_15_team_and_site_change_nothing(centre, seed):
    rng = np.random.default_rng(seed)
    agents = centre.tables["agents"]
    teams, sites = (rng.choice(["north", "south"], len(agents)) for _ in range(2))
    other = centre.put(agents=agents.assign(team_id=teams, site=sites))
    left, right = (rf.score(c.workspace(), with_terms=True) for c in (centre, other))
    assert_same(left, right, but=("suggestions.team_id", "leaderboard.team_id"))


@pytest.mark.parametrize("seed", range(2))
def test_invariant_15_a_file_of_groups_beside_the_tables_changes_nothing(tmp_path, seed):
    centre = simulated(30, seed)
    for name, table in centre.tables.items():
        table.to_csv(tmp_path / f"{name}.csv", index=False)
    (tmp_path / "rolefit.toml").write_text(write_toml(centre.config), "utf-8")
    runs = []
    for group in (None, "a", "b"):
        if group:
            ids = centre.tables["agents"][["agent_id"]]
            ids.assign(gender=group, wish="no").to_csv(tmp_path / "groups.csv", index=False)
        result = rf.score(rf.load(tmp_path), with_terms=True)
        result.write(tmp_path / "out", tables=[*OF_AGENTS, "rejects"])
        files = sorted((tmp_path / "out").glob("*.parquet"))
        runs.append({f.name: f.read_bytes() for f in files} | {"norms": result.norms.to_json()})
    assert runs[0] == runs[1] == runs[2]


def test_invariant_15_groups_cannot_be_handed_over():
    agents = simulated(30, 0).tables["agents"]
    with pytest.raises(TypeError, match="groups"):
        rf.Workspace(agents=agents, groups=agents)
