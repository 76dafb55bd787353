"""Tiny linters of the house rules that no tool on the market knows."""

from __future__ import annotations

import ast
import doctest
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "rolefit"
MODULES = sorted(SOURCE.rglob("*.py"))
MAX_LINES = 400
MAX_FUNCTION_LINES = 60
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "tools"}
FOLDERS = ("src", "tests", "docs", "experiments", "models", "data", "requirements")
SHOWN = re.compile(r"(?!(?:cells|context|design|inside|split|reml|products|predict|systems)\.)")
"""Files of evidence whose functions must show an example, by the start of their name."""
PROSE = (".py", ".toml", ".md", ".txt", ".yml", ".json")
FORBIDDEN = {
    "a machine path": re.compile(r"/(?:work|root|home|tmp|Users)/\w"),
    "an unfinished mark": re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b"),
    "a package registry address": re.compile(r"(?:pypi|pythonhosted|npmjs)\.(?:org|com)"),
}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def modules() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", MODULES, ids=name)


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of code of a function; its docstring is not one of them."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


def shows_an_example(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether the docstring runs something and says what comes out."""
    told = doctest.DocTestParser().get_examples(ast.get_docstring(node) or "")
    return any(example.want for example in told)


def prose() -> list[Path]:
    """Every text file a person may read, built and cached ones left out."""
    inside = [p for folder in FOLDERS for p in (ROOT / folder).rglob("*") if p.suffix in PROSE]
    return [
        *(p for p in inside if "/." not in p.relative_to(ROOT).as_posix()),
        *ROOT.glob("*.md"),
        ROOT / "pyproject.toml",
        ROOT / "Makefile",
        ROOT / ".ci/run",
    ]


@modules()
def test_a_file_stays_short(path: Path):
    assert len(path.read_text("utf-8").splitlines()) <= MAX_LINES


@modules()
def test_a_function_stays_short(path: Path):
    tree = ast.parse(path.read_text("utf-8"))
    long = [f.name for f in functions(tree) if body_lines(f) > MAX_FUNCTION_LINES]
    assert not long


@modules()
def test_a_module_says_in_one_sentence_what_it_holds(path: Path):
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


def test_public_functions_of_evidence_show_an_example():
    silent = [
        f"{name(path)}: {node.name}"
        for path in sorted((SOURCE / "evidence").glob("*.py"))
        if SHOWN.match(path.name)
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if not shows_an_example(node)
    ]
    assert not silent


@modules()
def test_a_name_says_what_is_inside(path: Path):
    assert not VAGUE_NAMES & set(path.relative_to(SOURCE).with_suffix("").parts)


@pytest.mark.parametrize("path", sorted(SOURCE.glob("*/**/__init__.py")), ids=name)
def test_a_sub_package_holds_a_docstring_only(path: Path):
    assert len(ast.parse(path.read_text("utf-8")).body) == 1


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_carries(what: str):
    found = [name(p) for p in prose() if FORBIDDEN[what].search(p.read_text("utf-8"))]
    assert not found


def test_every_extra_that_is_told_exists():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    told = {
        extra
        for path in [*MODULES, ROOT / "README.md"]
        for extra in re.findall(r"rolefit\[(\w+)\]", path.read_text("utf-8"))
    }
    assert told <= set(project["optional-dependencies"])


def test_pins_name_every_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pinned = re.findall(r"(?m)^([\w-]+)==[\w.]+$", (ROOT / "requirements/run.txt").read_text())
    wanted = {re.match(r"[\w-]+", line)[0] for line in project["dependencies"]}
    assert wanted <= set(pinned)
