"""When a model may take the place of the weights that people stated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rolefit.judging.contest import TEAMS, TIME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolefit.judging.standing import Standing

LEAST_GAIN = 0.02
"""Of AUC over the profile, in both splits."""
MOST_ECE = 0.05
FEWEST_TEAMS = 20
"""With fewer the intervals are too short."""
CHALLENGER = "prior_centred"
"""The only one that is a set of role weights, and so passes every gate like the profile itself."""


@dataclass(frozen=True)
class Condition:
    """One thing that must hold, and whether it does."""

    name: str
    value: float | None
    threshold: float | None
    held: bool
    told: str
    """The condition as a sentence."""


@dataclass(frozen=True)
class Verdict:
    """Whether a challenger may be the champion."""

    model: str
    conditions: tuple[Condition, ...]

    @property
    def promoted(self) -> bool:
        """All conditions hold."""
        return bool(self.conditions) and all(one.held for one in self.conditions)


def judge_challenger(
    standings: Sequence[Standing], invariants: Sequence[Condition], model: str = CHALLENGER
) -> Verdict:
    """Applies the rule.

    A challenger gains at least LEAST_GAIN of AUC over the profile with a 95 % interval above 0,
    by team and forward in time, has an ECE of at most MOST_ECE in both, and keeps what must always
    hold.

    Args:
        standings: of `stand`.
        invariants: of a run with the challenger's weights.
        model: the challenger.
    """
    own = {one.split: one for one in standings if one.model == model}
    conditions: list[Condition] = []
    for split, words in ((TEAMS, "on teams not seen"), (TIME, "forward in time")):
        if split not in own:
            conditions.append(Condition(split, None, None, held=False, told=f"measured {words}"))
            continue
        teams = own[split].teams
        conditions += [
            Condition(f"teams_{split}", float(teams), float(FEWEST_TEAMS), teams >= FEWEST_TEAMS,
                      f"rests on at least {FEWEST_TEAMS} teams, {words}"),
        ]  # fmt: skip
        gain, ece = own[split].gain, own[split].measures["ece"].value
        conditions += [
            Condition(f"gain_{split}", gain.value, LEAST_GAIN, gain.value >= LEAST_GAIN,
                      f"gains {LEAST_GAIN} of AUC over the profile {words}"),
            Condition(f"gain_sure_{split}", gain.low, 0.0, gain.low > 0.0,
                      f"is sure to gain {words}: the 95 % interval lies above 0"),
            Condition(f"ece_{split}", ece, MOST_ECE, ece <= MOST_ECE,
                      f"means what it says {words}: calibration error of at most {MOST_ECE}"),
        ]  # fmt: skip
    return Verdict(model, (*conditions, *invariants))
