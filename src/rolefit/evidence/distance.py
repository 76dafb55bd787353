"""How unlike everybody else's a pattern of answers is: Mahalanobis distance with gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from rolefit.evidence.scales import item_ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.evidence.scales import PairSums
    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.surveys import Instrument

LEAST_PEOPLE = 15
IMAGINED_PEOPLE = 10
TEXTBOOK_CORRELATION = 0.3
MOST_ALIKE = 0.95
MOST_OWN = 0.8
EQUAL_SAY = 400.0
SINGULAR = 1e-9
BLOCK = 512
NO_CUT = float("inf")


@dataclass(frozen=True)
class DistanceNorms:
    """The usual pattern of answers to an instrument."""

    items: tuple[str, ...]
    """Items that vary, in the order of the figures below."""
    means: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    """Covariances of the answers as given, see `usual_pattern`."""
    cut: float
    """Depth (in normal sd) from which a pattern is flagged."""


def usual_pattern(sums: PairSums, offset: float, instrument: Instrument) -> DistanceNorms | None:
    """The norms of the distance, with no cut yet; None where fewer than 15 people answered.

        S = (1 + 1/n) (w C + (1 - w) T),   w = .8 n^2 / (n^2 + 400^2)

    C are the pairwise covariances of the people here. T is what the key of the instrument says
    of them: the items' variances, and two correlations only, one between items of a scale and
    one between items of different scales, both after reversal. Two numbers are known after
    fifteen people, a thousand covariances are not: so the distance works in a small centre too,
    and goes over to the people's own pattern as they grow many. 1/n is the error of the means.

    Args:
        sums: pair sums of the answers less `offset`, items in the order of `item_ids`.
        offset: what was taken off every answer.
        instrument: which items belong together, and which are reversed.

    Limits:
        people who answer at random are part of the pattern: one in ten of them hide each other
        partly in a small team.

    Source:
        Ledoit & Wolf 2004 (shrinkage towards a structure; here with a fixed weight).

    Example:
        Twenty people answer an item and its reverse as opposites; ten imagined people whose
        answers agree by .3 are with them: (20 * 1 + 10 * .3) / 30 = .77.

        >>> from rolefit.evidence.scales import PairSums
        >>> from rolefit.schema.surveys import Instrument
        >>> head = {"id": "ours", "kind": "strengths", "min": 1, "max": 5}
        >>> items = {"items": ["patience", "haste"], "reversed": ["haste"]}
        >>> scales = {"calm": {"attribute": "composure", **items}}
        >>> ours = Instrument.model_validate({"instrument": head, "scales": scales})
        >>> answers = np.array([[2.0, 4.0], [4.0, 2.0], [3.0, 3.0], [3.0, 3.0]] * 5)
        >>> usual = usual_pattern(PairSums.of(answers - 3.0), 3.0, ours)
        >>> usual.means, round(usual.covariance[0][1] / usual.covariance[0][0], 2)
        ((3.0, 3.0), -0.77)
    """
    covariance, asked = sums.covariance(), item_ids(instrument)
    varies = np.flatnonzero(np.nan_to_num(np.diagonal(covariance)) > 0)
    if not len(varies) or sums.people[varies].min() < LEAST_PEOPLE:
        return None
    block = np.ix_(varies, varies)
    n = float(sums.people[varies].min())
    together, sign = key_pattern(instrument)
    target = keyed_target(covariance[block], together[block], sign[block], n)
    weight = np.where(np.isnan(covariance[block]), 0.0, MOST_OWN * n**2 / (n**2 + EQUAL_SAY**2))
    mixed = weight * np.nan_to_num(covariance[block]) + (1.0 - weight) * target
    if np.linalg.eigvalsh(mixed)[0] <= SINGULAR * np.diagonal(mixed).max():
        return None
    spread = (1.0 + 1.0 / n) * mixed
    return DistanceNorms(
        tuple(asked[k] for k in varies.tolist()), tuple((sums.means()[varies] + offset).tolist()),
        tuple(map(tuple, spread.tolist())), NO_CUT,
    )  # fmt: skip


def key_pattern(instrument: Instrument) -> tuple[Bools, Floats]:
    """(p, p) which pairs of items share a scale, and the sign their answers should agree in.

    Example:
        >>> from rolefit.schema.surveys import Instrument
        >>> head = {"id": "ours", "kind": "strengths", "min": 1, "max": 5}
        >>> calm = {"attribute": "composure", "items": ["c1", "c2"], "reversed": ["c2"]}
        >>> scales = {"calm": calm, "care": {"attribute": "empathy", "items": ["e1"]}}
        >>> ours = Instrument.model_validate({"instrument": head, "scales": scales})
        >>> together, sign = key_pattern(ours)
        >>> together[0].tolist(), sign[0].tolist()
        ([True, True, False], [1.0, -1.0, 1.0])
    """
    asked = item_ids(instrument)
    member = np.array([
        [item in scale.items for scale in instrument.scales.values()] for item in asked
    ])  # fmt: skip
    turned = {item for scale in instrument.scales.values() for item in scale.reversed}
    sign = np.array([-1.0 if item in turned else 1.0 for item in asked])
    return (member.astype(float) @ member.T) > 0, np.outer(sign, sign)


def keyed_target(covariance: Floats, together: Bools, sign: Floats, n: float) -> Floats:
    """(p, p) covariances as the key has them: own variances, two correlations.

    Args:
        covariance: of the answers as given, NaN where unknown.
        together: which pairs share a scale.
        sign: in which the answers of a pair should agree.
        n: people behind it; ten imagined ones, whose items correlate .3 within a scale and 0
            between scales and all vary alike, steady it.

    Example:
        An item and its reverse correlate -.5 in ten people: (.5 + .3) / 2 = .4 is believed.

        >>> covariance, sign = np.array([[2.0, -1.0], [-1.0, 2.0]]), np.array([[1, -1], [-1, 1.0]])
        >>> keyed_target(covariance, np.ones((2, 2), bool), sign, 10.0).round(6).tolist()
        [[2.0, -0.8], [-0.8, 2.0]]
    """
    own = np.diagonal(covariance)
    variance = (n * own + IMAGINED_PEOPLE * own.mean()) / (n + IMAGINED_PEOPLE)
    agreement = sign * covariance / np.sqrt(np.outer(own, own))
    pairs = ~np.eye(len(own), dtype=bool) & ~np.isnan(agreement)
    within = _steadied(agreement[together & pairs], TEXTBOOK_CORRELATION, n)
    between = _steadied(agreement[~together & pairs], 0.0, n)
    between = min(between, within)
    correlation = sign * np.where(together, within, between)
    np.fill_diagonal(correlation, 1.0)
    return correlation * np.sqrt(np.outer(variance, variance))


def _steadied(agreement: Floats, textbook: float, n: float) -> float:
    """Mean correlation, between 0 and .95, with ten imagined people in it."""
    own = float(agreement.mean()) if agreement.size else textbook
    mixed = (n * own + IMAGINED_PEOPLE * textbook) / (n + IMAGINED_PEOPLE)
    return float(np.clip(mixed, 0.0, MOST_ALIKE))


def distance_depth(given: Floats, asked: Sequence[str], norms: DistanceNorms) -> Floats:
    """How far a person's answers lie from the usual pattern, in normal sd.

        d2 = (x - m)' S^-1 (x - m) over the answered items;  depth = its normal score under chi2

    Args:
        given: (n, items) answers as given, NaN = not answered.
        asked: items in the order of the columns.
        norms: usual pattern; each person is compared over the items they answered.

    Returns:
        (n,) depth by the Wilson-Hilferty cube root; NaN where fewer than half the items are
        answered.

    Limits:
        answers on five steps are not normal: the cut has to come from the norm group.

    Source:
        Mahalanobis 1936; Wilson & Hilferty 1931; Meade & Craig 2012 for its use here.

    Example:
        Squared distances of 0 and 8 over two items, and of 4 over the one item answered.

        >>> usual = DistanceNorms(("a", "b"), (3.0, 3.0), ((1.0, 0.0), (0.0, 1.0)), NO_CUT)
        >>> given = np.array([[3.0, 3.0], [5.0, 1.0], [5.0, np.nan]])
        >>> distance_depth(given, ("a", "b"), usual).round(2).tolist()
        [-2.67, 2.1, 1.72]
    """
    order = {item: k for k, item in enumerate(asked)}
    away = given[:, [order[item] for item in norms.items]] - np.array(norms.means)
    seen = ~np.isnan(away)
    away = np.where(seen, away, 0.0)
    covariance = np.array(norms.covariance)
    answered: Ints = seen.sum(axis=1)
    full = answered == seen.shape[1]
    square = np.zeros(len(given))
    factor = cho_factor(covariance)
    square[full] = (away[full] * cho_solve(factor, away[full].T).T).sum(axis=1)
    partial = np.flatnonzero(~full)
    for start in range(0, len(partial), BLOCK):
        rows = partial[start : start + BLOCK]
        square[rows] = _partial_square(away[rows], seen[rows], covariance)
    freedom = np.maximum(answered, 1)
    spread = 2.0 / (9.0 * freedom)
    depth = (np.cbrt(square / freedom) - (1.0 - spread)) / np.sqrt(spread)
    return np.where(2 * answered >= seen.shape[1], depth, np.nan)


def _partial_square(away: Floats, seen: Bools, covariance: Floats) -> Floats:
    """Squared distances over the answered items; an unanswered one is made independent."""
    both = seen[:, :, None] & seen[:, None, :]
    own = np.where(both, covariance, np.eye(len(covariance)))
    square: Floats = (away * np.linalg.solve(own, away[:, :, None])[:, :, 0]).sum(axis=1)
    return square
