"""Truth: what people are, their true metric effects, and how every placement would turn out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from scipy.special import ndtr

from rolefit.fit import profile
from rolefit.simulate.columns import Column, gapped, named
from rolefit.simulate.tails import noise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.fit import Profiles
    from rolefit.schema.arrays import Floats
    from rolefit.schema.config import Config
    from rolefit.simulate.people import People
    from rolefit.simulate.worlds import World

OUTWARD_BAR = 0.5
"""True fit at which an outward destination turns out well every other time."""
SLOPE = 0.5
"""True fit, beyond the bar, that takes an outcome from .5 to .84."""
DIGITS = 4


def true_fits(config: Config, world: World, theta: Floats, effects: Floats) -> Floats:
    """True fit of everybody in every role.

        fit = (1 - m) ((1 - b) linear + b bent) + m |weights| standing

    Args:
        config: role profiles.
        world: m (metric_share), b (bend), and what contributed attributes matter (glue_value).
        theta: true attributes, agents x `config.attribute_ids`.
        effects: true metric effects, agents x metrics; standing is their mean, standardised.

    Returns:
        agents x `config.role_ids`, fit units.
    """
    profiles = _valued(profile(config), config, world.glue_value)
    fit: Floats = theta @ profiles.weights.T
    if world.bend:
        fit = (1.0 - world.bend) * fit + world.bend * _bent(profiles, theta, world)
    if world.metric_share:
        mean = effects.mean(axis=1, keepdims=True)
        standing = (mean - mean.mean()) / max(float(mean.std()), 1e-12)
        length = np.sqrt((profile(config).weights ** 2).sum(axis=1))
        fit = (1.0 - world.metric_share) * fit + world.metric_share * standing * length
    return fit


def _valued(profiles: Profiles, config: Config, value: float) -> Profiles:
    """Profiles in which what contributions are evidence of matters less, of unit length again."""
    if value == 1.0:
        return profiles
    shown = {spec.attribute for spec in config.contributions.values()}
    can = profiles.can * np.where([name in shown for name in config.attribute_ids], value, 1.0)
    length = np.sqrt((can**2).sum(axis=1, keepdims=True))
    return replace(profiles, can=can / np.where(length > 0.0, length, 1.0))


def _bent(profiles: Profiles, theta: Floats, world: World) -> Floats:
    """Fit by points: enough of what is demanded, and the right measure of what is offered.

        can_d = min(theta_d, enough),  want_d = -(theta_d - ideal)^2

    each with mean 0 and variance 1 under a normal distribution.

    Source:
        a threshold and an ideal point (Coombs 1964).
    """
    most, best = world.enough, world.ideal
    density = np.exp(-(most**2) / 2.0) / np.sqrt(2.0 * np.pi)
    mean = most * ndtr(-most) - density
    square = ndtr(most) - most * density + most**2 * ndtr(-most)
    can = (np.minimum(theta, most) - mean) / np.sqrt(square - mean**2)
    want = (1.0 + best**2 - (theta - best) ** 2) / np.sqrt(2.0 + 4.0 * best**2)
    share = profiles.want_share
    bent: Floats = (1.0 - share) * (can @ profiles.can.T) + share * (want @ profiles.want.T)
    return bent


def draw_outcomes(
    config: Config, world: World, theta: Floats, effects: Floats, rng: np.random.Generator
) -> Floats:
    """How each placement would turn out.

        outcome = Phi((fit - bar) / SLOPE + luck e)

    Args:
        config: role profiles and bars; an outward destination has OUTWARD_BAR.
        world: how the true fit follows from what people are, and how much is luck.
        theta: true attributes, agents x `config.attribute_ids`.
        effects: true metric effects, agents x metrics.
        rng: source of all chance.

    Returns:
        agents x roles, in [0, 1].
    """
    bar = np.nan_to_num(profile(config).bar, nan=OUTWARD_BAR)
    fit = true_fits(config, world, theta, effects)
    return ndtr((fit - bar) / SLOPE + world.luck * noise(rng, fit.shape, world.tails))


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
