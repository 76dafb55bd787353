"""Worlds: the knobs under which a centre is simulated, and the shipped settings of them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator

from rolefit.errors import ConfigError, Problem, UsageError, did_you_mean
from rolefit.schema.merge import merge
from rolefit.schema.problems import problems_of
from rolefit.schema.record import Record
from rolefit.schema.toml import read_toml, write_toml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolefit.schema.merge import Tables

FILE = "worlds.toml"
LEAST_DEGREES = 2.0
"""Student's t has no variance with fewer degrees of freedom, or as many."""
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Correlation = Annotated[float, Field(ge=0.0, lt=1.0)]
Family = Literal["metrics", "strengths", "interests", "contributions", "ratings"]


class World(Record):
    """What kind of centre is simulated: every knob; values are shipped in `worlds.toml`."""

    about: str
    """What is different in this world, in one sentence."""
    sorting: Correlation
    """Correlation of an agent's overall skill with the difficulty of the clients assigned."""
    clients: int = Field(ge=0)
    """Number of clients; 0: half the square root of the number of agents, 4 at least."""
    clients_per_agent: float = Field(ge=1.0, le=4.0)
    """Mean number of clients an agent serves: few movers near 1."""
    hardness: float = Field(ge=0.0, le=3.0)
    """How far clients differ, in units of the usual difference."""
    inapplicable: Share
    """Share of client x metric pairs in which the metric is pure noise; rolefit.toml names them."""
    newcomers: Share
    """Share of agents hired in the last three months."""
    general: Correlation
    """Correlation among results and capabilities."""
    kinship: Correlation
    """Correlation of an interest with the capability that goes with it."""
    tails: float = Field(ge=0.0)
    """Degrees of freedom of Student's t for attributes, views, metric noise, luck; 0: normal."""
    validity_spread: float = Field(ge=0.0, le=0.1)
    """How far the true validity of a source lies from that of its family, at most, either way."""
    style: float = Field(ge=0.0, le=2.0)
    """sd of a person's yes-saying in surveys, in steps of the answer scale."""
    careless: Share
    """Share of surveys answered without reading."""
    unanswered: float = Field(ge=0.0, le=0.25)
    """Share of survey items left empty, by a quarter of the people."""
    no_survey: Share
    """Share of agents who did not hand a survey in, each survey by itself."""
    asked_twice: Share
    """Share of agents there for 15 months or more who answered on interests a year earlier too."""
    fading: Share
    """Share of those asked twice whose interest in their present role has fallen since."""
    faded: float = Field(ge=0.0, le=4.0)
    """How far it has fallen, in sd of the population."""
    contributing: float = Field(ge=0.0, le=4.0)
    """How often people contribute, and get the chance to, in units of the usual rate."""
    silent: Share
    """Share of agents who stated no wish."""
    gaming: Share
    """Share of agents who work towards a number."""
    declining: Share
    """Share of agents there for six months or more whose results fall from month to month."""
    decline: float = Field(ge=0.0, le=2.0)
    """How far they fall, in agent sd a month; the mean over the months stays the true effect."""
    luck: float = Field(ge=0.0, le=3.0)
    """sd of what else decides how a move turns out, where .5 of true fit counts 1."""
    bend: Share
    """How far the true fit bends: 0 linear, 1 by the points `enough` and `ideal` alone."""
    enough: float = Field(ge=-3.0, le=3.0)
    """Of a demanded attribute, sd beyond which more adds nothing, where the fit bends."""
    ideal: float = Field(ge=-3.0, le=3.0)
    """Of an interest, sd at which a role suits best, where the fit bends."""
    glue_value: Share
    """How much the attributes that contributions are evidence of matter; 1: as the profile says."""
    metric_share: Share
    """Share of the true fit that is the mean of the true metric effects, in every role alike."""
    placed: float = Field(ge=0.0, le=0.4)
    """Share of agents who were moved of late; above 0 there are placements, and their policy."""
    policy_slope: float = Field(ge=0.0, le=3.0)
    """Probits that one sd of metrics adds to the chance of having been moved."""
    preferred: Share
    """Share of agents in the group that the policy prefers; above 0 there is a table of groups."""
    proxy: Correlation
    """Correlation of being in that group with `creating`, an interest no role inside asks for."""
    preference: float = Field(ge=0.0, le=4.0)
    """Probits that being in that group adds to the chance of having been moved."""
    favour: float = Field(ge=0.0, le=3.0)
    """Probits by which outcomes of that group were written down too high; `truth/` has the true."""
    validity: dict[Family, Annotated[float, Field(ge=0.0, le=0.9)]]
    """True validity by family; a family that is not named sees as well as the defaults say."""

    @field_validator("tails")
    @classmethod
    def _has_a_variance(cls, degrees: float) -> float:
        if 0.0 < degrees <= LEAST_DEGREES:
            message = f"{degrees} degrees of freedom have no variance; use 0, or more than 2"
            raise ValueError(message)
        return degrees


def world_names() -> tuple[str, ...]:
    """The shipped worlds, in the order of the file."""
    return tuple(_shipped()["worlds"])


def world_named(name: str, knobs: Mapping[str, Any] | None = None, place: str = "knobs") -> World:
    """The knobs of a world.

    Args:
        name: one of `world_names()`.
        knobs: values that win over those of the world.
        place: where they come from, for errors.

    Raises:
        UsageError: RF405 when there is no such world.
        ConfigError: RF102, RF103 for knobs that are not there or make no sense, all at once.

    Example:
        >>> world_named("plain").sorting, world_named("plain", {"sorting": 0.5}).sorting
        (0.0, 0.5)
    """
    shipped = _shipped()
    if name not in shipped["worlds"]:
        raise UsageError([
            Problem(
                place="simulate: world",
                message=f"unknown world '{name}'",
                code="RF405",
                expected=f"one of {', '.join(shipped['worlds'])}",
                hint=did_you_mean(name, shipped["worlds"]),
            )
        ])  # fmt: skip
    tables = merge(merge(shipped["knobs"], shipped["worlds"][name]), knobs or {})
    try:
        return World.model_validate(tables, strict=True)
    except ValidationError as error:
        raise ConfigError(problems_of(error, World, place)) from None


def knobs_toml(world: World) -> str:
    """All knobs of a world as TOML, each with what it means; reads back to the same world."""
    return "\n".join(
        f"# {World.model_fields[name].description}\n{write_toml({name: value})}"
        for name, value in world.model_dump().items()
    )


@cache
def _shipped() -> Tables:
    """The packaged file."""
    text = files("rolefit.simulate").joinpath(FILE).read_text("utf-8")
    return read_toml(text, FILE)
