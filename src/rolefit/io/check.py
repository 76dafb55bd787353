"""All tables: columns found, rows checked, "today" settled, and the account of what was lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from rolefit.errors import InputError, Problem
from rolefit.io.check_columns import Known
from rolefit.io.check_places import idle_rules
from rolefit.io.check_shared import private_keys
from rolefit.io.check_table import check_table
from rolefit.io.corrected import APPLIED
from rolefit.io.header import find_columns
from rolefit.io.replied import NOTHING_SAID, apply_corrections, with_wishes
from rolefit.io.rules import rules_of
from rolefit.schema.questionnaires import KINDS
from rolefit.schema.tables import INPUT_TABLES, REJECTS, Inputs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolefit.io.check_table import Checked
    from rolefit.io.header import Layout
    from rolefit.io.replied import Replied
    from rolefit.io.source import Source
    from rolefit.schema.config import Config

NO_DATE = date(2000, 1, 1)
FAR_AHEAD = 92
"""Days by which one table may run ahead of the others before it is worth a word."""


@dataclass(frozen=True)
class CheckedInputs:
    """Everything that came of the input tables."""

    config: Config
    """With `centre.as_of` settled."""
    inputs: Inputs
    rejects: pa.Table
    counts: dict[str, dict[str, int]]
    reports: tuple[str, ...]
    hashes: dict[str, str]
    stopped: tuple[Problem, ...]
    corrections: dict[str, int] = field(default_factory=dict)
    """Corrections that agents were granted: how many, how many applied, and why others not."""
    replies: dict[str, str | int] = field(default_factory=dict)
    """Entries and head of the reply log that was read; empty without one."""


def check_inputs(
    sources: Mapping[str, Source],
    config: Config,
    problems: list[Problem],
    replied: Replied = NOTHING_SAID,
) -> CheckedInputs:
    """Checks all tables of a run.

    Args:
        sources: table -> where its rows come from.
        config: effective config.
        problems: what was found wrong before; told together with what is found here.
        replied: what the reply log has for this run.

    Raises:
        InputError: RF2xx, all problems of all tables at once.
    """
    sources, unread = _wanted(sources, config)
    layouts = _layouts(sources, config, problems)
    bodies = {}
    for table in layouts:
        try:
            bodies[table] = sources[table].read(layouts[table].wanted)
        except InputError as error:
            problems += error.problems
    if "agents" in bodies and not bodies["agents"].rows:
        problems.append(_nobody(sources["agents"].name))
    if problems:
        raise InputError(problems)
    bodies, outcomes, unapplied = apply_corrections(bodies, sources, replied, config)
    checked: dict[str, Checked] = {}
    known = Known(config.centre.as_of)
    for table in list(bodies):
        body, file = bodies.pop(table), sources[table].name
        checked[table] = check_table(rules_of(table, config), body, file, known)
        if table == "agents":
            agents = checked[table]
            known = Known(
                config.centre.as_of, agents.table["agent_id"].combine_chunks(), agents.rejected_ids
            )
    result = _accounted(sources, layouts, checked, config)
    inputs = result.inputs
    wishes = with_wishes(inputs.wishes, replied.wishes, inputs.agents)
    return replace(
        result,
        inputs=replace(inputs, wishes=wishes),
        reports=(*unread, *replied.reports, *unapplied, *result.reports),
        stopped=(*replied.stopped, *result.stopped),
        replies=replied.record,
        corrections={
            "granted": len(outcomes),
            APPLIED: 0,
            **Counter(outcome.code for outcome in outcomes),
        },
    )


def _wanted(
    sources: Mapping[str, Source], config: Config
) -> tuple[Mapping[str, Source], tuple[str, ...]]:
    """The tables to read, and a word on answers to a survey that the config leaves out."""
    unread = [t for t in KINDS if t in sources and t not in config.questionnaires]
    said = tuple(
        f"{sources[t].name}: not read; the config says instruments.{t} = false." for t in unread
    )
    return {t: source for t, source in sources.items() if t not in unread}, said


def _layouts(
    sources: Mapping[str, Source], config: Config, problems: list[Problem]
) -> dict[str, Layout]:
    """Where the columns of each table are; adds what is wrong to `problems`."""
    layouts = {}
    for table in INPUT_TABLES:
        if table in sources:
            source, mapping = sources[table], config.columns.get(table, {})
            layouts[table] = find_columns(
                source.header, rules_of(table, config), mapping, source.name
            )
            problems += layouts[table].problems
    return {table: layout for table, layout in layouts.items() if not layout.problems}


def _accounted(
    sources: Mapping[str, Source],
    layouts: Mapping[str, Layout],
    checked: Mapping[str, Checked],
    config: Config,
) -> CheckedInputs:
    reports = [line for t in checked for line in (*layouts[t].reports, *checked[t].reports)]
    reports += [
        f"{sources[table].name}: a header and no rows."
        for table, result in checked.items()
        if not result.rows
    ]
    if "metrics" in checked:
        metrics = checked["metrics"].table
        reports += idle_rules(config.applicability, metrics, sources["metrics"].name)
        reports += private_keys(metrics, sources["metrics"].name)
    as_of, said = _today(checked, config)
    centre = config.centre.model_copy(update={"as_of": as_of})
    return CheckedInputs(
        config=config.model_copy(update={"centre": centre}),
        inputs=Inputs(
            **{table: result.table for table, result in checked.items()},
            earlier_interests=checked["interests"].earlier if "interests" in checked else None,
        ),
        rejects=pa.concat_tables([REJECTS.empty_table(), *(r.rejects for r in checked.values())]),
        counts={
            table: {"rows": r.rows, "kept": r.rows - r.lost, "rejected": r.lost}
            for table, r in checked.items()
        },
        reports=(*reports, *said),
        hashes={table: source.sha256 for table, source in sources.items()},
        stopped=tuple(_stops(checked, sources, config.centre.max_reject_share)),
    )


def _today(checked: Mapping[str, Checked], config: Config) -> tuple[date, tuple[str, ...]]:
    """The day of the run: given, or the newest date in the data, never the clock.

    Hire dates count only where nothing else is dated: HR exports hold people who join later.
    """
    if config.centre.as_of is not None:
        return config.centre.as_of, ()
    dated = {table: r.newest for table, r in checked.items() if not np.isnat(r.newest)}
    if not dated:
        return NO_DATE, (f"No table has a date; the day of this run is set to {NO_DATE}.",)
    worked = {table: day for table, day in dated.items() if table != "agents"} or dated
    table = max(worked, key=lambda name: worked[name])
    newest: date = worked[table].astype(object)
    said = f"The day of this run is {newest}, the newest date in the data ({table})."
    others = [day.astype(object) for name, day in worked.items() if name != table]
    if others and (newest - max(others)).days > FAR_AHEAD:
        said += (
            f" Every other table ends by {max(others)}: if it is a slip, mend it, or set"
            " [centre] as_of."
        )
    return newest, (said,)


def _stops(
    checked: Mapping[str, Checked], sources: Mapping[str, Source], limit: float
) -> list[Problem]:
    """Tables of which too much is rejected or damaged."""
    return [
        Problem(
            sources[table].name,
            f"{result.share:.1%} of {result.rows} rows of {table} are rejected or damaged",
            "RF301",
            expected=f"at most {limit:.1%} ([centre] max_reject_share)",
            hint="the rejects table says which rows and why",
        )
        for table, result in checked.items()
        if result.share > limit
    ]


def _nobody(file: str) -> Problem:
    return Problem(file, "there are no agents in it", "RF205", expected="one row an agent")
