"""Models as folders: spec.toml, trained.json where something was learned, and a card for people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from rolefit.errors import InputError, Problem, did_you_mean, listed
from rolefit.io.shipped import shipped_models
from rolefit.schema.model import FORMAT, Model, ModelSpec, Trained, fingerprint
from rolefit.schema.record import Record
from rolefit.schema.toml import read_toml, write_toml

if TYPE_CHECKING:
    from collections.abc import Mapping

SPEC, TRAINED, CARD = "spec.toml", "trained.json", "card.md"
Read = TypeVar("Read", bound=Record)


def read_model(where: str | Path) -> Model:
    """A model that is shipped, by name, or lies in a folder.

    Args:
        where: `profile`, `metrics_only`, `learned`, or the path of a folder with a spec.toml.

    Raises:
        InputError: RF240 there is no such model; RF241 a file of it cannot be read; RF242 it is of
            another format; RF243 trained.json is not the one that its spec names; RF247 a shipped
            model and a folder bear the name.
        ConfigError: RF105 the spec is not TOML.

    Example:
        >>> read_model("metrics_only").leaves_out
        ('strengths', 'interests', 'contributions', 'ratings', 'placements')
    """
    shipped = {} if isinstance(where, Path) else shipped_models()
    folder = shipped.get(str(where), Path(where))
    if where in shipped and (Path(where) / SPEC).is_file():
        raise InputError([Problem(
            str(where), "there is a shipped model and a folder of this name", "RF247",
            hint=f"write ./{where} for the folder, or work in another folder for the shipped one",
        )])  # fmt: skip
    if not (folder / SPEC).is_file():
        known = shipped_models()
        raise InputError([Problem(
            str(where), "there is no such model", "RF240",
            expected=f"{listed(known)}, or a folder with a {SPEC}",
            hint=did_you_mean(str(where), known),
        )])  # fmt: skip
    return model_of(_text(folder / SPEC), _trained_text(folder), str(where))


def model_of(spec_text: str, trained_text: str | None, place: str = "model") -> Model:
    """A model from the texts of its files.

    Args:
        spec_text: of spec.toml.
        trained_text: of trained.json; None where there is none.
        place: what to call it in errors.

    Raises:
        InputError: as `read_model`.
        ConfigError: RF105 the spec is not TOML.
    """
    told = read_toml(spec_text, f"{place}: {SPEC}").get("model", {})
    _same_format(told, f"{place}: {SPEC}")
    spec = _checked(ModelSpec, told, f"{place}: {SPEC}")
    if not spec.trained:
        return Model(spec=spec)
    file = f"{place}: {TRAINED}"
    if trained_text is None or fingerprint(trained_text) != spec.trained:
        found = "is missing" if trained_text is None else "was changed after it was trained"
        raise InputError([Problem(
            file, found, "RF243", expected=f"the file with sha256 {spec.trained[:12]}...",
            hint="train again with `rolefit compare`, or take the folder from where it was made",
        )])  # fmt: skip
    try:
        taught = json.loads(trained_text)
    except ValueError:
        raise InputError([Problem(file, "not JSON", "RF241")]) from None
    _same_format(taught, file)
    return Model(spec=spec, trained=_checked(Trained, taught, file))


def write_model(folder: Path, model: Model, card: str) -> tuple[Path, ...]:
    """Writes a model's files into a folder of its own; returns them."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {SPEC: spec_text(model), CARD: card}
    if model.trained is not None:
        texts[TRAINED] = model.trained.to_json()
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    return tuple(folder / name for name in texts)


def spec_text(model: Model) -> str:
    """A model's spec.toml."""
    return write_toml({"model": model.spec.model_dump(exclude_defaults=True)})


def _same_format(told: Mapping[str, Any], place: str) -> None:
    """Refuses what another version wrote."""
    found = told.get("format") if isinstance(told, dict) else None
    if found != FORMAT:
        older = isinstance(found, int) and found < FORMAT
        raise InputError([Problem(
            place, f"written in format {found!r}", "RF242", expected=f"format {FORMAT}",
            hint="train it again with `rolefit compare`" if older or found is None
            else "a newer rolefit wrote it: upgrade",
        )])  # fmt: skip


def _checked(record: type[Read], told: object, place: str) -> Read:
    """A record, or all that is wrong with it."""
    try:
        return record.model_validate(told)
    except ValidationError as error:
        raise InputError([
            Problem(f"{place}: {'.'.join(map(str, e['loc'])) or 'all'}", e["msg"].lower(), "RF241")
            for e in error.errors()
        ]) from None  # fmt: skip


def _text(file: Path) -> str:
    """The text of a file.

    Raises:
        InputError: RF241.
    """
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise InputError([Problem(str(file), reason.lower(), "RF241")]) from None


def _trained_text(folder: Path) -> str | None:
    """Of trained.json, if there is one."""
    return _text(folder / TRAINED) if (folder / TRAINED).is_file() else None
