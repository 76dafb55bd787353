"""Why a suggestion is another than in an earlier run: gates that turned, and what turned them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CAUSES = (
    "wish", "placement", "contest", "tenure", "talk_early", "evidence", "weights", "policy",
    "history",
)  # fmt: skip
"""In the order in which they are told."""
OF_GATE = {
    "wish": "wish", "asked": "wish", "by_choice": "wish", "contest": "contest",
    "tenure": "tenure", "early_talk": "talk_early", "history": "history", "held": "history",
}  # fmt: skip
"""Gates that say themselves what turned them; the others weigh evidence against weights."""
LEAST_SHARE = 0.25
"""Evidence or weights are named from this share of the change of the fit on."""
SAME = 1e-9


@dataclass(frozen=True)
class Turned:
    """A gate that passed in one of two runs only."""

    gate: str
    role: str | None
    before: float | None
    after: float | None
    threshold_before: float
    threshold_after: float
    passed: bool
    """In the later run."""

    @property
    def moved_by_value(self) -> bool:
        """The value moved, not the threshold alone."""
        return self.before is None or self.after is None or abs(self.after - self.before) > SAME


def turned_gates(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], roles: Sequence[str]
) -> list[Turned]:
    """The gates of some roles that passed in one of two runs only.

    Args:
        before: structs of the `gates` column of the earlier run.
        after: of the later run.
        roles: roles that matter for the change.

    Example:
        >>> gate = {"gate": "wish", "role": "mentor", "threshold": 0.5}
        >>> then, now = (
        ...     {**gate, "value": 0.0, "passed": False},
        ...     {**gate, "value": 1.0, "passed": True},
        ... )
        >>> turned_gates([then], [now], ["mentor"])[0].passed
        True
    """
    then = {(g["gate"], g["role"]): g for g in before if g["role"] in roles}
    now = {(g["gate"], g["role"]): g for g in after if g["role"] in roles}
    return [
        Turned(
            gate, role, then[key]["value"], now[key]["value"], then[key]["threshold"],
            now[key]["threshold"], bool(now[key]["passed"]),
        )
        for key in then
        if key in now and bool(then[key]["passed"]) != bool(now[key]["passed"])
        for gate, role in [key]
    ]  # fmt: skip


def causes_of(
    turned: Sequence[Turned],
    *,
    wish_changed: bool,
    role_changed: bool,
    held: bool,
    same_policy: bool,
    by_evidence: float,
    by_weights: float,
) -> list[str]:
    """Names what turned the gates.

    Args:
        turned: gates that passed in one of the two runs only.
        wish_changed: a wish for one of the roles is another.
        role_changed: the agent has another current role.
        held: in one of the runs the suggestion of the run before stood.
        same_policy: thresholds of both runs come from the same policy.
        by_evidence: change of the fit through evidence.
        by_weights: change of the fit through weights.

    Returns:
        Causes in the order of CAUSES; never empty.
    """
    found = {OF_GATE[t.gate] for t in turned if t.gate in OF_GATE}
    weighed = [t for t in turned if t.gate not in OF_GATE]
    found |= {"wish"} if wish_changed else set()
    found |= {"placement"} if role_changed else set()
    found |= {"history"} if held else set()
    if any(not t.moved_by_value for t in weighed):
        found.add("history" if same_policy else "policy")
    if any(t.moved_by_value for t in weighed) or not found:
        found |= _of_fit(by_evidence, by_weights)
    if not found:
        found.add("history" if same_policy else "policy")
    return [cause for cause in CAUSES if cause in found]


def _of_fit(by_evidence: float, by_weights: float) -> set[str]:
    """Evidence, weights or both."""
    whole = abs(by_evidence) + abs(by_weights)
    if not whole > SAME:
        return set()
    parts = {"evidence": abs(by_evidence), "weights": abs(by_weights)}
    return {name for name, part in parts.items() if part >= LEAST_SHARE * whole}
