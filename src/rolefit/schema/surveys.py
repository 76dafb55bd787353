"""Survey instruments: items, scales, reversal and answer range."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from rolefit.schema.record import Record


class InstrumentRef(Record):
    """Names the instrument of a survey table."""

    key: str
    """`builtin:strengths`, `builtin:interests`, or the path of an instrument TOML."""


class InstrumentHead(Record):
    """What an instrument file says of itself."""

    id: str
    kind: Literal["strengths", "interests"]
    version: str = "1"
    language: str = "en"
    min: float
    """Lowest possible answer, before any reversal."""
    max: float
    """Highest possible answer."""
    labels: tuple[str, ...] = ()
    """Wording of the answers, lowest first."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min >= self.max:
            message = "min must be below max"
            raise ValueError(message)
        return self


class ScaleSpec(Record):
    """One scale, evidence of one attribute."""

    attribute: str
    items: tuple[str, ...] = Field(min_length=1)
    reversed: tuple[str, ...] = ()
    """Items whose answers are turned round: min + max - x."""


class ScaleNorm(Record):
    """Published norms of a scale; absent = estimated from the data."""

    mean: float
    sd: Annotated[float, Field(gt=0)]
    n: Annotated[int, Field(gt=0)]


class Instrument(Record):
    """An instrument TOML: contract section 7."""

    instrument: InstrumentHead
    scales: dict[str, ScaleSpec] = Field(min_length=1)
    norms: dict[str, ScaleNorm] = Field(default_factory=dict)
    items: dict[str, str] = Field(default_factory=dict)
    """Item id -> wording."""
