"""Rates, counts and durations on the scale of the model, free of what small rows do to a curve.

The logit or logarithm of one row's few contacts is off by more the fewer they are, so whoever has
many small rows would look better or worse than they are. Here the curve is replaced by its tangent:
an agent with little is read in a straight line, an agent with much where they truly are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, logit

from rolefit.evidence.cells import run_starts, sum_by
from rolefit.evidence.row_noise import Noise  # noqa: TC001 - pydantic reads it

if TYPE_CHECKING:
    from rolefit.evidence.cells import Rows
    from rolefit.evidence.measured import Grid, Measured
    from rolefit.schema.arrays import Floats, Ints

CURVED = ("rate", "count")
FURTHEST = {"rate": 12.0, "count": 30.0}
"""Of a context from even odds, or from one event a unit: nothing measured lies beyond."""
NODES = ((0.0, 2.0 / 3.0), (-(3.0**0.5), 1.0 / 6.0), (3.0**0.5, 1.0 / 6.0))
"""Gauss-Hermite: the mean of a curve over a normal, exact up to its fifth power."""
LONGEST_STEP, MOST_STEPS, NEAR = 1.0, 80, 1e-12
FEW = 20.0
"""Contacts of everybody's mean that a client's own mean starts from."""
MOST_VARIED = 2.0
"""Squared coefficient of variation of single contacts that is believed at most."""


@dataclass(frozen=True)
class Tangent:
    """Where the curve of a metric is touched: what a first look taught about the population."""

    effects: tuple[float, ...]
    """Side effects, transformed units, better is positive."""
    s2: float
    """Row variance at weight 1."""
    tau2: float
    """Variance between agents."""
    noise: Noise

    @property
    def varied(self) -> float:
        """Squared coefficient of variation of one contact's duration."""
        return min(self.s2 * self.noise.phi, MOST_VARIED)


@dataclass(frozen=True)
class Line:
    """A straight line for each row: y = start + slope x value."""

    start: Floats
    slope: Floats
    volume: Floats
    """What the precision of a row grows with: its volume, times how much a contact tells there."""

    def of(self, value: Floats) -> Floats:
        """Values turned and transformed as `Measured.y`, on the scale of the model."""
        return self.start + self.slope * value

    def only(self, keep: Ints) -> Line:
        """The lines of some rows."""
        return Line(self.start[keep], self.slope[keep], self.volume[keep])


def draw_line(
    rows: Rows, measured: Measured, tangent: Tangent | None, *, own: bool = False
) -> Line:
    """The line on which each row is read.

        rate, count: y = c + b + (value - E m(c + b + N(0, s^2))) / m'(c),  m = expit or exp
        duration:    y = log(value) + cv^2 / 2 volume,  what the logarithm of a mean lacks
        mean:        y = value

    c is what is usual in the row's context and b the agent's distance from it, so far as the rows
    tell it, with s^2 its doubt: sum k (value - E m) / m'(c) = l b over the agent's rows, k their
    precision and l = s2 / tau2.

    Args:
        rows: sorted rows of these agents over the side columns.
        measured: the same rows.
        tangent: of `touch`; None for a mean.
        own: as steep as the curve is at c + b instead, to follow how an agent changes.

    Returns:
        Line. Unless `own`, its slope and volume depend on context and volume alone, so no better
        value makes less sure, and the sum of an agent's rows rises with every one of them.

    Limits:
        a duration is taken as the mean of its contacts; b is one number an agent, so what an
        agent does differently with one client enters in a straight line.

    Source:
        iterated working values (Breslow & Clayton 1993), each at the mean of a Gaussian
        posterior and not at its mode (Ormerod & Wand 2012), which small rows do not bend.

    Example:
        Nothing is known of the agent: 3 of 4 solved, where 1 in 2 is usual, is (.75 - .5) / .25.

        >>> from rolefit.evidence.cells import Rows
        >>> from rolefit.evidence.measured import Measured
        >>> none, value, volume = np.zeros(1, int), np.array([0.75]), np.array([4.0])
        >>> measured = Measured(none, value, value, volume, "rate")
        >>> rows = Rows(none, none[:, None], value, np.ones(1), 1, 1)
        >>> line = draw_line(rows, measured, Tangent((0.0,), 1.0, 0.0, Noise(1.0, 0.0, 0.0)))
        >>> line.of(value).tolist(), line.volume.tolist()
        ([1.0], [1.0])
    """
    ones = np.ones(len(rows.y))
    if tangent is None:
        return Line(0.0 * ones, ones, measured.volume)
    if measured.kind not in CURVED:
        return Line(measured.sign * tangent.varied / (2.0 * measured.volume), ones, measured.volume)
    usual = _within_reach(measured, rows.predict(np.array(tangent.effects)))
    return _touching(rows, measured, usual, tangent, own=own)


def telling(rows: Rows, measured: Measured, tangent: Tangent | None) -> Floats:
    """What the precision of each row grows with: `Line.volume`, without the line.

    Example:
        Where one contact in two is solved, a contact tells .25; where nine in ten are, .09.

        >>> from rolefit.evidence.cells import Rows
        >>> from rolefit.evidence.measured import Measured
        >>> none, half, ten = np.zeros(1, int), np.array([0.5]), np.array([10.0])
        >>> rows, measured = (
        ...     Rows(none, none[:, None], half, np.ones(1), 1, 1),
        ...     Measured(none, half, half, ten, "rate"),
        ... )
        >>> told = [Tangent((at,), 1.0, 0.0, Noise(1.0, 0.0, 0.0)) for at in (0.0, np.log(9))]
        >>> [telling(rows, measured, tangent).round(3).tolist() for tangent in told]
        [[2.5], [0.9]]
    """
    if tangent is None or measured.kind not in CURVED:
        return measured.volume
    usual = measured.sign * _within_reach(measured, rows.predict(np.array(tangent.effects)))
    return measured.volume * _curve(measured.kind, usual, np.zeros(len(usual)))[1]


