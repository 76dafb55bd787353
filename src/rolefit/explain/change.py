"""What would change it: the least growth that passes the `ready` gate, and evidence to add."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri

from rolefit.explain import labels, wording
from rolefit.explain.card import Grid
from rolefit.explain.show import Settling, what_to_show

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rolefit.evidence.table import Evidence
    from rolefit.explain.rows import GateRow
    from rolefit.explain.show import Show
    from rolefit.explain.terminal import Renderable
    from rolefit.fit import Fit, Profiles
    from rolefit.posterior import Posterior
    from rolefit.schema.arrays import Bools, Floats
    from rolefit.schema.config import Config

MOST_GROWTH = 1.0
"""Most that one attribute is taken to grow, attribute sd."""
GRACE = 1e-12
"""Carries the growth over rounding."""


@dataclass(frozen=True)
class Step:
    """Growth in one attribute."""

    attribute: str
    by: float
    """Attribute sd, at most 1."""
    gain: float
    """What it adds to the fit."""


@dataclass(frozen=True)
class Change:
    """What would make a role a match, for one agent."""

    role: str
    now: float
    """P(fit >= bar) today."""
    needed: float
    """Threshold of the `ready` gate."""
    after: float
    """P(fit >= bar) once `grow` is done."""
    feasible: bool
    """Growth of at most one sd an attribute is enough."""
    grow: tuple[Step, ...]
    """Least effort that passes `ready`; all that can grow where it is not enough."""
    show: tuple[Show, ...]
    """The fewest pieces of evidence that would settle the role; those that tell most otherwise.

    None where the agent refused the role: the wish decides.
    """
    settles: bool
    """`show` is enough to settle it, or it is settled already; never where the agent refused."""
    also: tuple[str, ...]
    """Other gates of the role that have not passed."""
    instead: str | None
    """A role within reach, where this one is not."""
    sentence: str

    def __str__(self) -> str:
        return self.sentence

    def __rich__(self) -> Renderable:
        from rolefit.explain.terminal import show_answer  # noqa: PLC0415 - needs rich

        grow = tuple((s.attribute, f"{s.by:.2f}", f"{s.gain:+.2f}") for s in self.grow)
        show = tuple((", ".join(s.attributes), s.way) for s in self.show)
        grids = [Grid(("grow in", "by (sd)", "adds"), grow), Grid(("show", "how"), show)]
        chances = labels.chances(self.now, self.after, self.needed) if grow else ""
        return show_answer(self.sentence, None, chances, [g for g in grids if g.rows])


@dataclass(frozen=True)
class Standing:
    """Everything about one agent that a change is worked out from."""

    posterior: Posterior
    profiles: Profiles
    fit: Fit
    evidence: Evidence
    gates: Sequence[GateRow]
    current: str
    refused: Mapping[str, str]
    """Roles that the agent refused -> `no` or `not_now`."""
    config: Config


def least_effort(gain: Floats, short: float) -> Floats | None:
    """The cheapest growth that closes a gap of a linear fit: a fractional knapsack, exact.

        min sum e_d  subject to  sum gain_d e_d >= short,  0 <= e_d <= 1

    Args:
        gain: what one sd of each attribute adds, fit units; 0 where nobody can work on it.
        short: how much the fit is short, fit units.

    Returns:
        Effort by attribute, in sd; None where full growth everywhere is not enough.

    Example:
        >>> least_effort(np.array([0.5, 0.25]), 0.6).round(3).tolist()
        [1.0, 0.4]
    """
    effort = np.zeros(len(gain))
    left = short
    for attribute in np.argsort(-gain, kind="stable"):
        if left <= 0 or gain[attribute] <= 0:
            break
        effort[attribute] = min(MOST_GROWTH, left / gain[attribute])
        left -= effort[attribute] * gain[attribute]
    return effort if left <= GRACE else None


def work_out_change(standing: Standing, role: str) -> Change:
    """What would make a role a match: grow, and show.

    Args:
        standing: one agent.
        role: id of the role asked about.

    Returns:
        Change. Interests, tenure, clients and other people's results are never part of it.

    Limits:
        growth is taken as certain and the uncertainty of the fit as unchanged; new evidence of the
        growth would narrow it further.
    """
    config = standing.config
    position = config.role_ids.index(role)
    outward = config.roles[role].outward
    effort, gain, needed = _growth(standing, role)
    feasible = outward or effort is not None
    used = np.where(_actionable(config), MOST_GROWTH, 0.0) if effort is None else effort
    steps = [
        Step(config.attribute_ids[d], float(used[d]), float(used[d] * gain[d]))
        for d in np.argsort(-gain * used, kind="stable")
        if used[d] * gain[d] > 0
    ]
    now = float(standing.fit.p_ready[0, position])
    after = _chance(standing, position, float((used * gain).sum()))
    show = _to_show(standing, role, needed)
    also = tuple(
        gate.gate
        for gate in standing.gates
        if gate.role == role and gate.binds and gate.gate != "ready"
    )
    instead = None if feasible else _within_reach(standing, role)
    sentence = wording.change(
        config, role, [step.attribute for step in steps],
        show.pieces, also, instead, feasible=feasible, settles=show.settles,
        refusal=standing.refused.get(role),
    )  # fmt: skip
    return Change(
        role, now, needed, after, feasible, tuple(steps), show.pieces, show.settles, also,
        instead, sentence,
    )  # fmt: skip


def _to_show(standing: Standing, role: str, needed: float) -> Settling:
    """What could settle a role; nothing where the agent refused it, or the choice is theirs."""
    config = standing.config
    if role in standing.refused or config.roles[role].outward:
        return Settling((), settles=role not in standing.refused)
    return what_to_show(
        standing.posterior, standing.profiles, standing.fit, standing.evidence, config, role,
        needed,
    )  # fmt: skip


def _growth(standing: Standing, role: str) -> tuple[Floats | None, Floats, float]:
    """Least effort, gain of one sd by attribute, and the threshold of the role's ready gate."""
    config, position = standing.config, standing.config.role_ids.index(role)
    gain = np.where(_actionable(config), standing.profiles.weights[position], 0.0)
    needed = next(
        (g.threshold for g in standing.gates if g.gate == "ready" and g.role == role), np.nan
    )
    if config.roles[role].outward:
        return np.zeros(len(gain)), gain, needed
    goal = standing.profiles.bar[position] + ndtri(needed) * standing.fit.sd[0, position]
    short = goal - standing.fit.mean[0, position]
    return least_effort(gain, short + GRACE if short > 0 else short), gain, needed


def _actionable(config: Config) -> Bools:
    """Results and capabilities can grow; interests are what they are."""
    return np.array([a.group != "interest" for a in config.attributes.values()], bool)


def _chance(standing: Standing, position: int, growth: float) -> float:
    """P(fit >= bar) with a fit that has grown."""
    fit, bar = standing.fit, standing.profiles.bar[position]
    return float(ndtr((fit.mean[0, position] + growth - bar) / fit.sd[0, position]))


def _within_reach(standing: Standing, role: str) -> str | None:
    """The inside role of least effort besides this one, unless the agent refused it."""
    config = standing.config
    others = [r for r in config.inside_ids if r != role and r not in standing.refused]
    efforts = {r: _growth(standing, r)[0] for r in others}
    reach = {r: float(effort.sum()) for r, effort in efforts.items() if effort is not None}
    elsewhere = {r: total for r, total in reach.items() if r != standing.current} or reach
    return min(elsewhere, key=lambda r: elsewhere[r]) if elsewhere else None
