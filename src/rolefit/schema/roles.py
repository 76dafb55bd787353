"""Attributes (the vocabulary) and role profiles (what a role asks and offers)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from rolefit.schema.policy import Positive, Probability
from rolefit.schema.record import Record

Importance = Annotated[float, Field(ge=0)]
MAX_MUST_HAVES = 2


class AttributeSpec(Record):
    """Something a role asks for and a person has: a result, a capability or an interest."""

    label: str
    """Shown to people: "Handles work efficiently"."""
    group: Literal["result", "capability", "interest"]
    facet: Literal["leadership", "management", "none"] = "none"
    """Leadership (vision, influence, coaching) and management (planning, follow-through) differ."""
    phrase: str = ""
    """The label inside a sentence, as a gerund: "helping colleagues learn"; default: the label."""


class RoleSpec(Record):
    """What a role asks (demands) and offers (supplies)."""

    label: str
    level: int | None = None
    """Rung; none for an outward destination."""
    bar: float | None = None
    """The fit the role asks for, in fit units (0 = the average agent)."""
    seats: Annotated[int, Field(ge=0)] | None = None
    demands: dict[str, Importance] = Field(default_factory=dict)
    """Relative importance of attributes, 0-5."""
    supplies: dict[str, Importance] = Field(default_factory=dict)
    """What the role offers to an interest, 0-5."""
    must_have: dict[str, float] = Field(default_factory=dict, max_length=MAX_MUST_HAVES)
    """Soft minimum of at most two attributes, in agent sd."""
    want_weight: Probability | None = None
    """Weight of want against can in this role; none: `policy.want_weight`."""
    interval_multiplier: Positive | None = None
    """Widens the sd of the fit in this role; none: `policy.interval_multiplier`."""
    outward: bool = False
    """True: a destination outside the centre."""
    owner: str = ""
    """Who answers for the profile: contests on its weights go to them."""
    description: str = ""
    """One sentence for people."""
    credit: str = ""
    """Where the profile comes from, when it rests on somebody's figures."""

    @model_validator(mode="after")
    def _inside_or_outward(self) -> Self:
        inside = {"level": self.level, "bar": self.bar}
        if self.outward:
            given = [k for k, v in {**inside, "seats": self.seats}.items() if v is not None]
            if given:
                message = f"an outward destination has no {', '.join(given)}"
                raise ValueError(message)
        else:
            absent = [k for k, v in inside.items() if v is None]
            if absent:
                message = f"a role inside the centre needs {' and '.join(absent)}"
                raise ValueError(message)
        if not any(self.demands.values()) and not any(self.supplies.values()):
            message = "a role needs at least one demand or supply above 0"
            raise ValueError(message)
        return self
