"""Headings, and short labels of gates, directions and statuses: words beside the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolefit.explain.names import Names

if TYPE_CHECKING:
    from rolefit.schema.config import Config

ALMOST_SURE = 0.99
SUM = "sum"
FIT_COLUMNS = ("role", "score", "90 % interval", "P(fit >= bar)", "wish")
"""Tables of the command line are English in every language."""


def headline(config: Config, direction: str, role: str | None, *, by_choice: bool) -> str:
    """Direction and role in a few words."""
    labels = config.language.labels
    what = labels.by_choice if by_choice else labels.directions[direction]
    return labels.title.format(direction=what, role=config.roles[role].label) if role else what


def how_sure(
    config: Config, direction: str, status: str, confidence: float | None, *, by_choice: bool
) -> str:
    """Status, and the chance of a match (outside: of a better one) where there is one."""
    labels = config.language.labels
    label = labels.statuses[status]
    if confidence is None or by_choice or status == "gather":
        return label
    chance = f"{min(confidence, ALMOST_SURE):.0%}"
    if confidence > ALMOST_SURE:
        chance = labels.above.format(chance=chance)
    match = labels.match_outside if direction == "out" else labels.match
    return labels.sure.format(status=label, match=match, chance=chance)


def chances(now: float, after: float, needed: float) -> str:
    """Chance of a match now, after growth, and what is asked."""
    return f"chance of a match: {now:.0%} now, {after:.0%} then, {needed:.0%} needed"


def figure_title(config: Config, agent_id: str, role: str) -> str:
    """Title of the picture of terms."""
    where = Names.of(config).roles[config.role_ids.index(role)]
    return config.language.labels.adds_up.format(agent=agent_id, role=where)
