"""Of whom each table tells anything, how old it is, and how it was answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from rolefit.evidence.dates import months_before
from rolefit.evidence.rating_rows import by_oneself
from rolefit.evidence.table import agent_positions
from rolefit.schema.tables import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pyarrow as pa

    from rolefit.evidence.table import Evidence, Remarks
    from rolefit.schema.arrays import Bools, Floats
    from rolefit.schema.config import Config
    from rolefit.schema.tables import Inputs

CARELESS = ("careless", "retake")
DAY_OF = {"strengths": "answered_on", "interests": "answered_on", "ratings": "on"}
SELF = "self"


@dataclass(frozen=True)
class Coverage:
    """One family of evidence."""

    family: str
    agents: int
    """With at least one piece of evidence."""
    share: float
    """Of all agents."""
    months: float | None
    """Median age, where days are known."""
    old: float | None
    """Share older than the family's half-life, which therefore counts less than half."""
    careless: float | None
    """Share of the people who answered with signs of answering without reading."""


@dataclass(frozen=True)
class RatingCover:
    """Who rates whom."""

    ratings: int
    """By somebody else than the agent."""
    agents: int
    """Who were rated by somebody else."""
    raters: int
    ratings_per_agent: float | None
    """Median over the rated agents."""
    raters_of_one: int
    """Raters who rated one agent alone: their leniency cannot be told from the agent."""


def cover(
    inputs: Inputs, evidence: Evidence, remarks: Sequence[Remarks], config: Config, as_of: date
) -> tuple[Coverage, ...]:
    """Coverage, age and careless share of every family.

    Args:
        inputs: checked tables.
        evidence: all evidence.
        remarks: of all families.
        config: gives half-lives.
        as_of: day of the run.

    Returns:
        one entry a family, in the order of FAMILIES.

    Limits:
        says who is spoken of, not how well: see `trust_metrics` and `trust_scales` for that.

    Example:
        One of two agents answered the strengths survey, a year ago.
        >>> from datetime import date
        >>> import pyarrow as pa
        >>> from rolefit.evidence.table import Evidence
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.tables import Inputs
        >>> zero, one = np.zeros(1, int), np.ones(1)
        >>> evidence = Evidence(zero, zero, zero + 1, zero, one, one, one, one, zero, ("coaching",))
        >>> answers = pa.table({"agent_id": ["A"], "answered_on": [date(2025, 6, 30)]})
        >>> inputs = Inputs(pa.table({"agent_id": ["A", "B"]}), strengths=answers)
        >>> found = cover(inputs, evidence, (), build_config({}), date(2026, 6, 30))[1]
        >>> found.family, found.share, round(found.months, 1), found.old, found.careless
        ('strengths', 0.5, 12.0, 0.0, 0.0)
    """
    total = inputs.agents.num_rows
    found = []
    for k, family in enumerate(FAMILIES):
        agents = len(np.unique(evidence.agent[evidence.family == k]))
        age = ages(inputs, family, as_of)
        half = getattr(config.evidence.half_life_months, family, None)
        old = None if half is None or not len(age) else float((age > half).mean())
        found.append(Coverage(
            family, agents, agents / total if total else 0.0,
            float(np.median(age)) if len(age) else None, old,
            _careless_share(inputs, family, remarks),
        ))  # fmt: skip
    return tuple(found)


def ages(inputs: Inputs, family: str, as_of: date) -> Floats:
    """Age in months of every dated row of a family; empty where days are not told.

    Args:
        inputs: checked tables.
        family: one of FAMILIES.
        as_of: day of the run.

    Returns:
        months, one entry a dated row.

    Example:
        >>> from datetime import date
        >>> import pyarrow as pa
        >>> from rolefit.schema.tables import Inputs
        >>> ratings = pa.table({"agent_id": ["A", "A"], "on": [date(2025, 6, 30), None]})
        >>> inputs = Inputs(pa.table({"agent_id": ["A"]}), ratings=ratings)
        >>> ages(inputs, "ratings", date(2026, 6, 30)).round(1).tolist()
        [12.0]
    """
    table, column = getattr(inputs, family), DAY_OF.get(family)
    if table is None or column is None or column not in table.column_names:
        return np.zeros(0)
    age = months_before(table[column], as_of)
    return age[np.isfinite(age)]


