"""Reasons of one kind and one source, which a text tells in one breath."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from rolefit.explain.pick import NONE
from rolefit.explain.reasons import AT_MOST, INTERESTS
from rolefit.schema.tables import FAMILIES

if TYPE_CHECKING:
    from rolefit.explain.reasons import Reasons
    from rolefit.schema.arrays import Ints

STRENGTHS = FAMILIES.index("strengths")
MOST_MORE = 2


@dataclass(frozen=True)
class Together:
    """The reasons of n agents, like ones joined."""

    reasons: Reasons
    """As chosen; a reason that joined an earlier one is left out."""
    more: Ints
    """Further attributes of each reason, agents x 4 x 2; -1 = none."""


def tell_together(reasons: Reasons) -> Together:
    """Joins strengths seen by the same source, and interests that one role offers.

    Args:
        reasons: of n agents.

    Returns:
        Together; every attribute stays told.
    """
    joins = reasons.has("brings", "interest")
    source = lead(reasons)
    more = np.full((*reasons.code.shape, MOST_MORE), NONE, np.int64)
    count = np.zeros(reasons.code.shape, np.int64)
    code = reasons.code.copy()
    for one, other in combinations(range(AT_MOST), 2):
        same = joins[:, one] & joins[:, other] & (code[:, one] != NONE) & (code[:, other] != NONE)
        for value in (reasons.code, reasons.family, reasons.role, source):
            same &= value[:, one] == value[:, other]
        agent = np.flatnonzero(same & (count[:, one] < MOST_MORE))
        more[agent, one, count[agent, one]] = reasons.attribute[agent, other]
        count[agent, one] += 1
        code[agent, other] = NONE
    return Together(replace(reasons, code=code), more)


def lead(reasons: Reasons) -> Ints:
    """The source that a sentence names; -1 for a survey, which is named as a whole."""
    return np.where(np.isin(reasons.family, (INTERESTS, STRENGTHS)), NONE, reasons.source)