def first_line(grid: Grid, rows: Rows, measured: Measured) -> Line:
    """The line before anything is known: at the pooled value of each client and channel.

    Args:
        grid: sorted keys.
        rows: sorted rows over the side columns.
        measured: the same rows.

    Returns:
        Line; a client and channel of few contacts lean towards everybody's mean.

    Example:
        Half of all contacts are solved: a row's 6 of 10 lie .1 / .25 above.

        >>> from types import SimpleNamespace
        >>> from rolefit.evidence.cells import Rows
        >>> from rolefit.evidence.measured import Measured
        >>> none, value, ten = np.zeros(2, int), np.array([0.6, 0.4]), np.full(2, 10.0)
        >>> measured = Measured(np.arange(2), value, value, ten, "rate")
        >>> codes, levels = {"client": none, "channel": none}, {"channel": ("voice",)}
        >>> grid = SimpleNamespace(codes=codes, levels=levels)
        >>> line = first_line(grid, Rows(none, none[:, None], value, np.ones(2), 2, 1), measured)
        >>> line.of(measured.y).round(6).tolist()
        [0.4, -0.4]
    """
    if measured.kind not in CURVED:
        return draw_line(rows, measured, None)
    value, volume = measured.sign * measured.y, measured.volume
    everybody = (float(volume @ value) + 0.5) / (float(volume.sum()) + 1.0)
    client, channel = (grid.codes[factor][measured.rows] for factor in ("client", "channel"))
    place = client * len(grid.levels["channel"]) + channel
    total, hits = sum_by(place, volume, 0), sum_by(place, volume * value, 0)
    pooled = ((hits + FEW * everybody) / (total + FEW))[place]
    context = logit(pooled) if measured.kind == "rate" else np.log(pooled)
    return _touching(rows, measured, _within_reach(measured, measured.sign * context), None)


def _within_reach(measured: Measured, context: Floats) -> Floats:
    """Contexts, better is positive, where the curve is still a curve."""
    furthest = FURTHEST[measured.kind]
    return np.clip(context, -furthest, furthest)


def _touching(
    rows: Rows, measured: Measured, usual: Floats, tangent: Tangent | None, *, own: bool = False
) -> Line:
    """The lines of a rate or a count around what is usual, better is positive."""
    nothing, sign = np.zeros(len(usual)), measured.sign
    _, steep = _curve(measured.kind, sign * usual, nothing)
    told = measured.volume * steep
    away, doubt = nothing, nothing
    if tangent is not None and tangent.tau2 > 0:
        away, doubt = _distances(rows, measured, usual, tangent, told)
    expected, there = _curve(measured.kind, sign * (usual + away), doubt)
    if own:
        steep, told = there, measured.volume * there
    return Line(usual + away - sign * expected / steep, 1.0 / steep, told)


def _curve(kind: str, x: Floats, sd: Floats) -> tuple[Floats, Floats]:
    """Mean of expit or exp over N(x, sd^2), and its slope."""
    if kind == "count":
        value = np.exp(x + sd**2 / 2.0)
        return value, value
    if not sd.any():
        at = expit(x)
        return at, at * (1.0 - at)
    at = np.array([expit(x + node * sd) for node, _ in NODES])
    weight = np.array([weight for _, weight in NODES])
    return weight @ at, weight @ (at * (1.0 - at))


def _distances(
    rows: Rows, measured: Measured, usual: Floats, tangent: Tangent, told: Floats
) -> tuple[Floats, Floats]:
    """Each row's agent's distance from what is usual, and its posterior sd, by Newton steps.

    An agent who has arrived stays there, so that nobody depends on whom they are scored with.
    """
    weight = _weights(rows, tangent.noise, told) * measured.volume / told
    seen = sum_by(rows.agent, weight * told / measured.volume, rows.agents)
    penalty = tangent.s2 / tangent.tau2
    doubt = np.sqrt(tangent.s2 / (seen + penalty))[rows.agent]
    away, moving = np.zeros(rows.agents), seen > 0
    sign, value = measured.sign, measured.sign * measured.y
    for _ in range(MOST_STEPS):
        expected, steep = _curve(measured.kind, sign * (usual + away[rows.agent]), doubt)
        pull = sum_by(rows.agent, weight * sign * (value - expected), rows.agents)
        bend = sum_by(rows.agent, weight * steep, rows.agents) + penalty
        step = np.clip((pull - penalty * away) / bend, -LONGEST_STEP, LONGEST_STEP)
        away = np.where(moving, away + step, away)
        moving = moving & (np.abs(step) > NEAR)
        if not moving.any():
            break
    return away[rows.agent], doubt


def _weights(rows: Rows, noise: Noise, volume: Floats) -> Floats:
    """Precision of each row as the agents' means see it; 0 where nobody knows the client."""
    w = noise.weights(volume)
    if rows.client is not None:
        w = np.where(rows.client < 0, 0.0, w)
    if not np.isfinite(noise.pair_ratio):
        return w
    starts = run_starts(rows.pair)
    pair = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(w))))
    return w * noise.pair_ratio / (sum_by(pair, w, len(starts))[pair] + noise.pair_ratio)
