"""What an explanation reads back from a run: reasons, gates and evidence as they were written."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rolefit.evidence.table import Evidence
from rolefit.explain.card import FitLine
from rolefit.fit import SCORE_CENTRE, SCORE_UNIT
from rolefit.schema.tables import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rolefit.schema.config import Config

AT_MOST_GATES = (
    "must_have", "contest", "no_inside_fit", "record_away", "coaching", "early_talk",
)  # fmt: skip
"""Gates that pass while the value stays below their threshold."""


@dataclass(frozen=True)
class Reason:
    """One reason of a suggestion."""

    code: str
    polarity: str
    attribute: str | None
    term: float | None
    """Fit units; None where the reason is no term of the fit."""
    text: str

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Reason:
        """One struct of the `reasons` column."""
        return cls(
            row["code"], row["polarity"], text_or_none(row["attribute"]),
            number_or_none(row["term"]), row["text"],
        )  # fmt: skip


@dataclass(frozen=True)
class GateRow:
    """One gate that was looked at."""

    gate: str
    role: str | None
    value: float | None
    """None = unknown."""
    threshold: float
    passed: bool

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> GateRow:
        """One struct of the `gates` column."""
        return cls(
            row["gate"], text_or_none(row["role"]), number_or_none(row["value"]),
            float(row["threshold"]), bool(row["passed"]),
        )  # fmt: skip

    @property
    def binds(self) -> bool:
        """Keeps its role from being suggested; a suggestion that no longer stands keeps none."""
        return not self.passed and self.gate != "held"

    @property
    def margin(self) -> float | None:
        """How far the value lies on the passing side of its threshold."""
        if self.value is None:
            return None
        above = self.value - self.threshold
        return -above if self.gate in AT_MOST_GATES else above


def read_evidence(rows: Sequence[Mapping[str, Any]], config: Config) -> Evidence:
    """Evidence rows of one agent as evidence again.

    Args:
        rows: rows of the `evidence` table, `method_variance` included.
        config: the effective config of the run.
    """
    if not rows:
        return Evidence.empty()

    def column(name: str) -> list[Any]:
        return [row[name] for row in rows]

    sources = tuple(sorted(set(column("source"))))
    zeros = np.zeros(len(rows), np.int64)
    return Evidence(
        agent=zeros,
        attribute=places(column("attribute"), config.attribute_ids),
        family=places(column("family"), FAMILIES),
        source=places(column("source"), sources),
        z=np.array(column("z"), np.float64),
        variance=np.array(column("variance"), np.float64),
        n=np.array(column("n"), np.float64),
        method_variance=np.array(column("method_variance"), np.float64),
        note=zeros,
        sources=sources,
    )


def left_by_choice(gates: Iterable[GateRow]) -> bool:
    """Out because the agent wishes it."""
    return any(gate.gate == "by_choice" and gate.passed for gate in gates)


def fit_line(row: Mapping[str, Any], *, suggested: str | None) -> FitLine:
    """One row of the fits table as people read it: scores of 0 to 100."""
    low, high = (
        min(max(SCORE_CENTRE + SCORE_UNIT * row[end], 0.0), 100.0) for end in ("low", "high")
    )
    return FitLine(
        row["role"], row["score"], low, high, number_or_none(row["p_ready"]),
        text_or_none(row["wish"]) or "", row["role"] == suggested,
    )  # fmt: skip


def places(values: Iterable[str], known: Sequence[str]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Position of each value among the known ones."""
    return np.array([known.index(value) for value in values], np.int64)


def text_or_none(value: object) -> str | None:
    """Text, or None for every way in which a table says that there is none."""
    return value if isinstance(value, str) else None


def number_or_none(value: float | None) -> float | None:
    """A number, or None for a missing or undefined one."""
    return None if value is None or math.isnan(value) else float(value)
