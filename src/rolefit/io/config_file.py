"""rolefit.toml: read, parsed, and turned into the effective config with its instruments."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rolefit.errors import ConfigError, Problem
from rolefit.schema.build import build_config
from rolefit.schema.config import Config

if TYPE_CHECKING:
    from collections.abc import Callable

CONFIG_NAME = "rolefit.toml"


def as_config(config: Config | Mapping[str, Any] | str | Path | None) -> Config:
    """The effective config of whatever a Python user passes.

    Args:
        config: nothing (built-in defaults), a Config, the tables of a rolefit.toml, or the path of
            one or of the folder it is in.

    Raises:
        ConfigError: RF1xx, all problems at once.
    """
    if config is None:
        return build_config({})
    if isinstance(config, Config):
        return config
    if isinstance(config, (str, Path)):
        path = Path(config)
        return load_config(path / CONFIG_NAME if path.is_dir() else path)
    if not isinstance(config, Mapping):
        message = f"{type(config).__name__} is not a config"
        expected = "a Config, the tables of a rolefit.toml as a dict, or the path of one"
        raise ConfigError([Problem("config", message, "RF103", expected)])
    return build_config(config, place="config", file_reader=_reader(Path.cwd()))


def load_config(path: Path) -> Config:
    """The effective config of a rolefit.toml.

    Raises:
        ConfigError: RF1xx, all problems at once.
    """
    tables = read_config_tables(path)
    return build_config(tables, place=path.name, file_reader=_reader(path.parent))


def read_config_tables(path: Path) -> dict[str, Any]:
    """What the user wrote, without the defaults.

    Raises:
        ConfigError: RF100, when the file is not there, not UTF-8 or not TOML.
    """
    if not path.is_file():
        hint = "an empty one means the built-in defaults"
        raise ConfigError([Problem(str(path), "there is no such file", "RF100", hint=hint)])
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        message = f"byte {error.start + 1} is not UTF-8"
        problem = Problem(path.name, message, "RF100", hint="save the file as UTF-8")
    except tomllib.TOMLDecodeError as error:
        hint = "texts need quotes, tables are written [like.this]"
        problem = Problem(path.name, f"this is not TOML: {error}", "RF100", hint=hint)
    raise ConfigError([problem])


def _reader(folder: Path) -> Callable[[str], str]:
    """Reads instrument and language files; paths are relative to the config's folder."""
    return lambda name: (folder / name).read_bytes().decode("utf-8-sig")
