"""The effective config: what a user wrote over the packaged defaults, piece by piece."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from rolefit.schema.config import Config
from rolefit.schema.questionnaires import BUILTIN, builtin_instrument, instrument_from_toml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PARTS = ("attributes", "metrics", "contributions", "roles", "outward", "policy", "evidence")
WHOLE = ("demands", "supplies", "must_have")


def packaged_defaults() -> dict[str, Any]:
    """The built-in config as plain tables."""
    merged: dict[str, Any] = {
        "instruments": {kind: {"key": BUILTIN + kind} for kind in ("strengths", "interests")}
    }
    for part in PARTS:
        text = files("rolefit.schema").joinpath("defaults", f"{part}.toml").read_text("utf-8")
        merged = _merge(merged, tomllib.loads(text))
    return merged


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` on top of `base`, table by table."""
    merged = dict(base)
    for key, value in over.items():
        old = merged.get(key)
        whole = key in WHOLE or not (isinstance(old, dict) and isinstance(value, dict))
        merged[key] = value if whole else _merge(old, value)
    return merged


def build_config(
    user: Mapping[str, Any],
    *,
    place: str = "rolefit.toml",
    instrument_reader: Callable[[str], str] | None = None,
) -> Config:
    """The effective config of what a user wrote."""
    merged = _merge(packaged_defaults(), user)
    merged["questionnaires"] = {
        kind: builtin_instrument(ref["key"])
        if ref["key"].startswith(BUILTIN)
        else instrument_from_toml(instrument_reader(ref["key"]), ref["key"])
        for kind, ref in merged["instruments"].items()
    }
    return Config.model_validate(merged)
