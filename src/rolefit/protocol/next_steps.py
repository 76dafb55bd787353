"""What may be said next, and by whom: asked of the machine itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolefit.protocol.entry import AGENT, FACTS, HUMANS, SIGN_OFF, Entry
from rolefit.protocol.step import WHO, step
from rolefit.protocol.thread import OUT, Thread

if TYPE_CHECKING:
    from collections.abc import Iterator

ANY_TEXT = "."
LONG_AGO = "1970-01-01"


def next_steps(thread: Thread) -> tuple[tuple[str, str], ...]:
    """States that may follow, each with whose word it would be.

    Args:
        thread: what was said so far.

    Returns:
        pairs of role and state, `sign_off` among the states where acting on `out` is signed.

    Example:
        >>> next_steps(Thread("A1", "2026-06-30-0f", direction="up"))[0]
        ('agent', 'shown')
    """
    return tuple((role, name) for role, name, entry in _tries(thread)
                 if isinstance(step(thread, entry), Thread))  # fmt: skip


def _tries(thread: Thread) -> Iterator[tuple[str, str, Entry]]:
    """One well-formed entry for each role and state."""
    on = thread.entries[-1].on if thread.entries else LONG_AGO
    for role in (AGENT, *HUMANS):
        by = _somebody(thread, role)
        for state in WHO:
            shown = (thread.direction or OUT) if state == "shown" else ""
            entry = Entry(thread.agent_id, thread.run, state, by, role, on, ANY_TEXT,
                          FACTS if state == "contested" else "", direction=shown)  # fmt: skip
            yield role, state, entry
        if role != AGENT:
            signature = Entry(
                thread.agent_id, thread.run, "human_replied", by, role, on, about=SIGN_OFF
            )
            yield role, SIGN_OFF, signature


def _somebody(thread: Thread, role: str) -> str:
    """A name that may speak in a role: one that has, or one that nobody bears."""
    if role == AGENT:
        return thread.agent_id
    spoke = [entry.by for entry in thread.entries if entry.role_of_by == role]
    return spoke[-1] if spoke else f"any {role} of {thread.agent_id}"
