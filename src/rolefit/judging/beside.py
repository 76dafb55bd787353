"""Stated and learned weights beside each other, in shares of a role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rolefit.fit import profile

if TYPE_CHECKING:
    from rolefit.schema.config import Config
    from rolefit.schema.model import Model

DIGITS = 4
LEAST = 1e-3
"""Share that nobody reads."""


def beside(config: Config, model: Model) -> list[dict[str, Any]]:
    """Learned and stated weight of every attribute in the fit, as they score.

    Args:
        config: with the stated profiles.
        model: with the learned ones.

    Returns:
        one row a role that was taught x attribute that counts: role, attribute, stated, learned.
    """
    taught = {} if model.trained is None else model.trained.roles
    stated, learned = profile(config).weights, profile(model.applied(config)).weights
    return [
        {"role": role, "attribute": name, "stated": round(float(one), DIGITS),
         "learned": round(float(other), DIGITS)}
        for role in config.inside_ids
        if role in taught
        for name, one, other in zip(
            config.attribute_ids, stated[config.role_ids.index(role)],
            learned[config.role_ids.index(role)], strict=True,
        )
        if max(one, other) > LEAST
    ]  # fmt: skip
