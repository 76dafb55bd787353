"""Careless answering: five signs in a person's own answers that they were given without reading.

A flag widens what a survey says of a person; it never moves a mean and excludes nobody. Every
sign compares one person with fixed cuts, so one person alone is flagged as in a crowd.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.distance import DistanceNorms, distance_depth
from rolefit.evidence.scales import item_ids, keyed_answers
from rolefit.evidence.table import numbers

if TYPE_CHECKING:
    import pyarrow as pa

    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.surveys import Instrument

SIGNS = ("longstring", "variability", "even_odd", "distance", "seconds")
SECONDS_PER_ITEM = 2.0
LEAST_STRING = 8
LEAST_ANSWERS = 8
LEAST_SCALES = 5
NARROW = 1e-9
STEEPEST = 4.0


@dataclass(frozen=True)
class CarelessNorms:
    """The cuts of the signs that depend on how people answer this instrument."""

    variability_low: float
    """Spread of a person's answers below which they are flagged, in the unit of the answers."""
    even_odd_low: float | None
    """Fisher z of the agreement of two halves below which a person is flagged; None = not used."""
    distance: DistanceNorms | None
    """What an unusual pattern is measured by; None = too few people to know."""


def longest_string(given: Floats) -> Ints:
    """(n,) longest run of the same answer in the order asked, unanswered items skipped.

    Args:
        given: (n, items) answers as given, NaN = not answered.

    Source:
        Johnson 2005; Curran 2016.

    Example:
        >>> longest_string(np.array([[1.0, 1, np.nan, 1, 2], [1, 2, 3, 4, 5]])).tolist()
        [3, 1]
    """
    last, run = np.full(len(given), np.nan), np.zeros(len(given), np.int64)
    longest = run
    for answer in given.T:
        seen = ~np.isnan(answer)
        run = np.where(seen, np.where(answer == last, run + 1, 1), run)
        last = np.where(seen, answer, last)
        longest = np.maximum(longest, run)
    return longest


