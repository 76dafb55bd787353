"""The model that a registry keeps: a config, weights and norms as text, and how they score."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd  # noqa: TC002 - MLflow reads the hints
from mlflow.pyfunc.model import PythonModel

from rolefit.batch.local import score
from rolefit.io.json_text import lists_as_text
from rolefit.io.model_folder import read_model
from rolefit.norms import Norms
from rolefit.schema.build import build_config
from rolefit.tracking.packed import unpack

if TYPE_CHECKING:
    from rolefit.schema.config import Config
    from rolefit.schema.model import Model

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
        return suggested(model_input, self.config, self.model, self.norms)


def suggested(packed: pd.DataFrame, config: Config, model: Model, norms: Norms) -> pd.DataFrame:
    """The suggestions of everybody in packed tables, lists as JSON text.

    Args:
        packed: of `tracking.packed.pack`.
        config: of `tracking.packed.as_packed`.
        model: by which to score.
        norms: that were learned with it.

    Raises:
        InputError: as `Scorer.predict`.
    """
    workspace = unpack(packed, config).with_model(model)
    return lists_as_text(score(workspace, norms).tables["suggestions"]).to_pandas()
