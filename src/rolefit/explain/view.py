"""What an explanation looks at: the role it is about, its exact terms, and the roles beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.direction.decide import EXPLORE, GATHER
from rolefit.direction.gates import GATES, NO_ROLE
from rolefit.direction.moves import OUT, STAY, TOP_SHARE
from rolefit.direction.wishes import NO, NOT_NOW, OPEN, WANT
from rolefit.fit import terms
from rolefit.schema.tables import DIRECTIONS

if TYPE_CHECKING:
    from rolefit.direction.decide import Decision
    from rolefit.direction.situation import Situation
    from rolefit.fit import Fit, Profiles
    from rolefit.posterior import Posterior
    from rolefit.schema.arrays import Bools, Floats, Ints

KEYS = (*DIRECTIONS, "explore", "gather", "leaving")
"""How a suggestion is put into words: its direction, or why there is none yet."""
WAITS = ("contest", "tenure", "must_have", "evidence", "ready", "record", "better", "gain")
"""What can keep a move waiting, in the order in which it is told."""
WAITS_OF_GATE = {"families": "evidence", "beyond_metrics": "evidence"}
NOTHING_FAILS = len(WAITS)
NO_OBSTACLE = tuple(GATES.index(gate) for gate in ("wish", "held"))
"""Gates that keep no role waiting: the wish is told apart, a suggestion that stands is no bar."""
WORTH_TELLING = 0.5
"""A role nobody asked about is spoken of from this P(fit >= bar) on."""
WISHED_FIRST = 10.0


@dataclass(frozen=True)
class View:
    """The situation of n agents as an explanation needs it."""

    posterior: Posterior
    profiles: Profiles
    fit: Fit
    decision: Decision
    situation: Situation
    basis: Ints
    """The role whose terms are told: the target, or the current role where there is none."""
    terms: Floats
    """Exact terms of the fit in `basis`, agents x attributes x families."""
    mean: Floats
    """Posterior mean, agents x attributes."""
    sd: Floats
    """Posterior sd, agents x attributes."""
    seen: Bools
    """Some evidence speaks of the attribute."""

    @classmethod
    def of(
        cls,
        posterior: Posterior,
        profiles: Profiles,
        fit: Fit,
        decision: Decision,
        situation: Situation,
    ) -> View:
        """Works out terms and beliefs once."""
        basis = np.where(decision.target == NO_ROLE, situation.current, decision.target)
        return cls(
            posterior, profiles, fit, decision, situation, basis,
            terms=terms(posterior, profiles, basis),
            mean=posterior.mean,
            sd=np.sqrt(posterior.variance),
            seen=posterior.precision.sum(axis=2) > 0,
        )  # fmt: skip

    @property
    def agents(self) -> int:
        """Number of agents."""
        return len(self.basis)

    @property
    def key(self) -> Ints:
        """Position in KEYS."""
        key = self.decision.direction.copy()
        key[self.decision.status == EXPLORE] = KEYS.index("explore")
        key[self.decision.status == GATHER] = KEYS.index("gather")
        key[self.decision.by_choice] = KEYS.index("leaving")
        return key

    @property
    def named(self) -> Bools:
        """Leaves for a destination that the agent named."""
        role = np.maximum(self.decision.target, 0)
        wish = self.situation.wish[np.arange(self.agents), role]
        leaves = self.decision.by_choice & (self.decision.target != NO_ROLE)
        return leaves & np.isin(wish, (WANT, OPEN))

    @property
    def stays(self) -> Bools:
        """Stays with enough evidence to say so."""
        return (self.decision.direction == STAY) & (self.decision.status != GATHER)

    @property
    def moves(self) -> Bools:
        """Up, sideways or a step back, also where it has to be asked first."""
        return (self.decision.direction != STAY) & (self.decision.direction != OUT)

    def weights(self, role: Ints) -> Floats:
        """What one sd of each attribute adds to a role's fit, one role an agent."""
        return self.profiles.weights[role]

    def unseen(self) -> Bools:
        """Top attributes of the basis role that no evidence speaks of."""
        weights = self.weights(self.basis)
        top = weights >= TOP_SHARE * weights.max(axis=1, keepdims=True)
        return top & (weights > 0) & ~self.seen


