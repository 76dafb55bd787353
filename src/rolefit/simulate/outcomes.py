"""Truth: what people are, their true metric effects, and how every placement would turn out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from scipy.special import ndtr

from rolefit.fit import profile
from rolefit.simulate.columns import Column, gapped, named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.schema.arrays import Floats
    from rolefit.schema.config import Config
    from rolefit.simulate.people import People

OUTWARD_BAR = 0.5
"""True fit at which an outward destination turns out well every other time."""
SLOPE = 0.5
"""True fit, beyond the bar, that takes an outcome from .5 to .84."""
LUCK = 0.4
"""sd of what else decides how a placement turns out, in units of SLOPE."""
DIGITS = 4


def true_fits(config: Config, theta: Floats) -> Floats:
    """True fit of everybody in every role, agents x `config.role_ids`, fit units."""
    return theta @ profile(config).weights.T


def draw_outcomes(config: Config, theta: Floats, rng: np.random.Generator) -> Floats:
    """How each placement would turn out.

        outcome = Phi((fit - bar) / SLOPE + LUCK e)

    Args:
        config: role profiles and bars; an outward destination has OUTWARD_BAR.
        theta: true attributes, agents x `config.attribute_ids`.
        rng: source of all chance.

    Returns:
        agents x roles, in [0, 1].
    """
    bar = np.nan_to_num(profile(config).bar, nan=OUTWARD_BAR)
    fit = true_fits(config, theta)
    return ndtr((fit - bar) / SLOPE + LUCK * rng.standard_normal(fit.shape))


def truth_tables(
    config: Config, people: People, effects: Floats, metrics: Sequence[str], outcomes: Floats
) -> dict[str, pa.Table]:
    """`agents_truth`, `effects_truth` and `outcomes` of a workspace's `truth/` folder."""
    agents: dict[str, Column] = {"agent_id": pa.array(people.ids)}
    agents |= {
        name: gapped(people.theta[:, k].round(DIGITS))
        for k, name in enumerate(config.attribute_ids)
    }
    return {
        "agents_truth": pa.table(agents),
        "effects_truth": _long(people.ids, "metric", metrics, "effect", effects),
        "outcomes": _long(people.ids, "role", config.role_ids, "outcome", outcomes),
    }


def _long(
    ids: Sequence[str], key: str, names: Sequence[str], value: str, values: Floats
) -> pa.Table:
    """Agents x names as one row a pair."""
    rows, columns = values.shape
    return pa.table(
        {
            "agent_id": named(ids, np.repeat(np.arange(rows), columns)),
            key: named(names, np.tile(np.arange(columns), rows)),
            value: gapped(values.ravel().round(DIGITS)),
        }
    )
