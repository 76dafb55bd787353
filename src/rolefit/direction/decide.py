"""Options and gates -> direction, status, target, confidence: the best admissible option wins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.direction.gates import NO_ROLE, Gates, Ledger
from rolefit.direction.leaving import weigh_leaving
from rolefit.direction.moves import OUT, STAY, Case, weigh_options
from rolefit.direction.steady import hold
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
    proposed: tuple[Ints, Ints]
    """Direction and role this run alone would tell; another one only where it is held."""
    held: Bools
    """The suggestion of the last run stands."""


def decide(
    posterior: Posterior, profiles: Profiles, situation: Situation, policy: Policy
) -> Decision:
    """Chooses each agent's direction from the gates, and from nothing else.

    Leaving by choice comes first; then the admissible move of largest gain, moves with a stated
    wish before moves that have to be asked about; then an out conversation; else stay. With a
    history, the suggestion of the last run stands until two runs in a row speak for another.

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
    moves, talks, alone = _propose(case, options, leaving)
    held = hold(
        case, ledger, options, np.where(alone[0] == OUT, NO_ROLE, alone[1]), alone[0] == OUT
    )
    direction, target = _kept(case, options, alone, held)
    moves = np.where(held, direction != STAY, moves)
    status = _status(case, options, leaving, held, moves, talks, target)
    confidence = case.fit.p_ready[np.arange(case.agents), np.maximum(target, 0)]
    confidence = np.where(talks, leaving.confidence, confidence)
    confidence[leaving.by_choice] = 1.0
    admissible = options.admissible.copy()
    named = np.flatnonzero((direction == OUT) & (target != NO_ROLE))
    admissible[named, target[named]] = True
    return Decision(
        direction, status, target, confidence, leaving.by_choice, admissible, ledger.close(),
        proposed=alone, held=held,
    )  # fmt: skip


def _propose(
    case: Case, options: Options, leaving: Leaving
) -> tuple[Bools, Bools, tuple[Ints, Ints]]:
    """Who moves, who talks of leaving, and the direction and target this run alone would tell."""
    row = np.arange(case.agents)
    rank = np.where(options.admissible, options.gain + ASKED_FIRST * options.asked, -np.inf)
    best = rank.argmax(axis=1)
    moves = options.admissible.any(axis=1) & ~leaving.by_choice
    talks = leaving.conversation & ~moves & ~leaving.by_choice
    leaves = leaving.by_choice | talks
    target = np.where(moves, best, case.situation.current)
    target = np.where(leaves, leaving.destination, target)
    direction = np.where(moves, options.kind[row, best], np.where(leaves, OUT, STAY))
    return moves, talks, (direction, target)


def _kept(case: Case, options: Options, alone: tuple[Ints, Ints], held: Bools) -> tuple[Ints, Ints]:
    """Direction and target, the standing ones where they are held."""
    standing = np.maximum(case.situation.earlier.standing, 0)
    kind = options.kind[np.arange(case.agents), standing]
    return np.where(held, kind, alone[0]), np.where(held, standing, alone[1])


def _status(
    case: Case, options: Options, leaving: Leaving, held: Bools, moves: Bools, talks: Bools,
    target: Ints,
) -> Ints:  # fmt: skip
    """How sure a suggestion is."""
    row, inside = np.arange(case.agents), np.maximum(target, 0)
    firm = np.where(talks, leaving.firm, options.firm[row, inside]) & ~held
    status = np.where(firm | leaving.by_choice, FIRM, TENTATIVE)
    status[moves & ~options.asked[row, inside]] = EXPLORE
    stays = ~moves & ~talks & ~leaving.by_choice
    status[stays & ~options.evidenced.any(axis=1)] = GATHER
    return status
