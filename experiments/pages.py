"""What every experiment does with its tables: as Markdown, and into its README on demand."""

from __future__ import annotations

import argparse
import re
import tomllib
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def markdown(frame: pd.DataFrame) -> str:
    """A table in Markdown, the index left out."""
    lines = [frame.columns, ["---"] * frame.shape[1], *frame.astype(str).to_numpy()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def keep(folder: Path, made: str) -> None:
    """Puts tables between the two marks of an experiment's README.

    Args:
        folder: of the experiment.
        made: what stands there from now on.
    """
    readme = folder / "README.md"
    text = re.sub(
        r"(<!-- tables -->).*?(<!-- end -->)",
        lambda found: f"{found[1]}\n\n{made}\n\n{found[2]}",
        readme.read_text("utf-8"),
        flags=re.DOTALL,
    )
    readme.write_text(text, encoding="utf-8")


def seed_by_seed(
    folder: Path,
    about: str,
    measure: Callable[[dict[str, Any], int], list[dict[str, Any]]],
    summed: Callable[[pd.DataFrame], pd.DataFrame],
) -> None:
    """Measures one seed after another, prints the table, and stores it on demand.

    Args:
        folder: of the experiment; its experiment.toml names the seeds.
        about: what `--help` says.
        measure: settings and seed -> rows.
        summed: rows of all seeds -> the table.
    """
    settings = tomllib.loads((folder / "experiment.toml").read_text("utf-8"))["experiment"]
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--store", action="store_true")
    parser.add_argument("--seeds", type=int, default=len(settings["seeds"]))
    asked = parser.parse_args()
    rows = [row for seed in settings["seeds"][: asked.seeds] for row in measure(settings, seed)]
    made = markdown(summed(pd.DataFrame(rows)))
    print(made)
    if asked.store:
        keep(folder, made)
