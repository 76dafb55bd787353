"""A learned profile as role weights that a centre's config could hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rolefit.fit import profile
from rolefit.learn.features import block
from rolefit.learn.models import MODELS
from rolefit.schema.model import RoleWeights

if TYPE_CHECKING:
    from collections.abc import Collection

    from rolefit.learn.conformal import Multipliers
    from rolefit.learn.prior_centred import PriorCentred
    from rolefit.schema.arrays import Floats
    from rolefit.schema.config import Config

MOST = 5.0
"""Importance of what matters most."""


def role_weights(
    config: Config,
    model: PriorCentred,
    widths: Multipliers | None = None,
    moved: Collection[str] | None = None,
) -> dict[str, RoleWeights]:
    """What `prior_centred` was taught of every role inside, in the words of a config.

    Learned weights of a role are split into what it asks for and what it offers, as the expert
    split them; the lengths of the two parts give its want weight. Bars are not learned: what a role
    asks for is said by people, and outcomes of those who were moved know only some of it.

    Args:
        config: that the model was fitted with.
        model: fitted on the columns of `MODELS["prior_centred"]`.
        moved: roles that anybody was moved to; None = all.
        widths: multiplier of each role of `config.role_ids`; those that were learned are told.

    Returns:
        role -> RoleWeights; a role of which nothing is left keeps what the centre says.

    Limits:
        weights of a role to which few were moved hardly leave the expert's.

    Example:
        >>> from rolefit.schema.build import build_config
        >>> config = build_config({})
        >>> expert = MODELS["prior_centred"].build(config)
        >>> columns = len(expert.prior)
        >>> model = expert.fit(np.eye(columns)[:2], [0, 1])
        >>> {k: round(v, 2) for k, v in role_weights(config, model)["mentor"].demands.items()}
        {'quality': 1.25, 'coaching': 5.0, 'teamwork': 3.75, 'communication': 2.5}
    """
    profiles, names = profile(config), MODELS["prior_centred"].reads(config)
    learned = dict(zip(names, model.weights_.tolist(), strict=True))
    found = {}
    for role in config.inside_ids if moved is None else sorted({*moved} & {*config.inside_ids}):
        k = config.role_ids.index(role)
        weights = np.array([learned.get(block(role, a), 0.0) for a in config.attribute_ids])
        share = profiles.want_share[k]
        asked, offered = (1.0 - share) * profiles.can[k], share * profiles.want[k]
        both = np.maximum(asked + offered, np.finfo(float).tiny)
        can, want = weights * asked / both, weights * offered / both
        length = np.linalg.norm(can), np.linalg.norm(want)
        unit = float(sum(length))
        if unit <= 0.0:
            continue
        known = widths is not None and widths.learned[k]
        found[role] = RoleWeights(
            demands=_named(config, can), supplies=_named(config, want),
            want_weight=float(length[1]) / unit,
            interval_multiplier=float(widths.value[k]) if widths is not None and known else None,
        )  # fmt: skip
    return found


def _named(config: Config, weights: Floats) -> dict[str, float]:
    """Attributes that count, the greatest as 5."""
    most = float(weights.max(initial=0.0))
    pairs = zip(config.attribute_ids, weights.tolist(), strict=True)
    return {name: MOST * weight / most for name, weight in pairs if weight > 0.0}
