"""The rungs, which tables each adds, and intervals over centres."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import t

if TYPE_CHECKING:
    import pandas as pd

ADDED = {
    "profile": ("metrics",),
    "+ contributions, ratings": ("contributions", "ratings"),
    "+ strengths": ("strengths",),
}
"""Tables that each rung reads beside those of the rung before; `agents` always."""
RUNGS = {
    "lot": "by lot",
    "metrics_raw": "raw metrics",
    "metrics_adjusted": "adjusted metrics",
    "profile": "profile on them",
    "+ contributions, ratings": "+ contributions, ratings",
    "+ strengths": "+ strengths",
    "+ interests": "+ interests",
    "+ wishes": "+ wishes",
    "rolefit": "suggestions",
    "oracle_with_wishes": "oracle with wishes",
    "oracle": "oracle",
}
"""Ways of choosing from the least to the most that is known: name in the evaluation -> on paper."""


def interval(values: pd.Series) -> tuple[float, float]:
    """Mean over centres, and half the width of its 95 % t interval (NaN for one centre)."""
    known = values.dropna().to_numpy()
    if len(known) < 2:  # noqa: PLR2004 - one centre says nothing of how centres differ
        return float(known.mean()) if len(known) else np.nan, np.nan
    width = t.ppf(0.975, len(known) - 1) * known.std(ddof=1) / np.sqrt(len(known))
    return float(known.mean()), float(width)


def told(values: pd.Series) -> str:
    """A mean with its interval."""
    mean, width = interval(values)
    return f"{mean:.3f} ± {width:.3f}"
