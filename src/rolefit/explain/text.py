"""One readable text an agent, of at most 120 words: strengths first, the last word is theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.direction.decide import GATHER, TENTATIVE
from rolefit.direction.gates import NO_ROLE
from rolefit.explain import wording
from rolefit.explain.pick import NONE
from rolefit.explain.reasons import AT_MOST
from rolefit.explain.said import Said, first_said, joined, say, say_one
from rolefit.explain.view import KEYS, WAITS

if TYPE_CHECKING:
    import pyarrow as pa

    from rolefit.explain.names import Names
    from rolefit.explain.notes import Notes
    from rolefit.explain.reasons import Reasons
    from rolefit.explain.view import Beside, View
    from rolefit.schema.arrays import Bools, Floats, Ints

MOST_WORDS = 120
MOST_WORDS_OF_A_RULE = 20
MOST_WHY = 3
PARAGRAPHS = (
    ("bring", "suggestion"),
    ("why0", "why1", "why2"),
    ("unsure", "why_not", "change"),
    ("turn",),
)
GIVE_WAY = ("why_not", "why1", "change", "why2", "unsure")
"""What is left out first where a text would be too long."""
WAIT_CODES = tuple(f"waits_{gate}" for gate in WAITS)
WISHES_TOLD = ("wish_want", "wish_open", "wish_step_back", "wish_stay")
THIN = ("only_metrics", "too_little_seen")
ASIDE = (
    "gap", "gap_metric", "interest_differs", "wish_asks_first", "wish_outside", "not_yet_seen",
    *THIN, *WAIT_CODES,
)  # fmt: skip
"""Reasons that have a place of their own in a text, not among the why."""


@dataclass(frozen=True)
class Parts:
    """The parts of a text in reading order, each over n agents."""

    bring: Said
    suggestion: Said
    why: tuple[Said, ...]
    unsure: Said
    why_not: Said
    change: Said
    turn: Said

    @classmethod
    def of(
        cls, view: View, beside: Beside, reasons: Reasons, spoken: Said, notes: Notes,
        names: Names, actionable: Bools,
    ) -> Parts:  # fmt: skip
        """Says every part."""
        return cls(
            bring=_bring(view, reasons, names),
            suggestion=_suggestion(view, names),
            why=_why(reasons, spoken),
            unsure=_unsure(view, reasons, spoken, notes, names),
            why_not=first_said(
                _reason_of(reasons, spoken, WAIT_CODES), _why_not(view, beside, names)
            ),
            change=_change(view, beside, reasons, spoken, notes, names, actionable),
            turn=_turn(view),
        )

    def text(self) -> pa.StringArray:
        """All parts as one text; the least needed ones give way where it would be too long."""
        parts = {f"why{k}": part for k, part in enumerate(self.why)}
        parts |= {k: part for k, part in vars(self).items() if k != "why"}
        for name in GIVE_WAY:
            words = np.sum([part.words for part in parts.values()], axis=0)
            parts[name] = parts[name].where(words <= MOST_WORDS)
        whole = [joined([parts[name] for name in names], " ") for names in PARAGRAPHS]
        return joined(whole, "\n")


def _bring(view: View, reasons: Reasons, names: Names) -> Said:
    """Up to two strengths: those among the reasons, else the best of what was seen, else thanks."""
    picked = np.where(reasons.has("brings", "brings_metric", "interest"), reasons.attribute, NONE)
    order = np.argsort(picked == NONE, axis=1, kind="stable")
    picked = np.take_along_axis(picked, order, axis=1)
    best = np.where(view.seen, view.mean, -np.inf)
    other = np.where(best.max(axis=1) > 0, best.argmax(axis=1), NONE)
    one = np.where(picked[:, 0] == NONE, other, picked[:, 0])

    def sentence(*attributes: int) -> str:
        return wording.what_you_bring(names, [a for a in attributes if a != NONE])

    return first_said(
        say(sentence, one != NONE, one, picked[:, 1]), say_one(wording.THANKS, one == NONE)
    )


def _suggestion(view: View, names: Names) -> Said:
    """What is suggested."""
    everybody = np.ones(view.agents, bool)
    return say(
        lambda k, r: wording.suggestion(names, KEYS[k], r),
        everybody, view.key, view.decision.target,
    )  # fmt: skip


def _why(reasons: Reasons, spoken: Said) -> tuple[Said, ...]:
    """Up to three reasons that speak for it; the agent's own wish is always among them."""
    speaks = (reasons.code != NONE) & ~reasons.has(*ASIDE)
    wishes = speaks & reasons.has(*WISHES_TOLD)
    rank = np.where(wishes, 0, np.where(speaks, 1, 2))
    chosen = np.argsort(rank, axis=1, kind="stable")[:, :MOST_WHY]
    order = np.sort(chosen, axis=1)
    row = np.arange(len(order))
    told = np.take_along_axis(speaks, order, axis=1)
    place = np.where(told, row[:, None] * AT_MOST + order, NONE)
    return tuple(spoken.at(place[:, slot]) for slot in range(MOST_WHY))


