"""The sorting correlation in a cell of a table, and the words below it."""

from __future__ import annotations

SORTING_EXPLAINED = (
    "sorting, with its 90 % interval: above 0 the better agents serve the harder clients,",
    "below 0 the easier ones; it is taken out. ?: too few agents serve two clients to tell",
)


def sorting_cell(
    correlation: float | None, low: float | None, high: float | None, *, identified: bool
) -> str:
    """How skill and the difficulty of clients go together, with its 90 % interval.

    Args:
        correlation: None where it was not asked for.
        low: lower end of the interval.
        high: upper end.
        identified: enough agents serve several clients to tell it.

    Example:
        >>> sorting_cell(0.33, 0.1, 0.53, identified=True)
        '+0.33 (+0.10 to +0.53)'
        >>> sorting_cell(0.0, -0.9, 0.9, identified=False)
        '? +0.00 (-0.90 to +0.90)'
    """
    if correlation is None:
        return ""
    told = f"{correlation:+.2f} ({low:+.2f} to {high:+.2f})"
    return told if identified else f"? {told}"
