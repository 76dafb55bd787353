"""The one place that talks to MLflow: runs, models, aliases."""

from __future__ import annotations

import logging
import os
import time
import warnings
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from rolefit.errors import InputError, MissingExtraError, Problem
from rolefit.tracking.items import EXPERIMENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolefit.tracking.items import RunItem

PARENT = "mlflow.parentRunId"
RUNNING = "is the server running? `mlflow server --host 127.0.0.1` starts one"
QUIET = "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT"


def library() -> Any:  # noqa: ANN401 - MLflow has no types
    """MLflow.

    Raises:
        MissingExtraError: RF504, it is not installed.
    """
    try:
        return import_module("mlflow")
    except ModuleNotFoundError as error:
        raise MissingExtraError([Problem(
            "mlflow", "keeping comparisons and models needs MLflow", "RF504",
            hint="pip install 'rolefit[mlflow]'",
        )]) from error  # fmt: skip


@contextmanager
def connected(uri: str | None) -> Iterator[Any]:
    """MLflow with its store chosen, and as quiet as a library should be; both are put back.

    Args:
        uri: of a store or a server; None = MLflow's own choice (MLFLOW_TRACKING_URI, or a file
            mlflow.db in the folder one works in).

    Raises:
        MissingExtraError: RF504.
        InputError: RF245, the store does not answer.
    """
    mlflow = library()
    before, said = mlflow.get_tracking_uri(), os.environ.get(QUIET)
    loggers = [logging.getLogger(name) for name in ("mlflow", "alembic")]
    levels = [logger.level for logger in loggers]
    os.environ[QUIET] = "true"
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if uri is not None:
                mlflow.set_tracking_uri(uri)
            yield mlflow
    except (mlflow.exceptions.MlflowException, ImportError, OSError) as error:
        where = str(uri or mlflow.get_tracking_uri())
        first = (str(error).strip() or type(error).__name__).splitlines()[0][:300]
        hint = RUNNING if where.startswith("http") else ""
        raise InputError([Problem(where, first, "RF245", hint=hint)]) from None
    finally:
        if uri is not None:
            mlflow.set_tracking_uri(before)
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
        os.environ.pop(QUIET) if said is None else os.environ.update({QUIET: said})


def write_run(client: Any, experiment: str, item: RunItem, parent: str = "") -> dict[str, str]:  # noqa: ANN401
    """Writes a run and all below it.

    Args:
        client: of MLflow.
        experiment: id of the experiment.
        item: what to log.
        parent: id of the run above.

    Returns:
        name of each item -> id of its run.
    """
    from mlflow.entities import Metric, Param, RunTag  # noqa: PLC0415 - optional

    above = {PARENT: parent} if parent else {}
    run = client.create_run(experiment, tags={**item.tags, **above}, run_name=item.name)
    own, now = run.info.run_id, int(time.time() * 1000)
    client.log_batch(
        own,
        [Metric(name, value, now, 0) for name, value in item.measures.items()],
        [Param(name, value) for name, value in item.params.items()],
        [RunTag(name, value) for name, value in item.tags.items()],
    )
    for path, text in item.texts.items():
        client.log_text(own, text, path)
    if item.pictures:
        with TemporaryDirectory() as aside:
            for path, data in item.pictures.items():
                (Path(aside) / path).write_bytes(data)
                client.log_artifact(own, str(Path(aside) / path))
    ids = {item.name: own}
    for child in item.children:
        ids |= write_run(client, experiment, child, own)
    client.set_terminated(own)
    return ids


def experiment_id(client: Any, name: str = EXPERIMENT) -> str:  # noqa: ANN401 - MLflow has no types
    """Id of an experiment, made if it is not there."""
    found = client.get_experiment_by_name(name)
    return str(client.create_experiment(name) if found is None else found.experiment_id)


@contextmanager
def fetched(address: str, uri: str | None = None) -> Iterator[Path]:
    """The folder of a model in a registry, for as long as the block runs.

    Args:
        address: `models:/rolefit@champion`, for example.
        uri: of the store; None = MLflow's own choice.

    Raises:
        MissingExtraError: RF504.
        InputError: RF245, there is no such model.
    """
    with connected(uri) as mlflow, TemporaryDirectory() as aside:
        folder = Path(mlflow.artifacts.download_artifacts(artifact_uri=address, dst_path=aside))
        yield folder / "artifacts" / "model"
