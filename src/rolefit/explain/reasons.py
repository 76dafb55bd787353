"""The at most four reasons of a suggestion, read off the exact terms, the wishes and the gates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.direction.decide import EXPLORE, GATHER
from rolefit.direction.moves import OUT, STEP_BACK
from rolefit.direction.wishes import OPEN, WANT
from rolefit.explain.pick import METRICS, NONE, Picked, lead_source, pick_terms
from rolefit.explain.view import WAITS
from rolefit.schema.tables import FAMILIES

if TYPE_CHECKING:
    from rolefit.evidence.table import Evidence
    from rolefit.explain.view import Beside, View
    from rolefit.schema.arrays import Bools, Floats, Ints

POLARITY = {
    "brings": "+", "brings_metric": "+", "interest": "+",
    "gap": "-", "gap_metric": "-", "interest_differs": "-",
    "wish_want": "0", "wish_open": "0", "wish_asks_first": "0", "wish_step_back": "0",
    "wish_stay": "0", "wish_outside": "0", "thrives_elsewhere": "0", "not_yet_seen": "0",
    "only_metrics": "0", "too_little_seen": "0",
    **{f"waits_{gate}": "0" for gate in WAITS},
}  # fmt: skip
"""Every code; + adds to the fit, - takes from it, 0 is no part of it (wish, gate, not yet seen)."""
CODES = tuple(POLARITY)
AT_MOST, MOST_STRENGTHS = 4, 3
INTERESTS = FAMILIES.index("interests")
SURELY_BELOW = 0.52
"""A gap is told only where the attribute is below average with a chance of 70 % or more."""


def code_of(name: str) -> int:
    """Position of a code in CODES."""
    return CODES.index(name)


@dataclass(frozen=True)
class Reasons:
    """Up to four reasons an agent, agents x 4, in the order in which they are told; -1 = none."""

    code: Ints
    attribute: Ints
    family: Ints
    source: Ints
    role: Ints
    term: Floats
    """NaN where a reason is no term of the fit."""

    def has(self, *names: str) -> Bools:
        """Which reasons carry one of the codes."""
        return np.isin(self.code, [code_of(name) for name in names])

    def flat(self) -> Reasons:
        """All reasons of all agents in one row, agent by agent."""
        return Reasons(*(values.ravel() for values in vars(self).values()))


def choose_reasons(view: View, beside: Beside, evidence: Evidence) -> Reasons:
    """Selects what is told: strengths first, then wishes, what waits, gaps, what is not yet seen.

    Args:
        view: n agents.
        beside: the roles beside the suggested one.
        evidence: evidence of the same agents, for naming sources.

    Returns:
        Reasons, at most four an agent, at most one of them from metrics.

    Limits:
        names the largest terms only; `terms` has them all.
    """
    gathers = view.decision.status == GATHER
    leaves = view.decision.direction == OUT
    good = view.seen & (view.mean > 0)
    strengths = pick_terms(
        view.terms, good, MOST_STRENGTHS, sign=1, metrics=np.ones(view.agents, bool)
    )
    low = view.seen & (view.mean < -SURELY_BELOW * view.sd) & ~(gathers | leaves)[:, None]
    free = ~(strengths.family == METRICS).any(axis=1)
    gaps = pick_terms(view.terms, low, 1, sign=-1, metrics=free)
    said = [_from_wishes(view, beside), _from_waiting(beside), _from_terms(view, evidence, gaps)]
    unseen = [_unseen(view, rank, gathers) for rank in range(2)]
    said += [_too_little(view, unseen[0], gathers), *unseen]
    rest = _packed(said, 2)
    room = AT_MOST - (rest.code != NONE).sum(axis=1)
    first = _limited(_from_terms(view, evidence, strengths), np.where(gathers, 2, room))
    return _packed([first, rest], AT_MOST)


def _from_terms(view: View, evidence: Evidence, picked: Picked) -> Reasons:
    """Picked terms as reasons."""
    told = picked.attribute != NONE
    plus = picked.term > 0
    name = np.where(plus, code_of("brings"), code_of("gap"))
    metric = picked.family == METRICS
    name[metric] = np.where(plus, code_of("brings_metric"), code_of("gap_metric"))[metric]
    liked = picked.family == INTERESTS
    name[liked] = np.where(plus, code_of("interest"), code_of("interest_differs"))[liked]
    return Reasons(
        code=np.where(told, name, NONE),
        attribute=picked.attribute,
        family=picked.family,
        source=lead_source(evidence, view.terms.shape, picked),
        role=np.where(told, view.basis[:, None], NONE),
        term=picked.term,
    )


def _plain(code: Ints, role: Ints, attribute: Ints | None = None) -> Reasons:
    """One reason an agent that is no term of the fit."""
    told = (code != NONE)[:, None]
    none = np.full((len(code), 1), NONE, np.int64)
    what = none if attribute is None else np.where(told, attribute[:, None], NONE)
    role = np.where(told, role[:, None], NONE)
    return Reasons(code[:, None], what, none, none, role, np.full((len(code), 1), np.nan))


def _from_wishes(view: View, beside: Beside) -> Reasons:
    """What the agent told us, where it counts for the suggestion."""
    row = np.arange(view.agents)
    here = view.situation.wish[row, view.situation.current] == WANT
    refuses = beside.refused != NONE
    wish = view.situation.wish[row, view.basis]
    back = view.decision.direction == STEP_BACK
    code = np.select(
        [
            view.decision.by_choice,
            view.decision.direction == OUT,
            view.moves & (view.decision.status == EXPLORE),
            view.moves & (wish == WANT),
            view.moves & (wish == OPEN),
            back,
            view.stays & (refuses | here),
        ],
        [
            code_of(name)
            for name in (
                "wish_outside",
                "thrives_elsewhere",
                "wish_asks_first",
                "wish_want",
                "wish_open",
                "wish_step_back",
                "wish_stay",
            )
        ],
        NONE,
    )
    role = np.where(view.stays, np.where(refuses, beside.refused, view.basis), view.basis)
    return _plain(code, role)


def _from_waiting(beside: Beside) -> Reasons:
    """What keeps a move from being suggested yet, unless the agent's own wish does."""
    codes = np.array([*(code_of(f"waits_{gate}") for gate in WAITS), NONE], np.int64)
    quiet = (beside.waits == NONE) | (beside.refused != NONE)
    return _plain(np.where(quiet, NONE, codes[beside.waits_for]), beside.waits)


