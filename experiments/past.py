"""What experiments on past moves share: a simulated centre's moves, those at risk, the truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

import rolefit as rf
from rolefit.batch.moves import past_moves
from rolefit.fit import profile
from rolefit.learn.features import of_roles
from rolefit.simulate.centre import simulate
from rolefit.simulate.history import ROLE_SHARES

if TYPE_CHECKING:
    from rolefit.batch.moves import AtRisk, Moves
    from rolefit.learn.features import Features

ROLES = tuple(ROLE_SHARES)
"""That people of a simulated centre are moved to."""


@dataclass(frozen=True)
class Past:
    """Moves of one centre, and how every other one would have gone."""

    moves: Moves
    risk: AtRisk
    offered: list[Features]
    """Those at risk, as if moved to each of ROLES."""
    true: np.ndarray
    """Outcome of each row at risk in each of ROLES."""
    action: np.ndarray
    """Position in ROLES of the role moved to, -1 = none."""
    preferred: np.ndarray
    """Whether each agent at risk is in the group that the world's policy preferred."""
    propensity: np.ndarray
    """P(moved to each of ROLES) at any time, by which the world drew."""

    def seen(self) -> np.ndarray:
        """Outcomes of the rows at risk that were moved; NaN for the others."""
        outcome = np.full(len(self.action), np.nan)
        moved = np.flatnonzero(self.action >= 0)
        outcome[moved] = self.moves.outcome[self.risk.moved[moved]]
        return outcome


def draw(agents: int, seed: int, world: str, **knobs: float) -> Past:
    """Simulates a centre and reads its past."""
    centre = simulate(agents, seed, world, knobs=knobs)
    past = past_moves(rf.Workspace(centre.config, **centre.tables))
    moves, risk = past.moves, past.at_risk
    config = moves.config
    means, sds = (
        risk.features.pick(f"{what}:{a}" for a in config.attribute_ids) for what in ("mean", "sd")
    )
    offered = []
    for name in ROLES:
        role = np.full(len(risk.agent), config.role_ids.index(name))
        columns = of_roles(config, means, sds, role, profile(config))
        offered.append(risk.features.beside(columns))
    true, propensity = (
        _wide(centre.truth[table].to_pandas(), value, risk.agent)
        for table, value in (("outcomes", "outcome"), ("policy", "propensity"))
    )
    role = np.array([ROLES.index(name) for name in moves.role], np.int64)
    action = np.where(risk.moved >= 0, role[risk.moved], -1)
    groups = centre.groups
    preferred = np.zeros(len(risk.agent), bool)
    if groups is not None:
        known = groups.to_pandas().set_index("agent_id")["group"]
        preferred = (known.loc[list(risk.agent)] == "a").to_numpy()
    return Past(moves, risk, offered, true, action, preferred, propensity)


def _wide(table: object, value: str, agents: tuple[str, ...]) -> np.ndarray:
    """A truth table as rows at risk x ROLES; 0 where it says nothing."""
    wide = table.pivot_table(index="agent_id", columns="role", values=value)
    return wide.reindex(list(agents))[list(ROLES)].fillna(0.0).to_numpy()
