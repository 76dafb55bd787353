"""`rolefit config`: the full effective config, every value with where it comes from."""

from __future__ import annotations

import typer

from rolefit.cli.options import Json, Workspace


def config(ws: Workspace, *, as_json: Json = False) -> None:
    """Print the effective config, and where each value comes from."""
    from rolefit.cli.screen import Screen
    from rolefit.io.config_file import CONFIG_NAME, load_config, read_config_tables
    from rolefit.schema.build import effective_toml, provenance

    path = ws / CONFIG_NAME if ws.is_dir() else ws
    effective, user = load_config(path), read_config_tables(path)
    if as_json:
        payload = {"config": effective.model_dump(mode="json"), "origin": provenance(user)}
        Screen(as_json=True).give({"ok": True, **payload})
    else:
        typer.echo(effective_toml(effective, user), nl=False)
