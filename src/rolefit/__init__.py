"""rolefit: see people whole. Role fit with evidence, uncertainty, wishes and reasons.

Example:
    >>> import rolefit as rf
    >>> from rolefit.cli.demo import shipped_centre
    >>> ws = rf.load(shipped_centre())
    >>> result = rf.score(ws)
    >>> result.explain("S-CLIENT-EXPERT").target_role
    'account_management'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from rolefit.version import __version__

if TYPE_CHECKING:
    from rolefit import replies
    from rolefit.batch.check import check
    from rolefit.batch.compare import compare
    from rolefit.batch.comparison import Comparison
    from rolefit.batch.diff import Difference, diff
    from rolefit.batch.evaluate import evaluate
    from rolefit.batch.evaluation import Evaluation
    from rolefit.batch.local import calibrate, score
    from rolefit.batch.result import Result, Run
    from rolefit.batch.with_clients import effects_with_clients
    from rolefit.errors import (
        ConfigError,
        DataStoppedError,
        InputError,
        MissingExtraError,
        Problem,
        RolefitError,
        UsageError,
    )
    from rolefit.explain.explanation import Explanation
    from rolefit.io.model_folder import read_model as load_model
    from rolefit.io.workspace import Workspace, load
    from rolefit.norms import Norms
    from rolefit.quality.page import Quality
    from rolefit.schema.build import build_config
    from rolefit.schema.config import Config
    from rolefit.schema.model import Model
    from rolefit.schema.questionnaires import builtin_instrument
    from rolefit.schema.surveys import Instrument

_HOMES = {
    "calibrate": "batch.local",
    "check": "batch.check",
    "compare": "batch.compare",
    "Comparison": "batch.comparison",
    "diff": "batch.diff",
    "Difference": "batch.diff",
    "effects_with_clients": "batch.with_clients",
    "evaluate": "batch.evaluate",
    "Evaluation": "batch.evaluation",
    "score": "batch.local",
    "Result": "batch.result",
    "Run": "batch.result",
    "ConfigError": "errors",
    "DataStoppedError": "errors",
    "InputError": "errors",
    "MissingExtraError": "errors",
    "Problem": "errors",
    "RolefitError": "errors",
    "UsageError": "errors",
    "Explanation": "explain.explanation",
    "Workspace": "io.workspace",
    "load": "io.workspace",
    "load_model": "io.model_folder",
    "Norms": "norms",
    "Quality": "quality.page",
    "build_config": "schema.build",
    "Config": "schema.config",
    "builtin_instrument": "schema.questionnaires",
    "Instrument": "schema.surveys",
    "Model": "schema.model",
}
_MODULES = ("replies",)
_ELSEWHERE = {"load_model": "read_model"}
"""Public names that are called something else at home."""
__all__ = [
    "Comparison",
    "Config",
    "ConfigError",
    "DataStoppedError",
    "Difference",
    "Evaluation",
    "Explanation",
    "InputError",
    "Instrument",
    "MissingExtraError",
    "Model",
    "Norms",
    "Problem",
    "Quality",
    "Result",
    "RolefitError",
    "Run",
    "UsageError",
    "Workspace",
    "__version__",
    "build_config",
    "builtin_instrument",
    "calibrate",
    "check",
    "compare",
    "diff",
    "effects_with_clients",
    "evaluate",
    "load",
    "load_model",
    "replies",
    "score",
]


def __getattr__(name: str) -> object:
    """Loads a public name when it is first asked for, so that `import rolefit` stays light."""
    if name in _MODULES:
        return import_module(f"rolefit.{name}")
    if name not in _HOMES:
        message = f"module 'rolefit' has no attribute {name!r}"
        raise AttributeError(message)
    home = import_module(f"rolefit.{_HOMES[name]}")
    return getattr(home, _ELSEWHERE.get(name, name))


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
