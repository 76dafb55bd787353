"""`rolefit explain`: why this suggestion, and what would change it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import typer

from rolefit.cli.options import Json

if TYPE_CHECKING:
    from rolefit.explain.explanation import Explanation

Reader: TypeAlias = Literal["agent", "leader"]


def explain(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder of a run.")],
    agent_id: Annotated[str, typer.Argument(help="Whose suggestion.")],
    role: Annotated[
        str | None,
        typer.Option(metavar="R", help="Also: why not this role, and what would change it."),
    ] = None,
    reader: Annotated[
        Reader,
        typer.Option("--for", help="Whom the text speaks to; the facts are the same."),
    ] = "agent",
    *,
    as_json: Json = False,
) -> None:
    """Explain one agent's suggestion, to the agent or to their leader."""
    from rolefit.cli.screen import Screen
    from rolefit.explain.terminal import show_card

    why = explanation_of(out, agent_id)
    about_role = () if role is None else (why.contrast(role), why.what_would_change(role))
    screen = Screen(as_json=as_json, markup=True)
    screen.show(show_card(why.card(reader)), *about_role)
    if as_json:
        screen.give({"ok": True, **as_data(why, role)})


def as_data(why: Explanation, role: str | None) -> dict[str, Any]:
    """The explanation for machines."""
    data: dict[str, Any] = {
        "agent_id": why.agent_id,
        "current_role": why.current_role,
        "direction": why.direction,
        "status": why.status,
        "target_role": why.target_role,
        "confidence": why.confidence,
        "reasons": [asdict(reason) for reason in why.reasons],
        "notes": list(why.notes),
        "note_codes": list(why.note_codes),
        "gates": [asdict(gate) for gate in why.gates],
        "terms": why.terms(),
        "pieces": [asdict(piece) for piece in why.pieces()],
        "not_yet_seen": list(why.unseen()),
        "text": why.text(),
        "text_leader": why.words_to_leader,
    }
    if role is not None:
        contrast, change = why.contrast(role), why.what_would_change(role)
        data |= {"role": role, "contrast": asdict(contrast), "what_would_change": asdict(change)}
    return data


def explanation_of(out: Path, agent_id: str) -> Explanation:
    """The explanation of one agent, rebuilt from what a run wrote.

    Raises:
        UsageError: RF401 unknown agent, RF402 a table is missing.
    """
    from rolefit.explain.explanation import Explanation
    from rolefit.io.config_file import load_config
    from rolefit.io.outputs import rows_of, unknown_agent

    suggestions = rows_of(out, "suggestions", agent_id)
    if not suggestions:
        raise unknown_agent(out, agent_id)
    config = load_config(out / "config.toml")
    fits, evidence = rows_of(out, "fits", agent_id), rows_of(out, "evidence", agent_id)
    return Explanation.from_rows(suggestions[0], fits, evidence, config)
