"""Scoring on one machine: a checked workspace in, a Result out, agents in chunks."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyarrow as pa

from rolefit import engine
from rolefit.batch import tabulate
from rolefit.batch.leaderboard import contrast_with_leaderboard
from rolefit.batch.result import Result, Run
from rolefit.errors import DataStoppedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rolefit.io.workspace import Workspace
    from rolefit.norms import Norms
    from rolefit.schema.config import Config

    Progress = Callable[[str, int, int], None]

AGENTS_A_CHUNK = 20_000


def calibrate(workspace: Workspace) -> Norms:
    """Phase one: what the population of a workspace teaches.

    Args:
        workspace: of `rolefit.load` or built from DataFrames.

    Returns:
        Norms: small, `.to_json()`, `.from_json()`.

    Raises:
        DataStoppedError: RF301, too large a share of a table was rejected.

    Example:
        >>> import pandas as pd, rolefit as rf
        >>> agents = pd.DataFrame({"agent_id": ["A1"], "current_role": ["frontline"]})
        >>> rf.calibrate(rf.Workspace(agents=agents)).metrics
        {}
    """
    if workspace.stopped:
        raise DataStoppedError(workspace.stopped)
    return engine.calibrate(workspace.inputs, workspace.config)


def score(
    workspace: Workspace,
    norms: Norms | None = None,
    *,
    with_terms: bool = False,
    progress: Progress | None = None,
    chunk: int = AGENTS_A_CHUNK,
) -> Result:
    """Phase two: a direction, a target role and the reasons for every agent.

    Args:
        workspace: of `rolefit.load` or built from DataFrames.
        norms: of `calibrate`, on this or an earlier workspace; None calibrates on this one.
        with_terms: also make the `terms` table (agents x roles x attributes x families).
        progress: told of each stage: name, agents done, agents in all.
        chunk: agents judged at a time; bounds memory, never changes a value.

    Returns:
        Result; suggestions are for people to discuss, never decisions.

    Raises:
        DataStoppedError: RF301, too large a share of a table was rejected.
        ConfigError: RF142, RF143, the norms are of another questionnaire, or were learned under
            settings that give their numbers another meaning.

    Limits:
        without surveys or other records beside metrics every direction is `stay`, status `gather`.

    Example:
        >>> import pandas as pd, rolefit as rf
        >>> agents = pd.DataFrame({"agent_id": ["A1"], "current_role": ["frontline"]})
        >>> rf.score(rf.Workspace(agents=agents)).suggestions.loc[0, "status"]
        'gather'
    """
    if workspace.stopped:
        raise DataStoppedError(workspace.stopped)
    inputs, config = workspace.inputs, workspace.config
    agents, total = inputs.agents, inputs.agents.num_rows
    tell = progress or (lambda *_: None)
    seconds: dict[str, float] = {}
    if norms is None:
        tell("calibrate", 0, total)
        with _timed(seconds, "calibrate"):
            norms = engine.calibrate(inputs, config)
    tell("evidence", 0, total)
    with _timed(seconds, "evidence"):
        heard = engine.hear(inputs, config, norms)
    tables = {
        "evidence": tabulate.evidence_table(agents, heard.evidence, config),
        "effects": tabulate.effects_table(agents, heard.effects),
        "rejects": workspace.rejects_table,
    }
    parts: dict[str, list[pa.Table]] = {}
    with _timed(seconds, "directions"):
        for start in range(0, max(total, 1), chunk):
            tell("directions", start, total)
            these = slice(start, min(start + chunk, total))
            for name, part in _judged(agents, heard, these, config, with_terms=with_terms).items():
                parts.setdefault(name, []).append(part)
    tell("directions", total, total)
    tables |= {name: pa.concat_tables(chunks) for name, chunks in parts.items()}
    tables["leaderboard"] = contrast_with_leaderboard(tables["suggestions"], tables["effects"])
    return Result(tables, config, norms, Run.of(workspace, norms, seconds))


def _judged(
    agents: pa.Table,
    heard: engine.Heard,
    these: slice,
    config: Config,
    *,
    with_terms: bool,
) -> dict[str, pa.Table]:
    """The tables of a run of agents."""
    part, some = heard.of(these), agents.slice(these.start, these.stop - these.start)
    scored = engine.judge(part, config)
    tables = {
        "suggestions": tabulate.suggestions_table(some, part, scored, config),
        "fits": tabulate.fits_table(some, part, scored, config),
        "posterior": tabulate.posterior_table(some, scored, config),
    }
    if with_terms:
        tables["terms"] = tabulate.terms_table(some, scored, config)
    return tables


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    """Notes how long a stage took."""
    start = time.perf_counter()
    yield
    seconds[stage] = time.perf_counter() - start
