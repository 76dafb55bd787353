"""Stated and learned weights beside each other, in shares of a role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolefit.schema.config import Config
    from rolefit.schema.model import RoleWeights

DIGITS = 4


def beside(config: Config, taught: Mapping[str, RoleWeights]) -> list[dict[str, Any]]:
    """Learned and stated importance of every attribute, in shares of the whole of a role.

    Args:
        config: with the stated profiles.
        taught: of `learn.taught.role_weights`.

    Returns:
        one row a role x attribute: role, attribute, stated, learned.
    """
    rows = []
    for role, weights in taught.items():
        spec = config.roles[role]
        stated = _shares(spec.demands, spec.supplies, config.policy.want_weight)
        learned = _shares(weights.demands, weights.supplies, weights.want_weight or 0.0)
        rows += [
            {"role": role, "attribute": name, "stated": stated.get(name, 0.0),
             "learned": learned.get(name, 0.0)}
            for name in config.attribute_ids
            if name in stated or name in learned
        ]  # fmt: skip
    return rows


def _shares(
    demands: Mapping[str, float], supplies: Mapping[str, float], want: float
) -> dict[str, float]:
    """Weight of each attribute in the fit."""
    parts = ((demands, 1.0 - want), (supplies, want))
    return {
        name: round(share * value / _length(table), DIGITS)
        for table, share in parts
        for name, value in table.items()
        if value > 0.0
    }


def _length(weights: Mapping[str, float]) -> float:
    return float(np.sqrt(sum(w**2 for w in weights.values())))
