"""The gates of staying and of a move to another role inside the centre."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from rolefit.direction.steady import steadied
from rolefit.direction.wishes import ASK_FIRST, OPEN, UNKNOWN, WANT, wish_value
from rolefit.fit import assess, difference
from rolefit.schema.tables import DIRECTIONS, FAMILIES

if TYPE_CHECKING:
    from rolefit.direction.gates import Ledger
    from rolefit.direction.situation import Situation
    from rolefit.fit import Fit, Profiles
    from rolefit.posterior import Posterior
    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.policy import Policy

UP, SIDEWAYS, STAY, STEP_BACK, OUT = range(len(DIRECTIONS))
TOP_SHARE = 0.5
METRICS = FAMILIES.index("metrics")


@dataclass(frozen=True)
class Case:
    """Everything the gates of n agents look at."""

    posterior: Posterior
    profiles: Profiles
    fit: Fit
    record: Fit
    """The fit with metrics left out."""
    situation: Situation
    policy: Policy

    @classmethod
    def of(
        cls, posterior: Posterior, profiles: Profiles, situation: Situation, policy: Policy
    ) -> Case:
        """Assesses the fit with and without metrics."""
        fit = assess(posterior, profiles)
        record = assess(posterior.without("metrics"), profiles)
        return cls(posterior, profiles, fit, record, situation, policy)

    @property
    def agents(self) -> int:
        """Number of agents."""
        return len(self.situation.current)

    @property
    def inside(self) -> Ints:
        """Positions of the roles inside the centre."""
        return np.flatnonzero(~self.profiles.outward)

    @property
    def outward(self) -> Ints:
        """Positions of the outward destinations."""
        return np.flatnonzero(self.profiles.outward)


@dataclass(frozen=True)
class Options:
    """What the gates say of every role, agents x roles."""

    kind: Ints
    """Position in DIRECTIONS of going (or staying) there; -1 for outward destinations."""
    admissible: Bools
    """All gates of the move passed; False for the current role."""
    evidenced: Bools
    """The three evidence gates passed (for the current role too)."""
    firm: Bools
    """Every probability gate passed with margin."""
    lasting: Bools
    """Every gate of the move that is no chance passed: wish, request, standing, evidence."""
    asked: Bools
    """The wish for it is known."""
    gain: Floats
    """Utility of the move, fit units; -inf where it is not an option."""


def weigh_options(case: Case, ledger: Ledger) -> Options:
    """Puts every inside role through its gates and writes them in the ledger.

    Args:
        case: fits and situation of n agents.
        ledger: receives one row a gate looked at.

    Returns:
        Options, agents x roles.
    """
    shape = (case.agents, len(case.profiles.bar))
    kind, gain = np.full(shape, -1, np.int64), np.full(shape, -np.inf)
    admissible, evidenced, firm, lasting, asked = (np.zeros(shape, bool) for _ in range(5))
    for role in case.inside:
        here = case.situation.current == role
        kind[:, role] = _kind(case, role)
        evidenced[:, role] = _evidence(case, ledger, role)
        sure = _sure(case, case.fit.sufficiency[:, role], case.policy.min_sufficiency)
        stay_firm = _stay(case, ledger, role, here) & evidenced[:, role] & sure
        passed, move_firm, gain[:, role] = _chances(case, ledger, role, kind[:, role])
        lasts = _facts(case, ledger, role, kind[:, role]) & evidenced[:, role] & ~here
        admissible[:, role], lasting[:, role] = passed & lasts, lasts
        firm[:, role] = np.where(here, stay_firm, move_firm & sure)
        asked[:, role] = case.situation.wish[:, role] != UNKNOWN
    return Options(kind, admissible, evidenced, firm, lasting, asked, gain)


def _kind(case: Case, role: int) -> Ints:
    """Which direction going to a role would be."""
    level = case.profiles.level
    step = level[role] - level[case.situation.current]
    kind = np.where(step > 0, UP, np.where(step < 0, STEP_BACK, SIDEWAYS))
    return np.where(case.situation.current == role, STAY, kind)


def _evidence(case: Case, ledger: Ledger, role: int) -> Bools:
    """Enough evidence, of two families or more, one of them not metrics, on the top attributes."""
    asks = case.profiles.can[role]
    top = (asks > 0) & (asks >= TOP_SHARE * asks.max())
    seen = (case.posterior.precision[:, top, :] > 0).any(axis=1)
    families = seen.sum(axis=1).astype(np.float64)
    beyond = np.delete(seen, METRICS, axis=1).sum(axis=1).astype(np.float64)
    sufficiency, policy = case.fit.sufficiency[:, role], case.policy
    enough = ledger.enter(
        "evidence", role, sufficiency, policy.min_sufficiency, sufficiency >= policy.min_sufficiency
    )
    several = ledger.enter(
        "families", role, families, policy.min_families, families >= policy.min_families
    )
    return enough & several & ledger.enter("beyond_metrics", role, beyond, 1.0, beyond >= 1)


def _stay(case: Case, ledger: Ledger, role: int, here: Bools) -> Bools:
    """The one gate of staying beside evidence: does the current role suit?"""
    ready, least = case.fit.p_ready[:, role], case.policy.stay_ready
    ledger.enter("ready", role, ready, least, ready >= least, here)
    return ready >= least


def _chances(case: Case, ledger: Ledger, role: int, kind: Ints) -> tuple[Bools, Bools, Floats]:
    """The gates of a move that weigh chances: who passed, who with margin, and the utility."""
    policy, here, n = case.policy, case.situation.current, case.agents
    away = kind != STAY
    mean, sd = difference(case.posterior, case.profiles, np.full(n, role, np.int64), here)
    p_better = np.where(away, ndtr(np.divide(mean, sd, out=np.zeros(n), where=sd > 0)), np.nan)
    chances = (
        ("ready", case.fit.p_ready[:, role], _least_chance(policy, kind)),
        ("better", p_better, policy.better_than_current),
        ("record", case.record.p_ready[:, role], policy.record),
    )
    passed, firm = np.ones(n, bool), np.ones(n, bool)
    for gate, value, threshold in chances:
        needed = steadied(case, role, threshold)
        passed &= ledger.enter(gate, role, value, needed, value >= needed, away)
        firm &= _sure(case, value, threshold)
    gain = _gain(policy, kind, mean, sd)
    passed &= ledger.enter("gain", role, gain, 0.0, gain > 0, away)
    firm &= _breach(case, role) <= policy.must_have_breach - policy.margin
    return passed, firm, np.where(away, gain, -np.inf)


def _facts(case: Case, ledger: Ledger, role: int, kind: Ints) -> Bools:
    """The gates of a move that no further evidence about the fit could shift: who passed."""
    away, most = kind != STAY, case.policy.must_have_breach
    breach = _breach(case, role)
    passed = ledger.enter("must_have", role, breach, most, breach < most, away)
    wish = wish_value(case.situation.wish[:, role])
    passed &= ledger.enter("wish", role, wish, ASK_FIRST, wish >= ASK_FIRST, away)
    passed &= standing(case, ledger, np.full(case.agents, role, np.int64), away)
    return passed & _asked(case, ledger, role, kind)


def _asked(case: Case, ledger: Ledger, role: int, kind: Ints) -> Bools:
    """A role of a lower level only on request: the wish to step back, or for that very role."""
    wanted = np.isin(case.situation.step_back, (WANT, OPEN))
    wanted |= np.isin(case.situation.wish[:, role], (WANT, OPEN))
    back = kind == STEP_BACK
    return ~back | ledger.enter("asked", role, wanted.astype(np.float64), 1.0, wanted, back)


def standing(case: Case, ledger: Ledger, role: Ints, listed: Bools) -> Bools:
    """Long enough in the role, and no contested suggestion waiting for a human answer."""
    months, least = case.situation.tenure, case.policy.min_tenure_months
    settled = ledger.enter("tenure", role, months, least, months >= least, listed)
    open_contests = case.situation.contests.astype(np.float64)
    return settled & ledger.enter("contest", role, open_contests, 0.0, open_contests <= 0, listed)


def _gain(policy: Policy, kind: Ints, mean: Floats, sd: Floats) -> Floats:
    """U = E[fit there] - E[fit here] - cost of the move - price of uncertainty."""
    costs = policy.move_cost
    cost = np.select([kind == UP, kind == STEP_BACK], [costs.up, costs.step_back], costs.sideways)
    return mean - cost - policy.uncertainty_cost * sd


def _breach(case: Case, role: int) -> Floats:
    """Largest P(attribute < soft minimum) over the must-haves of a role; 0 without any."""
    least = case.profiles.must_have[role]
    asked = np.isfinite(least)
    if not asked.any():
        return np.zeros(case.agents)
    mean, sd = case.posterior.mean[:, asked], np.sqrt(case.posterior.variance[:, asked])
    return ndtr((least[asked] - mean) / sd).max(axis=1)


def _least_chance(policy: Policy, kind: Ints) -> Floats:
    """P(success) from which a move pays: L / (L + 1) with the loss ratio L of its kind."""
    ratio = policy.loss_ratio
    loss = np.select([kind == UP, kind == STEP_BACK], [ratio.up, ratio.step_back], ratio.sideways)
    return loss / (loss + 1.0)


def _sure(case: Case, value: Floats, threshold: float | Floats) -> Bools:
    """Passed with margin."""
    return value >= np.minimum(threshold + case.policy.margin, 1.0)
