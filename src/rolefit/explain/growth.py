"""What a person could grow in to change a suggestion: one attribute, as a possibility."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.explain import wording
from rolefit.explain.pick import NONE
from rolefit.explain.said import Said, say
from rolefit.explain.view import WAITS

if TYPE_CHECKING:
    from rolefit.explain.names import Names
    from rolefit.explain.notes import Notes
    from rolefit.explain.reasons import Reasons
    from rolefit.explain.view import Beside, View
    from rolefit.schema.arrays import Bools, Floats, Ints


@dataclass(frozen=True)
class Growth:
    """What could change a suggestion, one entry an agent; -1 where nothing is told."""

    attribute: Ints
    role: Ints
    closer: Bools
    """The sentence before says that this role is not a full match yet."""
    here: Bools
    """It is the present role."""


def ways_to_grow(
    view: View, beside: Beside, reasons: Reasons, notes: Notes, strengths: Ints, actionable: Bools
) -> Growth:
    """The attribute with most room in the role that is nearest, or in the suggested one.

    Never a strength that the text names, and none on which sources differ: talking comes first.

    Args:
        view: n agents.
        beside: the roles beside the suggested one.
        reasons: of the same agents.
        notes: of the same agents.
        strengths: attributes that the opening names, agents x k; -1 = none.
        actionable: attributes that a person can work on.
    """
    waits = view.stays & np.isin(beside.waits_for, (WAITS.index("ready"), WAITS.index("better")))
    role = np.where(waits, beside.waits, view.basis)
    gap = reasons.has("gap", "gap_metric")
    named = reasons.attribute[np.arange(view.agents), gap.argmax(axis=1)]
    clear = gap.any(axis=1) & (role == view.basis) & (named != notes.differs_on)
    named = np.where(clear, named, NONE)
    room = _room(view, role)
    room[~view.seen | ~actionable] = 0.0
    unclear = np.flatnonzero(notes.differs_on != NONE)
    room[unclear, notes.differs_on[unclear]] = 0.0
    brought = np.where(reasons.has("brings", "brings_metric"), reasons.attribute, NONE)
    for told in (*strengths.T, *brought.T):
        agent = np.flatnonzero(told != NONE)
        room[agent, told[agent]] = 0.0
    most = np.where(room.max(axis=1) > 0, room.argmax(axis=1), NONE)
    attribute = np.where(named == NONE, most, named)
    return Growth(
        attribute=np.where(view.stays | view.moves, attribute, NONE),
        role=role,
        closer=waits & np.asarray(reasons.has("waits_ready", "waits_better").any(axis=1)),
        here=role == view.situation.current,
    )


def tell_growth(names: Names, key: str, about: Growth, where: Bools) -> Said:
    """Growth in one attribute as a possibility."""
    return say(
        lambda a, r: wording.about(names, "grow", key, r, a),
        where & (about.attribute != NONE), about.attribute, about.role,
    )  # fmt: skip


def _room(view: View, role: Ints) -> Floats:
    """What growth up to one sd above average would add to the fit in a role, by attribute."""
    return view.weights(role) * np.clip(1.0 - view.mean, 0.0, 1.0)
