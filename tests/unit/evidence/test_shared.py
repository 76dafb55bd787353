"""A client or channel that no two agents share compares nobody, and is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import rolefit as rf
from rolefit.simulate.centre import simulate

if TYPE_CHECKING:
    import pandas as pd

CENTRE = simulate(60, 3)
AGENTS, METRICS = (CENTRE.tables[name].to_pandas() for name in ("agents", "metrics"))
CONFIG = {
    **CENTRE.config,
    "centre": {**CENTRE.config["centre"], "max_reject_share": 1.0},
    "applicability": [],
}


def keyed(column: str, by: str) -> pd.DataFrame:
    """Metrics whose client or channel is the agent again, or a number of its own in every row."""
    value = METRICS.agent_id if by == "agent" else np.arange(len(METRICS)).astype(str)
    return METRICS.assign(**{column: "T" + value})


def score(metrics: pd.DataFrame, estimator: str = "correlated") -> rf.Result:
    """Scored by metrics alone."""
    config = {**CONFIG, "evidence": {"client_effects": estimator}}
    return rf.score(rf.Workspace(config=config, agents=AGENTS, metrics=metrics))


@pytest.mark.parametrize("estimator", ["correlated", "random", "within"])
@pytest.mark.parametrize("by", ["agent", "ticket"])
@pytest.mark.parametrize("column", ["client_id", "channel"])
def test_a_private_key_compares_nobody_and_is_said(column: str, by: str, estimator: str) -> None:
    found = score(keyed(column, by), estimator)
    assert found.evidence.empty
    assert set(found.effects.note) <= {"not_comparable", "no_spread"}
    assert (found.effects.effect == 0).all()
    said = [line for line in found.run.reports if "number of a ticket" in line]
    assert len(said) == 1
    assert f": {column} has " in said[0]
    factor = column.removesuffix("_id")
    assert all(factor not in norm.layout.levels for norm in found.norms.metrics.values())
    assert rf.Norms.from_json(found.norms.to_json()).metrics.keys() == found.norms.metrics.keys()


def test_keys_that_agents_share_are_left_alone() -> None:
    found = score(METRICS)
    assert not any("number of a ticket" in line for line in found.run.reports)
    assert len(found.evidence) > 200
    assert all("client" in norm.layout.levels for norm in found.norms.metrics.values())


def test_a_few_private_clients_are_no_ticket_numbers() -> None:
    own = METRICS.client_id.where(np.arange(len(METRICS)) % 5 > 0, "T" + METRICS.agent_id)
    found = score(METRICS.assign(client_id=own))
    assert not any("number of a ticket" in line for line in found.run.reports)
    assert not found.evidence.empty
