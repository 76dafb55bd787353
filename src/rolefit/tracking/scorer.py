"""The model that a registry keeps: a config, weights and norms as text, and how they score."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pandas as pd  # noqa: TC002 - MLflow reads the hints
import pyarrow as pa
from mlflow.pyfunc.model import PythonModel

from rolefit.batch.local import score
from rolefit.io.json_text import json_text
from rolefit.io.model_folder import read_model
from rolefit.norms import Norms
from rolefit.schema.build import build_config
from rolefit.tracking.packed import unpack

MODEL, CONFIG, NORMS = "model", "config.toml", "norms.json"


class Scorer(PythonModel):
    """Scores packed workspaces (`tracking.packed`) with the model, config and norms beside it."""

    def load_context(self, context: Any) -> None:  # noqa: ANN401 - MLflow has no types
        """Reads config, model and norms."""
        folder = Path(context.artifacts[MODEL])
        self.config = build_config(tomllib.loads((folder / CONFIG).read_text("utf-8")))
        self.model = read_model(folder)
        self.norms = Norms.from_json((folder / NORMS).read_text("utf-8"))

    def predict(
        self,
        context: Any,  # noqa: ANN401, ARG002 - MLflow has no types
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,  # noqa: ARG002 - MLflow hands it over
    ) -> pd.DataFrame:
        """The suggestions of everybody in the packed tables.

        Args:
            context: unused.
            model_input: columns `table` and `row`, of `tracking.packed.pack`.
            params: unused.

        Returns:
            the suggestions table, lists as JSON text.

        Raises:
            InputError: RF244 for rows that cannot be read, RF2xx for tables that cannot be used.
        """
        workspace = unpack(model_input, self.config).with_model(self.model)
        return with_text(score(workspace, self.norms).tables["suggestions"]).to_pandas()


def with_text(table: pa.Table) -> pa.Table:
    """The same table with lists as JSON text.

    Example:
        >>> with_text(pa.table({"notes": [["a"]]}))["notes"].to_pylist()
        ['["a"]']
    """
    columns = [
        json_text(column) if pa.types.is_nested(column.type) else column
        for column in table.itercolumns()
    ]
    return pa.table(columns, names=table.column_names)
