"""Omega: the reliability of a scale whose items measure one thing, each as well as it can."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.optimize import minimize

if TYPE_CHECKING:
    from rolefit.schema.arrays import Floats

OmegaNote = Literal[
    "",
    "fewer_than_three_items",
    "few_people",
    "nothing_varies",
    "unknown_covariance",
    "not_positive_definite",
    "heywood_case",
    "no_common_factor",
    "no_fit",
]
LEAST_ITEMS = 3
LEAST_PEOPLE = 50
PEOPLE_PER_ITEM = 5
LEAST_UNIQUE = 0.005
STEEP = 1e-5
NO_LOADING = 1e-3


@dataclass(frozen=True)
class OneFactor:
    """One common factor behind k items: covariance = loading loading' + diag(unique)."""

    loading: Floats
    """(k,) in the unit of the items; their sum is not negative."""
    unique: Floats
    """(k,) variance of each item that the factor does not explain."""
    omega: float | None
    """Share of the variance of the sum of the items that the factor explains; None = `note`."""
    note: OmegaNote
    """Why there is no omega; empty where there is one."""

    @classmethod
    def unknown(cls, items: int, note: OmegaNote) -> OneFactor:
        """No factor, and why."""
        return cls(np.full(items, np.nan), np.full(items, np.nan), None, note)


def omega_total(covariance: Floats, people: float = np.inf) -> OneFactor:
    """Omega total of the sum (or mean) of items from a one-factor maximum-likelihood fit.

        S ~ l l' + diag(u);   omega = (sum l)^2 / ((sum l)^2 + sum u)

    Model-implied: the fitted covariances stand in the denominator, not the observed ones. On
    covariances: loadings and unique variances in the unit of the answers, so this is the
    reliability of the mean of the answers as it is scored. Given a correlation matrix it is the
    omega of the sum of standardised items.

    Args:
        covariance: (k, k) covariances of the items after reversal, pairwise or not.
        people: how many are behind the covariance seen least; with fewer than 50, or than five
            an item, a fit says more of the sample than of the scale.

    Returns:
        The factor and omega. No omega, and why: fewer than three items (not identified), few
        people, an item that does not vary, an unknown covariance, a matrix that is not positive
        definite (pairwise covariances need not be), a Heywood case (an item's unique variance at
        its bound of .005 of its variance), no factor common
        to three items, no convergence.

    Limits:
        items that share more than the scale's factor (two wordings of one sentence) lift it.
        Scoring keeps alpha: alpha needs two items and no fit, blends with other scales where
        people are few, and merges exactly; where items of a scale measure about equally well
        the two differ by less than either is known (.001 to .02 on five scales of 2,700 people,
        alpha below). A lower reliability errs towards a wider interval.

    Source:
        McDonald 1999; Joreskog 1967 for the fit. `omega_ml` of psych is this one on the
        correlations of complete cases, `omega_minres` the same of another fit;
        `omega.tot` has the observed variance below instead of the implied one.

    Example:
        >>> loading, unique = np.array([0.9, 0.8, 0.7, 0.6]), np.array([0.5, 0.6, 0.7, 0.8])
        >>> fitted = omega_total(np.outer(loading, loading) + np.diag(unique))
        >>> round(fitted.omega, 4), round(9.0 / (9.0 + 2.6), 4)
        (0.7759, 0.7759)
        >>> omega_total(np.eye(2)).note
        'fewer_than_three_items'
    """
    items = len(covariance)
    note = _lacking(covariance, people)
    if note:
        return OneFactor.unknown(items, note)
    sd = np.sqrt(np.diagonal(covariance))
    correlation = covariance / np.outer(sd, sd)
    if np.linalg.eigvalsh(correlation)[0] <= LEAST_UNIQUE / items:
        return OneFactor.unknown(items, "not_positive_definite")
    unique, converged = _unique_variances(correlation)
    loading = _loadings(correlation, unique)
    if not converged:
        return OneFactor.unknown(items, "no_fit")
    if unique.min() <= LEAST_UNIQUE * (1.0 + STEEP):
        return OneFactor.unknown(items, "heywood_case")
    if np.count_nonzero(np.abs(loading) > NO_LOADING) < LEAST_ITEMS:
        return OneFactor.unknown(items, "no_common_factor")
    loading, unique = sd * loading, sd**2 * unique
    explained = float(loading.sum()) ** 2
    return OneFactor(loading, unique, explained / (explained + float(unique.sum())), "")


def _lacking(covariance: Floats, people: float) -> OmegaNote:
    """Why a fit is not even tried; empty where it is."""
    items = len(covariance)
    if items < LEAST_ITEMS:
        return "fewer_than_three_items"
    if people < max(LEAST_PEOPLE, PEOPLE_PER_ITEM * items):
        return "few_people"
    if np.isnan(covariance).any():
        return "unknown_covariance"
    return "" if np.diagonal(covariance).min() > 0 else "nothing_varies"


def _unique_variances(correlation: Floats) -> tuple[Floats, bool]:
    """The unique variances of greatest likelihood, on a log scale within [.005, 1]."""
    start = np.log(np.clip(0.5 / np.diagonal(np.linalg.inv(correlation)), LEAST_UNIQUE, 1.0))
    found = minimize(
        _misfit, start, args=(correlation,), jac=True, method="L-BFGS-B",
        bounds=[(np.log(LEAST_UNIQUE), 0.0)] * len(correlation),
        options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 1000, "maxcor": 20},
    )  # fmt: skip
    steep = np.abs(found.x - np.clip(found.x - found.jac, np.log(LEAST_UNIQUE), 0.0)).max()
    return np.exp(found.x), bool(steep < STEEP)


def _misfit(log_unique: Floats, correlation: Floats) -> tuple[float, Floats]:
    """Joreskog's likelihood criterion with the loadings at their best, and its gradient.

    The criterion of unique variances u is sum(e - log e - 1) over all but the largest
    eigenvalue e of u^-1/2 R u^-1/2 (and over that one too where it is below 1).
    """
    root = np.exp(-0.5 * log_unique)
    values, vectors = np.linalg.eigh(root[:, None] * correlation * root)
    rest = values.copy()
    rest[-1] = min(rest[-1], 1.0)
    criterion = float((rest - np.log(rest) - 1.0).sum())
    gradient: Floats = (vectors**2) @ (1.0 - rest)
    return criterion, gradient


def _loadings(correlation: Floats, unique: Floats) -> Floats:
    """Loadings of greatest likelihood given the unique variances."""
    root = np.sqrt(unique)
    values, vectors = np.linalg.eigh(correlation / np.outer(root, root))
    loading: Floats = root * vectors[:, -1] * np.sqrt(max(values[-1] - 1.0, 0.0))
    return -loading if loading.sum() < 0 else loading
