"""Every table row that the README quotes stands in the experiment it comes from."""

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
