"""Results that surely fall: the numbers that ask for a talk before anything else happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rolefit.evidence.table import Remarks
from rolefit.evidence.trends import chance_of_decline

if TYPE_CHECKING:
    from rolefit.evidence.metrics import Effects
    from rolefit.schema.config import Config

CODE = "talk_early_decline"


def remark_declines(effects: Effects, config: Config) -> Remarks:
    """Whose results on a metric that counts for them fall, beyond reasonable doubt.

        P(trend < -decline) >= chance

    Args:
        effects: effects of every agent and metric; rows that do not apply were left out of them.
        config: effective config, for `policy.early`.

    Returns:
        Remarks `talk_early_decline`, at most one an agent: the metric of the surest decline.

    Limits:
        a trend is known from three periods on, and shrunken: where nobody else changes, a decline
        is seen late. It asks for a talk, and never lowers a fit.

    Source:
        normal posterior of `trends.shrunken_trends`.

    Example:
        >>> from types import SimpleNamespace
        >>> from rolefit.schema.build import build_config
        >>> effects = SimpleNamespace(
        ...     agent=np.array([0, 0, 1]),
        ...     metric=np.array([0, 1, 0]),
        ...     metrics=("fcr", "csat"),
        ...     trend=np.array([-0.9, -1.4, -0.6]),
        ...     trend_se=np.array([0.2, 0.2, 0.9]),
        ... )
        >>> found = remark_declines(effects, build_config({}))
        >>> found.agent.tolist(), [found.subjects[k] for k in found.subject]
        ([0], ['csat'])
    """
    early = config.policy.early
    chance = np.nan_to_num(chance_of_decline(effects.trend, effects.trend_se, -early.decline))
    counts = np.array([not config.metrics[name].alarm for name in effects.metrics], bool)
    sure = np.flatnonzero((chance >= early.chance) & counts[effects.metric])
    order = sure[np.lexsort([effects.metric[sure], -chance[sure], effects.agent[sure]])]
    agent, first = np.unique(effects.agent[order], return_index=True)
    return Remarks(CODE, agent, effects.metric[order[first]], effects.metrics)
