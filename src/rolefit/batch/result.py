"""The result of a run: tables, explanations, and the record of how it came about."""

from __future__ import annotations

import platform
import resource
import sys
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from rolefit.batch.left_out import left_out
from rolefit.batch.sorting import sorting_told
from rolefit.engine import config_hash
from rolefit.errors import Problem, UsageError, did_you_mean
from rolefit.evidence.trust import doubts
from rolefit.explain.explanation import Explanation
from rolefit.io.frames import to_pandas
from rolefit.io.write import write_json, write_table, write_whole
from rolefit.learned_under import changed_sections
from rolefit.protocol.run_name import run_name
from rolefit.schema.build import effective_toml
from rolefit.schema.tables import OUTPUT_TABLES
from rolefit.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    import pyarrow as pa

    from rolefit.io.workspace import Workspace
    from rolefit.io.write import Format
    from rolefit.norms import Norms
    from rolefit.schema.config import Config

LIBRARIES = ("numpy", "scipy", "pandas", "pyarrow", "pydantic")
INLINE_NUMBERS = 20_000
"""Covariances with more numbers than this go to norms.arrow."""


@dataclass(frozen=True)
class Run:
    """How a result came about: written as run.json."""

    rolefit: str
    run: str
    """Name of the run, by which replies call it: the day and a short hash of what was read."""
    as_of: str
    config_hash: str
    norms_as_of: str
    norms_config_hash: str
    """Of the config that the norms were learned under."""
    input_hashes: dict[str, str]
    counts: dict[str, dict[str, int]]
    reports: tuple[str, ...]
    not_applicable: tuple[dict[str, Any], ...]
    """Rules that left a metric out: metric, client, channel, reason, decided_by, on, agents.

    Whom a rule concerns stands in the `notes` of their suggestion.
    """
    seconds: dict[str, float]
    peak_memory_mib: float
    sorting: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By metric: correlation of skill and the difficulty of clients, low, high, identified."""
    corrections: dict[str, int] = field(default_factory=dict)
    """Corrections that agents were granted: how many, how many applied, and why others not."""
    replies: dict[str, str | int] = field(default_factory=dict)
    """Entries and head of the reply log that was read: they show whether it lost lines since."""
    validities: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By family: how far it was trusted, beside the default; empty where nothing was learned."""
    python: str = field(default_factory=platform.python_version)
    libraries: dict[str, str] = field(
        default_factory=lambda: {name: version(name) for name in LIBRARIES}
    )

    @classmethod
    def of(cls, workspace: Workspace, norms: Norms, seconds: dict[str, float]) -> Run:
        """The record of scoring a workspace."""
        lacking = norms.lacking(workspace.inputs, workspace.config)
        changed = changed_sections(norms, workspace.config)
        trust = norms.validities
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
        record: dict[str, Any] = {
            "as_of": str(workspace.config.centre.as_of),
            "config_hash": config_hash(workspace.config),
            "norms_as_of": norms.as_of,
            "norms_config_hash": norms.config_hash,
            "input_hashes": dict(workspace.hashes),
        }
        return cls(
            rolefit=__version__,
            run=run_name(record),
            **record,
            corrections=dict(workspace.corrections),
            replies=dict(workspace.replies),
            counts={table: dict(count) for table, count in workspace.counts.items()},
            reports=(*workspace.reports, *changed, *lacking, *(doubts(trust) if trust else ())),
            not_applicable=tuple(left_out(workspace.inputs, workspace.config)),
            seconds={stage: round(spent, 3) for stage, spent in seconds.items()},
            peak_memory_mib=round(peak / unit, 1),
            sorting=sorting_told(norms.metrics),
            validities={k: asdict(v) for k, v in trust.kinds.items()} if trust else {},
        )


