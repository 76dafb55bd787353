"""Views: how a person looks to each source, which is never quite how the person is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.simulate.shapes import measured
from rolefit.simulate.tails import noise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.schema.arrays import Floats
    from rolefit.schema.config import Config
    from rolefit.simulate.worlds import Family, World

METRIC_METHOD = 0.28
"""Share of what metrics see beside the attribute that all metrics of a person have in common."""
SELF_METHOD = 0.15
"""The same for the answers of one survey: how kindly somebody looks at themselves."""
TALLY_METHOD = 0.1
"""The same for recorded contributions: some people get things written down."""
READIEST = 6.0
"""Most that a view with heavy tails says of how readily somebody contributes, in sd."""


@dataclass(frozen=True)
class Views:
    """True scores of the sources, sd 1 in the population, better is positive; a row an agent."""

    metrics: Floats
    """Agents x measured metrics: the true agent effects."""
    strengths: Floats
    """Agents x attributes; used where the instrument has a scale."""
    interests: Floats
    """Agents x attributes."""
    contributions: Floats
    """Agents x contribution kinds, in config order."""
    ratings: Floats
    """Agents x attributes: what raters agree on."""


def draw_views(config: Config, world: World, theta: Floats, rng: np.random.Generator) -> Views:
    """Views of all sources on all people.

        view = rho theta + sqrt(1 - rho^2) (sqrt(m) method + sqrt(1 - m) own)

    rho is the validity of the world, or else the configured one, plus or minus up to the spread
    of the world: by itself the defaults are about right and not exact.

    Args:
        config: validities, and which attribute a source is evidence of.
        world: true validities, and the tails of all that a view sees beside the attribute.
        theta: true attributes, agents x `config.attribute_ids`.
        rng: source of all chance.

    Returns:
        Views.
    """
    names = config.attribute_ids

    def sees(family: Family, own: float | None = None) -> float:
        usual = own or getattr(config.evidence.validity, family)
        return world.validity.get(family, usual)

    specs = [config.metrics[metric] for metric in measured(config)]
    metrics = [(spec.attribute, sees("metrics", spec.validity)) for spec in specs]
    kinds = [
        (kind.attribute, sees("contributions", kind.validity))
        for kind in config.contributions.values()
    ]

    def look(what: Sequence[tuple[str, float]], method: float) -> Floats:
        spread = world.validity_spread
        seen = theta[:, [names.index(attribute) for attribute, _ in what]]
        rho = np.array([rho for _, rho in what]) + rng.uniform(-spread, spread, len(what))
        rho = np.clip(rho, 0.0, 1.0)
        shared = noise(rng, (len(theta), 1), world.tails)
        own = noise(rng, seen.shape, world.tails)
        other = np.sqrt(method) * shared + np.sqrt(1.0 - method) * own
        view: Floats = rho * seen + np.sqrt(1.0 - rho**2) * other
        return view

    every = [
        [(name, rho) for name in names]
        for rho in (sees("strengths"), sees("interests"), sees("ratings"))
    ]
    readiest = READIEST if world.tails else np.inf
    return Views(
        metrics=look(metrics, METRIC_METHOD),
        strengths=look(every[0], SELF_METHOD),
        interests=look(every[1], SELF_METHOD),
        contributions=np.minimum(look(kinds, TALLY_METHOD), readiest),
        ratings=look(every[2], SELF_METHOD),
    )
