"""Headings, and short labels of gates, directions and statuses: words beside the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolefit.explain.names import Names

if TYPE_CHECKING:
    from rolefit.schema.config import Config

ALMOST_SURE = 0.99
NOT_YET_SEEN = "not yet seen"
SUM = "sum"
FIT_COLUMNS = ("role", "score", "90 % interval", "P(fit >= bar)", "wish")
AXIS = "adds to the fit (0 = the average agent)"
GATE_LABELS = {
    "ready": "a sure enough match",
    "better": "a better match than the current role",
    "evidence": "enough evidence",
    "families": "several kinds of evidence",
    "beyond_metrics": "evidence beyond numbers",
    "wish": "your wish",
    "record": "a match without numbers, too",
    "must_have": "what the role cannot do without",
    "tenure": "time in the current role",
    "contest": "no open question about an earlier suggestion",
    "gain": "a gain that is worth the move",
    "asked": "your own request",
    "no_inside_fit": "no match among the roles here",
    "record_away": "a record that points elsewhere",
    "record_thick": "enough evidence beyond numbers",
    "surveyed": "answers to both surveys",
    "destination": "a better match outside",
    "coaching": "a gap that coaching would not close",
    "history": "the same in earlier runs",
    "early_talk": "no early talk that is still owed",
    "by_choice": "your own choice",
    "held": "what the last run suggested",
}
HEADINGS = {
    "reasons": "Why", "notes": "Good to know", "gates": "What was looked at",
    "fits": "All roles", "terms": "What adds up", "unseen": "Not yet seen",
}  # fmt: skip
STATUS_LABELS = {
    "firm": "clear", "tentative": "a first impression", "explore": "ask first",
    "gather": "more to learn first",
}  # fmt: skip
DIRECTION_LABELS = {
    "up": "a step up", "sideways": "a move sideways", "stay": "stay and grow",
    "step_back": "a step back", "out": "a conversation about a path outside",
}  # fmt: skip
BY_CHOICE_LABEL = "a path outside, as wished"


def headline(config: Config, direction: str, role: str | None, *, by_choice: bool) -> str:
    """Direction and role in a few words."""
    what = BY_CHOICE_LABEL if by_choice else DIRECTION_LABELS[direction]
    return f"{what}: {config.roles[role].label}" if role else what


def how_sure(direction: str, status: str, confidence: float | None, *, by_choice: bool) -> str:
    """Status, and the chance of a match (outside: of a better one) where there is one."""
    label = STATUS_LABELS[status]
    if confidence is None or by_choice or status == "gather":
        return label
    sure = confidence > ALMOST_SURE
    chance = f"above {ALMOST_SURE:.0%}" if sure else f"{confidence:.0%}"
    match = "a better match than any role here" if direction == "out" else "a match"
    return f"{label}; chance of {match} {chance}"


def chances(now: float, after: float, needed: float) -> str:
    """Chance of a match now, after growth, and what is asked."""
    return f"chance of a match: {now:.0%} now, {after:.0%} then, {needed:.0%} needed"


def figure_title(config: Config, agent_id: str, role: str) -> str:
    """Title of the picture of terms."""
    where = Names.of(config).roles[list(config.roles).index(role)]
    return f"{agent_id}: what adds up for {where}"