class Result:
    """What a run found out about every agent; `explain` answers "why?" for one.

    Args:
        tables: Arrow tables of the contract by name.
        config: the effective config.
        norms: what the population taught.
        run: how it came about.
    """

    def __init__(self, tables: dict[str, pa.Table], config: Config, norms: Norms, run: Run) -> None:
        self.tables = tables
        self.config = config
        self.norms = norms
        self.run = run

    @property
    def suggestions(self) -> pd.DataFrame:
        """One row an agent; reasons and gates are lists of dicts."""
        return to_pandas(self.tables["suggestions"])

    @property
    def fits(self) -> pd.DataFrame:
        """One row an agent x role; `low` and `high` are the 90 % interval."""
        return to_pandas(self.tables["fits"])

    @property
    def terms(self) -> pd.DataFrame:
        """One row a non-zero term of a fit; needs `score(..., with_terms=True)`.

        Raises:
            UsageError: RF420, the run did not make them.
        """
        if "terms" not in self.tables:
            hint = "rf.score(ws, with_terms=True), or `rolefit score --terms`"
            raise UsageError([Problem("terms", "this run made no terms table", "RF420", hint=hint)])
        return to_pandas(self.tables["terms"])

    @property
    def posterior(self) -> pd.DataFrame:
        """One row an agent x attribute."""
        return to_pandas(self.tables["posterior"])

    @property
    def evidence(self) -> pd.DataFrame:
        """One row a piece of evidence."""
        return to_pandas(self.tables["evidence"])

    @property
    def effects(self) -> pd.DataFrame:
        """One row an agent x metric: context-adjusted effects with their standard error."""
        return to_pandas(self.tables["effects"])

    @property
    def leaderboard(self) -> pd.DataFrame:
        """One row an agent of whom a ranking by raw metrics alone would say something else."""
        return to_pandas(self.tables["leaderboard"])

    @property
    def rejects(self) -> pd.DataFrame:
        """What could not be used, and why."""
        return to_pandas(self.tables["rejects"])

    def explain(self, agent_id: str) -> Explanation:
        """Why an agent's suggestion is what it is.

        Args:
            agent_id: as in the agents table.

        Returns:
            Explanation: `.reasons`, `.contrast("mentor")`, `.what_would_change("mentor")`,
            `.text()`, `.plot()`.

        Raises:
            UsageError: RF401, no such agent in this run.
        """
        return explanation_of(self.tables, agent_id, self.config)

    def write(
        self, out: str | Path, *, tables: Iterable[str] | None = None, fmt: Format = "parquet"
    ) -> list[str]:
        """Writes the run into a folder, whole or not at all.

        Args:
            out: the folder; an earlier run in it is replaced.
            tables: which tables; None = all that the run made.
            fmt: `parquet` or `csv`.

        Returns:
            names of the files written, in order.

        Raises:
            UsageError: RF4xx, an unknown table or format, or a folder that is not a run's.
        """
        chosen = _chosen(tables, self.tables)
        arrays = sum(matrix.size for matrix in self.norms.covariances().values())
        names: list[str] = []

        def build(folder: Path) -> None:
            names.extend(write_table(self.tables[name], folder / name, fmt).name for name in chosen)
            inline = arrays <= INLINE_NUMBERS
            (folder / "norms.json").write_text(
                self.norms.to_json(with_arrays=inline), encoding="utf-8"
            )
            if not inline:
                (folder / "norms.arrow").write_bytes(self.norms.to_arrow())
            (folder / "config.toml").write_text(effective_toml(self.config), encoding="utf-8")
            write_json(self.summary(), folder / "run.json")
            names.extend(sorted({f.name for f in folder.iterdir()} - set(names)))

        write_whole(Path(out), build)
        return names

    def summary(self) -> dict[str, Any]:
        """run.json: how the run came about and what came out, counted."""
        suggestions = self.tables["suggestions"]
        counted = {
            column: dict(sorted(_counts(suggestions[column]).items()))
            for column in ("direction", "status", "metrics_only_direction")
        }
        scales = {
            family: {
                name: {"mean": scale.mean, "sd": scale.sd, "n": scale.n}
                for name, scale in survey.scales.items()
            }
            for family, survey in self.norms.surveys.items()
        }
        return {
            **asdict(self.run),
            "agents": suggestions.num_rows,
            "suggested": counted,
            "scale_norms": scales,
        }

    def __repr__(self) -> str:
        directions = _counts(self.tables["suggestions"]["direction"])
        told = ", ".join(f"{name} {count}" for name, count in sorted(directions.items()))
        return f"Result({self.tables['suggestions'].num_rows} agents: {told})"


def explanation_of(tables: dict[str, pa.Table], agent_id: str, config: Config) -> Explanation:
    """The explanation of one agent from a run's tables (suggestions, fits, evidence).

    Raises:
        UsageError: RF401, no such agent in this run.
    """
    mine = {
        name: tables[name].filter(pc.equal(tables[name]["agent_id"], agent_id)).to_pylist()
        for name in ("suggestions", "fits", "evidence")
    }
    if not mine["suggestions"]:
        known = tables["suggestions"]["agent_id"].to_pylist()
        raise UsageError([Problem(
            place="agent", message=f"no agent {agent_id!r} in this run", code="RF401",
            expected=f"one of {len(known)} agent ids of the suggestions table",
            hint=did_you_mean(agent_id, known) or "ids are case-sensitive",
        )])  # fmt: skip
    return Explanation.from_rows(mine["suggestions"][0], mine["fits"], mine["evidence"], config)


def _counts(column: pa.ChunkedArray) -> dict[str, int]:
    """Rows by value."""
    return {pair["values"]: pair["counts"] for pair in pc.value_counts(column).to_pylist()}


def _chosen(tables: Iterable[str] | None, made: dict[str, pa.Table]) -> list[str]:
    """The tables to write, in the order of the contract."""
    wanted = list(made) if tables is None else list(tables)
    unknown = [name for name in wanted if name not in made]
    if unknown:
        raise UsageError([
            Problem(
                place="--tables", message=f"no table {name!r} in this run", code="RF421",
                expected=", ".join(made), hint=did_you_mean(name, OUTPUT_TABLES),
            )
            for name in unknown
        ])  # fmt: skip
    return [name for name in OUTPUT_TABLES if name in wanted]
