"""What the README shows a reader to type works as it stands."""

from __future__ import annotations

import re
import shlex
import shutil

import pytest


@pytest.fixture(scope="session")
def readme(repository):
    return (repository / "README.md").read_text("utf-8")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```", text)


def test_the_python_example_runs(readme, repository, tmp_path, monkeypatch, capsys):
    shutil.copytree(repository / "data" / "synthetic", tmp_path / "data" / "synthetic")
    monkeypatch.chdir(tmp_path)
    (example,) = blocks(readme, "python")
    exec(compile(example, "README.md", "exec"), {})  # noqa: S102 - it is our own page
    assert "S-CLIENT-EXPERT" in capsys.readouterr().out
    assert (tmp_path / "out" / "python" / "suggestions.parquet").is_file()


def test_every_shell_example_runs(readme, call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (example,) = blocks(readme, "sh")
    commands = [shlex.split(line, comments=True) for line in example.splitlines()]
    assert len(commands) > 5
    for name, *arguments in commands:
        assert name == "rolefit"
        done = call(*arguments)
        assert done.exit_code == 0, done.output


def test_every_make_target_that_is_told_exists(repository):
    targets = re.findall(r"(?m)^([a-z]+):.*##", (repository / "Makefile").read_text("utf-8"))
    for page in repository.glob("*.md"):
        told = re.findall(r"(?m)(?:^    |`)make ([a-z]+)", page.read_text("utf-8"))
        assert set(told) <= set(targets), page.name
    assert {"demo", "test", "check"} <= set(targets)


def test_every_link_leads_somewhere(repository):
    for page in repository.glob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
            assert (repository / target).exists(), f"{page.name}: {target}"
