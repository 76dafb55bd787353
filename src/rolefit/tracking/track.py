"""A comparison in MLflow: its runs, and the models that score, with the alias they earned."""

from __future__ import annotations

from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from rolefit.batch.local import calibrate
from rolefit.io.model_folder import read_model, write_model
from rolefit.io.shipped import shipped_models
from rolefit.schema.build import effective_toml
from rolefit.tracking.items import EXPERIMENT, items_of
from rolefit.tracking.packed import as_packed, pack
from rolefit.tracking.store import connected, experiment_id, write_run

if TYPE_CHECKING:
    from rolefit.batch.comparison import Comparison
    from rolefit.io.workspace import Workspace
    from rolefit.schema.model import Model

NAME = "rolefit"
CHAMPION, DEFAULT = "champion", "default"
"""Aliases: what the rule of promotion chose; the weights that people stated."""


def track(found: Comparison, workspace: Workspace, uri: str | None = None) -> dict[str, Any]:
    """Logs a comparison, and registers the models that score.

    The stated weights get the alias `default`; the learned ones get `champion`, and only where the
    rule of promotion holds. A champion of an earlier comparison stays until another earns it.

    Args:
        found: of `rf.compare`.
        workspace: that was compared.
        uri: of a store or a server; None = MLflow's own choice.

    Returns:
        tracking_uri, experiment, runs (model -> run id), versions (model -> version), champion
        (its address, where one was promoted now).

    Raises:
        MissingExtraError: RF504, MLflow is not installed.
        InputError: RF245, the store does not answer.
    """
    item = items_of(found)
    with connected(uri) as mlflow:
        client = mlflow.MlflowClient()
        experiment = experiment_id(client)
        runs = write_run(client, experiment, item)
        versions = {
            child.scores_as: _register(
                mlflow, runs[child.name], _scoring(found, child.scores_as), workspace
            )
            for child in item.children
            if child.scores_as
        }
        client.set_registered_model_alias(NAME, DEFAULT, versions["profile"])
        told = {
            "tracking_uri": mlflow.get_tracking_uri(), "experiment": EXPERIMENT,
            "runs": {child.name: runs[child.name] for child in item.children},
            "versions": versions, "champion": None,
        }  # fmt: skip
        if found.verdict.promoted:
            client.set_registered_model_alias(NAME, CHAMPION, versions["learned"])
            told["champion"] = f"models:/{NAME}@{CHAMPION}"
        return told


def _scoring(found: Comparison, name: str) -> tuple[Model, str]:
    """A model that scores, with its card."""
    if name == "learned":
        return found.learned, found.card()
    return read_model(name), (shipped_models()[name] / "card.md").read_text("utf-8")


def _register(mlflow: Any, run: str, chosen: tuple[Model, str], workspace: Workspace) -> str:  # noqa: ANN401
    """Logs a model as text, in the run it belongs to; returns its version in the registry."""
    from mlflow.models import infer_signature  # noqa: PLC0415 - optional

    from rolefit.tracking import scorer  # noqa: PLC0415 - loads MLflow

    model, card = chosen
    norms = calibrate(workspace.with_model(model))
    example = pack(workspace, workspace.inputs.agents["agent_id"].slice(0, 1).to_pylist())
    config = as_packed(workspace.config)
    told = scorer.suggested(example, config, model, norms)
    with (
        TemporaryDirectory() as aside, redirect_stderr(StringIO()), mlflow.start_run(run_id=run),
    ):  # fmt: skip
        folder = Path(aside) / scorer.MODEL
        write_model(folder, model, card)
        (folder / scorer.CONFIG).write_text(effective_toml(config), "utf-8")
        (folder / scorer.NORMS).write_text(norms.to_json(), "utf-8")
        logged = mlflow.pyfunc.log_model(
            name=model.spec.name, python_model=str(Path(scorer.__file__).with_name("served.py")),
            artifacts={scorer.MODEL: str(folder)}, signature=infer_signature(example, told),
            input_example=example, registered_model_name=NAME, pip_requirements=["rolefit"],
            metadata={"kind": model.spec.kind, "config_hash": norms.config_hash},
        )  # fmt: skip
        mlflow.log_text(card, "card.md")
    return str(logged.registered_model_version)