def same_answer(given: Floats) -> Bools:
    """(n,) whether half the items in a row, at least 8, got the same answer.

    Args:
        given: (n, items) answers as given, NaN = not answered.

    Source:
        Curran 2016 for half the length.

    Example:
        >>> given = np.tile([3.0, 4.0], (2, 8))
        >>> given[0, 1:8], given[1, 1:7] = 3.0, 3.0
        >>> longest_string(given).tolist(), same_answer(given).tolist()
        ([9, 7], [True, False])
    """
    flagged: Bools = longest_string(given) >= max(LEAST_STRING, (given.shape[1] + 1) // 2)
    return flagged


def seconds_taken(answers: pa.Table) -> Floats:
    """(n,) time each respondent took, in s; NaN where it is not known.

    Example:
        >>> import pyarrow as pa
        >>> seconds_taken(pa.table({"agent_id": ["A1", "A2"], "seconds": [90.0, None]})).tolist()
        [90.0, nan]
    """
    if "seconds" not in answers.column_names:
        return np.full(answers.num_rows, np.nan)
    return numbers(answers["seconds"])


def too_fast(given: Floats, seconds: Floats) -> Bools:
    """(n,) whether an answered item took less than 2 s on average; unknown time is no flag.

    Args:
        given: (n, items) answers as given, NaN = not answered.
        seconds: (n,) time taken.

    Limits:
        time is told for the whole questionnaire: a pause hides hasty answers.

    Source:
        Huang et al. 2012.

    Example:
        >>> too_fast(np.full((3, 40), 4.0), np.array([79.0, 80.0, np.nan])).tolist()
        [True, False, False]
    """
    flagged: Bools = seconds < SECONDS_PER_ITEM * (~np.isnan(given)).sum(axis=1)
    return flagged


def variability(given: Floats) -> Floats:
    """(n,) standard deviation of a person's answers as given; NaN with fewer than 8 answers.

    Args:
        given: (n, items) answers as given, NaN = not answered.

    Returns:
        in the unit of the answers, with n - 1.

    Source:
        Dunn et al. 2018 (intra-individual response variability).

    Example:
        >>> variability(np.array([[2.0, 4] * 5, [3.0] * 10, [np.nan] * 10])).round(3).tolist()
        [1.054, 0.0, nan]
    """
    seen = ~np.isnan(given)
    count = seen.sum(axis=1)
    centre = np.nansum(given, axis=1) / np.maximum(count, 1)
    square = np.where(seen, (given - centre[:, None]) ** 2, 0.0).sum(axis=1)
    return np.where(count >= LEAST_ANSWERS, np.sqrt(square / np.maximum(count - 1, 1)), np.nan)


def even_odd(given: Floats, instrument: Instrument) -> Floats:
    """Agreement of the two halves of every scale within a person, as Fisher z.

        r = correlation over scales of (mean of 1st, 3rd, ... item, mean of 2nd, 4th, ... item)
        z = artanh r

    Args:
        given: (n, items) answers as given; reversal happens here.
        instrument: its scales of at least two items.

    Returns:
        (n,) Fisher z, clipped to [-4, 4]; NaN where fewer than five scales have an answer in
        both halves, or where a half does not vary.

    Limits:
        a person whose true profile is flat agrees with themselves by chance only: hence a cut
        from the norm group, never above 0.

    Source:
        Johnson 2005; Curran 2016. Without the Spearman-Brown step, which keeps the sign.

    Example:
        Five scales of two items; the second person answers every second item the other way.

        >>> from rolefit.schema.surveys import Instrument
        >>> head = {"id": "ours", "kind": "strengths", "min": 1, "max": 5}
        >>> scales = {s: {"attribute": s, "items": [s + "1", s + "2"]} for s in "abcde"}
        >>> ours = Instrument.model_validate({"instrument": head, "scales": scales})
        >>> first, same, other = [1.0, 2, 3, 4, 5], [1.0, 2, 3, 5, 4], [5.0, 4, 3, 1, 2]
        >>> given = np.array([np.ravel([first, half], order="F") for half in (same, other)])
        >>> even_odd(given, ours).round(3).tolist()
        [1.472, -1.472]
    """
    scales = [scale for scale in instrument.scales.values() if len(scale.items) > 1]
    if len(scales) < LEAST_SCALES:
        return np.full(len(given), np.nan)
    keyed = [keyed_answers(given, instrument, scale) for scale in scales]
    first = np.column_stack([_mean(answers[:, 0::2]) for answers in keyed])
    second = np.column_stack([_mean(answers[:, 1::2]) for answers in keyed])
    both = ~(np.isnan(first) | np.isnan(second))
    count = both.sum(axis=1)
    first, second = _centred(first, both), _centred(second, both)
    scale = np.sqrt((first**2).sum(axis=1) * (second**2).sum(axis=1))
    known = (count >= LEAST_SCALES) & (scale > NARROW)
    r = (first * second).sum(axis=1) / np.where(known, scale, 1.0)
    limit = np.tanh(STEEPEST)
    return np.where(known, np.arctanh(np.clip(r, -limit, limit)), np.nan)


def _mean(answers: Floats) -> Floats:
    """(n,) mean of what is answered, NaN where nothing is."""
    count = (~np.isnan(answers)).sum(axis=1)
    return np.where(count > 0, np.nansum(answers, axis=1) / np.maximum(count, 1), np.nan)


def _centred(values: Floats, keep: Bools) -> Floats:
    """Deviations from a person's own mean over the kept columns, 0 elsewhere."""
    kept = np.where(keep, values, 0.0)
    mean = kept.sum(axis=1, keepdims=True) / np.maximum(keep.sum(axis=1, keepdims=True), 1)
    return np.where(keep, values - mean, 0.0)


def careless_flags(
    given: Floats, seconds: Floats, instrument: Instrument, norms: CarelessNorms
) -> Bools:
    """Which signs of careless answering each person shows.

    longstring: the same answer to half the items in a row, at least 8; variability: spread of
    answers under the cut; even_odd: halves of scales disagree; distance: a pattern unlike
    anybody's; seconds: under 2 s an answered item.

    Args:
        given: (n, items) answers as given.
        seconds: (n,) time taken, NaN where unknown.
        instrument: its scales and range.
        norms: cuts of this instrument.

    Returns:
        (n, 5) flags in the order of SIGNS; a sign that cannot be computed is no flag.

    Limits:
        somebody who truly means the same answer everywhere is flagged; that is why a flag only
        widens.

    Source:
        Curran 2016 (half the length in a row; even-odd); Dunn et al. 2018 (variability);
        Meade & Craig 2012 (Mahalanobis distance); Huang et al. 2012 (2 s an item).

    Example:
        Both said 3 all along, the first in 60 s, the second in ten minutes.

        >>> from rolefit.schema.questionnaires import builtin_instrument
        >>> strengths = builtin_instrument("builtin:strengths")
        >>> given = np.full((2, len(item_ids(strengths))), 3.0)
        >>> norms = CarelessNorms(0.2, None, None)
        >>> flags = careless_flags(given, np.array([60.0, 600.0]), strengths, norms)
        >>> [[sign for sign, on in zip(SIGNS, row) if on] for row in flags.tolist()]
        [['longstring', 'variability', 'seconds'], ['longstring', 'variability']]
    """
    nowhere = np.zeros(len(given), bool)
    low, far = norms.even_odd_low, norms.distance
    return np.column_stack([
        same_answer(given),
        variability(given) < norms.variability_low - NARROW,
        nowhere if low is None else even_odd(given, instrument) < low - NARROW,
        nowhere if far is None else distance_depth(given, item_ids(instrument), far) > far.cut,
        too_fast(given, seconds),
    ])  # fmt: skip
