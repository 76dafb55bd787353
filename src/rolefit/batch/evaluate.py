"""Holds a run's suggestions against a truth, beside metrics alone and somebody who knows it all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rolefit.batch.evaluation import Evaluation
from rolefit.batch.evaluation_rows import NONE, OWN, SAME, Measured
from rolefit.batch.result import Result
from rolefit.batch.run_beliefs import beliefs_of
from rolefit.batch.truth_arrays import Side, known_of, lacks
from rolefit.errors import InputError, Problem, UsageError
from rolefit.io.frames import from_frame
from rolefit.io.run_folder import read_run
from rolefit.io.run_table import read_table
from rolefit.io.truth_folder import agents_hash, read_truth
from rolefit.worth.measures import NO_WISHES, Placing, Told, measured
from rolefit.worth.seats import NOBODY
from rolefit.worth.ways import (
    free_oracle,
    oracle,
    promoted,
    ranked,
    scored,
    seats_filled,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from rolefit.schema.arrays import Floats
    from rolefit.worth.known import Known

TABLES = ("suggestions", "fits", "posterior", "effects")
OTHER_CENTRE = (
    "Take care: the agents table beside this truth is not the one that the run read; "
    "`rolefit score` that centre first."
)
OTHER = ("agent_id", "role", "score")


def evaluate(
    run: Result | Path | str,
    truth: Mapping[str, object] | Path | str,
    *,
    before: Result | Path | str | None = None,
    others: Mapping[str, object] | None = None,
) -> Evaluation:
    """What a run's suggestions are worth on a simulated centre, whose truth is known.

    Args:
        run: of `rolefit.score`, or the folder that it wrote.
        truth: the folder `truth` of `rolefit simulate`, the folder of the centre, or its tables by
            name.
        before: an earlier run, for churn.
        others: other ways of choosing to hold beside it: name -> frame of agent_id, role, score
            (more is better; a pair without a row is not considered). Each fills as many seats
            of each role as rolefit, so that its scores sum to the most.

    Returns:
        Evaluation: `.frame()`, `.to_json()`, `.value("outcome", "metrics_raw")`; every measure is
        defined in docs/evaluation.md.

    Raises:
        UsageError: RF402 no suggestions, RF424 a damaged run, RF450 no truth, RF451 a truth that
            cannot be read, RF452 a truth of other agents or roles, RF453 another way without its
            columns.

    Limits:
        what is true of a simulated centre is not true of a real one; one centre is one draw.

    Example:
        >>> import rolefit as rf
        >>> from rolefit.cli.demo import shipped_centre
        >>> folder = shipped_centre()
        >>> told = rf.evaluate(rf.score(rf.load(folder)), folder / "truth")
        >>> told.value("outcome") > told.value("outcome", "metrics_raw")
        True
    """
    side = _side(run)
    tables = read_truth(truth)
    known = known_of(side, tables)
    agent, target = np.arange(side.agents), side.target
    target = np.where(known.options[agent, target] & (target != NOBODY), target, NOBODY)
    seats = seats_filled(known, target)
    rows = [
        *_of_seats(side, known, target, others or {}),
        *(Measured.of("rolefit", NONE, told) for told in beliefs_of(side, known, tables)),
    ]
    if before is not None:
        rows.append(Measured.of("rolefit", NONE, side.churn_since(_side(before))))
    return Evaluation(
        rows=tuple(rows),
        agents=side.agents,
        seats={role: int(n) for role, n in zip(known.roles, seats, strict=True) if n},
        notes=_notes(run, truth),
    )


def _side(run: Result | Path | str) -> Side:
    """The tables of a run that are there; suggestions must be."""
    if isinstance(run, Result):
        return Side.of(run.tables, run.config)
    folder = Path(run)
    tables, config = read_run(folder, TABLES[:1])
    for name in TABLES[1:]:
        if any((folder / f"{name}.{end}").is_file() for end in ("parquet", "csv")):
            tables[name] = read_table(folder, name)
    return Side.of(tables, config)


def _of_seats(
    side: Side, known: Known, target: np.ndarray, others: Mapping[str, object]
) -> Iterator[Measured]:
    """Every way of choosing, with rolefit's seats and with its own."""
    seats, talks = seats_filled(known, target), side.talks
    count = int(talks.sum())
    score = {"metrics_raw": known.percentile, "metrics_adjusted": side.mean_effect()}
    own: dict[str, Placing | str] = {
        "rolefit": Placing(side.target, talks),
        **{name: promoted(known, one) for name, one in score.items()},
        "oracle": free_oracle(known, with_wishes=False),
        "oracle_with_wishes": free_oracle(known, with_wishes=True),
    }
    same: dict[str, Placing | str] = {
        "rolefit": Placing(target, talks),
        **{name: ranked(known, one, seats, count) for name, one in score.items()},
        "oracle": oracle(known, seats, count, with_wishes=False),
        "oracle_with_wishes": oracle(known, seats, count, with_wishes=True),
        **{
            name: scored(_scores(side, name, data), seats, known.options)
            for name, data in others.items()
        },
    }
    for kind, ways in ((SAME, same), (OWN, own)):
        for policy, placing in {**ways, **_untold(side, known)}.items():
            for told in _told(known, placing):
                yield Measured.of(policy, kind, told)


def _untold(side: Side, known: Known) -> dict[str, Placing | str]:
    """Ways of which nothing can be told, and why."""
    why: dict[str, Placing | str] = {}
    if "effects" not in side.tables:
        why["metrics_adjusted"] = lacks("effects")
    if known.refused is None:
        why["oracle_with_wishes"] = known.unheard or NO_WISHES
    return why


def _told(known: Known, placing: Placing | str) -> list[Told]:
    """The measures of one way; why there are none, where that is what is known of it."""
    if isinstance(placing, Placing):
        return measured(known, placing)
    nobody = Placing(np.full(known.agents, NOBODY), None)
    return [Told.untold(told.measure, placing) for told in measured(known, nobody)]


def _scores(side: Side, name: str, data: object) -> Floats:
    """Scores of another way as agents x roles."""
    expected = "one each of agent_id, role, score"
    try:
        table: pa.Table = from_frame(data, f"others['{name}']").frame
    except InputError as error:
        raise UsageError(error.problems) from None
    problems = [
        Problem(f"others['{name}']", f"{count} columns are called '{column}'", "RF453", expected)
        for column in OTHER
        if (count := table.column_names.count(column)) != 1
    ]
    if problems:
        raise UsageError(problems)
    return side.wide(table, "role", side.config.role_ids, "score")


def _notes(run: object, truth: object) -> tuple[str, ...]:
    """Whether the centre beside the truth is the one that the run read, where that can be told."""
    if isinstance(run, Result) or isinstance(truth, Mapping):
        return ()
    try:
        record = json.loads((Path(str(run)) / "run.json").read_text("utf-8"))
    except (OSError, ValueError):
        return ()
    read, beside = record.get("input_hashes", {}).get("agents"), agents_hash(Path(str(truth)))
    if read is None or beside is None or read == beside:
        return ()
    return (OTHER_CENTRE,)
