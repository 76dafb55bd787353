"""What pages quote of experiments stands there, and is called by the experiment's own number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def rows(text: str) -> set[str]:
    """Table rows with numbers in them."""
    return {line for line in text.splitlines() if re.match(r"\|.*\d\.\d.*\|$", line)}


def test_quoted_rows_stand_in_an_experiment(repository: Path) -> None:
    readme = (repository / "README.md").read_text("utf-8")
    measured = readme.split("<!-- measured -->")[1].split("<!-- end -->")[0]
    quoted = rows(measured)
    known = set().union(
        *(rows(file.read_text("utf-8")) for file in repository.glob("experiments/*/README.md"))
    )
    assert len(quoted) >= 10
    assert quoted <= known


def test_an_experiment_is_called_by_the_number_of_its_folder(repository: Path) -> None:
    pages = [page for folder in ("", "docs/", "experiments/*/", "models/*/")
             for page in repository.glob(f"{folder}*.md")]  # fmt: skip
    called = [
        (page.name, number, target)
        for page in pages
        for number, target in re.findall(r"\[(?:experiment )?(\d{3})\]\(([^)]+)\)",
                                         page.read_text("utf-8"))
    ]  # fmt: skip
    assert len(called) >= 5
    assert [link for link in called if f"/{link[1]}-" not in f"/{link[2]}"] == []
    for page in repository.glob("experiments/*/README.md"):
        told = re.match(r"# (\d{3})\b", page.read_text("utf-8"))
        assert told is None or page.parent.name.startswith(f"{told[1]}-"), page