def _unseen(view: View, rank: int, gathers: Bools) -> Reasons:
    """The heaviest (rank 0) or next (rank 1) top attribute without evidence."""
    weights = np.where(view.unseen(), view.weights(view.basis), 0.0)
    most = weights.shape[1] - 1
    order = np.argsort(-weights, axis=1, kind="stable")[:, min(rank, most)]
    told = (weights[np.arange(view.agents), order] > 0) & (rank <= most)
    told &= view.decision.direction != OUT
    told &= gathers | (rank == 0)
    return _plain(np.where(told, code_of("not_yet_seen"), NONE), view.basis, order)


def _too_little(view: View, unseen: Reasons, gathers: Bools) -> Reasons:
    """Why a suggestion has to wait: only numbers so far, or a thin record on every attribute."""
    families = np.asarray((view.posterior.precision > 0).any(axis=1))
    only_metrics = families[:, METRICS] & (families.sum(axis=1) == 1)
    code = np.where(only_metrics, code_of("only_metrics"), code_of("too_little_seen"))
    told = gathers & (only_metrics | (unseen.code[:, 0] == NONE))
    return _plain(np.where(told, code, NONE), view.basis)


def _limited(reasons: Reasons, most: Ints) -> Reasons:
    """The first `most` reasons of each agent."""
    slot = np.arange(reasons.code.shape[1])
    code = np.where(slot < most[:, None], reasons.code, NONE)
    return Reasons(**{**vars(reasons), "code": code})


def _packed(groups: list[Reasons], most: int) -> Reasons:
    """Several groups side by side, gaps closed, the first `most` kept."""
    wide = {k: np.concatenate([vars(g)[k] for g in groups], axis=1) for k in vars(groups[0])}
    order = np.argsort(wide["code"] == NONE, axis=1, kind="stable")[:, :most]
    return Reasons(**{k: np.take_along_axis(v, order, axis=1) for k, v in wide.items()})
