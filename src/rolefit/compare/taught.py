"""Learned weights as role profiles: the same numbers, in the form in which every role is stated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rolefit.schema.model import RoleWeights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rolefit.schema.config import Config
    from rolefit.schema.roles import RoleSpec

MOST = 5.0
"""Importance of the attribute that counts most."""
LEAST = 1e-3
"""Share of the largest weight below which an attribute does not count."""
DIGITS = 4


def role_weights(
    config: Config, columns: Sequence[str], weights: Sequence[float]
) -> dict[str, RoleWeights]:
    """Role profiles that give the fits of a linear model, but for their unit.

    A model scores sum_d w_d mean_d + level; a profile fits (1 - omega) can + omega want with can
    and want of unit length. With c = |w_can| + |w_want| they are the same for omega = |w_want| / c,
    in units of 1 / c, and the bar, where every other move turns out well, is -level / c.

    Args:
        config: of the centre; says what is demanded and what is an interest.
        columns: `ROLE*ATTRIBUTE` and `role:ROLE` (its level), as the model read them.
        weights: one a column.

    Returns:
        role -> RoleWeights, for every role in which anything counts.

    Example:
        >>> from rolefit.schema.build import build_config
        >>> config = build_config({})
        >>> columns = [
        ...     "mentor*coaching",
        ...     "mentor*teamwork",
        ...     "mentor*developing_people",
        ...     "role:mentor",
        ... ]
        >>> taught = role_weights(config, columns, [0.6, 0.3, 0.2, -0.1])["mentor"]
        >>> taught.demands, round(taught.want_weight, 3), round(taught.bar, 3)
        ({'coaching': 5.0, 'teamwork': 2.5}, 0.23, 0.115)
    """
    told = dict(zip(columns, (float(w) for w in weights), strict=True))
    found = {}
    for role in config.inside_ids:
        spec = config.roles[role]
        own = {name: told.get(f"{role}*{name}", 0.0) for name in config.attribute_ids}
        can = {name: w for name, w in own.items() if not _offered(spec, name)}
        want = {name: w for name, w in own.items() if _offered(spec, name)}
        length, wish = _length(can), _length(want)
        if length + wish > 0.0:
            found[role] = RoleWeights(
                demands=_importance(can), supplies=_importance(want),
                want_weight=round(wish / (length + wish), DIGITS),
                bar=round(-told.get(f"role:{role}", 0.0) / (length + wish), DIGITS),
            )  # fmt: skip
    return found


def beside(config: Config, taught: Mapping[str, RoleWeights]) -> list[dict[str, Any]]:
    """Learned and stated importance of every attribute, in shares of the whole of a role.

    Args:
        config: with the stated profiles.
        taught: of `role_weights`.

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


def _offered(role: RoleSpec, attribute: str) -> bool:
    """Whether an attribute is what a role offers, and not what it asks for."""
    return attribute in role.supplies


def _length(weights: Mapping[str, float]) -> float:
    return float(np.sqrt(sum(w**2 for w in weights.values())))


def _importance(weights: Mapping[str, float]) -> dict[str, float]:
    """Weights as importance: the largest is MOST; what hardly counts is left out."""
    most = max(weights.values(), default=0.0)
    if most <= 0.0:
        return {}
    return {name: round(MOST * w / most, DIGITS) for name, w in weights.items() if w > LEAST * most}
