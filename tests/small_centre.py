"""A small flawless centre as plain tables, to be spoilt one cell at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from rolefit.io.workspace import Workspace
from rolefit.schema.build import build_config

if TYPE_CHECKING:
    from pathlib import Path

AGENTS = 40
DEFAULTS = build_config({})


def items(table: str) -> list[str]:
    """Item ids of a built-in instrument."""
    scales = DEFAULTS.questionnaires[table].scales.values()
    return [item for scale in scales for item in scale.items]


def ids(n: int = AGENTS) -> list[str]:
    return [f"A{k:04d}" for k in range(n)]


def agents(n: int = AGENTS) -> pd.DataFrame:
    return pd.DataFrame({
        "agent_id": ids(n),
        "team_id": [f"T{k % 4}" for k in range(n)],
        "current_role": ["frontline", "specialist"] * (n // 2),
        "hired_on": ["2021-03-01"] * n,
    })  # fmt: skip


def metrics(n: int = AGENTS) -> pd.DataFrame:
    rows = [
        (agent, client, "voice", f"2026-0{month}", 100 + k, 300.5 + k + 10 * month, 0.5 + k / 100)
        for k, agent in enumerate(ids(n))
        for client in ("acme", "globex")
        for month in (4, 5, 6)
    ]
    columns = ["agent_id", "client_id", "channel", "period", "contacts", "aht", "fcr"]
    return pd.DataFrame(rows, columns=columns)


def survey(table: str, n: int = AGENTS) -> pd.DataFrame:
    answers = {item: [1 + (k + j) % 5 for k in range(n)] for j, item in enumerate(items(table))}
    seconds = [200 + k for k in range(n)]
    return pd.DataFrame(
        {"agent_id": ids(n), "answered_on": "2026-05-01", "seconds": seconds, **answers}
    )


def contributions(n: int = AGENTS) -> pd.DataFrame:
    return pd.DataFrame({
        "agent_id": ids(n), "kind": "mentoring", "on": "2026-04-02",
        "quantity": [1.5 + k for k in range(n)],
    })  # fmt: skip


def ratings(n: int = AGENTS) -> pd.DataFrame:
    return pd.DataFrame({
        "agent_id": ids(n), "attribute": "coaching", "rater_id": "L1", "rater_kind": "lead",
        "value": [1 + k % 5 for k in range(n)], "on": "2026-05-03",
    })  # fmt: skip


def wishes(n: int = AGENTS) -> pd.DataFrame:
    return pd.DataFrame({
        "agent_id": ids(n), "role": "mentor", "wish": ["want", "open"] * (n // 2),
        "on": "2026-05-04",
    })  # fmt: skip


def history(n: int = AGENTS) -> pd.DataFrame:
    return pd.DataFrame({
        "agent_id": ids(n), "direction": "stay", "status": "firm", "target_role": "frontline",
        "as_of": "2026-03-31",
    })  # fmt: skip


def placements(n: int = AGENTS) -> pd.DataFrame:
    return pd.DataFrame({
        "agent_id": ids(n), "role": "mentor", "placed_on": "2025-01-01",
        "outcome": [k / n for k in range(n)], "observed_on": "2025-07-01",
    })  # fmt: skip


def replies(n: int = AGENTS) -> pd.DataFrame:
    return pd.DataFrame({
        "agent_id": ids(n), "run": "r1", "state": "agreed", "by": ids(n), "role_of_by": "agent",
        "on": "2026-06-01", "text": "fine",
    })  # fmt: skip


def tables(n: int = AGENTS) -> dict[str, pd.DataFrame]:
    """Every table of a workspace."""
    return {
        "agents": agents(n), "metrics": metrics(n), "strengths": survey("strengths", n),
        "interests": survey("interests", n), "contributions": contributions(n),
        "ratings": ratings(n), "wishes": wishes(n), "history": history(n),
        "placements": placements(n), "replies": replies(n),
    }  # fmt: skip


def write(folder: Path, given: dict[str, pd.DataFrame], config: str = "") -> Path:
    """Writes tables as the CSV files of a workspace."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rolefit.toml").write_text(config, "utf-8")
    for table, frame in given.items():
        frame.to_csv(folder / f"{table}.csv", index=False)
    return folder


def workspace(config: object = None, **spoilt: pd.DataFrame) -> Workspace:
    """A workspace of the small agents table and what is given."""
    return Workspace(config, **({"agents": agents()} | spoilt))


def codes(checked: Workspace) -> list[tuple[str, int, str, str]]:
    """Table, row, column and code of every reject."""
    rejects = checked.rejects_table.select(["table", "row", "column", "code"])
    return [tuple(row.values()) for row in rejects.to_pylist()]


def balanced(checked: Workspace) -> bool:
    """Kept and rejected rows are all rows, in every table."""
    return all(c["kept"] + c["rejected"] == c["rows"] for c in checked.counts.values())
