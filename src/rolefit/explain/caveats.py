"""How far a text can be relied on: what it stands on, how sure it is, what it has not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.direction.decide import FIRM, GATHER, TENTATIVE
from rolefit.direction.moves import OUT, STAY
from rolefit.explain import wording
from rolefit.explain.pick import NONE
from rolefit.explain.reasons import AT_MOST
from rolefit.explain.said import Line, Said, first_said, say, say_one
from rolefit.explain.view import KEYS

if TYPE_CHECKING:
    from rolefit.explain.names import Names
    from rolefit.explain.notes import Notes
    from rolefit.explain.reasons import Reasons
    from rolefit.explain.view import View
    from rolefit.schema.arrays import Bools

EVEN = 0.5
"""Below this chance the present role is more likely no full match than one."""
MOST_WORDS_OF_A_RULE = 20
THIN = ("only_metrics", "too_little_seen")


@dataclass(frozen=True)
class Held:
    """That a suggestion stands from last time, and what today's data alone would say."""

    told: Said
    in_short: Said
    """Without the name of the other role."""


def tell_held(view: View, names: Names) -> Held:
    """Tells of a suggestion that is held, and the role that this run alone would name."""
    held = view.decision.held & (view.decision.direction != OUT)
    direction, role = view.decision.proposed
    stay = wording.sentence(names, "held", "stay")
    short = say_one(wording.sentence(names, "held", "something"), held)
    told = first_said(
        say_one(stay, held & (direction == STAY)),
        say(
            lambda r: wording.about(names, "held", "role", r),
            held & (direction != OUT) & (role != NONE), role,
        ),
        short,
    )  # fmt: skip
    return Held(told, short)


def tell_impression(view: View, names: Names) -> Said:
    """How sure a suggestion is, for `out` conversations and all that is tentative.

    Args:
        view: n agents.
        names: how things are called.

    Returns:
        That the present role may not suit fully, where P(fit >= bar) of it is below one half; that
        we may be wrong, where earlier runs said the same; else that it is a first impression.
    """
    decision = view.decision
    tentative = decision.status == TENTATIVE
    talks = (decision.direction == OUT) & ~decision.by_choice
    here = tentative & (decision.direction == STAY) & (decision.confidence < EVEN)
    again = decision.held | (decision.status == FIRM)
    told = (tentative | talks) & ~decision.by_choice
    keys = (("not_sure_here", here), ("may_be_wrong", again), ("first_impression", ~again))
    return first_said(
        *(say_one(wording.sentence(names, "unsure", key), where & told) for key, where in keys)
    )


def tell_unsure(view: View, reasons: Reasons, spoken: Said, notes: Notes, names: Names) -> Said:
    """The first thing that does not apply, differs, is not yet seen or was hard to read."""
    gathers = view.decision.status == GATHER
    leaves = view.key == KEYS.index("leaving")
    unseen = tell_unseen(reasons, names)
    return first_said(
        first_said(reason_of(reasons, spoken, THIN), unseen).where(gathers),
        tell_rule(notes, names),
        notes.conflict,
        unseen,
        notes.retake,
    ).where(~leaves)


def tell_rule(notes: Notes, names: Names) -> Said:
    """A metric that does not apply, by name where it is the only one and its name is short."""
    rule = notes.applies
    some = wording.sentence(names, "unsure", "some_do_not_apply")
    named: Bools = ~notes.several & (rule.words("agent") <= MOST_WORDS_OF_A_RULE)
    return first_said(rule.where(named), say_one(some, rule.anything))


def tell_unseen(reasons: Reasons, names: Names) -> Said:
    """All unseen attributes among the reasons in one breath."""
    unseen = reasons.has("not_yet_seen")
    order = np.argsort(~unseen, axis=1, kind="stable")[:, :2]
    what = np.take_along_axis(np.where(unseen, reasons.attribute, NONE), order, axis=1)

    def sentence(*attributes: int) -> Line:
        return wording.not_yet_seen(names, *(a for a in attributes if a != NONE))

    return say(sentence, np.asarray(unseen.any(axis=1)), *what.T)


def reason_of(reasons: Reasons, spoken: Said, codes: tuple[str, ...]) -> Said:
    """The sentence of the first reason with one of the codes."""
    found = reasons.has(*codes)
    row = np.arange(len(found))
    return spoken.at(np.where(found.any(axis=1), row * AT_MOST + found.argmax(axis=1), NONE))
