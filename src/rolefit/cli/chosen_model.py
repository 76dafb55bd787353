"""The model that `--model` names: shipped, in a folder, or in a model registry."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rolefit.cli.norms_file import read_norms
from rolefit.io.model_folder import read_model
from rolefit.io.shipped import shipped_models

if TYPE_CHECKING:
    from rolefit.norms import Norms
    from rolefit.schema.model import Model

NORMS = "norms.json"
REGISTRY = ("models:/", "runs:/")


@dataclass(frozen=True)
class Chosen:
    """A model, and the norms that came with it if any."""

    model: Model
    norms: Norms | None


def choose_model(name: str) -> Chosen:
    """Reads a model, and the norms that lie beside it.

    Args:
        name: `profile`, a folder, or an address in a registry: `models:/rolefit@champion`.

    Raises:
        InputError: RF240-RF243 there is no such model, or it cannot be used; RF245 the registry
            does not answer, or knows no such model.
        MissingExtraError: RF504, an address in a registry, and MLflow is not installed.
    """
    if name.startswith(REGISTRY):
        from rolefit.tracking.store import fetched

        with fetched(name) as folder:
            return _in_folder(folder, str(folder))
    if name in shipped_models():
        return Chosen(read_model(name), None)
    return _in_folder(Path(name), name)


def _in_folder(folder: Path, name: str) -> Chosen:
    """A model, with norms if they are there."""
    file = folder / NORMS
    return Chosen(read_model(name), read_norms(file) if file.is_file() else None)
