"""Who is sent to whom: how skill and the difficulty of clients go together, by metric."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolefit.evidence.metric_norms import MetricNorms


def sorting_told(norms: Mapping[str, MetricNorms]) -> dict[str, dict[str, Any]]:
    """The sorting correlation of every metric, with its 90 % interval.

    Args:
        norms: of the metrics, by metric id.

    Returns:
        metric -> `correlation` (above 0: the better people serve the harder clients), `low`,
        `high`, and `identified`: enough agents serve several clients to tell it; empty where
        `evidence.client_effects` is not `correlated`.

    Limits:
        of clients, never of channels or periods; where it is not identified, the interval is what
        a flat prior leaves.

    Example:
        >>> from types import SimpleNamespace
        >>> found = {"sorting": 0.4, "sorting_low": 0.1, "sorting_high": 0.6}
        >>> norms = {"csat": SimpleNamespace(**found, sorting_identified=True)}
        >>> sorting_told(norms)["csat"]
        {'correlation': 0.4, 'low': 0.1, 'high': 0.6, 'identified': True}
    """
    return {
        metric: {
            "correlation": norm.sorting, "low": norm.sorting_low, "high": norm.sorting_high,
            "identified": norm.sorting_identified,
        }
        for metric, norm in norms.items()
        if norm.sorting is not None
    }  # fmt: skip
