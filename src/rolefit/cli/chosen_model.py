"""The model that `--model` names: shipped, in a folder, or in a model registry."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rolefit.cli.norms_file import read_norms
from rolefit.io.model_folder import read_model

if TYPE_CHECKING:
    from rolefit.norms import Norms
    from rolefit.schema.model import Model

NORMS = "norms.json"


@dataclass(frozen=True)
class Chosen:
    """A model, and the norms that came with it if any."""

    model: Model
    norms: Norms | None


def choose_model(name: str) -> Chosen:
    """Reads a model, and the norms that lie beside it.

    Args:
        name: `profile`, or a folder.

    Raises:
        InputError: RF240-RF243, there is no such model, or it cannot be used.
    """
    file = Path(name) / NORMS
    return Chosen(read_model(name), read_norms(file) if file.is_file() else None)
