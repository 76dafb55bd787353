"""Hysteresis: the suggestion that stands is left later, and another one entered later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rolefit.direction.gates import NO_ROLE
from rolefit.evidence.table import Remarks

if TYPE_CHECKING:
    from rolefit.direction.gates import Ledger
    from rolefit.direction.moves import Case, Options
    from rolefit.schema.arrays import Bools, Floats, Ints

ENOUGH = 2.0
"""Runs in a row that must speak for another direction before it is told."""


def steadied(case: Case, role: int, threshold: Floats | float) -> Floats:
    """The chance a move to a role must have, given what the last run suggested.

        pi - leave for the suggestion that stands, pi + enter for any other, pi without history

    Args:
        case: n agents.
        role: role position.
        threshold: pi, the chance asked for without history, shape (n,) or one for all.

    Returns:
        Chance, shape (n,), in [0, 1): half the way to 1 is never exceeded.

    Source:
        Schmitt trigger: two thresholds keep noise between them from showing.
    """
    rules, standing = case.policy.hysteresis, case.situation.earlier.standing
    pi = np.broadcast_to(np.asarray(threshold, np.float64), standing.shape)
    enter, leave = np.minimum(pi + rules.enter, (1.0 + pi) / 2.0), np.maximum(pi - rules.leave, 0.0)
    return np.where(standing == NO_ROLE, pi, np.where(standing == role, leave, enter))


def hold(case: Case, ledger: Ledger, options: Options, proposed: Ints, leaves: Bools) -> Bools:
    """Who keeps the suggestion that stands although this run alone would say something else.

    A change needs two runs in a row that propose it. It acts at once where

    - a wish for one of the two roles changed;
    - a contest of the agent was answered, or a correction granted, since the last run: a move is
      not kept for having been told before. A `stay` is left as late as ever, so that nobody is
      moved the sooner for having spoken;
    - the standing role is out of reach for a reason that is no chance (wish, request, tenure,
      contest, evidence, must-have);
    - somebody leaves, which has a history of its own.

    Args:
        case: n agents.
        ledger: receives the gate `held` for everybody who has a standing suggestion.
        options: of the same agents.
        proposed: role this run alone would suggest, -1 = outside.
        leaves: who would leave.

    Returns:
        Who keeps the standing suggestion, shape (n,).
    """
    earlier, row = case.situation.earlier, np.arange(case.agents)
    stands = earlier.standing != NO_ROLE
    other = stands & (proposed != earlier.standing)
    wished = earlier.changed[row, earlier.standing] | earlier.changed[row, proposed]
    lasting = options.lasting[row, earlier.standing]
    lasting |= earlier.standing == case.situation.current
    heard = earlier.answered & (earlier.standing != case.situation.current)
    at_once = leaves | wished | heard | ~lasting
    runs = np.where(other, 1.0 + (earlier.proposed == proposed), 0.0)
    runs[other & at_once] = ENOUGH
    ledger.enter("held", earlier.standing, runs, ENOUGH, runs < ENOUGH, stands)
    return other & (runs < ENOUGH)


def remark_held(held: Bools) -> Remarks:
    """Says of whom the suggestion of the last run stands."""
    agent = np.flatnonzero(held)
    return Remarks("held", agent, np.zeros(len(agent), np.int64), ("",))
