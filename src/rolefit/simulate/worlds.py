"""Worlds: the named settings under which a centre is simulated."""

from __future__ import annotations

from dataclasses import dataclass

from rolefit.errors import Problem, UsageError, did_you_mean, listed


@dataclass(frozen=True)
class World:
    """What kind of centre is simulated; shares and correlations are fractions in [0, 1]."""

    sorting: float
    """Correlation of an agent's overall skill with the difficulty of the clients assigned."""
    clients_per_agent: float = 1.6
    """Mean number of clients an agent serves, 1 to 4."""
    inapplicable: float = 0.15
    """Share of client x metric pairs in which the metric is pure noise."""
    newcomers: float = 0.07
    """Share of agents hired in the last three months."""
    careless: float = 0.05
    """Share of surveys answered without reading."""
    unanswered: float = 0.03
    """Share of survey items left empty, by a quarter of the people."""
    no_survey: float = 0.12
    """Share of agents who did not hand a survey in, each survey by itself."""
    silent: float = 0.3
    """Share of agents who stated no wish."""


WORLDS = {
    "plain": World(sorting=0.0, inapplicable=0.0),
    "sorted": World(sorting=0.65),
}


def world_named(name: str) -> World:
    """The settings of a world.

    Args:
        name: `plain` (clients are assigned by chance) or `sorted` (the best people serve the
            hardest clients, and some metrics do not apply everywhere).

    Raises:
        UsageError: RF405 when there is no such world.
    """
    if name not in WORLDS:
        raise UsageError(
            [
                Problem(
                    place="simulate: world",
                    message=f"unknown world '{name}'",
                    code="RF405",
                    expected=f"one of {listed(WORLDS)}",
                    hint=did_you_mean(name, WORLDS),
                )
            ]
        )
    return WORLDS[name]
