"""The effective config of a run: rolefit.toml over the built-in defaults."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from rolefit.schema.language import Language
from rolefit.schema.metrics import ApplicabilityRule, ContributionSpec, MetricSpec
from rolefit.schema.policy import EvidencePolicy, Policy
from rolefit.schema.record import Record
from rolefit.schema.roles import AttributeSpec, RoleSpec
from rolefit.schema.surveys import Instrument, InstrumentRef


class Centre(Record):
    """The centre as a whole."""

    name: str = "Contact centre"
    as_of: date | None = None
    """"Today" for the run; default: the newest date in the data, never the clock."""
    max_reject_share: Annotated[float, Field(ge=0, le=1)] = 0.05
    """Largest share of a table's rows that may be rejected."""
    language: str = "en"
    """Of texts and notes: a shipped language, or the path of a language TOML."""


class Config(Record):
    """Everything that counts in a run.

    `questionnaires` is resolved from `instruments`, `language` from `centre.language`.
    """

    centre: Centre = Field(default_factory=Centre)
    inputs: dict[str, str] = Field(default_factory=dict)
    """Table -> file, where it is not the default name."""
    columns: dict[str, dict[str, str]] = Field(default_factory=dict)
    """Table -> our column name -> their column name."""
    attributes: dict[str, AttributeSpec] = Field(default_factory=dict)
    metrics: dict[str, MetricSpec] = Field(default_factory=dict)
    applicability: tuple[ApplicabilityRule, ...] = ()
    contributions: dict[str, ContributionSpec] = Field(default_factory=dict)
    instruments: dict[str, InstrumentRef] = Field(default_factory=dict)
    """`strengths` and `interests` -> where the instrument is."""
    questionnaires: dict[str, Instrument] = Field(default_factory=dict)
    """The resolved instruments, by the table they belong to (`strengths`, `interests`)."""
    roles: dict[str, RoleSpec] = Field(default_factory=dict)
    policy: Policy
    evidence: EvidencePolicy
    language: Language
    """What everything is called, and every sentence."""

    @property
    def attribute_ids(self) -> tuple[str, ...]:
        """Attribute ids in config order: the columns of every agent x attribute array."""
        return tuple(self.attributes)

    @property
    def role_ids(self) -> tuple[str, ...]:
        """Role ids in config order, outward destinations included."""
        return tuple(self.roles)

    @property
    def inside_ids(self) -> tuple[str, ...]:
        """Ids of the roles inside the centre."""
        return tuple(role for role, spec in self.roles.items() if not spec.outward)

    @property
    def outward_ids(self) -> tuple[str, ...]:
        """Ids of the outward destinations."""
        return tuple(role for role, spec in self.roles.items() if spec.outward)
