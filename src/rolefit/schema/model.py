"""A model that scores: what it is, what it reads, and the role weights that it was taught."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from rolefit.schema.policy import Positive, Probability
from rolefit.schema.record import Record
from rolefit.schema.roles import Importance, RoleSpec
from rolefit.schema.tables import INPUT_TABLES

if TYPE_CHECKING:
    from rolefit.schema.config import Config

FORMAT = 1
"""Of spec.toml and trained.json; raised when a field changes its meaning."""
LEAST = 0.05
"""Importance of a must-have that a model does not ask for: a hundredth of the greatest."""
ALWAYS_READ = ("agents", "wishes", "history", "replies")
"""What somebody said or was told is no evidence, and no model may do without it."""


class RoleWeights(Record):
    """What a model was taught of one role; what is absent stays as the centre has it.

    It has no bar: what fit a role asks for is a gate, and no model moves a gate.
    """

    demands: dict[str, Importance]
    """Relative importance of attributes for what one can."""
    supplies: dict[str, Importance]
    """What the role offers to an interest."""
    want_weight: Probability | None = None
    interval_multiplier: Positive | None = None

    def taught(self, role: RoleSpec) -> RoleSpec:
        """A role of a centre with these weights in place of its own.

        What the centre says must not be missing stays a gate, and so stays demanded, if only just.
        """
        told = self.model_dump(exclude_none=True)
        asked = {name: max(self.demands.get(name, 0.0), LEAST) for name in role.must_have}
        told["demands"] = {**self.demands, **asked}
        return role if role.outward else role.model_copy(update=told)


class Trained(Record):
    """What outcomes taught: trained.json."""

    format: int = FORMAT
    roles: dict[str, RoleWeights]
    estimator: dict[str, Any]
    """The fitted estimator as plain values (`learn.models.from_spec` reads it)."""
    trained_on: dict[str, Any]
    """Counts and hashes of the tables behind it."""
    measures: dict[str, Any]
    """As measured when it was trained, with intervals."""

    def to_json(self) -> str:
        """Text that reads back to the same values, keys sorted."""
        return json.dumps(self.model_dump(), indent=1, sort_keys=True) + "\n"


class ModelSpec(Record):
    """A model's spec.toml."""

    format: int
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    version: str
    kind: Literal["expert", "metrics_only", "learned"]
    about: str
    """One sentence: what it is."""
    reads: tuple[str, ...] = ()
    """Tables of evidence that it reads; none named = all of them."""
    trained: str = ""
    """sha256 of trained.json; a learned model has one."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        unknown = sorted(set(self.reads) - set(INPUT_TABLES))
        if unknown:
            message = f"no such table: {', '.join(unknown)}"
            raise ValueError(message)
        if (self.kind == "learned") != bool(self.trained):
            message = "a learned model names the sha256 of its trained.json, and no other does"
            raise ValueError(message)
        return self


class Model(Record):
    """A model as it is used: a spec, and what it was taught if anything."""

    spec: ModelSpec
    trained: Trained | None = None

    @property
    def leaves_out(self) -> tuple[str, ...]:
        """Input tables that it does not look at."""
        if not self.spec.reads:
            return ()
        kept = {*self.spec.reads, *ALWAYS_READ}
        return tuple(name for name in INPUT_TABLES if name not in kept)

    def applied(self, config: Config) -> Config:
        """The config of a centre with what the model was taught in place of the centre's own.

        Args:
            config: of any centre; a role that the model was not taught stays as it is.
        """
        taught = {} if self.trained is None else self.trained.roles
        roles = {
            name: taught[name].taught(role) if name in taught else role
            for name, role in config.roles.items()
        }
        return config.model_copy(update={"roles": roles})

    def unknown_to(self, config: Config) -> tuple[str, ...]:
        """Inside roles of a centre that the model was not taught."""
        taught = () if self.trained is None else self.trained.roles
        return tuple(name for name in config.inside_ids if taught and name not in taught)

    def misfits(self, config: Config) -> tuple[str, ...]:
        """Attributes that the model weighs and a centre does not know."""
        taught = () if self.trained is None else self.trained.roles.values()
        weighed = {name for role in taught for name in (*role.demands, *role.supplies)}
        return tuple(sorted(weighed - set(config.attribute_ids)))


def fingerprint(text: str) -> str:
    """sha256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()
