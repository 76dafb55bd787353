"""Puts a finished folder in the place of an old one in a single step, where the system can."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

HERE = -100
"""AT_FDCWD of Linux: relative paths start in the working directory."""
EXCHANGE = 2
"""RENAME_EXCHANGE of Linux and RENAME_SWAP of macOS."""


def swap(new: Path, old: Path) -> None:
    """Exchanges two folders; afterwards `new` holds what was in `old`.

    Limits:
        where the system cannot exchange two names, there is a moment between two renames in which
        neither is at its place; `restore` then brings the old folder back.
    """
    if not _exchanged(new, old):
        earlier = _earlier(old)
        old.rename(earlier)
        new.rename(old)
        earlier.rename(new)


def restore(old: Path) -> None:
    """Ends a swap in which the process was killed: the old folder is back, or gone for good."""
    earlier = _earlier(old)
    if not earlier.exists():
        return
    if old.exists():
        shutil.rmtree(earlier)
    else:
        earlier.rename(old)


def _earlier(old: Path) -> Path:
    """Where the old folder waits while the new one takes its name."""
    return old.with_name(f".{old.name}.earlier")


def _exchanged(new: Path, old: Path) -> bool:
    """True where the system exchanged the two names atomically."""
    if os.name != "posix":
        return False
    libc = ctypes.CDLL(None)
    a, b = os.fsencode(new), os.fsencode(old)
    failed = 1
    if sys.platform == "linux" and hasattr(libc, "renameat2"):
        failed = libc.renameat2(HERE, a, HERE, b, EXCHANGE)
    elif sys.platform == "darwin" and hasattr(libc, "renamex_np"):
        failed = libc.renamex_np(a, b, EXCHANGE)
    return not failed
