"""Past moves drawn from a known profile, without a whole centre around them."""

from __future__ import annotations

import numpy as np

from rolefit.fit import profile
from rolefit.judging.contest import Played
from rolefit.learn.features import Features, of_roles, person_columns
from rolefit.schema.build import build_config

CONFIG = build_config({})
FIRST = np.datetime64("2025-01-01")


def made_moves(
    n: int, seed: int, *, days: int = 300, seen_after: int = 30, turned=(), tilt=0.0
) -> Played:
    """Moves whose success follows the stated profile, or one that coaching alone decides.

    Args:
        n: moves.
        seed: of all chance.
        days: within which they were made.
        seen_after: days until the outcome was known.
        turned: moves whose outcome is turned round.
        tilt: share of the truth that is coaching alone.
    """
    rng = np.random.default_rng(seed)
    attributes, metrics = len(CONFIG.attribute_ids), len(CONFIG.metrics)
    means, sds = 0.8 * rng.standard_normal((n, attributes)), np.full((n, attributes), 0.6)
    role = rng.choice([CONFIG.role_ids.index(r) for r in CONFIG.inside_ids], n)
    people = np.hstack([means, sds, rng.standard_normal((n, 2 * metrics)), np.ones((n, 1))])
    features = Features(person_columns(CONFIG), people).beside(
        of_roles(CONFIG, means, sds, role, profile(CONFIG))
    )
    margin = features.pick(["margin"])[:, 0]
    coaching = means[:, CONFIG.attribute_ids.index("coaching")]
    truth = (1.0 - tilt) * margin + tilt * coaching
    outcome = 1.0 / (1.0 + np.exp(-3.0 * truth - rng.standard_normal(n)))
    outcome[list(turned)] = 1.0 - outcome[list(turned)]
    placed = FIRST + rng.integers(0, days, n).astype("timedelta64[D]")
    return Played(
        features, (outcome >= 0.5).astype(np.int64), outcome,
        tuple(f"T{k}" for k in rng.integers(0, 25, n)), placed,
        placed + np.timedelta64(seen_after, "D"),
    )  # fmt: skip
