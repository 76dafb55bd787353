"""Talks on suggestions, on a screen and for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from rolefit.cli.findings import heading, indented
from rolefit.protocol.entry import AGENT, AGENT_WORDS, HUMANS, OFFER, SIGN_OFF, WEIGHTS
from rolefit.protocol.next_steps import next_steps
from rolefit.protocol.step import lacking

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from rolefit.protocol.entry import Entry
    from rolefit.protocol.thread import Thread
    from rolefit.schema.config import Config

WAITS = "a contest waits for an answer"


def thread_page(thread: Thread) -> Iterator[RenderableType]:
    """What was said of one suggestion, and what may be said next."""
    target = f" to {thread.target_role}" if thread.target_role else ""
    yield heading(f"{thread.agent_id}, run {thread.run}: {thread.direction or 'unknown'}{target}")
    table = Table.grid(padding=(0, 2, 0, 0))
    for number, entry in enumerate(thread.entries, 1):
        who = f"{entry.by} ({entry.role_of_by})"
        table.add_row(str(number), entry.on, Text(entry.state), Text(who), Text(_said(entry)))
    if thread.entries:
        yield indented(table)
    yield indented(Text(f"now: {thread.state}{f'; {WAITS}' if thread.contested else ''}"))
    for role in (AGENT, *HUMANS):
        states = [state for whose, state in next_steps(thread) if whose == role]
        if states:
            yield indented(Text(f"next, by the {role}: {', '.join(states)}"))
    if thread.strict and not thread.closed:
        lacks = (*lacking(thread), "the signatures of the leader and the second")
        yield indented(Text(f"before anybody acts on it: {'; '.join(lacks)}"))


def _said(entry: Entry) -> str:
    """What an entry says, in one line."""
    parts = [entry.about.replace("_", " "), entry.source and "told by hand, not checked"]
    if entry.wish:
        parts.append(f"{entry.role}: {entry.wish}")
    elif entry.role:
        parts.append(entry.role)
    fix = entry.correction
    if fix is not None:
        row = " ".join(f"{name}={value}" for name, value in sorted(fix.row.items()))
        told = f"{fix.old or 'nothing'} should be {fix.value or 'nothing'}"
        parts.append(f"{fix.table} {row}: {fix.column} {told}".replace("  ", " "))
    if entry.grants:
        parts.append(f"grants the correction in entry {', '.join(map(str, entry.grants))}")
    if entry.text:
        parts.append(entry.text)
    if entry.written_by:
        parts.append(f"(written down by {entry.written_by})")
    return "; ".join(part for part in parts if part)


def as_data(thread: Thread) -> dict[str, Any]:
    """A thread for machines."""
    return {
        "agent_id": thread.agent_id,
        "run": thread.run,
        "direction": thread.direction or None,
        "target_role": thread.target_role or None,
        "state": thread.state,
        "contest_waits": thread.contested,
        "closed": thread.closed,
        "entries": [entry.as_record() for entry in thread.entries],
        "next": [{"role_of_by": role, "state": state} for role, state in next_steps(thread)],
        "lacking": list(lacking(thread)) if thread.strict else [],
    }


def list_rows(
    threads: Sequence[Thread],
    config: Config,
    *,
    about: str | None,
    owner: str | None,
    only_open: bool,
) -> list[dict[str, Any]]:
    """One row a thread: where it stands and, where something is looked for, what was said of it.

    Args:
        threads: all threads.
        config: effective config, for the owners of roles.
        about: only where the agent spoke about this, or an offer was made.
        owner: only contests on the weights of roles this person owns.
        only_open: leave closed threads out.
    """
    about = WEIGHTS if owner is not None else about
    rows = []
    for thread in threads:
        said = [e for e in thread.entries if about is not None and _is_about(e, about)]
        if (only_open and thread.closed) or (about is not None and not said):
            continue
        role = said[-1].role if said else ""
        owned_by = config.roles[role].owner if role in config.roles else ""
        if owner is None or owned_by == owner:
            rows.append({
                "agent_id": thread.agent_id, "run": thread.run, "direction": thread.direction,
                "target_role": thread.target_role or None, "state": thread.state,
                "contest_waits": thread.contested, "closed": thread.closed,
                "on": thread.entries[-1].on, "role": role or None, "owner": owned_by or None,
                "text": said[-1].text if said else None,
            })  # fmt: skip
    return sorted(rows, key=lambda row: (not row["contest_waits"], row["closed"], row["on"]))


def _is_about(entry: Entry, about: str) -> bool:
    """Something said on a subject; answers of the other side to a contest are left out."""
    return entry.about == about and (entry.state in AGENT_WORDS or about in (OFFER, SIGN_OFF))


def list_page(rows: Sequence[dict[str, Any]]) -> Iterator[RenderableType]:
    """The list on a screen: a line a thread, which is never broken, and what was said below it."""
    if not rows:
        yield "No talk of this kind."
    ids = max((len(row["agent_id"]) for row in rows), default=0)
    for row in rows:
        target = f" to {row['target_role']}" if row["target_role"] else ""
        waits = f"; {WAITS}" if row["contest_waits"] else ""
        yield (
            f"{row['agent_id']:<{ids}}  {row['run']}  {row['direction']}{target}: "
            f"{row['state']} on {row['on']}{waits}"
        )
        owner = f" (owner: {row['owner']})" if row["owner"] else ""
        said = ": ".join(part for part in (f"{row['role'] or ''}{owner}", row["text"]) if part)
        if said:
            yield f"{'':<{ids}}  {said}"
