"""How the people of a centre spread over the signs of careless answering, and cuts from that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.careless import (
    STEEPEST,
    even_odd,
    same_answer,
    too_fast,
    variability,
)

if TYPE_CHECKING:
    from rolefit.evidence.careless import CarelessNorms
    from rolefit.schema.arrays import Floats, Ints
    from rolefit.schema.surveys import Instrument

FLAT_SHARE = 0.05
VARIABILITY_DEPTH = 3.0
EVEN_ODD_DEPTH = 2.33
QUARTILE = 0.6745
BINS = 400


@dataclass(frozen=True)
class SignCounts:
    """How the people of a partition spread over two signs; partitions add up in any order."""

    variability: Ints
    """(bins,) people by spread of answers, from 0 to the width of the answer range."""
    even_odd: Ints
    """(bins,) people by Fisher z, from -4 to 4."""
    asked: int
    """People who answered at least one item."""
    same_answer: int
    """People with half the items answered alike in a row."""
    timed: int
    """People whose time is known."""
    too_fast: int
    """People who were faster than one can read."""

    @classmethod
    def of(cls, given: Floats, seconds: Floats, instrument: Instrument) -> SignCounts:
        """Counts the people of one partition; arguments as of `careless_flags`."""
        spoke = ~np.isnan(given).all(axis=1)
        return cls(
            count_bins(variability(given), 0.0, answer_width(instrument)),
            count_bins(even_odd(given, instrument), -STEEPEST, STEEPEST),
            int(spoke.sum()),
            int(same_answer(given).sum()),
            int((spoke & ~np.isnan(seconds)).sum()),
            int(too_fast(given, seconds).sum()),
        )

    def __add__(self, other: SignCounts) -> SignCounts:
        return SignCounts(*(
            own + theirs
            for own, theirs in zip(vars(self).values(), vars(other).values(), strict=True)
        ))  # fmt: skip

    def shares(self, norms: CarelessNorms, instrument: Instrument) -> dict[str, float | None]:
        """Sign -> share of people who show it; None where it is not looked at or nobody could.

        The distance is counted apart, once its cut is known. Cuts lie inside a bin: a share is
        right to the people of one bin of 400.
        """
        low = norms.even_odd_low
        return {
            "longstring": _share(self.same_answer, self.asked),
            "variability": share_below(
                self.variability, norms.variability_low, 0.0, answer_width(instrument)
            ),
            "even_odd": None
            if low is None
            else share_below(self.even_odd, low, -STEEPEST, STEEPEST),
            "distance": None,
            "seconds": _share(self.too_fast, self.timed),
        }


def answer_width(instrument: Instrument) -> float:
    """From the lowest to the highest possible answer.

    Example:
        >>> from rolefit.schema.questionnaires import builtin_instrument
        >>> answer_width(builtin_instrument("builtin:strengths"))
        4.0
    """
    return instrument.instrument.max - instrument.instrument.min


def _share(part: int, whole: int) -> float | None:
    """A share; None of nobody."""
    return part / whole if whole else None


def count_bins(values: Floats, low: float, high: float) -> Ints:
    """(bins,) how many values fall in each of equal bins; NaN is left out, ends take the rest.

    Args:
        values: shape (n,), NaN where unknown.
        low: lower end of the first bin.
        high: upper end of the last bin.

    Example:
        >>> counts = count_bins(np.array([-1.0, 0.5, 9.0, np.nan]), 0.0, 1.0)
        >>> len(counts), np.flatnonzero(counts).tolist()
        (400, [0, 200, 399])
    """
    known = values[~np.isnan(values)]
    at = np.clip(((known - low) / (high - low) * BINS).astype(np.int64), 0, BINS - 1)
    return np.bincount(at, minlength=BINS)


def quantile(counts: Ints, q: float, low: float, high: float) -> float:
    """A quantile of binned values, linear within its bin.

    Args:
        counts: of `count_bins`, not all 0.
        q: in (0, 1).
        low: lower end of the first bin.
        high: upper end of the last bin.

    Limits:
        exact to the width of a bin, (high - low) / 400.

    Example:
        >>> round(quantile(np.full(BINS, 2), 0.25, 0.0, 1.0), 6)
        0.25
    """
    running = np.cumsum(counts)
    at = int(np.searchsorted(running, q * running[-1]))
    before = running[at] - counts[at]
    inside = (q * running[-1] - before) / max(int(counts[at]), 1)
    return low + (high - low) * (at + float(inside)) / BINS


def share_below(counts: Ints, cut: float, low: float, high: float) -> float | None:
    """Share of binned values below a cut, linear within its bin; None where there is no value.

    Example:
        >>> share_below(np.full(BINS, 2), 0.25, 0.0, 1.0)
        0.25
    """
    if not counts.sum():
        return None
    ends = np.linspace(low, high, BINS + 1)
    running = np.concatenate([[0], np.cumsum(counts)]) / counts.sum()
    return float(np.interp(cut, ends, running))


def tail_cut(counts: Ints, depth: float, low: float, high: float) -> float:
    """A point `depth` robust sd from the median, on the side of the sign of `depth`.

    The quartile of that side stands for its sd: careless people in the norm group hardly move
    it, while a plain quantile would flag its own share of even the most careful centre.

    Args:
        counts: of `count_bins`, not all 0.
        depth: in robust sd; its sign says which tail.
        low: lower end of the first bin.
        high: upper end of the last bin.

    Limits:
        once a quarter of all people are careless in the same tail, the quartile is theirs.

    Source:
        median and quartile range over .6745 as a robust sd (Huber 1981), each side by itself.

    Example:
        >>> round(tail_cut(np.full(BINS, 2), -1.0, 0.0, 1.0), 4), round(0.5 - 0.25 / 0.6745, 4)
        (0.1294, 0.1294)
    """
    middle = quantile(counts, 0.5, low, high)
    side = quantile(counts, 0.25 if depth < 0 else 0.75, low, high)
    return middle + depth * abs(middle - side) / QUARTILE


def flat_cut(counts: Ints, instrument: Instrument, least_people: int) -> float:
    """Spread of answers below which a person is flagged; never below 5 % of the range.

    Args:
        counts: people by spread of answers, as `SignCounts.variability`.
        instrument: declares the answer range.
        least_people: fewer keep the floor.

    Returns:
        in the unit of the answers.

    Example:
        Too few people: 5 % of a range of 4. Else 3 robust sd below: 1 - 3 x .1 / .6745.
        >>> from rolefit.schema.questionnaires import builtin_instrument
        >>> counts = count_bins(np.linspace(0.8, 1.2, 201), 0.0, 4.0)
        >>> strengths = builtin_instrument("builtin:strengths")
        >>> [round(flat_cut(counts, strengths, least), 2) for least in (500, 100)]
        [0.2, 0.55]
    """
    width = answer_width(instrument)
    floor = FLAT_SHARE * width
    if counts.sum() < least_people:
        return floor
    return max(floor, tail_cut(counts, -VARIABILITY_DEPTH, 0.0, width))


def disagreement_cut(counts: Ints, least_people: int) -> float | None:
    """Fisher z below which a person is flagged: at most 0, lower where honest people go lower.

    Args:
        counts: people by Fisher z of their two halves, as `SignCounts.even_odd`.
        least_people: with fewer the sign is not used.

    Returns:
        Fisher z; None with too few people.

    Example:
        >>> alike = count_bins(np.linspace(1.0, 2.0, 201), -STEEPEST, STEEPEST)
        >>> unlike = count_bins(np.linspace(-1.0, 1.0, 201), -STEEPEST, STEEPEST)
        >>> disagreement_cut(alike, 100), round(disagreement_cut(unlike, 100), 2)
        (0.0, -1.73)
    """
    if counts.sum() < least_people:
        return None
    return min(0.0, tail_cut(counts, -EVEN_ODD_DEPTH, -STEEPEST, STEEPEST))
