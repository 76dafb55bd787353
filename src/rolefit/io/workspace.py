"""Workspace: the checked tables and the config of one centre."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from rolefit.errors import ConfigError, InputError, Problem, did_you_mean, listed
from rolefit.io.check import check_inputs
from rolefit.io.config_file import CONFIG_NAME, as_config, load_config
from rolefit.io.frames import from_frame, to_pandas
from rolefit.io.read import find_files, open_source, stray_files
from rolefit.io.replied import read_replied
from rolefit.schema.build import build_config

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    import pyarrow as pa

    from rolefit.io.check import CheckedInputs
    from rolefit.io.source import Source
    from rolefit.schema.config import Config
    from rolefit.schema.model import Model
    from rolefit.schema.tables import Inputs


class Workspace:
    """The validated tables and the effective config of a centre; it does not change any more.

    Args:
        config: nothing (built-in defaults), a Config, the tables of a rolefit.toml as a dict, or
            the path of one.
        agents: one row an agent; like every table a pandas or polars DataFrame or a pyarrow Table
            with the contract's columns.
        metrics: one row an agent x client x channel x period.
        strengths: survey, one row an agent.
        interests: survey, one row an agent.
        contributions: one row an event.
        ratings: one row a rating of an agent's attribute.
        wishes: one row an agent x role.
        history: suggestions of earlier runs.
        placements: past moves and how they went.
        replies: agents' replies to earlier suggestions.

    Raises:
        ConfigError: RF1xx, all problems of the config at once.
        InputError: RF2xx, all problems of all tables at once.

    Example:
        >>> import pandas as pd
        >>> agents = pd.DataFrame({"agent_id": ["A1"], "current_role": ["frontline"]})
        >>> Workspace(agents=agents).counts["agents"]
        {'rows': 1, 'kept': 1, 'rejected': 0}
    """

    def __init__(
        self,
        config: Config | Mapping[str, Any] | str | Path | None = None,
        *,
        agents: object,
        metrics: object = None,
        strengths: object = None,
        interests: object = None,
        contributions: object = None,
        ratings: object = None,
        wishes: object = None,
        history: object = None,
        placements: object = None,
        replies: object = None,
    ) -> None:
        tables = {
            "agents": agents, "metrics": metrics, "strengths": strengths, "interests": interests,
            "contributions": contributions, "ratings": ratings, "wishes": wishes,
            "history": history, "placements": placements, "replies": replies,
        }  # fmt: skip
        problems: list[Problem] = []
        sources: dict[str, Source] = {}
        for table, data in tables.items():
            try:
                sources |= {} if data is None else {table: from_frame(data, table)}
            except InputError as error:
                problems += error.problems
        object.__setattr__(self, "_checked", check_inputs(sources, as_config(config), problems))

    @classmethod
    def _of(cls, checked: CheckedInputs) -> Workspace:
        workspace = cls.__new__(cls)
        object.__setattr__(workspace, "_checked", checked)
        return workspace

    def __setattr__(self, name: str, value: object) -> None:
        message = f"a Workspace does not change; build a new one instead of setting {name}"
        raise AttributeError(message)

    _checked: CheckedInputs

    @property
    def config(self) -> Config:
        """The effective config, with `centre.as_of` settled."""
        return self._checked.config

    @property
    def inputs(self) -> Inputs:
        """The checked tables."""
        return self._checked.inputs

    @property
    def rejects(self) -> pd.DataFrame:
        """What could not be used, one row a reason: table, file, row, column, code, message."""
        return to_pandas(self._checked.rejects)

    @property
    def rejects_table(self) -> pa.Table:
        """The same as an Arrow table."""
        return self._checked.rejects

    @property
    def counts(self) -> Mapping[str, dict[str, int]]:
        """Table -> rows, kept, rejected; kept + rejected = rows."""
        return MappingProxyType(self._checked.counts)

    @property
    def reports(self) -> tuple[str, ...]:
        """What is worth saying once: ignored columns, items without a column, how it was read."""
        return self._checked.reports

    @property
    def hashes(self) -> Mapping[str, str]:
        """Table -> sha256 of its file, or of the Arrow stream of a DataFrame."""
        return MappingProxyType(self._checked.hashes)

    @property
    def corrections(self) -> Mapping[str, int]:
        """Corrections that agents were granted: how many, how many applied, and why others not."""
        return MappingProxyType(self._checked.corrections)

    @property
    def replies(self) -> Mapping[str, str | int]:
        """Entries and head of the reply log that was read; empty without one."""
        return MappingProxyType(self._checked.replies)

    @property
    def stopped(self) -> tuple[Problem, ...]:
        """Why nothing may be scored: too much of a table rejected (RF301), a broken reply log."""
        return self._checked.stopped

    def with_model(self, model: Model) -> Workspace:
        """The same centre as a model sees it: its role weights, and only the tables it reads.

        Args:
            model: of `rolefit.load_model`.

        Raises:
            InputError: RF246, the model weighs attributes that the centre does not know.

        Example:
            >>> import pandas as pd
            >>> from rolefit.io.model_folder import read_model
            >>> who = {"agent_id": ["A1"], "current_role": ["frontline"]}
            >>> agents, survey = pd.DataFrame(who), pd.DataFrame({"agent_id": ["A1"]})
            >>> ws = Workspace(agents=agents, strengths=survey)
            >>> ws.with_model(read_model("metrics_only")).inputs.strengths is None
            True
        """
        misfits = model.misfits(self.config)
        if misfits:
            known = self.config.attribute_ids
            raise InputError([
                Problem(f"model {model.spec.name}", f"unknown attribute '{name}'", "RF246",
                        expected=listed(known), hint=did_you_mean(name, known))
                for name in misfits
            ])  # fmt: skip
        taught = () if model.trained is None else model.trained.roles
        absent = [f"role {role}: the model was taught it, and the centre has none of that name"
                  for role in taught if role not in self.config.roles]  # fmt: skip
        unknown = [f"role {role}: the model was not taught it; the centre's own profile counts"
                   for role in model.unknown_to(self.config)]  # fmt: skip
        left_out = [name for name in model.leaves_out if getattr(self.inputs, name) is not None]
        told = [f"{name} is not read by the model {model.spec.name}" for name in left_out]
        return Workspace._of(replace(
            self._checked,
            config=model.applied(self.config),
            inputs=replace(self.inputs, **dict.fromkeys(left_out)),
            reports=(*self.reports, *told, *unknown, *absent),
        ))  # fmt: skip

    def __repr__(self) -> str:
        rows = ", ".join(f"{table} {n['kept']}/{n['rows']}" for table, n in self.counts.items())
        return f"Workspace({self.config.centre.name!r}: {rows} rows kept)"


def load(path: str | Path) -> Workspace:
    """Loads the workspace in a folder: rolefit.toml and one file a table.

    Args:
        path: the folder.

    Returns:
        Workspace; rows that cannot be used are in its `rejects`.

    Raises:
        ConfigError: RF1xx, when the config makes no sense; files that cannot be read are told too.
        InputError: RF2xx, when files cannot be read; all problems of all files at once.
    """
    folder = Path(path)
    if not folder.is_dir():
        hint = "rolefit init writes an example workspace"
        raise InputError([Problem(str(path), "there is no such folder", "RF201", hint=hint)])
    config, wrong = _config_of(folder)
    found, problems = find_files(folder, config.inputs)
    replied = read_replied(folder, found.get("replies"))
    sources: dict[str, Source] = {}
    for table, file in found.items():
        if table == "replies" and replied.is_log:
            continue
        try:
            sources[table] = open_source(file, config.inputs.get(table, file.name))
        except InputError as error:
            problems += error.problems
    if wrong:
        raise ConfigError([*wrong, *problems])
    if replied.source is not None:
        sources["replies"] = replied.source
    checked = check_inputs(sources, config, problems, replied)
    said = replace(checked, reports=(*stray_files(folder, found), *checked.reports))
    return Workspace._of(said)  # noqa: SLF001 - the other way to build one


def _config_of(folder: Path) -> tuple[Config, tuple[Problem, ...]]:
    """The config, or the defaults and what is wrong, so that the files are looked at too."""
    try:
        return load_config(folder / CONFIG_NAME), ()
    except ConfigError as error:
        return build_config({}), error.problems
