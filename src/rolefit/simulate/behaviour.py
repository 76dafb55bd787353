"""Behaviour: who works towards a number, whose results fall, and whose interest fell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from rolefit.fit import profile

if TYPE_CHECKING:
    from rolefit.schema.arrays import Bools, Floats
    from rolefit.schema.config import Config
    from rolefit.simulate.metrics import Rows
    from rolefit.simulate.people import People
    from rolefit.simulate.views import Views
    from rolefit.simulate.worlds import World

TRADED = {"aht": 0.4, "fcr": -0.3}
"""What somebody who is quick at the cost of solving it gains and loses, in agent sd a month."""
PLEASED = {"csat": 1.5}
"""What somebody gains who has only pleased customers asked, in agent sd."""
ASKED = 0.5
"""Share of the customers who are asked then."""
PLEASED_VOLUME = "csat_answers"
LONG_ENOUGH = 6.0
"""Months after which somebody can decline."""
EARLIER, EARLIEST = 300.0, 450.0
"""Days before `as_of` within which people were asked for the first time."""


@dataclass(frozen=True)
class Behaviour:
    """What is true of agents beside attributes; each of shape (agents,)."""

    trades: Bools
    """Contacts get shorter from month to month, and solve less."""
    picks: Bools
    """Only pleased customers get the survey."""
    declines: Bools
    """Results on all metrics fall."""
    asked_twice: Bools
    fades: Bools
    """Was asked twice, and liked the present role better when asked before."""
    decline: float
    """Agent sd a month."""

    def shift(self, metric: str, rows: Rows, months: int) -> Floats | float:
        """What behaviour adds to each row of a metric, in agent sd, shape (rows,).

        decline (middle - t)  +  traded t  +  pleased
        """
        if not (self.trades | self.picks | self.declines).any():
            return 0.0
        middle = (months - 1) / 2.0
        added: Floats = self.decline * self.declines[rows.agent] * (middle - rows.period)
        added += TRADED.get(metric, 0.0) * self.trades[rows.agent] * rows.period
        added += PLEASED.get(metric, 0.0) * self.picks[rows.agent]
        return added

    def asked(self, volumes: dict[str, Floats], rows: Rows) -> dict[str, Floats]:
        """The volumes of each row: who picks asks fewer customers."""
        if PLEASED_VOLUME not in volumes or not self.picks.any():
            return volumes
        usual = volumes[PLEASED_VOLUME]
        fewer = np.where(self.picks[rows.agent], np.ceil(ASKED * usual), usual)
        return {**volumes, PLEASED_VOLUME: fewer}

    def truth(self, people: People, answered: Bools) -> dict[str, pa.Table]:
        """The truth table `circumstances`, where there is anything to tell.

        Args:
            people: gives the ids.
            answered: who answered the newest survey on interests.
        """
        told = {
            "trades_time": self.trades, "picks_customers": self.picks,
            "declines": self.declines, "loses_interest": self.fades & answered,
        }  # fmt: skip
        if not any(flags.any() for flags in told.values()):
            return {}
        columns = {name: pa.array(flags) for name, flags in told.items()}
        return {"circumstances": pa.table({"agent_id": pa.array(people.ids), **columns})}


def draw_behaviour(
    world: World, people: People, free: Bools, rng: np.random.Generator
) -> Behaviour:
    """Who does what.

    Args:
        world: shares of each.
        people: tenure says who can have fallen, or been asked twice.
        free: agents whose behaviour is drawn; the others do nothing of it, shape (agents,).
        rng: source of all chance.
    """
    games, way, declines, twice, fades = rng.random((5, len(people)))
    gaming = (games < world.gaming) & free
    asked_twice = (twice < world.asked_twice) & (people.tenure * 30.0 > EARLIEST) & free
    return Behaviour(
        trades=gaming & (way < 1 / 2), picks=gaming & (way >= 1 / 2),
        declines=(declines < world.declining) & (people.tenure >= LONG_ENOUGH) & free,
        asked_twice=asked_twice, fades=asked_twice & (fades < world.fading),
        decline=world.decline,
    )  # fmt: skip


def interests_before(
    behaviour: Behaviour, views: Views, people: People, config: Config, world: World
) -> Floats:
    """How people saw their interests when they were asked before, agents x attributes, sd 1.

    Whose interest fell saw more in all that the present role offers, by `world.faded` along it.
    """
    lost = world.faded * behaviour.fades[:, None]
    before: Floats = views.interests + lost * profile(config).want[people.role]
    return before


def asked_before(behaviour: Behaviour, rng: np.random.Generator) -> Floats:
    """Days before `as_of` when people were asked for the first time, shape (agents,)."""
    return rng.uniform(EARLIER, EARLIEST, len(behaviour.asked_twice))
