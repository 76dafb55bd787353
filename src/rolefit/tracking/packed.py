"""A workspace as one table of text, so that a model server can be asked about people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rolefit.errors import InputError, Problem, did_you_mean, listed
from rolefit.io.workspace import Workspace
from rolefit.schema.tables import INPUT_TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyarrow as pa

    from rolefit.schema.config import Config
    from rolefit.schema.tables import Inputs

COLUMNS = ("table", "row")
CENTRE = "centre"
"""Rows of this name tell the day: {"as_of": "2026-06-30"}."""


def pack(workspace: Workspace, agents: Iterable[str] | None = None) -> pd.DataFrame:
    """The checked tables of a workspace, one row a row of any of them.

    Args:
        workspace: of `rolefit.load`.
        agents: only these; None = everybody.

    Returns:
        columns `table` and `row` (a JSON object by the contract's column names, empty cells left
        out), which `models:/rolefit@champion` takes.

    Example:
        >>> who = pd.DataFrame({"agent_id": ["A1"], "current_role": ["frontline"]})
        >>> pack(Workspace({"centre": {"as_of": "2026-06-30"}}, agents=who)).row.tolist()
        ['{"as_of": "2026-06-30"}', '{"agent_id": "A1", "current_role": "frontline"}']
    """
    rows = [(CENTRE, json.dumps({"as_of": str(workspace.config.centre.as_of)}))]
    chosen = None if agents is None else set(agents)
    for name, table in _tables(workspace.inputs):
        rows += [
            (name, json.dumps({k: _plain(v) for k, v in row.items() if _told(v)}))
            for row in table.to_pylist()
            if chosen is None or row["agent_id"] in chosen
        ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def unpack(packed: pd.DataFrame, config: Config) -> Workspace:
    """The workspace behind a packed table, checked again.

    Args:
        packed: of `pack`, or written by any program.
        config: of the centre, in the contract's names and units.

    Raises:
        InputError: RF244 for every row that is not JSON, or of no table; RF2xx as `Workspace`.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    problems = []
    for place, (name, text) in enumerate(zip(packed["table"], packed["row"], strict=True), 1):
        try:
            row = json.loads(text)
        except (TypeError, ValueError):
            row = None
        if not isinstance(row, dict) or name not in (*INPUT_TABLES, CENTRE):
            problems.append(_unreadable(place, str(name), row))
        else:
            found.setdefault(str(name), []).append(row)
    if problems:
        raise InputError(problems)
    for told in found.pop(CENTRE, []):
        config = config.model_copy(update={"centre": config.centre.model_copy(
            update={"as_of": pd.Timestamp(told["as_of"]).date()})})  # fmt: skip
    tables: dict[str, Any] = {name: pd.DataFrame(rows) for name, rows in found.items()}
    tables.setdefault("agents", pd.DataFrame(columns=["agent_id", "current_role"]))
    return Workspace(config, **tables)


def as_packed(config: Config) -> Config:
    """The same config for tables that are already in the contract's names and units."""
    return config.model_copy(
        update={
            "inputs": {}, "columns": {},
            "centre": config.centre.model_copy(update={"as_of": None}),
            "metrics": {
                name: spec.model_copy(update={"scale": 1.0})
                for name, spec in config.metrics.items()
            },
        }
    )  # fmt: skip


def _tables(inputs: Inputs) -> Iterator[tuple[str, pa.Table]]:
    """Every table by name; earlier answers are rows of the same survey."""
    yield from inputs.present().items()
    if inputs.earlier_interests is not None:
        yield "interests", inputs.earlier_interests


def _unreadable(place: int, name: str, row: object) -> Problem:
    """What is wrong with a row."""
    if isinstance(row, dict):
        message, expected = f"unknown table '{name}'", listed(INPUT_TABLES)
        return Problem(f"row {place}", message, "RF244", expected, did_you_mean(name, INPUT_TABLES))
    message, expected = "the cell `row` is not a JSON object", 'for example {"agent_id": "A1"}'
    return Problem(f"row {place}", message, "RF244", expected)


def _told(value: object) -> bool:
    """Whether a cell holds anything."""
    return value is not None and not (isinstance(value, float) and np.isnan(value))


def _plain(value: object) -> object:
    """Numbers, truth and text as they are; lists as JSON text; days as ISO text."""
    if isinstance(value, (list, dict)):
        return json.dumps(value, default=str)
    return value if isinstance(value, (int, float, str, bool)) else str(value)
