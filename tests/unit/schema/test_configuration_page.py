"""docs/configuration.md names every key with its default, and all that is shipped."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import get_args, get_origin

import pytest
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from rolefit.schema.build import build_config, packaged_defaults
from rolefit.schema.config import Config
from rolefit.schema.languages import language_text
from rolefit.schema.toml import write_toml

PAGE = Path(__file__).resolve().parents[3] / "docs" / "configuration.md"
CONFIG = build_config({})
WILDCARDS = {
    "inputs": "<table>", "columns": "<table>", "attributes": "<attribute>", "metrics": "<metric>",
    "contributions": "<kind>", "instruments": "<survey>", "roles": "<role>",
}  # fmt: skip


def documented_keys():
    """Every key a user may write, with its default as the page writes it."""
    keys = {}
    for section, field in Config.model_fields.items():
        if section not in {"questionnaires", "language"}:
            default = packaged_defaults() if section in {"policy", "evidence"} else {}
            keys |= keys_of(section, field.annotation, default.get(section), field)
    return keys


def keys_of(path, annotation, default, field):
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        found = {}
        for name, inner in annotation.model_fields.items():
            value = None if default is None else default.get(name)
            found |= keys_of(f"{path}.{name}", inner.annotation, value, inner)
        return found
    name = path.rsplit(".", 1)[-1]
    if get_origin(annotation) is dict and name in WILDCARDS:
        inner = get_args(annotation)[1]
        below = f"{path}.{WILDCARDS[name]}"
        if get_origin(inner) is dict:
            return {f"{below}.<column>": "none"}
        return {below: "none"} if inner is str else keys_of(below, inner, None, field)
    first = get_args(annotation)[0] if get_origin(annotation) is tuple else None
    if isinstance(first, type) and issubclass(first, BaseModel):
        return keys_of(f"{path}[]", get_args(annotation)[0], None, field)
    return {path: rendered(default, field)}


def rendered(default, field):
    """A default as the page writes it."""
    if default is None:
        if field.is_required():
            return "required"
        default = field.get_default(call_default_factory=True)
        assert default is not PydanticUndefined
    if default is None or default in ("", {}):
        return "none"
    return f"`{write_toml({'key': default}).strip().removeprefix('key = ')}`"


def rows(heading, columns):
    """Cells of the first table with that many columns below a heading."""
    text = PAGE.read_text("utf-8").split(f"{heading}\n", 1)[1]
    text = re.split(r"^##+ ", text, maxsplit=1, flags=re.MULTILINE)[0]
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]
    assert {len(line) for line in lines[2:]} == {columns}
    return lines[2:]


def key_rows():
    """Every `key | default | meaning` row of the page."""
    pattern = re.compile(r"^\| `([^`]+)` \| (.+?) \| (.+) \|$", re.MULTILINE)
    page = PAGE.read_text("utf-8").split("## What is shipped")[0]
    return pattern.findall(page)


def test_every_key_is_there_once_with_its_default():
    found = [(key, default) for key, default, _ in key_rows()]
    assert len(found) == len(dict(found))
    assert dict(found) == documented_keys()


def test_keys_follow_the_order_of_the_code():
    assert [key for key, _, _ in key_rows()] == list(documented_keys())


def test_every_meaning_is_a_sentence():
    assert all(meaning.endswith((".", ".)")) for _, _, meaning in key_rows())


@pytest.mark.parametrize("number", range(PAGE.read_text("utf-8").count("```toml")))
def test_every_example_is_a_config(number):
    blocks = re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    config = build_config(tomllib.loads(blocks[number]), file_reader=lambda _: language_text("en"))
    assert config != CONFIG or "builtin:" in blocks[number]


def test_shipped_attributes():
    assert rows("### Attributes", 4) == [
        [f"`{name}`", spec.group, spec.facet, spec.label]
        for name, spec in CONFIG.attributes.items()
    ]


def test_shipped_metrics():
    assert rows("### Metrics", 5) == [
        [f"`{name}`", f"`{spec.attribute}`", spec.kind, spec.better, f"`{spec.volume}`"]
        for name, spec in CONFIG.metrics.items()
    ]


def test_shipped_contributions():
    assert rows("### Contributions", 3) == [
        [f"`{name}`", f"`{spec.attribute}`", spec.unit]
        for name, spec in CONFIG.contributions.items()
    ]


def test_shipped_roles():
    assert rows("### Roles inside the centre", 6) == [
        [
            f"`{role}`", f"{spec.level}", f"{spec.bar:g}", profile(spec.demands),
            profile(spec.supplies), profile(spec.must_have),
        ]
        for role, spec in CONFIG.roles.items()
        if not spec.outward
    ]  # fmt: skip


def test_shipped_destinations():
    assert rows("### Destinations outside", 2) == [
        [f"`{role}`", profile(spec.supplies)] for role, spec in CONFIG.roles.items() if spec.outward
    ]


def test_codes_of_config_problems():
    source = PAGE.parents[1] / "src" / "rolefit"
    raised = {
        code
        for file in source.rglob("*.py")
        for code in re.findall(r'"(RF10\d)"', file.read_text())
    }
    assert [code for code, _ in rows("## Codes of config problems", 2)] == sorted(raised)


def profile(weights):
    """A profile as the page writes it."""
    return ", ".join(f"{name} {weight:g}" for name, weight in weights.items()) or "-"
