"""Programs of experiments as modules; two experiments may have files of one name."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


def programs(folder: Path, *names: str) -> list[ModuleType]:
    """Modules of an experiment's folder, by name.

    They keep each other, but leave nothing behind under which another experiment's file of the
    same name would be found instead.
    """
    own = [file.stem for file in folder.glob("*.py")]
    for name in own:
        sys.modules.pop(name, None)
    sys.path.insert(0, str(folder))
    try:
        importlib.invalidate_caches()
        return [importlib.import_module(name) for name in names]
    finally:
        sys.path.remove(str(folder))
        for name in own:
            sys.modules.pop(name, None)
