"""Where the shipped models lie: inside an installed package, or in the repository."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
PLACES = (PACKAGE / "models", PACKAGE.parents[1] / "models")


def shipped_models() -> dict[str, Path]:
    """Name -> folder of every shipped model.

    Example:
        >>> sorted(shipped_models())
        ['learned', 'metrics_only', 'profile']
    """
    for place in PLACES:
        found = {file.parent.name: file.parent for file in sorted(place.glob("*/spec.toml"))}
        if found:
            return found
    return {}
