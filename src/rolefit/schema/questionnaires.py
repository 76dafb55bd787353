"""Instruments by name or from TOML text: which items make up which scale."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from rolefit.schema.surveys import Instrument

BUILTIN = "builtin:"


def builtin_instrument(name: str) -> Instrument:
    """A shipped instrument: `strengths` or `interests`."""
    name = name.removeprefix(BUILTIN)
    text = files("rolefit.schema").joinpath("instruments", f"{name}.toml").read_text("utf-8")
    return instrument_from_toml(text, f"{BUILTIN}{name}")


def instrument_from_toml(text: str, place: str) -> Instrument:
    """The instrument of a TOML text; `place` names it in errors."""
    return Instrument.model_validate(tomllib.loads(text))
