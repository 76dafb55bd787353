"""Options and gates -> direction, status, target, confidence: the best admissible option wins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.direction.gates import NO_ROLE, Gates, Ledger
from rolefit.direction.leaving import weigh_leaving
from rolefit.direction.moves import OUT, STAY, Case, weigh_options
from rolefit.schema.tables import STATUSES

if TYPE_CHECKING:
    from rolefit.direction.leaving import Leaving
    from rolefit.direction.moves import Options
    from rolefit.direction.situation import Situation
    from rolefit.fit import Profiles
    from rolefit.posterior import Posterior
    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.policy import Policy

FIRM, TENTATIVE, EXPLORE, GATHER = range(len(STATUSES))
ASKED_FIRST = 1e6


@dataclass(frozen=True)
class Decision:
    """One direction an agent (n), with everything that led to it."""

    direction: Ints
    """Position in DIRECTIONS."""
    status: Ints
    """Position in STATUSES."""
    target: Ints
    """Role position: the current role for stay; -1 = none (out by choice without a destination)."""
    confidence: Floats
    """P(fit >= bar) of the target; of the destination being best for an out conversation."""
    by_choice: Bools
    """Out because the agent wishes it."""
    admissible: Bools
    """Agents x roles: every gate of the move passed."""
    gates: Gates


def decide(
    posterior: Posterior, profiles: Profiles, situation: Situation, policy: Policy
) -> Decision:
    """Chooses each agent's direction from the gates, and from nothing else.

    Leaving by choice comes first; then the admissible move of largest gain, moves with a stated
    wish before moves that have to be asked about; then an out conversation; else stay.

    Args:
        posterior: belief about n agents.
        profiles: role profiles.
        situation: wishes, tenure, surveys, contests and history of the same agents.
        policy: thresholds.

    Returns:
        Decision over n agents.

    Limits:
        a suggestion for a human to discuss, never a decision about a person.

    Source:
        expected-loss thresholds: move if P(success) >= L / (L + 1).
    """
    case = Case.of(posterior, profiles, situation, policy)
    ledger = Ledger(case.agents)
    options = weigh_options(case, ledger)
    leaving = weigh_leaving(case, ledger)
    return _choose(case, options, leaving, ledger.close())


def _choose(case: Case, options: Options, leaving: Leaving, gates: Gates) -> Decision:
    """Reads the choice off the options."""
    row = np.arange(case.agents)
    rank = np.where(options.admissible, options.gain + ASKED_FIRST * options.asked, -np.inf)
    best = rank.argmax(axis=1)
    moves = options.admissible.any(axis=1) & ~leaving.by_choice
    talks = leaving.conversation & ~moves & ~leaving.by_choice
    leaves = leaving.by_choice | talks
    target = np.where(moves, best, case.situation.current)
    target = np.where(leaves, leaving.destination, target)
    direction = np.where(moves, options.kind[row, best], np.where(leaves, OUT, STAY))
    here = case.situation.current
    firm = np.where(talks, leaving.firm, options.firm[row, np.where(moves, best, here)])
    status = np.where(firm | leaving.by_choice, FIRM, TENTATIVE)
    status[moves & ~options.asked[row, best]] = EXPLORE
    status[~moves & ~leaves & ~options.evidenced.any(axis=1)] = GATHER
    chance = case.fit.p_ready[row, np.where(moves, best, here)]
    confidence = np.where(talks, leaving.confidence, chance)
    confidence[leaving.by_choice] = 1.0
    admissible = options.admissible.copy()
    admissible[row[leaves & (target != NO_ROLE)], target[leaves & (target != NO_ROLE)]] = True
    return Decision(direction, status, target, confidence, leaving.by_choice, admissible, gates)