@dataclass(frozen=True)
class Beside:
    """The roles beside the suggested one; -1 where there is none to speak of."""

    refused: Ints
    """For stay: the role that only the agent's own wish keeps from being suggested."""
    waits: Ints
    """For stay: the role nearest to being suggested."""
    waits_for: Ints
    """Position in WAITS: what it waits for; -1 where it does not."""
    runner_up: Ints
    """For a move: the inside role of next best fit, neither the current nor a refused one."""
    difference: Ints
    """The attribute that speaks most for the target against the runner-up; -1 where none does."""


def look_beside(view: View) -> Beside:
    """Finds the roles that an agent may ask about.

    Args:
        view: n agents.

    Returns:
        Beside, one entry an agent.
    """
    fails, first = _failing(view)
    onward = _onward(view)
    waits, waits_for = _waiting(view, onward, first)
    runner_up = _runner_up(view)
    return Beside(
        refused=_refused(view, onward, fails),
        waits=waits,
        waits_for=waits_for,
        runner_up=runner_up,
        difference=_difference(view, runner_up),
    )


def _failing(view: View) -> tuple[Ints, Ints]:
    """Per agent and role: how many gates besides the wish fail, and the first one told."""
    gates, shape = view.decision.gates, view.fit.mean.shape
    order = np.full(len(GATES), NOTHING_FAILS, np.int64)
    for position, gate in enumerate(GATES):
        name = WAITS_OF_GATE.get(gate, gate)
        order[position] = WAITS.index(name) if name in WAITS else NOTHING_FAILS
    failed = ~gates.passed & (gates.role != NO_ROLE) & ~np.isin(gates.gate, NO_OBSTACLE)
    cell = gates.agent[failed] * shape[1] + gates.role[failed]
    fails = np.bincount(cell, minlength=shape[0] * shape[1])
    first = np.full(shape[0] * shape[1], NOTHING_FAILS, np.int64)
    np.minimum.at(first, cell, order[gates.gate[failed]])
    return fails.reshape(shape), first.reshape(shape)


def _onward(view: View) -> Bools:
    """Inside roles of the same or a higher level, the current one left out."""
    level, current = view.profiles.level, view.situation.current
    onward = ~view.profiles.outward & (level >= level[current][:, None])
    onward[np.arange(view.agents), current] = False
    return onward


def _refused(view: View, onward: Bools, fails: Ints) -> Ints:
    """The best role that the wish alone holds back, or the best of all where all are refused."""
    refuses = np.isin(view.situation.wish, (NOT_NOW, NO)) & onward
    all_refused = onward.any(axis=1) & (refuses == onward).all(axis=1)
    eligible = refuses & ((fails == 0) | all_refused[:, None])
    eligible &= view.stays[:, None]
    return _best(view.fit.mean + WISHED_FIRST * (fails == 0), eligible)


def _waiting(view: View, onward: Bools, first: Ints) -> tuple[Ints, Ints]:
    """The role nearest to being suggested and what it waits for; wished roles come first."""
    wish = view.situation.wish
    wished = np.isin(wish, (WANT, OPEN))
    eligible = onward & (first < NOTHING_FAILS) & ~np.isin(wish, (NOT_NOW, NO))
    eligible &= wished | (view.fit.p_ready >= WORTH_TELLING)
    eligible &= view.stays[:, None]
    role = _best(np.nan_to_num(view.fit.p_ready) + WISHED_FIRST * wished, eligible)
    return role, np.where(role == NO_ROLE, NO_ROLE, first[np.arange(view.agents), role])


def _runner_up(view: View) -> Ints:
    """The inside role of best fit that a move could have led to instead; no refused one."""
    row = np.arange(view.agents)
    eligible = ~view.profiles.outward & ~np.isin(view.situation.wish, (NOT_NOW, NO))
    eligible[row, view.basis] = False
    eligible[row, view.situation.current] = False
    return _best(view.fit.mean, eligible & view.moves[:, None])


def _difference(view: View, other: Ints) -> Ints:
    """The strength that the basis role asks for more: largest (w_r - w_other) mean."""
    more = view.weights(view.basis) - view.weights(other)
    speaks = (more > 0) & (view.mean > 0) & view.seen
    return _best(more * view.mean, speaks & (other != NO_ROLE)[:, None])


def _best(value: Floats, eligible: Bools) -> Ints:
    """Column of the largest eligible value in each row; -1 where none is eligible."""
    best = np.where(eligible, value, -np.inf).argmax(axis=1)
    return np.where(eligible.any(axis=1), best, NO_ROLE)
