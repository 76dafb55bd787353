"""Whether norms that were read can be used at all: shapes that go together, believable numbers."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.distance import DistanceNorms
from rolefit.evidence.metric_norms import MetricNorms
from rolefit.evidence.predict import Point
from rolefit.evidence.propensity import EXPECTED, Rate
from rolefit.evidence.ratings import RatingNorms
from rolefit.evidence.raw_ranking import RankingNorms
from rolefit.evidence.row_noise import Noise
from rolefit.evidence.scale_norms import ScaleNorms
from rolefit.evidence.survey_norms import SurveyNorms
from rolefit.evidence.trends import TrendNorms
from rolefit.evidence.trust import Method, Validity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

INF = math.inf
ABOVE_0, FROM_0, SHARE = (math.ulp(0.0), INF), (0.0, INF), (0.0, 1.0)
CORRELATION, RHO = (math.ulp(0.0), 1.0), (-1.0, 1.0)
BOUNDS: dict[type, dict[str, tuple[float, float]]] = {
    MetricNorms: {
        "huber": FROM_0, "s2": FROM_0, "tau2": FROM_0, "raw_sd": FROM_0, "agents": FROM_0,
        "rows": FROM_0, "sorting": RHO, "sorting_low": RHO, "sorting_high": RHO,
    },
    Noise: {"phi": FROM_0, "omega2": FROM_0, "pairing": FROM_0},
    Point: {
        "weight": SHARE, "block": FROM_0, "rho": RHO, "share": SHARE, "s2": ABOVE_0,
        "agents": ABOVE_0, "clients": ABOVE_0, "agent_sd": ABOVE_0,
    },
    TrendNorms: {"tau2": FROM_0},
    RatingNorms: {
        "s2": ABOVE_0, "stays": SHARE, "tau2": FROM_0, "leniency2": FROM_0, "agents": FROM_0,
    },
    Rate: {
        "rate": ABOVE_0, "spread": ABOVE_0, "dispersion": (1.0, INF), "reliability": SHARE,
        "agents": FROM_0,
    },
    SurveyNorms: {"people": FROM_0, "ipsatise": SHARE},
    ScaleNorms: {
        "sd": FROM_0, "n": FROM_0, "items": (1.0, INF), "reliability": (-INF, 1.0),
        "sem": FROM_0, "mean_se": FROM_0, "scored_reliability": SHARE,
    },
    Validity: {"default": CORRELATION, "used": CORRELATION, "se": FROM_0, "agents": FROM_0},
    Method: {"default": FROM_0, "used": FROM_0, "pairs": FROM_0},
}  # fmt: skip
"""Lowest and highest believable value of a number, or of each of several."""
ROUNDING = 1e-9
"""Relative; a variance of 0 may come out this far below."""


def unsound(norms: object) -> list[tuple[str, str]]:
    """What cannot be true of norms.

    Args:
        norms: a record of norms, such as `Norms`.

    Returns:
        place (`metrics.aht.s2`) and what is wrong there, of every number that is not finite or out
        of bounds, and of every list or array whose size does not go with the others.

    Limits:
        numbers that are wrong but believable pass.

    Example:
        >>> unsound(Rate(0.5, -1.0, 1.0, (0.5,) * 43, 20))
        [('spread', '-1.0 is out of bounds')]
    """
    return list(_walk(norms, ""))


def _walk(value: object, place: str) -> Iterator[tuple[str, str]]:
    """Problems of a value and of everything in it."""
    if is_dataclass(value):
        bounds = BOUNDS.get(type(value), {})
        for field in fields(value):
            part, at = getattr(value, field.name), _below(place, field.name)
            yield from _walk(part, at)
            yield from _outside(part, bounds.get(field.name, (-INF, INF)), at)
        shape: Callable[..., Iterator[tuple[str, str]]] | None = SHAPES.get(type(value))
        if shape:
            yield from ((_below(place, name), what) for name, what in shape(value))
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _walk(part, _below(place, str(name)))
            yield from _outside(part, (-INF, INF), _below(place, str(name)))
    elif isinstance(value, tuple) and any(map(is_dataclass, value)):
        for k, part in enumerate(value):
            yield from _walk(part, f"{place}[{k}]")


def _below(place: str, name: str) -> str:
    """Path of a part."""
    return f"{place}.{name}" if place else name


def _outside(value: object, bounds: tuple[float, float], place: str) -> Iterator[tuple[str, str]]:
    """A number, list or array that holds something not finite, or out of bounds."""
    if isinstance(value, (str, bool)) or not isinstance(value, (int, float, tuple, np.ndarray)):
        return
    try:
        numbers = np.asarray(value, np.float64).ravel()
    except (TypeError, ValueError):
        return
    wrong = numbers[~(np.isfinite(numbers) & (numbers >= bounds[0]) & (numbers <= bounds[1]))]
    if len(wrong):
        what = "no finite number" if not np.isfinite(wrong[0]) else "out of bounds"
        yield place, f"{float(wrong[0])!r} is {what}"


def _metric(norms: MetricNorms) -> Iterator[tuple[str, str]]:
    """Side columns, islands and blocks of covariance that do not go together."""
    layout = norms.layout
    if len(layout.component) != len(layout.clients) or min(layout.component, default=0) < 0:
        yield "layout.component", "not one component for each of `clients`"
        return
    islands = max(layout.component, default=-1) + 1
    for name in ("component_mean", "component_weight", "component_agents"):
        if len(getattr(norms, name)) != islands:
            yield name, f"{len(getattr(norms, name))} entries for {islands} components"
    columns, width = len(layout.groups), len(norms.effects)
    if width not in {columns, columns + int(layout.client_columns.sum())}:
        yield "effects", f"{width} entries for {columns} side columns"
    if layout.tenure is not None and layout.tenure[1] <= 0:
        yield "layout.tenure", "an sd of 0 or less"
    if norms.noise.phi + norms.noise.omega2 <= 0:
        yield "noise", "no noise at all"
    if norms.tau2 > 0 and norms.s2 <= 0:
        yield "s2", f"{norms.s2!r} is out of bounds"
    yield from _points(norms, width)
    yield from _covariance(norms.covariance, width, stacked=True)


def _points(norms: MetricNorms, width: int) -> Iterator[tuple[str, str]]:
    """Points that do not go with the effects, or do not add up."""
    for k, point in enumerate(norms.points):
        for name in ("effects", "centre"):
            if len(getattr(point, name)) != width:
                yield f"points[{k}].{name}", f"{len(getattr(point, name))} entries, not {width}"
        if point.block >= len(norms.covariance):
            yield f"points[{k}].block", f"{point.block} of {len(norms.covariance)} blocks"
    if norms.points and abs(sum(point.weight for point in norms.points) - 1.0) > ROUNDING:
        yield "points", "weights that do not add up to 1"
    if norms.tau2 > 0 and not norms.points and norms.estimator != "within":
        yield "points", f"none, but the estimator is {norms.estimator!r}"


def _rating(norms: RatingNorms) -> Iterator[tuple[str, str]]:
    """Effects and covariance that do not go with the raters."""
    width = len(norms.raters) + 2
    if len(norms.effects) != width:
        yield "effects", f"{len(norms.effects)} entries for {len(norms.raters)} raters"
    yield from _covariance(norms.covariance, width, stacked=False)


def _covariance(matrix: np.ndarray, width: int, *, stacked: bool) -> Iterator[tuple[str, str]]:
    """A covariance of another size, or with variances below 0."""
    whole = matrix.ndim == 2 + stacked
    shape = matrix.shape[stacked:]
    if matrix.ndim not in (1 + stacked, 2 + stacked) or shape != (width,) * (1 + whole):
        yield "covariance", f"of shape {matrix.shape} for {width} effects"
        return
    variances = np.diagonal(matrix, axis1=-2, axis2=-1) if whole else matrix
    if (variances < -ROUNDING * np.abs(matrix).max(initial=0.0)).any():
        yield "covariance", "variances below 0"


def _rate(norms: Rate) -> Iterator[tuple[str, str]]:
    """A table of reliabilities of another length, or one that falls."""
    told = np.array(norms.reliability)
    if len(told) != len(EXPECTED):
        yield "reliability", f"{len(told)} entries, not {len(EXPECTED)}"
    elif (np.diff(told) < 0).any() or told[0] <= 0 or told[-1] >= 1:
        yield "reliability", "not rising between 0 and 1"


def _survey(norms: SurveyNorms) -> Iterator[tuple[str, str]]:
    """Scales that do not know each other."""
    for name, scale in norms.scales.items():
        if scale.true_covariance.keys() != norms.scales.keys():
            yield f"scales.{name}.true_covariance", "not one entry for each scale"


def _distance(norms: DistanceNorms) -> Iterator[tuple[str, str]]:
    """Means and covariances that do not go with the items."""
    size = len(norms.items)
    if len(norms.means) != size:
        yield "means", f"{len(norms.means)} entries for {size} items"
    if [len(row) for row in norms.covariance] != [size] * size:
        yield "covariance", f"not {size} x {size}"


def _ranking(norms: RankingNorms) -> Iterator[tuple[str, str]]:
    """Quantiles that fall."""
    if (np.diff(norms.quantiles) < 0).any():
        yield "quantiles", "not ascending"


SHAPES: dict[type, Callable[..., Iterator[tuple[str, str]]]] = {
    MetricNorms: _metric, RatingNorms: _rating, Rate: _rate, SurveyNorms: _survey,
    DistanceNorms: _distance, RankingNorms: _ranking,
}  # fmt: skip
