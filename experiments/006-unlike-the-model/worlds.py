"""Worlds that are not built like the model: what each source sees, and how it is written down."""

from __future__ import annotations

from dataclasses import dataclass, field

FAMILIES = ("metrics", "strengths", "interests", "contributions", "ratings")
DEFAULTS = dict(zip(FAMILIES, (0.6, 0.6, 0.8, 0.6, 0.7), strict=True))


@dataclass(frozen=True)
class World:
    """How far a centre is from the model; shares and correlations are fractions in [0, 1]."""

    validity: dict[str, float] = field(default_factory=DEFAULTS.copy)
    """Mean true validity by family; single sources lie up to `spread` off."""
    spread: float = 0.08
    degrees: float = 0.0
    """Of freedom of Student's t, for traits, views and noise; 0 = normal."""
    together: float = 0.0
    """Correlation of any two traits."""
    method: float = 0.15
    """Share of what a family sees beside the attribute that is common to all its sources."""
    steps: int = 5
    """Answers that people use, evenly spread over the range."""
    agreeable: float = 0.4
    """How far the average answer lies above the middle, in answer steps."""
    lumpy: float = 0.0
    """Gamma variance of how much happens to somebody, beside the view: skews counts."""
    never: float = 0.0
    """Share of people of whom nobody writes contributions down, although they are there."""
    leniency: float = 0.35
    """sd of how kindly raters rate, in rating steps."""
    kindness: float = 0.4
    """How far the average rating lies above the middle, in rating steps."""
    careless: float = 0.0
    """Share of surveys answered without reading."""


def validities(*values: float) -> dict[str, float]:
    """Validity by family."""
    return dict(zip(FAMILIES, values, strict=True))


CROSSED = validities(0.4, 0.81, 0.8, 0.53, 0.7)
COARSE = {"steps": 3, "agreeable": 1.0, "lumpy": 0.6, "leniency": 0.7, "kindness": 1.1}
WORLDS = {
    "like the defaults": World(),
    "higher": World(validities(0.8, 0.8, 0.9, 0.8, 0.85)),
    "lower": World(validities(0.4, 0.4, 0.6, 0.4, 0.5)),
    "crossed": World(CROSSED),
    "heavy tails": World(CROSSED, degrees=4.0),
    "one trait in all": World(together=0.6),
    "coarse and lenient": World(**COARSE),
    "careless": World(careless=0.2),
    "all at once": World(CROSSED, degrees=4.0, together=0.4, careless=0.1, **COARSE),
}
