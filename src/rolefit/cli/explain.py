"""`rolefit explain`: why this suggestion, and what would change it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rolefit.cli.options import Json

if TYPE_CHECKING:
    from rolefit.explain.explanation import Explanation
    from rolefit.schema.config import Config


def explain(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder of a run.")],
    agent_id: Annotated[str, typer.Argument(help="Whose suggestion.")],
    role: Annotated[
        str | None,
        typer.Option(metavar="R", help="Also: why not this role, and what would change it."),
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Explain one agent's suggestion."""
    from rolefit.cli.screen import Screen

    why, config = explanation_of(out, agent_id)
    if role is not None:
        known_role(role, config)
    screen = Screen(as_json=as_json)
    screen.show(why)
    if role is not None:
        screen.show(why.contrast(role), why.what_would_change(role))


def explanation_of(out: Path, agent_id: str) -> tuple[Explanation, Config]:
    """The explanation of one agent, rebuilt from what a run wrote.

    Raises:
        UsageError: RF401 unknown agent, RF402 a table is missing.
    """
    from rolefit.cli.outputs import rows_of, unknown_agent
    from rolefit.explain.explanation import Explanation
    from rolefit.io.config_file import load_config

    suggestions = rows_of(out, "suggestions", agent_id)
    if not suggestions:
        raise unknown_agent(out, agent_id)
    config = load_config(out / "config.toml")
    fits, evidence = rows_of(out, "fits", agent_id), rows_of(out, "evidence", agent_id)
    return Explanation.from_rows(suggestions[0], fits, evidence, config), config


def known_role(role: str, config: Config) -> None:
    """Refuses a role that the config does not have.

    Raises:
        UsageError: RF403, with the closest role.
    """
    from rolefit.errors import Problem, UsageError, did_you_mean, listed

    if role not in config.roles:
        raise UsageError([
            Problem(
                place="--role", message=f"unknown role '{role}'", code="RF403",
                expected=listed(config.roles), hint=did_you_mean(role, config.roles),
            )
        ])  # fmt: skip
