"""The gates of `out`: by the agent's own choice, or a conversation every condition supports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from rolefit.direction.gates import NO_ROLE
from rolefit.direction.moves import standing
from rolefit.direction.wishes import ASK_FIRST, NO, NOT_NOW, OPEN, UNKNOWN, WANT, wish_value
from rolefit.fit import difference

if TYPE_CHECKING:
    from rolefit.direction.gates import Ledger
    from rolefit.direction.moves import Case
    from rolefit.schema.arrays import Bools, Floats, Ints

SURVEYS = 2.0


@dataclass(frozen=True)
class Leaving:
    """What the gates say of leaving, per agent."""

    by_choice: Bools
    """The agent wishes to leave: no fit condition."""
    conversation: Bools
    """Every condition of a conversation holds."""
    firm: Bools
    """Of the conversation: with margin, and seen in earlier runs."""
    destination: Ints
    """Best outward role position; -1 = none named."""
    confidence: Floats
    """P(the destination suits better than every inside role), a lower bound."""


def weigh_leaving(case: Case, ledger: Ledger) -> Leaving:
    """Puts leaving through its gates and writes them in the ledger.

    Args:
        case: fits and situation of n agents.
        ledger: receives one row a gate looked at.

    Returns:
        Leaving, one entry an agent.
    """
    destination = _destination(case)
    wants = _wants_to_leave(case)
    ledger.enter("by_choice", destination, wants.astype(np.float64), 1.0, wants)
    none = np.zeros(case.agents, bool)
    if not len(case.outward) or not len(case.inside):
        return Leaving(wants, none, none, destination, np.full(case.agents, np.nan))
    holds, firm, confidence = _conversation(case, ledger, destination)
    return Leaving(wants, holds, firm, destination, confidence)


def _wants_to_leave(case: Case) -> Bools:
    """The wish says `outside`, or names an outward destination."""
    named = (case.situation.wish[:, case.outward] == WANT).any(axis=1)
    return (case.situation.outside == WANT) | named


def _destination(case: Case) -> Ints:
    """The outward role the agent names, else the one of best fit; -1 where nothing tells."""
    if not len(case.outward):
        return np.full(case.agents, NO_ROLE, np.int64)
    fit = case.fit.mean[:, case.outward].copy()
    wish = case.situation.wish[:, case.outward]
    fit[np.isin(wish, (NOT_NOW, NO))] = -np.inf
    named = np.isin(wish, (WANT, OPEN))
    fit += np.where(named, 1e3 * wish_value(wish.ravel()).reshape(wish.shape), 0.0)
    best = fit.argmax(axis=1)
    row = np.arange(case.agents)
    told = named[row, best] | (case.fit.sufficiency[:, case.outward][row, best] > 0)
    return np.where(told & np.isfinite(fit[row, best]), case.outward[best], NO_ROLE)


def _conversation(case: Case, ledger: Ledger, destination: Ints) -> tuple[Bools, Bools, Floats]:
    """The gates of an `out` conversation: who passed, who with margin, and the confidence."""
    policy, rules, inside = case.policy, case.policy.out, case.inside
    known = destination != NO_ROLE
    bar = case.profiles.bar[inside]
    suits = case.fit.p_ready[:, inside].max(axis=1)
    away = (case.record.mean[:, inside] - np.minimum(bar, 0.0)).max(axis=1)
    thick = case.record.sufficiency[:, inside].mean(axis=1)
    surveyed = case.situation.surveyed.astype(np.float64)
    better = _better_outside(case, destination)
    coached = (case.fit.mean[:, inside] + rules.coaching_gain - bar).max(axis=1)
    earlier = case.situation.earlier
    runs = np.where(earlier.talks == UNKNOWN, np.nan, earlier.talks.astype(np.float64))
    # With a history, somebody of whom no earlier run is left has not been seen before.
    seen = np.minimum(rules.runs, np.maximum(earlier.runs, 1)).astype(np.float64)
    wish = _wish_to_leave(case, destination)
    early = case.situation.early.astype(np.float64)
    gates = (
        ("no_inside_fit", suits, rules.no_inside_fit, suits <= rules.no_inside_fit),
        ("record_away", away, 0.0, away < 0),
        ("record_thick", thick, policy.min_sufficiency, thick >= policy.min_sufficiency),
        ("surveyed", surveyed, SURVEYS, surveyed >= SURVEYS),
        ("destination", better, rules.destination, better >= rules.destination),
        ("coaching", coached, 0.0, coached < 0),
        ("history", runs, seen, np.isnan(runs) | (runs >= seen)),
        ("early_talk", early, 0.0, early <= 0),
        ("wish", wish, ASK_FIRST, wish >= ASK_FIRST),
    )
    passed = known.copy()
    for gate, value, threshold, holds in gates:
        passed &= ledger.enter(gate, destination, value, threshold, holds, known)
    passed &= standing(case, ledger, destination, known)
    firm = (suits <= rules.no_inside_fit - policy.margin) & (runs >= rules.runs)
    firm &= better >= rules.destination + policy.margin
    firm &= thick >= policy.min_sufficiency + policy.margin
    return passed, firm, better


def _wish_to_leave(case: Case, destination: Ints) -> Floats:
    """Worth of the wish for `outside`; a wish for the destination itself speaks louder.

    Who says nothing of leaving, and wants the present role, has answered.
    """
    row, wish = np.arange(case.agents), case.situation.wish
    settled = wish[row, case.situation.current] == WANT
    outside = np.where((case.situation.outside == UNKNOWN) & settled, NO, case.situation.outside)
    named = wish[row, destination]
    return wish_value(np.where(named == UNKNOWN, outside, named))


def _better_outside(case: Case, destination: Ints) -> Floats:
    """Lower bound (Bonferroni) of P(fit outside > fit in every inside role)."""
    there = np.where(destination == NO_ROLE, case.outward[0], destination)
    short = np.zeros(case.agents)
    for role in case.inside:
        here = np.full(case.agents, role, np.int64)
        mean, sd = difference(case.posterior, case.profiles, there, here)
        short += ndtr(-np.divide(mean, sd, out=np.zeros_like(mean), where=sd > 0))
    return np.maximum(0.0, 1.0 - short)
