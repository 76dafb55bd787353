"""Rows of contributions added up: how much of a kind each agent did, and how often they could."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rolefit.evidence.cells import sum_by
from rolefit.evidence.dates import months_before
from rolefit.evidence.table import agent_positions, numbers, positions

if TYPE_CHECKING:
    from datetime import date

    from rolefit.schema.arrays import Bools, Floats, Ints
    from rolefit.schema.config import Config
    from rolefit.schema.tables import Inputs

NOBODY = -1
ONCE = 1.0
FAR_OUT = 10.0
"""An agent so many times as uneven as the others has a slip of the pen rather than busy months."""
LUMPY_ROUNDS = 20


@dataclass(frozen=True)
class Records:
    """Rows of the contributions table inside the window, and the time agents had."""

    agent: Ints
    """Row of the agents table, shape (rows,)."""
    kind: Ints
    """Position among the kinds of the config."""
    quantity: Floats
    opportunity: Floats
    """Recorded opportunities; NaN where none are."""
    age: Floats
    """Months before `as_of`; NaN where not dated."""
    giver: Ints
    """Who recorded it: position in `givers`, or NOBODY."""
    givers: pa.Array
    """Names of all who recorded something."""
    months: Floats
    """Full-time months each agent could contribute in, shape (agents,); 0 without any row."""
    window: float
    """Months."""

    def of(self, kind: int) -> Records:
        """The rows of one kind."""
        return self.where(self.kind == kind)

    def where(self, keep: Bools) -> Records:
        """Some of the rows."""
        return replace(
            self, agent=self.agent[keep], kind=self.kind[keep], quantity=self.quantity[keep],
            opportunity=self.opportunity[keep], age=self.age[keep], giver=self.giver[keep],
        )  # fmt: skip


@dataclass(frozen=True)
class Tally:
    """Totals of one kind against one sort of exposure; an entry an agent who was exposed."""

    agent: Ints
    """Row of the agents table."""
    quantity: Floats
    exposure: Floats
    """Offered opportunities, or months."""
    dispersion: float
    """Variance over mean of a quantity within agents; at least 1."""


def take_records(inputs: Inputs, config: Config, as_of: date) -> Records | None:
    """The contributions of known agents inside the window; None where there are none.

    Args:
        inputs: checked tables.
        config: kinds, and the window in months.
        as_of: end of the window.

    Returns:
        Records. Time counts (`months_present`) for every agent with any row: of others nobody
        knows whether their work is written down.

    Limits:
        rows without a day count as if they were inside the window.

    Example:
        Of three rows one is older than twelve months.
        >>> from datetime import date
        >>> from rolefit.schema.build import build_config
        >>> from rolefit.schema.tables import Inputs
        >>> days = [date(2026, 6, 1), date(2025, 6, 1), None]
        >>> rows = {"agent_id": ["A"] * 3, "kind": ["mentoring"] * 3, "quantity": [1.0, 2.0, 4.0]}
        >>> agents = pa.table({"agent_id": ["A"], "hired_on": [date(2020, 1, 1)]})
        >>> inputs = Inputs(agents, contributions=pa.table(rows | {"on": days}))
        >>> records = take_records(inputs, build_config({}), date(2026, 6, 30))
        >>> records.quantity.tolist(), records.months.tolist()
        ([1.0, 4.0], [12.0])
    """
    table = inputs.contributions
    if table is None or not table.num_rows:
        return None
    window = config.evidence.contributions_window_months
    agent, age = agent_positions(table, inputs.agents), months_before(table["on"], as_of)
    keep = (agent >= 0) & (np.isnan(age) | (age < window))
    present = np.bincount(agent[keep], minlength=inputs.agents.num_rows) > 0
    months = months_present(inputs.agents, as_of, window)
    opportunity = np.full(len(agent), np.nan)
    if "opportunity" in table.column_names:
        opportunity = numbers(table["opportunity"])
    giver, givers = _givers(table)
    return Records(
        agent, positions(table["kind"], tuple(config.contributions)), numbers(table["quantity"]),
        opportunity, age, giver, givers, np.where(present, months, 0.0), window,
    ).where(keep)  # fmt: skip


def months_present(agents: pa.Table, as_of: date, window: float) -> Floats:
    """Full-time months of each agent in the window: since hiring, times the share of full time.

    Args:
        agents: the agents table; `fte` is optional, and an empty cell reads as full time.
        as_of: end of the window.
        window: months; taken where the day of hiring is missing.

    Returns:
        shape (agents,), >= 0.

    Limits:
        long leave and changes of hours inside the window are not known: `fte` is today's.

    Example:
        Six months at half time, and somebody who was there all along.
        >>> from datetime import date
        >>> agents = pa.table({"hired_on": [date(2025, 12, 30), None], "fte": [0.5, None]})
        >>> months_present(agents, date(2026, 6, 30), 12.0).round(2).tolist()
        [2.99, 12.0]
    """
    tenure = months_before(agents["hired_on"], as_of)
    months = np.clip(np.where(np.isnan(tenure), window, tenure), 0.0, window)
    if "fte" not in agents.column_names:
        return months
    return months * np.nan_to_num(numbers(agents["fte"]), nan=1.0)


def tally_offered(records: Records) -> Tally | None:
    """One kind against recorded opportunities; None where no row records any.

    Args:
        records: the rows of one kind.

    Returns:
        Tally over the agents who were offered something. Work that was done without being offered
        (opportunity 0) counts; who did nothing but that counts as offered once.

    Limits:
        opportunities that nobody wrote down are missing from the exposure.

    Example:
        Three of four offers taken in two rows; a colleague did one thing without being asked.
        >>> who, done, offered = np.array([0, 0, 1]), np.array([1.0, 2.0, 1.0]), np.array([2, 2, 0])
        >>> by, months = pa.array(["x", "y"]), np.full(2, 12.0)
        >>> records = Records(who, who * 0, done, offered, done * 0, who, by, months, window=12.0)
        >>> tally = tally_offered(records)
        >>> tally.quantity.tolist(), tally.exposure.tolist()
        ([3.0, 1.0], [4.0, 1.0])
    """
    rows = records.where(records.opportunity >= 0)
    if not (rows.opportunity > 0).any():
        return None
    exposure = sum_by(rows.agent, rows.opportunity, len(records.months))
    quantity = sum_by(rows.agent, rows.quantity, len(records.months))
    exposure = np.where((exposure == 0) & (quantity > 0), ONCE, exposure)
    agent = np.flatnonzero(exposure > 0)
    dispersion = lumpiness(rows.agent, rows.quantity, rows.opportunity)
    return Tally(agent, quantity[agent], exposure[agent], dispersion)


def tally_over_time(records: Records, *, offered: bool) -> Tally | None:
    """What a kind's rows record without an opportunity, against months; None without time.

    Args:
        records: the rows of one kind; none at all is a count of zero.
        offered: rows with an opportunity are counted by `tally_offered`; else all count here.

    Returns:
        Tally over the agents who appear in the contributions table, except those of whom this
        kind is recorded with opportunities only: of them these rows say nothing.

    Limits:
        months stand for opportunities: who had more of them than others looks readier.

    Example:
        Three in twelve months, none in six; of the agent without time nothing is said.
        >>> who, done, nan = np.array([0, 0]), np.array([1.0, 2.0]), np.full(2, np.nan)
        >>> months = np.array([12.0, 6.0, 0.0])
        >>> records = Records(who, who, done, nan, nan, who, pa.array(["x"]), months, window=12.0)
        >>> tally = tally_over_time(records, offered=False)
        >>> tally.agent.tolist(), tally.quantity.tolist(), tally.exposure.tolist()
        ([0, 1], [3.0, 0.0], [12.0, 6.0])
    """
    rows = records.where(np.isnan(records.opportunity)) if offered else records
    size = len(records.months)
    elsewhere = np.bincount(records.agent, minlength=size) > 0
    elsewhere &= np.bincount(rows.agent, minlength=size) == 0
    agent = np.flatnonzero((records.months > 0) & ~elsewhere)
    if not len(agent):
        return None
    quantity = sum_by(rows.agent, rows.quantity, size)
    return Tally(agent, quantity[agent], records.months[agent], _monthly_lumpiness(rows))


def lumpiness(part: Ints, quantity: Floats, exposure: Floats) -> float:
    """Variance over mean of an agent's quantities at equal exposure, pooled over agents.

        d = sum w_i S_i / sum w_i P_i,  S_i = sum (q - E m_i)^2,  P_i = sum E m_i (1 - E / E_i)

    with m_i the agent's quantity per exposure and w_i = 1, but (10 d P_i / S_i)^4 where that is
    less: one bad number must not make everybody's record unsure.

    Args:
        part: agent of each part (a row, a month), shape (n,).
        quantity: shape (n,), >= 0.
        exposure: shape (n,), >= 0; parts without exposure are left out.

    Returns:
        at least 1; 1 where no agent has two parts, as for totals over the whole window.

    Limits:
        one number for everybody; where busy months are the uneven ones it is too large for
        those who do little, which widens their intervals.

    Source:
        ratio form of the Pearson dispersion (McCullagh & Nelder 1989): sums of squares over the
        sum of what Poisson counts would show, unbiased however few the events of an agent.
        Weights that fall to 0 (Hampel 1974), as S_i grows with the square of a bad number.

    Example:
        Two agents of S = 8 and 32, P = 2 and 4; a hundred like the first, and a slip of the pen.
        >>> lumpiness(np.array([0, 0, 1, 1]), np.array([4.0, 0.0, 0.0, 8.0]), np.ones(4))
        6.666666666666667
        >>> agent, quantity = np.repeat(np.arange(101), 2), np.tile([4.0, 0.0], 101)
        >>> quantity[0] = 4000.0
        >>> round(lumpiness(agent, quantity, np.ones(202)), 1)
        4.0
    """
    some = exposure > 0
    part, quantity, exposure = part[some], quantity[some], exposure[some]
    total, chance = np.bincount(part, quantity), np.bincount(part, exposure)
    rate = np.divide(total, chance, out=np.zeros(len(total)), where=chance > 0)
    expected = exposure * rate[part]
    poisson = np.bincount(part, expected * (1.0 - exposure / chance[part]))
    squares = np.bincount(part, (quantity - expected) ** 2)
    several = poisson > 1e-9 * np.bincount(part, expected)
    if not several.any():
        return 1.0
    return _robust_ratio(squares[several].astype(np.float64), poisson[several].astype(np.float64))


def _robust_ratio(squares: Floats, poisson: Floats) -> float:
    """Ratio of sums, at least 1, in which agents far above it count less, from below upwards."""
    own = squares / poisson
    ratio = max(1.0, float(np.median(own)))
    for _ in range(LUMPY_ROUNDS):
        weight = np.minimum(1.0, (FAR_OUT * ratio / np.maximum(own, 1e-12)) ** 4)
        ratio = max(1.0, float(weight @ squares) / float(weight @ poisson))
    return ratio


def _monthly_lumpiness(rows: Records) -> float:
    """Lumpiness from month to month of the agents with several dated rows; 1 without any."""
    rows = rows.where(np.isfinite(rows.age))
    several = np.bincount(rows.agent, minlength=len(rows.months)) > 1
    rows = rows.where(several[rows.agent])
    if not len(rows.agent):
        return 1.0
    months = max(1, int(np.ceil(rows.window)))
    people, who = np.unique(rows.agent, return_inverse=True)
    month = np.clip(np.floor(rows.age).astype(np.int64), 0, months - 1)
    total = sum_by(who * months + month, rows.quantity, len(people) * months)
    spent = np.clip(rows.months[people][:, None] - np.arange(months), 0.0, 1.0)
    return lumpiness(np.repeat(np.arange(len(people)), months), total, spent.ravel())


def _givers(table: pa.Table) -> tuple[Ints, pa.Array]:
    """Who recorded each row, and the names of all who did."""
    if "by" not in table.column_names:
        return np.full(table.num_rows, NOBODY), pa.array([], pa.string())
    by = table["by"].combine_chunks().dictionary_encode()
    return np.asarray(pc.fill_null(by.indices, NOBODY), np.int64), by.dictionary
