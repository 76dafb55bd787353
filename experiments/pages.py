"""What every experiment does with its tables: as Markdown, and into its README on demand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd


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
