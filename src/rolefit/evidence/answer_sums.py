"""Sums over people from which everything about a scale follows; partitions add up in any order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.scales import PairSums, item_ids

if TYPE_CHECKING:
    from rolefit.schema.arrays import Floats, Ints
    from rolefit.schema.surveys import Instrument

ROUNDING = 1e-9


@dataclass(frozen=True)
class AnswerSums:
    """Sums over people from which scale norms follow; partitions add up in any order."""

    items: PairSums
    """Of answers as given, less the middle of the range."""
    scores: PairSums
    """Of scale scores, less the middle of the range."""
    floor: Ints
    """(S,) people with the lowest possible score of a scale."""
    ceiling: Ints
    """(S,) people with the highest possible one."""

    @classmethod
    def of(cls, given: Floats, scores: Floats, instrument: Instrument) -> AnswerSums:
        """The sums of one partition.

        Args:
            given: (n, items) answers as `item_answers` returns them.
            scores: (n, S) scale scores of the same people.
            instrument: declares the range.
        """
        head, centre = instrument.instrument, middle(instrument)
        return cls(
            PairSums.of(given - centre),
            PairSums.of(scores - centre),
            np.count_nonzero(scores <= head.min + ROUNDING, axis=0),
            np.count_nonzero(scores >= head.max - ROUNDING, axis=0),
        )

    def __add__(self, other: AnswerSums) -> AnswerSums:
        return AnswerSums(
            self.items + other.items, self.scores + other.scores,
            self.floor + other.floor, self.ceiling + other.ceiling,
        )  # fmt: skip


def middle(instrument: Instrument) -> float:
    """Middle of the answer range: sums about it stay exact for answers in steps of a half.

    Example:
        >>> from rolefit.schema.questionnaires import builtin_instrument
        >>> middle(builtin_instrument("builtin:strengths"))
        3.0
    """
    return (instrument.instrument.min + instrument.instrument.max) / 2.0


def keyed_sums(name: str, sums: AnswerSums, instrument: Instrument) -> tuple[PairSums, list[str]]:
    """Pair sums of a scale's items after reversal, less the middle; and the items answered.

    Args:
        name: one scale of the instrument.
        sums: over people, of the whole instrument.
        instrument: items, reversal and declared range.

    Returns:
        pair sums of the k items that anybody answered, (k, k) each, in the unit of the answers;
        and the ids of those items, in the order of the scale.

    Example:
        Patience and haste (turned round) are answered alike: +1 twice, then +2 twice.

        >>> from rolefit.schema.surveys import Instrument
        >>> head = {"id": "ours", "kind": "strengths", "min": 1, "max": 5}
        >>> items = {"items": ["patience", "haste"], "reversed": ["haste"]}
        >>> scales = {"calm": {"attribute": "composure", **items}}
        >>> ours = Instrument.model_validate({"instrument": head, "scales": scales})
        >>> answers = np.array([[4.0, 2.0], [5.0, 1.0]])
        >>> sums = AnswerSums.of(answers, np.array([[4.0], [5.0]]), ours)
        >>> keyed_sums("calm", sums, ours)[0].cross.tolist()
        [[5.0, 5.0], [5.0, 5.0]]
    """
    scale, order = instrument.scales[name], item_ids(instrument)
    asked = [item for item in scale.items if sums.items.people[order.index(item)] > 0]
    at = np.array([order.index(item) for item in asked], np.int64)
    sign = np.array([-1.0 if item in scale.reversed else 1.0 for item in asked])
    block = np.ix_(at, at)
    count, total, cross = (getattr(sums.items, part)[block] for part in ("count", "total", "cross"))
    return PairSums(count, sign[:, None] * total, sign[:, None] * cross * sign), asked
