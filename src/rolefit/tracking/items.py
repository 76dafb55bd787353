"""What is to be logged of a comparison, as plain values: no MLflow here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rolefit.batch.comparison import Comparison
    from rolefit.judging.standing import Standing

EXPERIMENT = "rolefit"
SCORES = {"profile": "profile", "prior_centred": "learned", "metrics_only": "metrics_only"}
"""Model of a comparison -> the model that scores; the others foretell moves, and score nobody."""


@dataclass(frozen=True)
class RunItem:
    """One MLflow run."""

    name: str
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    measures: dict[str, float] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    """Path of an artifact -> its text."""
    pictures: dict[str, bytes] = field(default_factory=dict)
    """Path of an artifact -> PNG."""
    scores_as: str = ""
    """The scoring model that belongs to this run."""
    children: tuple[RunItem, ...] = ()


def items_of(found: Comparison) -> RunItem:
    """A parent run, a child a model, and below it a child a fold.

    Args:
        found: of `rf.compare`.
    """
    record = found.record
    return RunItem(
        name=f"{found.centre} {found.as_of}",
        params={
            "centre": found.centre, "as_of": found.as_of, "agents": str(record["agents"]),
            "moves": str(record["moves"]), "successes": str(record["successes"]),
            "teams": str(record["teams"]),
            **{f"folds_{split.name}": str(len(split.folds)) for split in found.contest.splits},
        },
        tags={
            "rolefit": record["rolefit"], "config_hash": record["config_hash"],
            "promoted": str(found.verdict.promoted).lower(),
            **{f"data_{name}": value for name, value in record["input_hashes"].items()},
        },
        measures=_known({
            f"promotion_{one.name}": one.value for one in found.verdict.conditions
            if one.value is not None
        }),
        texts={
            "comparison.json": found.to_json(), "comparison.html": found.page(),
            "card.md": found.card(),
        },
        pictures={f"{name}.png": data for name, data in found.figures.items()},
        children=tuple(_of_model(found, spec.name) for spec in found.contest.models),
    )  # fmt: skip


def _of_model(found: Comparison, model: str) -> RunItem:
    """One model: its measures by split, a child a fold."""
    rows = [one for one in found.standings if one.model == model]
    spec = next(one for one in found.contest.models if one.name == model)
    measures = {
        f"{one.split}_{name}{end}": value
        for one in rows
        for name, m in {**one.measures, "auc_gain": one.gain}.items()
        for end, value in (("", m.value), ("_low", m.low), ("_high", m.high))
    }
    value = next((one.value for one in found.worth if one.model == model), None)
    if value is not None:
        measures["policy_value"] = value
    return RunItem(
        name=model,
        params={"model": model, "label": spec.label, "explained": spec.explained},
        tags={"model": model},
        measures=_known(measures),
        scores_as=SCORES.get(model, ""),
        children=tuple(fold for one in rows for fold in _folds(one)),
    )


def _folds(one: Standing) -> list[RunItem]:
    """A child a fold."""
    return [
        RunItem(
            name=f"{one.model} {one.split} {k + 1}",
            params={"model": one.model, "split": one.split, "fold": str(k + 1)},
            measures=_known(fold),
        )
        for k, fold in enumerate(one.folds)
    ]


def _known(measures: dict[str, float]) -> dict[str, float]:
    """Measures that are defined: MLflow keeps no NaN that could be compared."""
    return {name: float(value) for name, value in measures.items() if np.isfinite(value)}