def older_than_half_life(inputs: Inputs, family: str, config: Config, as_of: date) -> Bools:
    """Which agents' survey is older than its half-life, one entry an agent.

    Args:
        inputs: checked tables.
        family: `strengths` or `interests`.
        config: gives the half-life in months.
        as_of: day of the run.

    Example:
        A half-life of 36 months.
        >>> from datetime import date
        >>> import pyarrow as pa
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.tables import Inputs
        >>> days = {"agent_id": ["B", "A"], "answered_on": [date(2022, 6, 30), date(2026, 1, 1)]}
        >>> inputs = Inputs(pa.table({"agent_id": ["A", "B"]}), strengths=pa.table(days))
        >>> older_than_half_life(inputs, "strengths", build_config({}), date(2026, 6, 30)).tolist()
        [False, True]
    """
    table, agents = getattr(inputs, family), inputs.agents
    old = np.zeros(agents.num_rows, bool)
    if table is None or "answered_on" not in table.column_names:
        return old
    age = months_before(table["answered_on"], as_of)
    who = agent_positions(table, agents)
    half = getattr(config.evidence.half_life_months, family)
    old[who[(age > half) & (who >= 0)]] = True
    return old


def flagged(remarks: Sequence[Remarks], family: str, agents: int) -> Bools:
    """Whose survey shows signs of answering without reading, one entry an agent.

    Args:
        remarks: of all families.
        family: `strengths` or `interests`.
        agents: number of agents.

    Example:
        >>> from rolefit.evidence.table import Remarks
        >>> remark = Remarks("careless", np.array([1]), np.array([0]), ("strengths",))
        >>> flagged([remark], "strengths", 3).tolist(), flagged([remark], "interests", 3).tolist()
        ([False, True, False], [False, False, False])
    """
    hit = np.zeros(agents, bool)
    for remark in remarks:
        if remark.code in CARELESS and family in remark.subjects:
            hit[remark.agent[remark.subject == remark.subjects.index(family)]] = True
    return hit


def cover_ratings(ratings: pa.Table | None) -> RatingCover:
    """Ratings by others than oneself.

    Args:
        ratings: checked table, or None.

    Returns:
        RatingCover; all zero without a table.

    Example:
        Lead x rated A and B, lead y rated A alone; what A and B said of themselves does not count.
        >>> import pyarrow as pa
        >>> who, by = ["A", "B", "A", "A", "B"], ["x", "x", "y", "A", "B"]
        >>> kinds = ["lead", "lead", "lead", "self", "lead"]
        >>> table = pa.table({"agent_id": who, "rater_id": by, "rater_kind": kinds})
        >>> found = cover_ratings(table)
        >>> found.ratings, found.agents, found.raters, found.ratings_per_agent, found.raters_of_one
        (3, 2, 2, 1.5, 1)
    """
    if ratings is None or not ratings.num_rows:
        return RatingCover(0, 0, 0, None, 0)
    own = pc.fill_null(pc.equal(ratings["rater_kind"], SELF), fill_value=False)
    others = ratings.filter(pc.invert(pc.or_(own, by_oneself(ratings))))
    if not others.num_rows:
        return RatingCover(0, 0, 0, None, 0)
    by_agent = np.asarray(others.group_by("agent_id").aggregate([([], "count_all")])["count_all"])
    pairs = others.group_by(["rater_id", "agent_id"]).aggregate([])
    by_rater = np.asarray(pairs.group_by("rater_id").aggregate([([], "count_all")])["count_all"])
    return RatingCover(
        others.num_rows, len(by_agent), len(by_rater), float(np.median(by_agent)),
        int((by_rater == 1).sum()),
    )  # fmt: skip


def _careless_share(inputs: Inputs, family: str, remarks: Sequence[Remarks]) -> float | None:
    """Flagged people among those who answered; None for what is no survey."""
    table = inputs.surveys().get(family)  # type: ignore[call-overload]
    if table is None:
        return None
    people = pc.count_distinct(table["agent_id"]).as_py()
    return float(flagged(remarks, family, inputs.agents.num_rows).sum() / max(people, 1))