def _reason_of(reasons: Reasons, spoken: Said, codes: tuple[str, ...]) -> Said:
    """The sentence of the first reason with one of the codes."""
    found = reasons.has(*codes)
    row = np.arange(len(found))
    return spoken.at(np.where(found.any(axis=1), row * AT_MOST + found.argmax(axis=1), NONE))


def _unsure(view: View, reasons: Reasons, spoken: Said, notes: Notes, names: Names) -> Said:
    """The first thing that does not apply, differs, is not yet seen or rests on little."""
    gathers = view.decision.status == GATHER
    leaves = view.key == KEYS.index("leaving")
    unseen = _unseen(reasons, names)
    return first_said(
        first_said(_reason_of(reasons, spoken, THIN), unseen).where(gathers),
        _rule(notes),
        notes.conflict,
        unseen,
        notes.retake,
        say_one(wording.FIRST_IMPRESSION, view.decision.status == TENTATIVE),
    ).where(~leaves)


def _rule(notes: Notes) -> Said:
    """A metric that does not apply, by name where that is short."""
    rule = notes.applies
    short = np.array([len(t.split()) <= MOST_WORDS_OF_A_RULE for t in (*rule.sentences, "")])
    return first_said(
        rule.where(short[rule.index]), say_one(wording.SOME_DO_NOT_APPLY, rule.anything)
    )


def _unseen(reasons: Reasons, names: Names) -> Said:
    """All unseen attributes among the reasons in one breath."""
    unseen = reasons.has("not_yet_seen")
    order = np.argsort(~unseen, axis=1, kind="stable")[:, :2]
    what = np.take_along_axis(np.where(unseen, reasons.attribute, NONE), order, axis=1)

    def sentence(*attributes: int) -> str:
        return wording.not_yet_seen(names, *(a for a in attributes if a != NONE))

    return say(sentence, np.asarray(unseen.any(axis=1)), *what.T)


def _why_not(view: View, beside: Beside, names: Names) -> Said:
    """The runner-up of a move, and where the target draws more."""
    told = (beside.runner_up != NO_ROLE) & (beside.difference != NONE)
    return say(
        lambda x, r, a: wording.why_not(names, x, r, a),
        told, beside.runner_up, view.basis, beside.difference,
    )  # fmt: skip


def _change(
    view: View, beside: Beside, reasons: Reasons, spoken: Said, notes: Notes, names: Names,
    actionable: Bools,
) -> Said:  # fmt: skip
    """What could change it: the attribute with most room, or how to be seen."""
    waits = np.isin(beside.waits_for, (WAITS.index("ready"), WAITS.index("better")))
    role = np.where(view.stays & waits, beside.waits, view.basis)
    gap = reasons.has("gap", "gap_metric")
    named = reasons.attribute[np.arange(view.agents), gap.argmax(axis=1)]
    named = np.where(gap.any(axis=1) & (role == view.basis), named, NONE)
    room = _most_room(view, reasons, role, actionable)
    attribute = np.where(named == NONE, room, named)
    asks = view.stays | view.moves
    return first_said(
        _reason_of(reasons, spoken, ("interest_differs",)).where(asks & (attribute == NONE)),
        say(
            lambda a, r: wording.could_change(names, a, r),
            asks & (attribute != NONE), attribute, role,
        ),
        say_one(wording.STAY_AND_GROW, view.key == KEYS.index("out")),
        _unseen(reasons, names).where(np.asarray(reasons.has(*THIN).any(axis=1))),
        _rule(notes).where(view.decision.status == GATHER),
    )  # fmt: skip


def _most_room(view: View, reasons: Reasons, role: Ints, actionable: Bools) -> Ints:
    """The seen attribute a person can work on, no strength yet, that would add most to a fit."""
    room: Floats = view.weights(role) * np.clip(1.0 - view.mean, 0.0, 1.0)
    room[~view.seen | ~actionable] = 0.0
    agent, slot = np.nonzero(reasons.has("brings", "brings_metric"))
    room[agent, reasons.attribute[agent, slot]] = 0.0
    return np.where(room.max(axis=1) > 0, room.argmax(axis=1), NONE)


def _turn(view: View) -> Said:
    """An open question to end on."""
    everybody = np.ones(view.agents, bool)
    return say(lambda k: wording.TURNS[KEYS[k]], everybody, view.key)
