"""Views: how a person looks to each source, which is never quite how the person is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rolefit.simulate.shapes import measured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.schema.arrays import Floats
    from rolefit.schema.config import Config

SPREAD = 0.08
"""How far the true validity of a source lies from the default, at most, either way."""
METRIC_METHOD = 0.28
"""Share of what metrics see beside the attribute that all metrics of a person have in common."""
SELF_METHOD = 0.15
"""The same for the answers of one survey: how kindly somebody looks at themselves."""
TALLY_METHOD = 0.1
"""The same for recorded contributions: some people get things written down."""


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


def draw_views(config: Config, theta: Floats, rng: np.random.Generator) -> Views:
    """Views of all sources on all people.

        view = rho theta + sqrt(1 - rho^2) (sqrt(m) method + sqrt(1 - m) own)

    rho is the configured validity plus or minus up to SPREAD: the defaults are about right and
    not exact.

    Args:
        config: validities, and which attribute a source is evidence of.
        theta: true attributes, agents x `config.attribute_ids`.
        rng: source of all chance.

    Returns:
        Views.
    """
    names, validity = config.attribute_ids, config.evidence.validity
    specs = [config.metrics[metric] for metric in measured(config)]
    metrics = [(spec.attribute, spec.validity or validity.metrics) for spec in specs]
    kinds = [
        (c.attribute, c.validity or validity.contributions) for c in config.contributions.values()
    ]

    def look(what: Sequence[tuple[str, float]], method: float) -> Floats:
        seen = theta[:, [names.index(attribute) for attribute, _ in what]]
        rho = np.array([rho for _, rho in what]) + rng.uniform(-SPREAD, SPREAD, len(what))
        shared = rng.standard_normal((len(theta), 1))
        own = rng.standard_normal(seen.shape)
        other = np.sqrt(method) * shared + np.sqrt(1.0 - method) * own
        view: Floats = rho * seen + np.sqrt(1.0 - rho**2) * other
        return view

    every = [
        [(name, rho) for name in names]
        for rho in (validity.strengths, validity.interests, validity.ratings)
    ]
    return Views(
        metrics=look(metrics, METRIC_METHOD),
        strengths=look(every[0], SELF_METHOD),
        interests=look(every[1], SELF_METHOD),
        contributions=look(kinds, TALLY_METHOD),
        ratings=look(every[2], SELF_METHOD),
    )
