"""What each item does for its scale: the figures by which a questionnaire is mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.scales import PairSums, alpha_of

if TYPE_CHECKING:
    from rolefit.schema.arrays import Floats

SINGULAR = 1e-9


@dataclass(frozen=True)
class ItemStatistics:
    """Figures of the k items of one scale, (k,) each; NaN where one is not defined."""

    n: Floats
    """People who answered the item."""
    mean: Floats
    """In the unit of the answers, after reversal."""
    sd: Floats
    """In the unit of the answers."""
    standard_r: Floats
    """Correlation with the sum of all items, standardised (`std.r` of psych)."""
    corrected_r: Floats
    """The same, the item's own error taken out (`r.cor`): its variance is its squared multiple
    correlation with the others."""
    rest_r: Floats
    """Correlation with the sum of the other items (`r.drop`)."""
    alpha_without: Floats
    """Cronbach's alpha of the other items (`raw_alpha` if an item is dropped)."""
    standard_alpha_without: Floats
    """The same of standardised items (`std.alpha`)."""
    mean_r_without: Floats
    """Mean correlation between the other items (`average_r`)."""


def item_statistics(sums: PairSums) -> ItemStatistics:
    """Item statistics of one scale from sums over people, so that partitions merge.

        rest_r of item i = sum_j C_ij / sqrt(C_ii sum_jl C_jl),  j, l other than i

    Args:
        sums: pair sums of the scale's k items after reversal: `PairSums.of(keyed_answers(...))`.

    Returns:
        One figure an item. From pairwise covariances, as the answers were given.

    Limits:
        of a scale of two items one is left without the other: no alpha, no mean correlation.
        Squared multiple correlations need a covariance known for every pair, and no
        item that follows from the others.

    Source:
        psych::alpha (R), `item.stats` and `alpha.drop`; Cureton 1966 for `corrected_r`.

    Example:
        >>> answers = np.array([[1.0, 2, 1], [2, 2, 2], [3, 5, 4], [4, 4, 5]])
        >>> item_statistics(PairSums.of(answers)).rest_r.round(3).tolist()
        [0.927, 0.822, 0.972]
    """
    covariance = sums.covariance()
    variance = np.diagonal(covariance)
    sd = np.sqrt(np.maximum(variance, 0.0))
    scale = np.outer(sd, sd)
    correlation = np.divide(covariance, scale, out=np.full_like(scale, np.nan), where=scale > 0)
    common = correlation.copy()
    np.fill_diagonal(common, _multiple_correlation(correlation))
    without = [_without(covariance, correlation, k) for k in range(len(sd))]
    rest_r, alpha, standard_alpha, mean_r = np.array(without).reshape(-1, 4).T
    return ItemStatistics(
        sums.people, sums.means(), sd, _with_sum(correlation), _with_sum(common),
        rest_r, alpha, standard_alpha, mean_r,
    )  # fmt: skip


def score_correlations(answers: Floats) -> Floats:
    """Correlation of each item with the person's mean of what they answered (`raw.r` of psych).

    Args:
        answers: (people, k) answers after reversal, NaN where one is missing.

    Returns:
        (k,) correlations; NaN where something does not vary. Lifted by the item's own part in
        the mean: `rest_r` is the figure to judge an item by.

    Source:
        psych::alpha (R), `item.stats`.

    Example:
        >>> score_correlations(np.array([[1.0, 2], [2, 2], [3, 5]])).round(3).tolist()
        [0.945, 0.982]
    """
    seen = ~np.isnan(answers)
    count = seen.sum(axis=1)
    mean = np.where(count > 0, np.nansum(answers, axis=1) / np.maximum(count, 1), np.nan)
    parts = [
        PairSums.of(np.column_stack([item, np.where(np.isnan(item), np.nan, mean)])).covariance()
        for item in answers.T
    ]
    scale = np.sqrt(np.array([part[0, 0] * part[1, 1] for part in parts]))
    between = np.array([part[0, 1] for part in parts])
    return np.divide(between, scale, out=np.full_like(scale, np.nan), where=scale > 0)


def scale_correlations(sums: PairSums, keys: Floats) -> Floats:
    """Correlations between scales, from pairwise covariances of their items.

        R = corr(K' C K)

    Args:
        sums: pair sums of all items as given.
        keys: (items, S) 1 where an item belongs to a scale, -1 where reversed, else 0.

    Returns:
        (S, S) correlations of the scales' sums; NaN where a covariance is unknown or a scale
        does not vary.

    Limits:
        an item in two scales lifts their correlation by its own error.

    Source:
        psych::scoreItems (R), `cor`.

    Example:
        >>> answers = np.array([[1.0, 2, 5], [2, 2, 3], [3, 5, 4]])
        >>> keys = np.array([[1.0, 0], [1, 0], [0, -1]])
        >>> float(scale_correlations(PairSums.of(answers), keys)[0, 1].round(3))
        0.189
    """
    covariance: Floats = keys.T @ sums.covariance() @ keys
    sd = np.sqrt(np.maximum(np.diagonal(covariance), 0.0))
    scale = np.outer(sd, sd)
    return np.divide(covariance, scale, out=np.full_like(scale, np.nan), where=scale > 0)


def _without(covariance: Floats, correlation: Floats, k: int) -> tuple[float, float, float, float]:
    """Figures of the scale without item k: rest_r, alpha, standardised alpha, mean r."""
    others = np.delete(np.arange(len(covariance)), k)
    rest, standard = covariance[np.ix_(others, others)], correlation[np.ix_(others, others)]
    scale = float(covariance[k, k] * rest.sum())
    rest_r = float(covariance[k, others].sum()) / scale**0.5 if scale > 0 else np.nan
    pairs = len(others) * (len(others) - 1)
    mean_r = (float(standard.sum()) - len(others)) / pairs if pairs else np.nan
    return rest_r, alpha_of(rest), alpha_of(standard), mean_r


def _with_sum(matrix: Floats) -> Floats:
    """(k,) correlation of each standardised item with the sum of all."""
    total = float(matrix.sum())
    if not total > 0:
        return np.full(len(matrix), np.nan)
    together: Floats = matrix.sum(axis=0) / np.sqrt(total)
    return together


def _multiple_correlation(correlation: Floats) -> Floats:
    """(k,) squared multiple correlation of each item with all others; NaN where unknown."""
    unknown = np.full(len(correlation), np.nan)
    if len(correlation) < 2 or np.isnan(correlation).any():  # noqa: PLR2004 - there is no other
        return unknown
    if np.linalg.eigvalsh(correlation)[0] <= SINGULAR:
        return unknown
    squared: Floats = 1.0 - 1.0 / np.diagonal(np.linalg.inv(correlation))
    return squared
