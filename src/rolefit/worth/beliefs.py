"""Whether what a run says it knows is so: coverage of intervals, stated chances, churn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rolefit.fit import Z90
from rolefit.worth.calibration import brier_score, calibration_error, calibration_line
from rolefit.worth.measures import Told

if TYPE_CHECKING:
    from rolefit.schema.arrays import Bools, Floats

SAME = "all went one way, or chances part them without an error"


def coverage(measure: str, truth: Floats, mean: Floats, sd: Floats) -> Told:
    """Share of 90 % intervals that hold the truth.

        |truth - mean| <= 1.645 sd

    Args:
        measure: what to call it.
        truth: true values; NaN = not known.
        mean: beliefs, same shape.
        sd: their standard deviations; NaN = nothing is claimed.

    Example:
        >>> coverage("c", np.array([0.0, 3.0]), np.zeros(2), np.ones(2)).value
        0.5
    """
    known = np.isfinite(truth) & np.isfinite(mean) & np.isfinite(sd)
    if not known.any():
        return Told.untold(measure, "no interval has a known truth")
    held = np.abs(truth[known] - mean[known]) <= Z90 * sd[known]
    return Told(measure, float(held.mean()), int(known.sum()))


def calibration(name: str, chance: Floats, happened: Bools, nothing: str) -> list[Told]:
    """Stated chances beside what happened: calibration error, slope, Brier score.

    Args:
        name: first part of the measures' names.
        chance: stated chances; NaN = none stated.
        happened: whether it turned out well, same shape.
        nothing: why there are none, where there are none.

    Example:
        >>> told = calibration("p", np.full(2, 0.5), np.array([True, False]), "")
        >>> [(one.measure, one.value) for one in told]
        [('p_error', 0.0), ('p_slope', nan), ('p_brier', 0.25)]
    """
    names = (f"{name}_error", f"{name}_slope", f"{name}_brier")
    stated = np.isfinite(chance)
    chance, happened = chance[stated], happened[stated]
    if not len(chance):
        return [Told.untold(measure, nothing) for measure in names]
    slope, n = calibration_line(chance, happened)[1], len(chance)
    return [
        Told(names[0], calibration_error(chance, happened), n),
        Told(names[1], slope, n) if np.isfinite(slope) else Told.untold(names[1], SAME),
        Told(names[2], brier_score(chance, happened), n),
    ]


def churn(changed: Bools) -> Told:
    """Share of agents in both runs whose direction or target is another.

    Example:
        >>> churn(np.array([True, False])).value
        0.5
    """
    if not len(changed):
        return Told.untold("churn", "the two runs share no agent")
    return Told("churn", float(changed.mean()), len(changed))
